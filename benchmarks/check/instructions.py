"""`python benchmarks/check/instructions.py`: counts the instructions of a few runs; 5% above the baseline fails.

Needs valgrind. Counts depend on interpreter and build: the baseline has one entry for each, `--bless` writes it.
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
from pathlib import Path

HERE = Path(__file__).parent
BASELINE = HERE / "instructions.json"
PROJECT = HERE.parents[1] / "fixtures" / "projects" / "duo"
ALLOWED = 1.05


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bless", action="store_true", help="make what is counted now the baseline")
    options = parser.parse_args()
    key = f"{platform.python_implementation()} {platform.python_version()} {platform.machine()}"
    baseline: dict[str, dict[str, int]] = json.loads(BASELINE.read_text(encoding="utf-8"))
    found = counted()
    if options.bless:
        BASELINE.write_text(json.dumps({**baseline, key: found}, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        return 0
    if key not in baseline:
        print(f"no baseline for {key}: run with --bless")
        return 2
    for what, count in found.items():
        ratio = count / baseline[key][what]
        print(f"{what:<28} {count:>14,} {ratio:>7.1%} of the baseline{'' if ratio <= ALLOWED else '  TOO MUCH'}")
    return int(any(count > ALLOWED * baseline[key][what] for what, count in found.items()))


def counted() -> dict[str, int]:
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        shutil.copytree(PROJECT, project)
        check = ["check", str(project), "--exit-zero"]
        subprocess.run([sys.executable, "-m", "lintkit", *check], check=True, capture_output=True)
        return {
            "--version": instructions("--version"),
            "check, cold": instructions(*check, "--no-cache"),
            "check, warm": instructions(*check),
        }


def instructions(*arguments: str) -> int:
    """Of one run of lintkit, whose hash seed is fixed so that the next one counts the same."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", sys.executable, "-m", "lintkit"]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=True, env=environment)
    match = re.search(r"Collected\s*:\s*(\d+)", done.stderr)
    if match is None:
        raise SystemExit(f"valgrind says no count:\n{done.stderr}")
    return int(match[1])


if __name__ == "__main__":
    raise SystemExit(main())
