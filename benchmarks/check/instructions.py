"""`python benchmarks/check/instructions.py`: counts the work of a few runs; 5% above the baseline fails.

Counted are the calls of functions, Python's and C's, in our own process: a number that is the same in each run and on
each machine, unlike time. Work inside one call of the Rust index does not show; `--valgrind` counts instructions.
The baseline has an entry for each interpreter, libcst and way of counting; `--bless` writes it. Where there is none,
nothing can be said and nothing fails. What an environment imports when it starts is not counted, so bless in one that
`.ci/run` has made.
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
BASELINE = HERE / "instructions.json"
PROJECT = HERE.parents[1] / "fixtures" / "projects" / "duo"
ALLOWED = 1.05
COUNTER = """
import sys
calls = 0
def count(frame, event, argument):
    global calls
    calls += event in ("call", "c_call")
sys.argv = ["lintkit", *sys.argv[1:]]
sys.setprofile(count)
try:
    from lintkit.cli import main
    main(sys.argv[1:])
except SystemExit:
    pass
finally:
    sys.setprofile(None)
    sys.stderr.write(f"Collected : {calls}\\n")
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bless", action="store_true", help="make what is counted now the baseline")
    parser.add_argument("--valgrind", action="store_true", help="count instructions, fifty times slower")
    options = parser.parse_args()
    count = instructions if options.valgrind else calls
    key = (
        f"{count.__name__}, {platform.python_implementation()} {platform.python_version()} {platform.machine()},"
        f" libcst {version('libcst')}"
    )
    baseline: dict[str, dict[str, int]] = json.loads(BASELINE.read_text(encoding="utf-8"))
    found = counted(count)
    if options.bless:
        BASELINE.write_text(json.dumps({**baseline, key: found}, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        return 0
    if key not in baseline:
        print(f"no baseline for {key}")
        return 0
    for what, counts in found.items():
        ratio = counts / baseline[key][what]
        print(f"{what:<28} {counts:>14,} {ratio:>7.1%} of the baseline{'' if ratio <= ALLOWED else '  TOO MUCH'}")
    too_much = any(counts > ALLOWED * baseline[key][what] for what, counts in found.items())
    if too_much:
        print("find out why; if it is worth it, run with --bless and say in the commit what it buys")
    return int(too_much)


def counted(count: Callable[..., int]) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        shutil.copytree(PROJECT, project)
        check = ["check", str(project), "--exit-zero", "--no-ruff"]
        subprocess.run([sys.executable, "-m", "lintkit", *check], check=True, capture_output=True)
        return {
            "--version": count("--version"),
            "check, cold": count(*check, "--no-cache"),
            "check, warm": count(*check),
        }


def calls(*arguments: str) -> int:
    return _collected([sys.executable, "-c", COUNTER, *arguments])


def instructions(*arguments: str) -> int:
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", sys.executable, "-m", "lintkit"]
    return _collected([*command, *arguments])


def _collected(command: list[str]) -> int:
    """Of one run of lintkit, whose hash seed is fixed so that the next one counts the same."""
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": "0"}
    )
    match = re.search(r"Collected\s*:\s*(\d+)", done.stderr)
    if match is None:
        raise SystemExit(f"no count:\n{done.stderr}")
    return int(match[1])


if __name__ == "__main__":
    raise SystemExit(main())
