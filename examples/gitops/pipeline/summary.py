#!/usr/bin/env python3
"""What people read of a plan: summary.py FOLDER

Writes summary.md, the text of a comment, and report.json, the counts that GitLab shows.
"""

import collections
import json
import os
import re
import sys

# GitHub takes comments of up to 65536 characters.
PLAN_MAX = 60000
PROGRESS = re.compile(r": (Refreshing state\.\.\.|Reading\.\.\.|Read complete after )")


def read(folder, name):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def count(plan):
    """As the tools count: a replaced resource is created and deleted."""
    found = collections.Counter(
        action
        for resource in plan.get("resource_changes", [])
        for action in resource["change"]["actions"]
    )
    return {action: found[action] for action in ("create", "update", "delete")}


def without_progress(text):
    lines = [line for line in text.splitlines() if not PROGRESS.search(line)]
    return "\n".join(lines).strip()


def markdown(counts, verdict, plan):
    head = ", ".join(f"{number} to {action}" for action, number in counts.items())
    if len(plan) > PLAN_MAX:
        plan = plan[:PLAN_MAX] + "\n… the rest is in the log of this run."
    parts = [f"### Servers: {head}"]
    if verdict:
        parts.append(f"````text\n{verdict.strip()}\n````")
    parts.append(f"<details><summary>Plan</summary>\n\n````text\n{plan}\n````\n\n</details>")
    return "\n\n".join(parts) + "\n"


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = sys.argv[1]
    counts = count(json.loads(read(folder, "plan.json")))
    plan = without_progress(read(folder, "plan.txt"))
    write(folder, "report.json", json.dumps(counts) + "\n")
    write(folder, "summary.md", markdown(counts, read(folder, "policy.txt"), plan))


if __name__ == "__main__":
    main()
