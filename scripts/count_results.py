#!/usr/bin/env python3
"""Counts what the test stages left: `N passed, N failed`, after the names of what failed.

    count_results.py DIRECTORY [STAGE THAT ENDED WITH AN ERROR...]

Read from DIRECTORY: ctest's own STAGE.xml, and STAGE/TEST.xml from each GoogleTest binary, whose
cases count instead of ctest's one test. A test that ended badly without a failed case counts as one
failure.
"""

import glob
import os
import sys
import xml.etree.ElementTree as ElementTree


def cases_of(path):
    """(name, passed) of each case in a JUnit file."""
    for case in ElementTree.parse(path).iter("testcase"):
        name = f"{case.get('classname', '')}.{case.get('name', '')}"
        bad = case.find("failure") is not None or case.find("error") is not None
        yield name, not bad and case.get("status", "run") != "fail"


def stage_results(directory, path):
    stage = os.path.basename(path)[: -len(".xml")]
    found = []
    for case in ElementTree.parse(path).iter("testcase"):
        name = case.get("name", "")
        passed = case.find("failure") is None and case.get("status", "run") != "fail"
        detail = os.path.join(directory, stage, name + ".xml")
        if not os.path.exists(detail):
            found.append((f"{stage} {name}", passed))
            continue
        inner = [(f"{stage} {name} {label}", ok) for label, ok in cases_of(detail)]
        found += inner
        if not passed and all(ok for _, ok in inner):
            found.append((f"{stage} {name}: ended badly", False))
    return found


def main():
    directory, broken = sys.argv[1], sys.argv[2:]
    found = []
    for path in sorted(glob.glob(os.path.join(directory, "*.xml"))):
        if os.path.basename(path) in ("acceptance.xml", "package.xml", "foreign.xml"):
            found += cases_of(path)
        else:
            found += stage_results(directory, path)
    failed = [name for name, passed in found if not passed]
    for stage in broken:
        if not any(name.startswith(stage) for name in failed):
            failed.append(f"{stage}: the stage ended with an error (see above)")
    for name in failed:
        print(f"failed: {name}")
    passed = sum(1 for _, ok in found if ok)
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
