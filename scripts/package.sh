#!/usr/bin/env bash
# Builds what a registry publishes, into dist/: for each platform a zip with one static binary and a
# bill of materials, then the manifest, SHA256SUMS and, if ECS_SIGN_KEY names a GPG key, its
# signature.
#
#   package.sh [PLATFORM...]   linux_amd64, linux_arm64; native: this machine's; default: both
#
# The machine's own platform is linked with the installed libraries; for the other one, packages of
# that architecture are unpacked into a folder. libcurl is built from Debian's source package: its
# archive needs libraries that have none (curl_source.sh). The same commit and the same package
# versions give the same bytes.
set -euo pipefail
shopt -s inherit_errexit
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"

say() { printf '%s\n' "package: $*" >&2; }
fail() { say "$*"; exit 1; }
# shellcheck source=scripts/packages.sh
source scripts/packages.sh
# shellcheck source=scripts/curl_source.sh
source scripts/curl_source.sh

work=$top/build-package
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || echo 0)
export SOURCE_DATE_EPOCH

# What differs by platform. Sets: arch, triplet, processor, native, root (where its libraries are),
# target (CMake's arguments to build for it).
platform_settings() {  # platform_settings PLATFORM
  case $1 in
    linux_amd64) arch=amd64 processor=x86_64 ;;
    linux_arm64) arch=arm64 processor=aarch64 ;;
    *) fail "there is no platform '$1': linux_amd64, linux_arm64" ;;
  esac
  triplet=$processor-linux-gnu
  target=()
  root=
  native=true
  [ "$(dpkg --print-architecture)" != "$arch" ] || return 0
  native=false
  root=$work/$1/root
  target=(
    -DCMAKE_SYSTEM_NAME=Linux "-DCMAKE_SYSTEM_PROCESSOR=$processor"
    "-DCMAKE_C_COMPILER=$triplet-gcc" "-DCMAKE_CXX_COMPILER=$triplet-g++"
    "-DCMAKE_C_FLAGS=-isystem $root/usr/include/$triplet"
    "-DCMAKE_CXX_FLAGS=-isystem $root/usr/include/$triplet"
    "-DCMAKE_FIND_ROOT_PATH=$root" "-DCMAKE_LIBRARY_ARCHITECTURE=$triplet"
    -DCMAKE_FIND_ROOT_PATH_MODE_PROGRAM=NEVER -DCMAKE_FIND_ROOT_PATH_MODE_LIBRARY=ONLY
    -DCMAKE_FIND_ROOT_PATH_MODE_INCLUDE=ONLY -DCMAKE_FIND_ROOT_PATH_MODE_PACKAGE=ONLY)
}

# apt with lists and a cache of its own, and with source packages, whatever the machine's setup is.
private_apt() {  # private_apt ARGUMENT...
  apt-get -q -o "Dir::Etc::SourceList=$work/apt/sources.list" \
    -o "Dir::Etc::SourceParts=$work/apt/parts" -o "Dir::State=$work/apt/state" \
    -o "Dir::Cache=$work/apt/cache" -o "Dir::State::status=$work/apt/status" \
    -o APT::Sandbox::User= -o Debug::NoLocking=1 "$@"
}

configure_apt() {
  rm -rf "$work/apt"
  mkdir -p "$work"/apt/{parts,state/lists/partial,cache/archives/partial}
  : >"$work/apt/status"
  local file
  for file in /etc/apt/sources.list.d/*.sources; do
    [ ! -f "$file" ] || sed 's/^Types:.*/Types: deb deb-src/; /^Architectures:/d' "$file" \
      >"$work/apt/parts/${file##*/}"
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ ! -f "$file" ] || sed -n 's/^deb\( .*\)/deb\1\ndeb-src\1/p' "$file" \
      >>"$work/apt/sources.list"
  done
  touch "$work/apt/sources.list"
}

apt_is_prepared=false
prepare_apt() {
  ! $apt_is_prepared || return 0
  configure_apt
  say "reading the package lists"
  # A source of somebody else's that lacks an architecture or sources is none of ours.
  private_apt -o APT::Architectures::=amd64 -o APT::Architectures::=arm64 update >&2 ||
    say "not all package lists could be read"
  apt_is_prepared=true
}

