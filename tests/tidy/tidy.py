#!/usr/bin/env python3
"""What a machine can check, no reviewer should: bans with replacements, sizes, layers, dead files.

    tidy.py SOURCE_DIRECTORY [BUILD_DIRECTORY]

Prints one line a finding, `file:line: what is wrong: what to do`, and ends with 1 if there is any.
With a build directory it also checks that each C++ file is built by a target.
"""

import os
import re
import subprocess
import sys

from citations import check_citations, check_links, documents
from rules import BANS, LAYERS, LIMITS, Ban


class Source:
    """One file: its lines, and the same lines without comments and literals."""

    def __init__(self, top, path):
        self.path = path
        with open(os.path.join(top, path), encoding="utf-8") as file:
            self.text = file.read()
        self.lines = self.text.splitlines()
        self.is_cpp = path.endswith((".cc", ".h"))
        self.code = strip_cpp(self.text).splitlines() if self.is_cpp else self.lines


CPP_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"'
    r'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'',
    re.DOTALL,
)


def strip_cpp(text):
    """Blanks comments and literals, keeping the line numbers and the names of included files."""

    def blank(match):
        token = match.group(0)
        if token.startswith('"'):
            start = text.rfind("\n", 0, match.start()) + 1
            if text[start : match.start()].lstrip().startswith("#include"):
                return token
        kept = '""' if token[0] in '"R' else " "
        return kept + "\n" * token.count("\n")

    return CPP_TOKEN.sub(blank, text)


def tracked_files(top):
    """What git knows or would add; without git (a release archive) all files."""
    listed = subprocess.run(
        ["git", "-C", top, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = listed.stdout.decode().split("\0")
        return sorted({name for name in names if name and os.path.isfile(os.path.join(top, name))})
    found = []
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if not name.startswith((".", "build"))]
        found += [os.path.relpath(os.path.join(folder, name), top) for name in names]
    return sorted(found)


def is_text(path):
    return path.endswith(
        (".cc", ".h", ".py", ".sh", ".cmake", ".proto", ".md", ".tf", ".txt", ".json")
    ) or (os.path.basename(path) in ("dev", "run"))


def check_bans(source):
    for ban in BANS:
        if not ban.covers(source.path):
            continue
        lines = source.lines if ban.in_comments else source.code
        for number, line in enumerate(lines, 1):
            if ban.pattern.search(line):
                yield number, f"{ban.what}: {ban.instead}"


def check_secrets(source):
    """Each use of Reveal() says in the comment above why this text has to leave its Secret."""
    if not source.is_cpp or source.path in ("base/secret.h",) or source.path.startswith("tests/"):
        return
    for number, line in enumerate(source.code, 1):
        if "Reveal()" in line:
            above = source.lines[number - 2].strip() if number > 1 else ""
            if not above.startswith("//"):
                yield number, "Reveal() without a comment in the line above: say why it is needed"


def check_sizes(source):
    if source.path.endswith(LIMITS.lines_exempt):
        return
    for number, line in enumerate(source.lines, 1):
        if len(line) > LIMITS.columns:
            yield number, f"{len(line)} columns: at most {LIMITS.columns}"
    if len(source.lines) > LIMITS.file_lines:
        yield 1, f"{len(source.lines)} lines: at most {LIMITS.file_lines}; give each file one job"


def check_functions(source):
    """Bodies whose brace opens at the end of a line that is no namespace, type or initializer."""
    if not source.is_cpp:
        return
    stack = []
    header = ""
    for number, line in enumerate(source.code, 1):
        for position, letter in enumerate(line):
            if letter == "{":
                before = (header + " " + line[:position]).strip()
                stack.append((number, opens_function(before)))
                header = ""
            elif letter == "}" and stack:
                begin, is_function = stack.pop()
                length = number - begin + 1
                if is_function and length > LIMITS.function_lines:
                    yield begin, f"a function of {length} lines: at most {LIMITS.function_lines}"
                header = ""
        tail = re.split(r"[;{}]", line)[-1]
        header = tail if re.search(r"[;{}]", line) else header + " " + tail


NO_FUNCTION = re.compile(
    r"^(namespace|class|struct|enum|union|extern|export)\b|=\s*$|\breturn\s*$|,\s*$|\($"
)


def opens_function(header):
    header = re.sub(r"^(template\s*<.*>\s*)", "", header.strip())
    if not header or NO_FUNCTION.search(header):
        return False
    return header.endswith((")", "const", "override", "noexcept", "final")) or ") ->" in header


INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')


def check_layers(source):
    if not source.is_cpp:
        return
    for number, line in enumerate(source.code, 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        for layer in LAYERS:
            if layer.forbids(source.path, found.group(2)):
                yield number, f"includes {found.group(2)}: {layer.reason}"


def check_pragma(source):
    if source.path.endswith(".h") and "#pragma once" not in source.code:
        yield 1, "a header without #pragma once"


def fuzzers(top):
    """The files of the fuzz targets, which clang builds in a folder of its own: ./dev fuzz."""
    folder = os.path.join("tests", "fuzz")
    with open(os.path.join(top, folder, "CMakeLists.txt"), encoding="utf-8") as file:
        listed = file.read()
    names = re.findall(r"\b[a-z_]+\.cc\b", listed)
    names += [name + "_fuzz.cc" for name in re.findall(r"^ecs_fuzzer\((\w+)", listed, re.MULTILINE)]
    return {os.path.join(folder, name) for name in names}


def check_built(sources, top, build):
    """A .cc file is in the compile database; a .h file is included by a file of ours."""
    included = set()
    for source in sources:
        if source.is_cpp:
            for line in source.code:
                found = INCLUDE.match(line)
                if found:
                    included.add(found.group(2))
                    included.add(
                        os.path.normpath(os.path.join(os.path.dirname(source.path), found.group(2)))
                    )
    # CMake includes precompiled headers by itself.
    with open(os.path.join(top, "cmake", "targets.cmake"), encoding="utf-8") as file:
        precompiled = re.findall(r"[a-z_]+\.h\b", file.read())
    included.update(os.path.join("cmake", name) for name in precompiled)
    import json

    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        built = {
            os.path.relpath(os.path.realpath(entry["file"]), os.path.realpath(top))
            for entry in json.load(file)
        }
    built |= fuzzers(top)
    for source in sources:
        if source.path.endswith(".cc") and source.path not in built:
            yield source.path, 1, "no target builds it: add it to a CMakeLists.txt or remove it"
        if source.path.endswith(".h") and source.path not in included:
            yield source.path, 1, "nothing includes it: remove it"


CHECKS = [check_bans, check_secrets, check_sizes, check_functions, check_layers, check_pragma]


def main():
    top = os.path.abspath(sys.argv[1])
    build = sys.argv[2] if len(sys.argv) > 2 else None
    sources = [Source(top, path) for path in tracked_files(top) if is_text(path)]
    findings = [
        (source.path, number, text)
        for source in sources
        for check in CHECKS
        for number, text in check(source)
    ]
    known = documents(top)
    findings += [
        (source.path, number, text)
        for source in sources
        for number, text in check_citations(source, known)
    ]
    findings += check_links(top)
    if build:
        findings += check_built(sources, top, build)
    for path, number, text in sorted(findings):
        print(f"{path}:{number}: {text}")
    print(f"tidy: {len(sources)} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
