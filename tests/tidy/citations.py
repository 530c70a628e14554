"""Documents that comments cite exist in docs/internals/, with the sections that they name."""

import os
import re

FOLDER = os.path.join("docs", "internals")

# Public documents of others, cited by their names.
EXTERNAL = {"resource-instance-change-lifecycle.md"}

NUMBER = r"\d+(?:\.\d+)*"
# "ecs-v1.md section 2.8", "auth.md sections 1.1, 3 and 4", "lifecycle.md sections 1-3",
# "real-nova.md 6".
CITATION = re.compile(
    rf"(?<![\w/<.-])(?:[a-z]+/)?(?P<file>[a-z][a-z0-9.-]*\.md)\b"
    rf"(?:,?\s+(?:sections?\s+)?(?P<numbers>{NUMBER}(?:(?:,\s*|\s+and\s+|,\s+and\s+|-){NUMBER})*))?"
)
HEADING = re.compile(rf"^#+ ({NUMBER})\b", re.MULTILINE)


def documents(top):
    """Name of each document: the numbers of its sections."""
    known = {}
    for folder, _, names in os.walk(os.path.join(top, FOLDER)):
        for name in names:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                known[name] = set(HEADING.findall(file.read()))
    return known


def comments(source):
    """The comments of a file as (line, text) of each block, continued lines joined."""
    mark = "//" if source.is_cpp or source.path.endswith(".proto") else "#"
    block, begin = [], 0
    for number, line in enumerate(source.lines + [""], 1):
        stripped = line.strip()
        text = stripped[len(mark) :] if stripped.startswith(mark) else None
        if text is None and source.is_cpp and " // " in line and '"' not in line:
            yield number, line.split(" // ", 1)[1]
        if text is None:
            if block:
                yield begin, " ".join(block)
            block = []
            continue
        if not block:
            begin = number
        block.append(text.strip())
    if source.path.endswith(".py"):
        for found in re.finditer(r'"""(.*?)"""', source.text, re.DOTALL):
            yield source.text.count("\n", 0, found.start()) + 1, " ".join(found.group(1).split())


def is_cited_in(source):
    endings = (".py", ".sh", ".proto", ".cmake", "CMakeLists.txt")
    code = source.is_cpp or source.path.endswith(endings)
    return code and not source.path.startswith(("tests/tidy/", "examples/"))


def check_citations(source, known):
    if not is_cited_in(source):
        return
    for number, text in comments(source):
        for found in CITATION.finditer(text):
            name, numbers = found.group("file"), found.group("numbers")
            if name in EXTERNAL or name in ("README.md", "summary.md", "index.md"):
                continue
            if name not in known:
                yield number, f"cites {name}: no such document in {FOLDER}"
                continue
            for section in re.findall(NUMBER, numbers or ""):
                if section not in known[name]:
                    yield number, f"cites {name} section {section}: it has no such heading"


def check_links(top):
    """Relative links within the internals lead somewhere."""
    for folder, _, names in os.walk(os.path.join(top, FOLDER)):
        for name in sorted(names):
            path = os.path.join(folder, name)
            with open(path, encoding="utf-8") as file:
                lines = file.read().splitlines()
            for number, line in enumerate(lines, 1):
                for link in re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", line):
                    if not os.path.exists(os.path.join(folder, link)):
                        yield os.path.relpath(path, top), number, f"links to {link}: no such file"
