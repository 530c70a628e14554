#!/usr/bin/env python3
"""Runs the fuzz targets one by one: run.py --build DIRECTORY [SECONDS|-runs=N] [TARGET...]

SECONDS (60 unless said) or N inputs are for each target; N counts from the start of this run. The
corpus is kept in DIRECTORY/corpus and grows from run to run; seeds come from tests/vectors, and a
dictionary from the words in the sources. An input that breaks a promise is left in DIRECTORY/found:
`DIRECTORY/bin/NAME_fuzz FILE` repeats it, and a unit test case keeps it.
"""

import argparse
import os
import re
import subprocess
import sys
import time

import seeds

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# The longest inputs that are tried; what is not listed takes up to 2048 bytes.
MAX_LEN = {
    "answer": 1024,
    "checks": 256,
    "cty_msgpack": 256,
    "cty_number": 128,
    "cty_type": 1024,
    "function": 256,
    "handshake": 256,
    "http_wire": 1024,
    "settings": 512,
    "url": 256,
}
# Where the words of a target's inputs stand, as files or folders.
WORDS = {
    "answer": ["client"],
    "apply": ["client", "resources"],
    "checks": ["provider/schema/value_checks.cc"],
    "cty_json": ["provider/cty/type_json.cc"],
    "cty_msgpack": ["provider/cty/type_json.cc"],
    "cty_type": ["provider/cty/type_json.cc"],
    "emulator": ["tests/emulator"],
    "exchange": ["client"],
    "http_wire": ["tests/emulator/http/wire.cc"],
    "rpc": ["resources"],
    "settings": ["client/settings_sources.cc"],
    "state": ["resources"],
}
WORD = re.compile(r'"([!#-\[\]-~]{2,40})"')  # a literal without spaces and escapes


def words_below(path):
    if os.path.isfile(path):
        with open(path, encoding="utf-8") as file:
            return set(WORD.findall(re.sub(r"#include.*", "", file.read())))
    inside = [os.path.join(path, name) for name in sorted(os.listdir(path))]
    return set().union(*map(words_below, inside))


def write_dictionary(name, path):
    words = set().union(*(words_below(os.path.join(TOP, place)) for place in WORDS.get(name, [])))
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(f'"{word}"\n' for word in sorted(words) or ["0"])  # none would be an error


def write_seeds(name, folder):
    os.makedirs(folder, exist_ok=True)
    for number, data in enumerate(seeds.seeds_of(TOP, name)):
        with open(os.path.join(folder, f"{number:04}"), "wb") as file:
            file.write(data)


def statistics(log):
    found = dict(re.findall(r"stat::(\w+):\s+(\d+)", log))
    return int(found.get("number_of_executed_units", 0)), int(found.get("average_exec_per_sec", 0))


def run(build, name, limit):
    def place(kind, suffix=""):
        path = os.path.join(build, kind, name + suffix)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    write_seeds(name, place("seeds"))
    write_dictionary(name, place("words", ".txt"))
    os.makedirs(place("corpus"), exist_ok=True)
    command = [
        os.path.join(build, "bin", name + "_fuzz"),
        limit,
        f"-max_len={MAX_LEN.get(name, 2048)}",
        "-timeout=20",
        # What it finds out about its own progress costs more than our code.
        "-entropic=0",
        "-print_funcs=0",
        "-print_final_stats=1",
        "-dict=" + place("words", ".txt"),
        "-artifact_prefix=" + place("found", "-"),
        place("corpus"),
        place("seeds"),
    ]
    began = time.monotonic()
    # Without where memory came from; `bin/NAME_fuzz FILE` tells it.
    environment = dict(os.environ, ASAN_OPTIONS="malloc_context_size=0:quarantine_size_mb=16")
    with open(place("logs", ".txt"), "w", encoding="utf-8") as log:
        done = subprocess.run(command, stdout=log, stderr=log, env=environment, check=False)
    with open(place("logs", ".txt"), encoding="utf-8", errors="replace") as log:
        text = log.read()
    units, pace = statistics(text)
    seconds = time.monotonic() - began
    verdict = "ok" if done.returncode == 0 else f"FAILED, see {place('logs', '.txt')}"
    print(f"{name:12} {units:>10} inputs {pace:>7}/s {seconds:>6.0f} s  {verdict}", flush=True)
    if done.returncode != 0:
        told = [line[:200] for line in text.splitlines() if not line.startswith(("#", "stat::"))]
        print("\n".join(told[-50:]), flush=True)
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--build", required=True)
    options, words = parser.parse_known_args()
    build = os.path.abspath(options.build)
    suffix = "_fuzz"
    binaries = os.listdir(os.path.join(build, "bin"))
    known = sorted(n.removesuffix(suffix) for n in binaries if n.endswith(suffix))
    limit = "-max_total_time=60"
    if words and re.fullmatch(r"\d+", words[0]):
        limit = "-max_total_time=" + words.pop(0)
    elif words and re.fullmatch(r"-runs=\d+", words[0]):
        limit = words.pop(0)
    names = [word.removesuffix(suffix) for word in words] or known
    for name in names:
        if name not in known:
            sys.exit(f"there is no target {name}; there are: {' '.join(known)}")
    results = [run(build, name, limit) for name in names]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
