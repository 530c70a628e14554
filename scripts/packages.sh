# Debian packages: the one list of what this project needs, and how what is missing gets installed.
# shellcheck shell=bash
# shellcheck disable=SC2034  # read by the scripts that source this one

build_packages="
  ca-certificates git python3 python3-yaml binutils ccache cmake g++ ninja-build pkg-config
  libabsl-dev libbenchmark-dev libcurl4-openssl-dev libgmock-dev libgrpc++-dev
  libgtest-dev libprotobuf-dev libssl-dev libutf8proc-dev libyaml-cpp-dev nlohmann-json3-dev
  protobuf-compiler protobuf-compiler-grpc"
# What the static binary is linked with, and what else makes a package of it.
library_packages="
  libabsl-dev libc-ares-dev libgrpc++-dev libnghttp2-dev libprotobuf-dev libre2-dev libssl-dev
  libutf8proc-dev libyaml-cpp-dev nlohmann-json3-dev protobuf-compiler-grpc zlib1g-dev"
package_packages="
  $library_packages
  ca-certificates ccache cmake dpkg-dev g++ git gpg gpg-agent
  ninja-build pkg-config protobuf-compiler python3"
foreign_packages="qemu-user-static"  # runs the other platform's binary
lint_packages="clang-format clang-tidy"
opentofu_packages="ca-certificates python3 python3-pip"

# Runs a command as root; without a terminal nobody can type a password, so sudo must not ask.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif ! command -v sudo >/dev/null; then
    fail "needs root for: $*. Run it as root, or install sudo"
  elif [ -t 0 ]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

# install_packages "NAME ...": asks dpkg first, so a machine that has everything needs no network.
install_packages() {
  local name missing=()
  if ! command -v dpkg-query >/dev/null; then
    say "this is no Debian: taking for granted that these are installed: ${1//$'\n'/}"
    return
  fi
  for name in $1; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null || true)" = installed ] ||
      missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]}"
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
  as_root "${apt[@]}" update </dev/null >&2
  as_root "${apt[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null >&2
}

# clang with libFuzzer and sanitizers, which are packaged by clang's version.
install_fuzz_packages() {
  install_packages "$build_packages clang"
  install_packages "libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev"
}
