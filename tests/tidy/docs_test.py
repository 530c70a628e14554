#!/usr/bin/env python3
"""docs/ is what the attribute rows say today: docs_test.py SOURCE_DIRECTORY PROVIDER_BINARY"""

import filecmp
import os
import shutil
import subprocess
import sys
import tempfile


def files_below(folder):
    return {
        os.path.relpath(os.path.join(path, name), folder)
        for path, _, names in os.walk(folder)
        for name in names
    }


def main():
    top, binary = sys.argv[1], os.path.abspath(sys.argv[2])
    with tempfile.TemporaryDirectory() as fresh:
        shutil.copytree(os.path.join(top, "examples"), os.path.join(fresh, "examples"))
        subprocess.run([binary, "docs", fresh], check=True)
        ours, wanted = os.path.join(top, "docs"), os.path.join(fresh, "docs")
        names = sorted(files_below(ours) | files_below(wanted))
        _, different, missing = filecmp.cmpfiles(ours, wanted, names, shallow=False)
    for name in different + missing:
        print(f"docs/{name} is not what the rows say: run ./dev docs")
    return 1 if different or missing or not names else 0


if __name__ == "__main__":
    sys.exit(main())
