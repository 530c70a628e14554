#!/usr/bin/env python3
"""The tests with real Terraform and OpenTofu against the emulator.

    run.py --build DIRECTORY [--cases FOLDER] [--list] [--jobs N] [--results FILE] [PATTERN...]

FOLDER is cases (default), packaged, for what `./dev package` made of this machine's platform, or
foreign, for what it made of another one.

Cases marked each_tool run with every tool in ECS_TEST_TERRAFORMS (paths, separated by colons or
newlines; default: those on the PATH), the others with one of them in turn; --all runs all with all.
A case that needs a feature (features.py) is absent for tools without it: neither run nor passed.
PATTERN selects by a part of `tool file.Class.test`.
"""

import argparse
import collections
import concurrent.futures
import glob
import importlib
import io
import os
import sys
import tempfile
import time
import unittest
import xml.sax.saxutils

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

from case import Case  # noqa: E402
from features import has  # noqa: E402
from terraform import (  # noqa: E402
    REQUIRED_PROVIDERS,
    Workspace,
    given_tools,
    installation,
    write_cli_config,
)

Found = collections.namedtuple("Found", "module label method each features")


def discover(folder):
    """Every case, in a fixed order: whether it runs with each tool, and what the tool must have."""
    found = []
    for path in sorted(glob.glob(os.path.join(HERE, folder, "*.py"))):
        name = f"{folder}.{os.path.basename(path)[:-3]}"
        for label, kind in sorted(vars(importlib.import_module(name)).items()):
            if not (isinstance(kind, type) and issubclass(kind, Case) and kind is not Case):
                continue
            if kind.__module__ != name:
                continue
            for method in unittest.defaultTestLoader.getTestCaseNames(kind):
                marked = (kind, getattr(kind, method))
                each = any(getattr(part, "each_tool", False) for part in marked)
                features = {word for part in marked for word in getattr(part, "features", ())}
                found.append(Found(name, label, method, each, features))
    return found


def assign(cases, tools, everything):
    """Which case runs with which tool, and which is absent because the tool lacks a feature."""
    jobs, absent = [], []
    turn = 0
    for case in cases:
        able = [tool for tool in tools if all(has(tool, word) for word in case.features)]
        lacking = [tool for tool in tools if tool not in able]
        if not case.each and not everything:
            # One tool is enough: absent is what none of them can run.
            lacking = [] if able else tools[:1]
            able = [able[turn % len(able)]] if able else []
            turn += 1
        jobs += [(*case[:3], tool) for tool in able]
        absent += [(*case[:3], tool) for tool in lacking]
    return jobs, absent


def selected(jobs, patterns):
    return [job for job in jobs if not patterns or any(word in title(job) for word in patterns)]


def title(job):
    module, label, method, tool = job
    return f"{tool} {module.split('.')[-1]}.{label}.{method}"


def prepare(tool, scratch, mirror):
    """Installs the provider once with a real init; the cases start from its result."""
    cli_config = os.path.join(scratch, "terraform.tfrc")
    write_cli_config(cli_config, installation("filesystem_mirror", path=mirror))
    folder = os.path.join(scratch, f"{tool.name}-{tool.version}")
    work = Workspace(tool, folder, cli_config, {})
    work.write("main.tf", REQUIRED_PROVIDERS)
    outcome = work.run("init", "-input=false", "-no-color")
    if outcome.code != 0:
        sys.exit(f"{tool}: init failed\n{outcome}")
    return folder, cli_config


def run_case(job, settings):
    """In a process of its own. Returns the job, whether it passed, seconds, and what went wrong.

    None for what cannot be tried as this user."""
    module, label, method, tool = job
    kind = getattr(importlib.import_module(module), label)
    kind.tool = tool
    kind.build = settings["build"]
    kind.initialised, kind.cli_config = settings["initialised"][str(tool)]
    began = time.monotonic()
    result = unittest.TextTestRunner(stream=io.StringIO(), verbosity=0).run(kind(method))
    problems = [text for _, text in result.failures + result.errors]
    passed = None if result.skipped else not problems
    return job, passed, time.monotonic() - began, "\n".join(problems)


def write_results(path, finished):
    """JUnit's XML, as the other test binaries write it; the suite is named like the file."""
    suite = os.path.basename(path).removesuffix(".xml")
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    escape = xml.sax.saxutils.quoteattr
    failed = sum(1 for _, passed, _, _ in finished if not passed)
    lines = [f'<testsuites tests="{len(finished)}" failures="{failed}" name="{suite}">']
    lines.append(f'<testsuite name="{suite}" tests="{len(finished)}" failures="{failed}">')
    for job, passed, seconds, problems in finished:
        head = f'<testcase name={escape(title(job))} classname="{suite}" time="{seconds:.2f}"'
        cleaned = "".join(letter for letter in problems if letter >= " " or letter in "\n\t")
        lines.append(
            head + ("/>" if passed else f"><failure message={escape(cleaned)}/></testcase>")
        )
    lines += ["</testsuite>", "</testsuites>"]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def run_all(jobs, settings, workers):
    finished = []
    with concurrent.futures.ProcessPoolExecutor(workers) as pool:
        futures = [pool.submit(run_case, job, settings) for job in jobs]
        for future in concurrent.futures.as_completed(futures):
            job, passed, seconds, problems = future.result()
            finished.append((job, passed, seconds, problems))
            word = {True: "ok    ", False: "FAILED", None: "absent"}[passed]
            print(f"{word} {len(finished)}/{len(jobs)} {title(job)} ({seconds:.1f} s)", flush=True)
            if passed is False:
                print(problems, flush=True)
    return finished


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default="build")
    parser.add_argument("--cases", default="cases")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--all", action="store_true", help="every case with every tool")
    # Most of a case is waiting for the emulator's work.
    parser.add_argument("--jobs", type=int, default=(os.cpu_count() or 2) + 1)
    parser.add_argument("--results", help="where to write JUnit's XML")
    parser.add_argument("patterns", nargs="*")
    return parser.parse_args()


def main():
    options = arguments()
    tools = given_tools()
    if not tools:
        sys.exit("no terraform or tofu: put one on the PATH or name it in ECS_TEST_TERRAFORMS")
    jobs, absent = (
        selected(part, options.patterns)
        for part in assign(discover(options.cases), tools, options.all)
    )
    if options.list:
        print("\n".join(map(title, jobs)))
        return 0
    print("acceptance with: " + ", ".join(f"{tool} ({tool.path})" for tool in tools), flush=True)
    build = os.path.abspath(options.build)
    with tempfile.TemporaryDirectory(prefix="ecs-acceptance-") as scratch:
        initialised = {
            str(tool): prepare(tool, scratch, os.path.join(build, "mirror")) for tool in tools
        }
        settings = {"build": build, "initialised": initialised}
        tried = run_all(jobs, settings, max(1, options.jobs))
    finished = [entry for entry in tried if entry[1] is not None]
    absent += [entry[0] for entry in tried if entry[1] is None]
    if options.results:
        write_results(options.results, finished)
    failed = sorted(title(job) for job, passed, _, _ in finished if not passed)
    for name in failed:
        print(f"failed: {name}")
    passed = len(finished) - len(failed)
    print(f"acceptance: {passed} passed, {len(failed)} failed, {len(absent)} absent")
    return 1 if failed or not finished else 0


if __name__ == "__main__":
    sys.exit(main())
