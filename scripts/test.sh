#!/usr/bin/env bash
# Builds and runs the tests, stage by stage, and counts every case of every stage.
#
#   test.sh [STAGE...]   dev: unit, contract, golden, tidy · acceptance · package: the packaged
#                     binary of this platform · foreign: that of the other one, emulated · asan ·
#                     tsan; default: dev, acceptance and package, which fit in half an hour on two
#                     cores from nothing
#
# Ends with `N passed, N failed` and with exit code 1 if anything failed.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"

results=$top/build/results

say() { printf '\n== %s\n' "$1"; }
fail() { say "$1" >&2; exit 1; }
# shellcheck source=scripts/packages.sh
source scripts/packages.sh

build() {  # build PRESET DIRECTORY
  [ -f "$2/build.ninja" ] || cmake --preset "$1"
  cmake --build "$2"
}

# Runs ctest so that each test binary and each test leave their XML for the count.
run_ctest() {  # run_ctest PRESET ARGUMENT...
  local preset=$1
  shift
  GTEST_OUTPUT="xml:$results/$preset/" \
    ctest --preset "$preset" --output-junit "$results/$preset.xml" "$@"
}

stage_dev() {
  say "building the provider, the emulator and the tests"
  build dev build
  say "unit, contract, golden and tidy tests"
  run_ctest dev --parallel "$(nproc)" --label-exclude acceptance
}

stage_acceptance() {
  build dev build
  say "acceptance: real Terraform and OpenTofu against the emulator"
  python3 -B tests/acceptance/run.py --build build --results "$results/acceptance.xml"
}

stage_package() {
  say "building the package of this platform"
  scripts/package.sh native
  say "package: its files, every way to install it, and an empty root folder"
  python3 -B tests/acceptance/run.py --build build --cases packaged \
    --results "$results/package.xml"
}

stage_foreign() {
  build dev build
  say "building the packages of both platforms"
  scripts/package.sh
  say "foreign: the other platform's package, emulated"
  install_packages "$foreign_packages"
  python3 -B tests/acceptance/run.py --build build --cases foreign \
    --results "$results/foreign.xml"
}

stage_asan() {
  say "building the unit tests with AddressSanitizer and UndefinedBehaviorSanitizer"
  build asan build-asan
  say "unit tests with AddressSanitizer and UndefinedBehaviorSanitizer"
  run_ctest asan --parallel "$(nproc)"
}

stage_tsan() {
  say "building the unit tests with ThreadSanitizer"
  build tsan build-tsan
  say "unit tests with ThreadSanitizer"
  # Its shadow memory needs the addresses that a kernel with much address randomisation gives away.
  local fixed=()
  if setarch "$(uname -m)" -R true 2>/dev/null; then fixed=(setarch "$(uname -m)" -R); fi
  # Two tests serve gRPC for real: half of its code is in headers and instrumented, its locks are
  # not, and what is reported of it drowns what would be ours. rpc_test runs the same handlers.
  GTEST_OUTPUT="xml:$results/tsan/" \
    "${fixed[@]}" ctest --preset tsan --output-junit "$results/tsan.xml" --parallel "$(nproc)" \
    --exclude-regex '^(plugin_test|protocol_test)$'
}

# Each stage is a process of its own: one that fails must not hide what the next ones would find.
if [ "${1:-}" = --stage ]; then
  "stage_$2"
  exit
fi

rm -rf "$results"
mkdir -p "$results"
[ $# -gt 0 ] || set -- dev acceptance package
broken=()
for stage in "$@"; do
  began=$SECONDS
  "$0" --stage "$stage" || broken+=("$stage")
  say "$stage took $(((SECONDS - began) / 60)) min $(((SECONDS - began) % 60)) s"
done
python3 -B scripts/count_results.py "$results" "${broken[@]}"
