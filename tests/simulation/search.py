"""Runs the simulator as CI does: the kept cases, then new seeds for a while.

The first seed follows from the commit: the same commit tries the same runs everywhere, and each new
one tries others.
"""

import os
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))


def first_seed():
    asked = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=here, capture_output=True, text=True, check=False
    )
    commit = asked.stdout.strip() or "1"
    return int(commit[:10], 16)


def main():
    simulate, seconds = sys.argv[1], sys.argv[2]
    command = [simulate, "100000000", "--seconds", seconds, "--seed", str(first_seed())]
    command += ["--cases", os.path.join(here, "seeds"), "--keep-going", "5"]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
