#!/usr/bin/env python3
"""Judges a plan before it is applied: policy.py PLAN POLICY

PLAN is what `terraform show -json` prints of a plan. POLICY is a JSON object:

  allow_destroy      addresses of the servers that may be destroyed or replaced
  max_interruptions  how many running servers one run may restart, resize or stop; 0 unless set
  required_tags      tags that each server has that is created or changed

Prints each reason with its address. Ends with 1 if the plan is refused, with 2 if it cannot be
judged.
"""

import json
import sys

SETTINGS = {"allow_destroy": list, "max_interruptions": int, "required_tags": list}
INTERRUPTING_ACTIONS = ("ecs_restart_servers", "ecs_stop_servers")


def dotted(path):
    return ".".join(map(str, path))


def changes(plan, kind):
    """Address and change of each resource of a type that the plan changes."""
    for resource in plan.get("resource_changes", []):
        of_this_kind = resource["mode"] == "managed" and resource["type"] == kind
        if of_this_kind and resource["change"]["actions"] != ["no-op"]:
            yield resource["address"], resource["change"]


def servers(plan):
    return changes(plan, "ecs_server")


def destroyed(plan):
    """Address and reason of each server that would be lost."""
    for address, change in servers(plan):
        if "delete" not in change["actions"]:
            continue
        if "create" in change["actions"]:
            causes = ", ".join(map(dotted, change.get("replace_paths", []))) or "asked for"
            yield address, f"would be replaced ({causes}) and lose its system disk"
        else:
            yield address, "would be destroyed"


def refuse_destroys(plan, policy):
    for address, reason in destroyed(plan):
        if address not in policy["allow_destroy"]:
            yield f"{address} {reason}; allow_destroy in policy.json does not name it"


def interruption_of(change):
    """What happens to a server that is changed in place, if it runs now."""
    before, after = change["before"], change["after"]
    if change["actions"] != ["update"] or before["status"] != "ACTIVE":
        return None
    if before["flavor"] != after.get("flavor"):
        return f"would be resized from {before['flavor']} to {after.get('flavor', 'another')}"
    if after.get("power_state") == "SHUTOFF":
        return "would be stopped"
    return None


def restarted(change):
    """How many servers an ecs_server_restart restarts."""
    before, after = change["before"], change["after"]
    if after is None:
        return 0
    # New servers have no id yet: then there is no list to count.
    everyone = len(after.get("server_ids") or [None])
    if before is None or change["actions"] != ["update"]:
        return everyone if after.get("restart_on_create") else 0
    if not change["after_unknown"].get("restarted_at"):
        return 0
    if before["failed_server_ids"] and before["triggers"] == after.get("triggers"):
        return len(before["failed_server_ids"])
    return everyone


def interruptions(plan):
    """Address, what happens, and to how many servers."""
    for address, change in servers(plan):
        what = interruption_of(change)
        if what:
            yield address, what, 1
    for address, change in changes(plan, "ecs_server_restart"):
        count = restarted(change)
        if count:
            yield address, f"would restart servers: {count}", count
    for action in plan.get("action_invocations", []):
        if action["type"] in INTERRUPTING_ACTIONS:
            count = len(action["config_values"].get("server_ids") or [None])
            yield action["address"], f"would restart or stop servers: {count}", count


def refuse_interruptions(plan, policy):
    found = list(interruptions(plan))
    total = sum(count for _, _, count in found)
    if total <= policy["max_interruptions"]:
        return
    most = policy["max_interruptions"]
    yield f"servers interrupted: {total}; max_interruptions in policy.json is {most}"
    for address, what, _ in found:
        yield f"  {address} {what}"


def refuse_missing_tags(plan, policy):
    for address, change in servers(plan):
        if change["after"] is None:
            continue
        tags = change["after"].get("tags") or {}
        unknown = change["after_unknown"].get("tags") or {}
        if unknown is True:
            yield f"{address} has tags that are known only after apply"
            continue
        missing = [tag for tag in policy["required_tags"] if tag not in {**tags, **unknown}]
        if missing:
            yield f"{address} lacks the tags {', '.join(missing)}"


RULES = (refuse_destroys, refuse_interruptions, refuse_missing_tags)


def notes(plan, policy):
    """What the policy allows and no server needs any more."""
    used = {address for address, _ in destroyed(plan)}
    for address in policy["allow_destroy"]:
        if address not in used:
            yield f"allow_destroy names {address}, which this plan keeps: remove it"


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def load_policy(path):
    given = load(path)
    for name, value in given.items():
        if name not in SETTINGS:
            raise ValueError(f"{path}: there is no setting {name}")
        if type(value) is not SETTINGS[name]:
            raise ValueError(f"{path}: {name} is not of type {SETTINGS[name].__name__}")
    return {name: given.get(name, kind()) for name, kind in SETTINGS.items()}


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        plan, policy = load(sys.argv[1]), load_policy(sys.argv[2])
    except (OSError, ValueError) as problem:
        print(f"policy: cannot judge: {problem}", file=sys.stderr)
        return 2
    reasons = [reason for rule in RULES for reason in rule(plan, policy)]
    print("policy: refused" if reasons else "policy: passed")
    for reason in reasons:
        print(f"  {reason}")
    for note in notes(plan, policy):
        print(f"  note: {note}")
    return 1 if reasons else 0


if __name__ == "__main__":
    sys.exit(main())
