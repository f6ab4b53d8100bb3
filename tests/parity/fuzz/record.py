"""Keeps a scenario as a regression: `python -m tests.parity.fuzz.record FILE --why TEXT --real 1.221=PYTHON ...`.

The tape of each real package that is named is recorded beside the scenario; with a FILE that has been recorded already
the tapes are taken again. Kept scenarios are played in every test run, with or without the real package.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from tests.parity.fuzz.engines import Engine

REGRESSIONS = Path(__file__).parent / "regressions"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.parity.fuzz.record", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--why", help="what the real package does here")
    parser.add_argument("--name", help="file name under regressions/")
    parser.add_argument("--real", action="append", required=True, help="PROFILE=PYTHON")
    args = parser.parse_args()
    kept: dict[str, Any] = json.loads(args.file.read_text(encoding="utf-8"))
    if "scenario" not in kept:
        kept = {"why": args.why, "scenario": kept, "tapes": {}}
    for named in args.real:
        profile, _, python = named.partition("=")
        engine = Engine(profile, python)
        kept["tapes"][profile] = engine.play(kept["scenario"])
        engine.close()
    target = REGRESSIONS / f"{args.name or args.file.stem}.json"
    target.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
