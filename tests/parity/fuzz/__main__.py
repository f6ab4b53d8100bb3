"""Hunt for differences: `python -m tests.parity.fuzz --real PYTHON --profile 1.221 --count 2000`.

`--real` names an interpreter that has the real package of the profile's version. Differences are listed by kind, most
frequent first; `--shrink KIND` shrinks the first scenario of a kind and prints it.
"""

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.parity.fuzz.compare import Difference, difference
from tests.parity.fuzz.engines import Engine
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
    real = Engine(args.profile, args.real, args.cache)
    ours = Engine(args.profile)
    try:
        if args.play:
            scenario = json.loads(args.play.read_text(encoding="utf-8"))
            return _show(scenario.get("scenario", scenario), real, ours, args.context)
        if args.seed is not None:
            return _explain(args.seed, real, ours, args.context, args.out)
        return _survey(range(args.first, args.first + args.count), real, ours)
    finally:
        real.close()
        ours.close()


def _survey(seeds: range, real: Engine, ours: Engine) -> int:
    kinds: dict[str, list[tuple[int, Difference]]] = defaultdict(list)
    refused: dict[str, list[int]] = defaultdict(list)
    equal = 0
    for seed in seeds:
        scenario = generate(seed)
        tape = ours.play(scenario)
        if tape and tape[0].startswith("refused"):
            refused[tape[0].partition("(")[0]].append(seed)
            continue
        found = difference(real.play(scenario), tape)
        if found is None:
            equal += 1
        else:
            kinds[found.kind].append((seed, found))
    _print(f"{len(seeds)} scenarios: {equal} equal, {sum(map(len, kinds.values()))} differ, "
           f"{sum(map(len, refused.values()))} refused")
    for text, refusals in refused.items():
        _print(f"  refused {len(refusals)}: {text}")
    for kind, found in sorted(kinds.items(), key=lambda item: -len(item[1])):
        _print(f"{len(found):4} {kind}  seeds {[seed for seed, _ in found[:8]]}")
    return 1 if kinds else 0


def _explain(seed: int, real: Engine, ours: Engine, context: int, out: Path | None) -> int:
    scenario = generate(seed)
    found = difference(real.play(scenario), ours.play(scenario))
    if found is None:
        _print("no difference")
        return 0

    def fails(candidate: dict[str, Any]) -> bool:
        mine = ours.play(candidate)
        if mine[:1] and mine[0].startswith("refused"):
            return False
        now = difference(real.play(candidate), mine)
        return now is not None and now.kind == found.kind

    small = shrink(scenario, fails)
    if out:
        out.write_text(json.dumps(small), encoding="utf-8")
    for key, value in small.items():
        _print(f"{key}:")
        for item in value if isinstance(value, list) else [value]:
            _print(f"    {json.dumps(item)}")
    return _show(small, real, ours, context)


def _show(scenario: dict[str, Any], real: Engine, ours: Engine, context: int) -> int:
    a, b = real.play(scenario), ours.play(scenario)
    found = difference(a, b)
    at = len(a) if found is None else found.index
    for line in a[max(0, at - context) : at]:
        _print(f"   {line}")
    if found is None:
        return 0
    for line in a[at : at + 6]:
        _print(f"real {line}")
    for line in b[at : at + 6]:
        _print(f"ours {line}")
    return 1


def _print(text: str) -> None:
    print(text, file=sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
