#!/usr/bin/env python3
"""Plants mended faults again, one at a time, in a copy of the tree, and searches for each.

plants.py [--runs N] [--keep FOLDER] [--preload LIBRARY] [NAME...]

Prints a table: fault, invariant that found it, runs until then. A fault that is not found is a
hole in the search. Rows are in plants.json; a test checks that each text still occurs exactly once.
Where two mechanisms hold a promise, `also` names the other one, which has to be taken away too.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))


def rows():
    with open(os.path.join(HERE, "plants.json"), encoding="utf-8") as file:
        return json.load(file)


def edits(row, folder):
    """Path, text and planted text of each file of a row."""
    before, after = {}, {}
    for edit in [row, *row.get("also", [])]:
        path = os.path.join(folder, edit["file"])
        if path not in before:
            with open(path, encoding="utf-8") as file:
                before[path] = after[path] = file.read()
        count = after[path].count(edit["now"])
        if count != 1:
            where = f"{row['name']}, {edit['file']}"
            raise SystemExit(f"plants: {where}: a text occurs {count} times")
        after[path] = after[path].replace(edit["now"], edit["planted"])
    return [(path, before[path], after[path]) for path in before]


def build(folder):
    done = subprocess.run(
        ["cmake", "--build", os.path.join(folder, "build"), "--target", "simulate"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0, done.stdout[-3000:]


def search(folder, runs, preload):
    environment = {**os.environ, "LD_PRELOAD": preload} if preload else None
    done = subprocess.run(
        [os.path.join(folder, "build", "bin", "simulate"), str(runs), "--no-shrink"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"^(I\d+) (.*)$", done.stdout, re.M)
    ran = re.search(r"^(\d+) runs", done.stdout, re.M)
    tried = int(ran.group(1)) if ran else 0
    return (found.group(1), found.group(2)[:80], tried) if found else (None, "", tried)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200000)
    parser.add_argument("--keep", help="a folder for the copy, to be used again")
    # Not for the compiler: its precompiled headers would differ, and ccache would miss.
    parser.add_argument("--preload", help="a faster allocator for the searches")
    parser.add_argument("--check", action="store_true", help="only that each text occurs once")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if options.check:
        for row in rows():
            edits(row, TOP)
        return 0
    chosen = [row for row in rows() if not options.names or row["name"] in options.names]
    folder = options.keep or tempfile.mkdtemp(prefix="plants-")
    ignore = shutil.ignore_patterns("build*", ".git", "dist")
    # With new times: what a run that was cut short has left planted and built is built again.
    shutil.copytree(TOP, folder, ignore=ignore, copy_function=shutil.copy, dirs_exist_ok=True)
    subprocess.run(["cmake", "--preset", "dev"], cwd=folder, capture_output=True, check=True)
    missed = 0
    print(f"{'fault':34} {'invariant':9} {'runs':>8}  what it said")
    for row in chosen:
        changed = edits(row, folder)
        for path, _, after in changed:
            with open(path, "w", encoding="utf-8") as file:
                file.write(after)
        built, output = build(folder)
        invariant, text, tried = (
            search(folder, options.runs, options.preload) if built else (None, output, 0)
        )
        for path, before, _ in changed:
            with open(path, "w", encoding="utf-8") as file:
                file.write(before)
        missed += invariant is None
        print(f"{row['name']:34} {invariant or 'NOT FOUND':9} {tried:8}  {text}", flush=True)
    if not options.keep:
        shutil.rmtree(folder)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
