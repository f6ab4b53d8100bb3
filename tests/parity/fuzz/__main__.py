"""Hunt for differences: `python -m tests.parity.fuzz --real PYTHON --profile 1.221 --count 2000`.

`--real` names an interpreter that has the real package of the profile's version. Differences are listed by kind, most
frequent first; `--seed N` shrinks one scenario and shows where it parts.
"""

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.parity.fuzz.compare import Difference, Judge, Verdict, difference
from tests.parity.fuzz.generate import generate
from tests.parity.fuzz.shrink import shrink


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.parity.fuzz", description=__doc__)
    parser.add_argument("--real", required=True)
    parser.add_argument("--profile", required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--seed", type=int, help="show where this one scenario parts, and shrink it")
    parser.add_argument("--play", type=Path, help="play the scenario of this file on both")
    parser.add_argument("--out", type=Path, help="write the shrunk scenario here")
    parser.add_argument("--context", type=int, default=12)
    args = parser.parse_args()
    judge = Judge(args.profile, args.real, args.cache)
    try:
        if args.play:
            scenario = json.loads(args.play.read_text(encoding="utf-8"))
            return _show(scenario.get("scenario", scenario), judge, args.context)
        if args.seed is not None:
            return _explain(args.seed, judge, args.context, args.out)
        return _survey(range(args.first, args.first + args.count), judge)
    finally:
        judge.close()


def _survey(seeds: range, judge: Judge) -> int:
    kinds: dict[str, list[int]] = defaultdict(list)
    verdicts: dict[Verdict, int] = dict.fromkeys(Verdict, 0)
    for seed in seeds:
        found = judge.judge(generate(seed))
        if isinstance(found, Verdict):
            verdicts[found] += 1
        else:
            kinds[found.kind].append(seed)
    counts = ", ".join(f"{count} {verdict.value}" for verdict, count in verdicts.items())
    print(f"{len(seeds)} scenarios: {counts}, {sum(map(len, kinds.values()))} differ")
    for kind, found in sorted(kinds.items(), key=lambda item: -len(item[1])):
        print(f"{len(found):4} {kind}  seeds {found[:8]}")
    return 1 if kinds else 0


def _explain(seed: int, judge: Judge, context: int, out: Path | None) -> int:
    scenario = generate(seed)
    found = judge.judge(scenario)
    if isinstance(found, Verdict):
        print(found.value)
        return 0

    def fails(candidate: dict[str, Any]) -> bool:
        now = judge.judge(candidate)
        return isinstance(now, Difference) and now.kind == found.kind

    small = shrink(scenario, fails)
    if out:
        out.write_text(json.dumps(small), encoding="utf-8")
    for key, value in small.items():
        print(f"{key}:")
        lines = map(json.dumps, value) if key != "again" else ["true"]
        print("\n".join(f"    {line}" for line in lines))
    return _show(small, judge, context)


def _show(scenario: dict[str, Any], judge: Judge, context: int) -> int:
    real, ours = judge.real(scenario), judge.ours.play(scenario)
    found = difference(real, ours)
    at = len(real) if found is None else found.index
    for line in real[max(0, at - context) : at]:
        print(f"   {line}")
    if found is None:
        return 0
    for line in real[at : at + 6]:
        print(f"real {line}")
    for line in ours[at : at + 6]:
        print(f"ours {line}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
