#!/bin/sh
# What every pipeline does with a configuration, with Terraform or OpenTofu:
#
#   pipeline.sh check     the files are formatted and valid
#   pipeline.sh plan      plans into the plan folder
#   pipeline.sh policy    judges that plan, and fails if it is refused
#   pipeline.sh summary   writes summary.md, for a comment, and report.json, for GitLab
#   pipeline.sh apply     judges that plan again and applies it, and no other; without changes it
#                         does nothing
#   pipeline.sh drift     ends with 2 if the cloud is not what the configuration says
#
# Ends with 0 if all is well and with 1 if not.
#
#   TERRAFORM       the command; default terraform, or tofu where only that is installed
#   CONFIGURATION   the folder with the .tf files and policy.json; default servers
#   PLAN_FOLDER     where plan.tfplan, plan.json, plan.txt, changes and policy.txt go; default plan
#   PLANFILE        the plan file, where another tool says which (Atlantis)
#   OS_*            read by the provider
set -eu

say() { printf '%s\n' "$*"; }
fail() { say "$*" >&2; exit 1; }

absolute() {
  case $1 in
    /*) say "$1" ;;
    *) say "$PWD/$1" ;;
  esac
}

run() { "$terraform" "$@"; }

# What init says matters only when it fails.
init() {
  run init -input=false -no-color "$@" >"$folder/init.txt" 2>&1 || {
    cat "$folder/init.txt" >&2
    fail "init failed"
  }
}

check() {
  code=0
  run fmt -check -diff -recursive -no-color || code=$?
  case $code in
    0) ;;
    3) fail "check: not formatted; run: $terraform fmt -recursive" ;;
    *) fail "check: not readable" ;;
  esac
  init -backend=false
  run validate -no-color || fail "check: not valid"
  say "check: formatted and valid"
}

# The text is kept because it has the warnings, which `show` leaves out.
plan_into() {  # plan_into TEXT ARGUMENT...
  text=$1
  shift
  code=0
  run plan -input=false -no-color -detailed-exitcode "$@" >"$text" 2>&1 || code=$?
  cat "$text"
}

plan() {
  # An earlier plan must not be applied because this one failed.
  rm -f "$planfile" "$folder/plan.json" "$folder/changes" "$folder/policy.txt"
  init
  plan_into "$folder/plan.txt" -out="$planfile"
  case $code in
    0) changes=no ;;
    2) changes=yes ;;
    *) fail "plan: failed" ;;
  esac
  run show -json -no-color "$planfile" >"$folder/plan.json"
  say "$changes" >"$folder/changes"
  say "plan: changes: $changes"
}

planned() { [ -f "$folder/changes" ] || fail "$1: there is no plan; run: pipeline.sh plan"; }

policy() {
  planned policy
  code=0
  python3 -B "$here/policy.py" "$folder/plan.json" policy.json >"$folder/policy.txt" 2>&1 || code=$?
  cat "$folder/policy.txt"
  [ "$code" = 0 ] || exit 1
}

summary() {
  planned summary
  python3 -B "$here/summary.py" "$folder"
  say "summary: $folder/summary.md, $folder/report.json"
}

apply() {
  planned apply
  if [ "$(cat "$folder/changes")" = no ]; then
    say "apply: no changes, nothing to do"
    return
  fi
  policy
  init
  # In place of this shell, so that a signal reaches it: it ends in order and saves the state.
  exec "$terraform" apply -input=false -no-color "$planfile"
}

drift() {
  init
  # Without a lock: it only reads, and an apply must not wait for it.
  plan_into "$folder/drift.txt" -lock=false
  case $code in
    0) say "drift: none" ;;
    2) say "drift: the cloud is not what the configuration says"; exit 2 ;;
    *) fail "drift: plan failed" ;;
  esac
}

usage() {
  sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
  exit "$1"
}

command=${1:-}
case $command in
  check|plan|policy|summary|apply|drift) ;;
  help|-h|--help) usage 0 ;;
  *) usage 1 >&2 ;;
esac

if [ -n "${TERRAFORM:-}" ]; then
  terraform=$TERRAFORM
elif command -v terraform >/dev/null; then
  terraform=terraform
else
  terraform=tofu
fi
export TF_IN_AUTOMATION=1

# A plan can hold secrets: nobody else reads it.
umask 077
here=$(cd "$(dirname "$0")" && pwd)
folder=$(absolute "${PLAN_FOLDER:-plan}")
planfile=$(absolute "${PLANFILE:-$folder/plan.tfplan}")
mkdir -p "$folder"
cd "${CONFIGURATION:-servers}" || fail "there is no folder ${CONFIGURATION:-servers}"
"$command"
