#!/usr/bin/env python3
"""docs/ is what the attribute rows say today: docs_test.py SOURCE_DIRECTORY PROVIDER_BINARY

The guides in docs/guides/ are written by hand: their links, and the warnings they name, exist.
So are the internals, which tidy.py checks.
"""

import filecmp
import glob
import os
import re
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


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def check_guide(top, path):
    """What is wrong with it, a line each."""
    text = read(path)
    if not re.match(r'---\npage_title: ".+"\n---\n', text):
        yield "it does not begin with a page_title"
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        if not os.path.exists(os.path.join(os.path.dirname(path), link)):
            yield f"{link} does not exist"
    sources = glob.glob(os.path.join(top, "resources", "**", "*.cc"), recursive=True)
    titles = "\n".join(map(read, sources))
    for title in re.findall(r'^\| "(.+?)" \|', text, re.MULTILINE):
        # A name stands where the title has "…".
        first, *rest = title.split("…")
        known = f'"{first}' in titles and all(f'{part}"' in titles for part in rest)
        if not known or (not rest and f'"{title}"' not in titles):
            yield f"no plan warns: {title}"


def main():
    top, binary = sys.argv[1], os.path.abspath(sys.argv[2])
    with tempfile.TemporaryDirectory() as fresh:
        shutil.copytree(os.path.join(top, "examples"), os.path.join(fresh, "examples"))
        subprocess.run([binary, "docs", fresh], check=True)
        ours, wanted = os.path.join(top, "docs"), os.path.join(fresh, "docs")
        names = sorted(files_below(ours) | files_below(wanted))
        names = [name for name in names if not name.startswith(("guides/", "internals/"))]
        _, different, missing = filecmp.cmpfiles(ours, wanted, names, shallow=False)
    for name in different + missing:
        print(f"docs/{name} is not what the rows say: run ./dev docs")
    guides = sorted(glob.glob(os.path.join(ours, "guides", "*.md")))
    defects = [(path, text) for path in guides for text in check_guide(top, path)]
    for path, text in defects:
        print(f"{os.path.relpath(path, top)}: {text}")
    return 1 if different or missing or defects or not names else 0


if __name__ == "__main__":
    sys.exit(main())