# Unpacks the packages of the other architecture that we link with, and all they depend on. The C
# library is the cross compiler's.
unpack_root() {
  [ ! -f "$root/complete" ] || return 0
  prepare_apt
  rm -rf "$root"
  mkdir -p "$root/packages"
  say "getting the libraries for $arch"
  # shellcheck disable=SC2086  # a list
  private_apt -o "APT::Architecture=$arch" -o "APT::Architectures=$arch" install -y \
    --download-only --no-install-recommends $library_packages >&2
  local package name
  for package in "$work"/apt/cache/archives/*_"$arch".deb "$work"/apt/cache/archives/*_all.deb; do
    name=$(basename "$package" | cut -d_ -f1)
    case $name in libc6-dev|linux-libc-dev|libc-dev-bin) continue ;; esac
    dpkg-deb -x "$package" "$root"
    dpkg-deb -W --showformat='${Package}\t${source:Package}\t${source:Version}\n' "$package" \
      >"$root/packages/$name"
    dpkg-deb --fsys-tarfile "$package" | tar -t | sed 's/^\.//' >>"$root/packages/$name"
  done
  touch "$root/complete"
}

unpacked_curl() { find "$work/source" -mindepth 1 -maxdepth 1 -type d -name 'curl-*'; }

# A pinned revision; where there is none to be had, the one of the package lists, whose checksum is
# signed.
get_curl_source() {
  local mirror dsc
  say "getting libcurl's source package"
  configure_apt
  # The machine's own mirrors first.
  for mirror in $(private_apt indextargets --format '$(REPO_URI)' 'Created-By: Sources' |
    sort -ur); do
    curl_places="${mirror%/}/pool/main/c/curl ${mirror%/}/pool/updates/main/c/curl $curl_places"
  done
  rm -rf "$work/source"
  mkdir -p "$work/source"
  if dsc=$(fetch_curl_source "$work/source"); then
    dpkg-source --no-check -x "$dsc" "$work/source/curl-pinned" >&2
  else
    say "taking the revision that the package lists name"
    prepare_apt
    (cd "$work/source" && private_apt --only-source source curl >&2) ||
      fail "the source that the package lists name cannot be had either: run apt-get update, or \
use another mirror"
  fi
}

build_curl() {  # build_curl PLATFORM
  local to=$work/$1/curl log=$work/$1/curl.log source libraries=$root/usr/lib/$triplet
  [ ! -f "$to/lib/libcurl.a" ] || return 0
  mkdir -p "$work/source"
  source=$(unpacked_curl)
  if [ -z "$source" ]; then
    get_curl_source
    source=$(unpacked_curl)
  fi
  say "building libcurl for $1"
  mkdir -p "$to"
  # Only http and https, HTTP/2, and no helper that our client does not use. c-ares resolves names
  # in an empty root, where glibc's resolver would look for libraries.
  cmake -G Ninja -S "$source" -B "$work/$1/curl-build" "${target[@]}" \
    -DCMAKE_BUILD_TYPE=Release \
    "-DCMAKE_C_FLAGS_RELEASE=-Os -ffunction-sections -fno-pie -ffile-prefix-map=$work=." \
    -DCMAKE_EXE_LINKER_FLAGS=-no-pie "-DCMAKE_INSTALL_PREFIX=$to" -DCMAKE_INSTALL_LIBDIR=lib \
    -DBUILD_SHARED_LIBS=OFF -DBUILD_STATIC_LIBS=ON -DBUILD_CURL_EXE=OFF -DBUILD_TESTING=OFF \
    -DBUILD_LIBCURL_DOCS=OFF -DBUILD_MISC_DOCS=OFF -DENABLE_CURL_MANUAL=OFF -DENABLE_MANUAL=OFF \
    -DPICKY_COMPILER=OFF -DHTTP_ONLY=ON -DCURL_USE_OPENSSL=ON -DOPENSSL_USE_STATIC_LIBS=ON \
    "-DOPENSSL_ROOT_DIR=$root/usr" -DCURL_DISABLE_OPENSSL_AUTO_LOAD_CONFIG=ON \
    -DENABLE_ARES=ON "-DCARES_LIBRARY=$libraries/libcares.a" \
    "-DCARES_INCLUDE_DIR=$root/usr/include" \
    -DUSE_NGHTTP2=ON "-DNGHTTP2_LIBRARY=$libraries/libnghttp2.a" \
    "-DNGHTTP2_INCLUDE_DIR=$root/usr/include" \
    -DCURL_CA_BUNDLE=none -DCURL_CA_PATH=none -DCURL_ZLIB=OFF -DCURL_BROTLI=OFF -DCURL_ZSTD=OFF \
    -DCURL_USE_LIBPSL=OFF -DCURL_USE_LIBSSH2=OFF -DUSE_LIBIDN2=OFF -DENABLE_WEBSOCKETS=OFF \
    -DCURL_DISABLE_WEBSOCKETS=ON -DCURL_DISABLE_ALTSVC=ON -DCURL_DISABLE_HSTS=ON \
    -DCURL_DISABLE_COOKIES=ON -DCURL_DISABLE_NETRC=ON -DCURL_DISABLE_DOH=ON \
    -DCURL_DISABLE_NTLM=ON >"$log" 2>&1 || { tail -n 40 "$log" >&2; return 1; }
  cmake --build "$work/$1/curl-build" --target install >>"$log" 2>&1 ||
    { tail -n 40 "$log" >&2; return 1; }
  # A look-up in the thread of all requests would hold them all up (client/curl_transport.h).
  grep -qw AsynchDNS "$to/lib/pkgconfig/libcurl.pc" || fail "libcurl was built without c-ares"
}

build_provider() {  # build_provider PLATFORM
  say "building the provider for $1"
  if ! $native; then
    export PKG_CONFIG_SYSROOT_DIR=$root
    export PKG_CONFIG_LIBDIR=$root/usr/lib/$triplet/pkgconfig:$root/usr/share/pkgconfig
  fi
  cmake --preset package -B "$work/$1/build" "${target[@]}" "-DECS_CURL_ROOT=$work/$1/curl" \
    >"$work/$1/configure.log" 2>&1 ||
    { tail -n 40 "$work/$1/configure.log" >&2; return 1; }
  # glibc warns of what would need its shared libraries: names are resolved by c-ares.
  cmake --build "$work/$1/build" --target terraform-provider-ecs 2>&1 |
    grep -v -e "statically linked applications requires at runtime" -e ": in function \`" \
      -e ": note: the message above" >&2
  unset PKG_CONFIG_SYSROOT_DIR PKG_CONFIG_LIBDIR
}

[ $# -gt 0 ] || set -- linux_amd64 linux_arm64
command -v dpkg >/dev/null || fail "packages are built on Debian"
[ "$*" != native ] || set -- "linux_$(dpkg --print-architecture)"
for platform in "$@"; do
  platform_settings "$platform"
  install_packages "$package_packages"
  if ! $native; then
    install_packages "gcc-${triplet//_/-} g++-${triplet//_/-}"
    unpack_root
  fi
  build_curl "$platform"
  build_provider "$platform"
done
exec python3 -B scripts/dist.py --work "$work" --to dist "$@"
