"""Runs the benchmarks on the real package and on the bundled engine, one after the other, and prints the ratios.

    python benchmarks/engine/compare.py PYTHON_WITH_NAUTILUS_TRADER [--only a,b,c,d] [--runs 3] [--scale 1.0]

PYTHON is an interpreter that has `nautilus_trader` (1.221.0 or 1.231.0), numpy and pandas; this interpreter has lintkit
(a release build), numpy and pandas of the same versions. The bundled engine follows the release that PYTHON has.
Figures are CPU seconds, of which the median of `--runs` is taken: sides alternate, so that other load hits both.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lintkit

HERE = Path(__file__).resolve().parent
PACKAGE = Path(lintkit.__file__).resolve().parent
SCRIPTS = {
    "a": ("bench_a_emacross_quotes.py", 1_000_000),
    "b": ("bench_b_noop_trades.py", 1_000_000),
    "c": ("bench_c_maker_l1.py", 200_000),
    "d": ("bench_d_l2_deltas.py", 200_000),
}
# What a strategy and its backtest import, without numpy and pandas, which the scripts load themselves.
IMPORTS = """
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig, StrategyConfig
from nautilus_trader.indicators import ExponentialMovingAverage
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import Bar, BarType, QuoteTick
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, TraderId, Venue
from nautilus_trader.model.objects import Money
from nautilus_trader.persistence.wranglers import QuoteTickDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy
"""
TIMER = (
    "import resource as r, sys; u = r.getrusage(r.RUSAGE_SELF); t = u.ru_utime + u.ru_stime\n{}\n"
    "u = r.getrusage(r.RUSAGE_SELF); print(u.ru_utime + u.ru_stime - t)"
)


@dataclass(frozen=True)
class Side:
    python: str
    environment: dict[str, str]

    def output(self, *arguments: str) -> str:
        environment = os.environ | self.environment
        command = [self.python, *arguments]
        # Elsewhere than in a checkout, whose `lintkit` would hide the installed one.
        done = subprocess.run(command, env=environment, cwd=HERE, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{self.python} {' '.join(arguments)}:\n{done.stderr[-2000:]}")
        return done.stdout.splitlines()[-1]

    def bench(self, script: str, rows: int) -> dict[str, Any]:
        return json.loads(self.output(str(HERE / script), str(rows)))


def sides(python: str) -> tuple[Side, Side]:
    real = Side(python, {"PYTHONPATH": ""})
    version = real.output("-c", "import nautilus_trader; print(nautilus_trader.__version__)")
    profile = "1.221" if version.startswith("1.221.") else "1.231"
    paths = os.pathsep.join([str(PACKAGE / "compat"), str(PACKAGE.parent)])
    print(f"nautilus_trader {version} against the bundled engine, profile {profile}")
    return real, Side(sys.executable, {"PYTHONPATH": paths, "LINTKIT_PROFILE": profile})


def figures(result: dict[str, Any]) -> dict[str, float]:
    return {
        "run": result["phases"]["run"][1],
        "process": result["total_cpu"],
        "peak MiB": result["peak_rss_mib"],
    }


def row(name: str, real: list[float], ours: list[float]) -> None:
    left, right = statistics.median(real), statistics.median(ours)
    print(f"{name:<14}{left:>12.3f}{right:>12.3f}{left / right:>9.1f}x")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("python", help="an interpreter that has nautilus_trader")
    parser.add_argument("--only", default="a,b,c,d", help="which benchmarks")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of events")
    options = parser.parse_args()
    real, ours = sides(options.python)
    print(f"{'CPU s':<14}{'real':>12}{'bundled':>12}{'ratio':>10}")
    code = TIMER.format(IMPORTS)
    times = [(float(real.output("-c", code)), float(ours.output("-c", code))) for _ in range(options.runs)]
    row("import", [t[0] for t in times], [t[1] for t in times])
    for name in options.only.split(","):
        script, rows = SCRIPTS[name]
        count = int(rows * options.scale)
        results = [(real.bench(script, count), ours.bench(script, count)) for _ in range(options.runs)]
        for figure in ("run", "process", "peak MiB"):
            row(f"{name} {figure}", [figures(r)[figure] for r, _ in results], [figures(o)[figure] for _, o in results])
        tapes = {result.get("tape") for pair in results for result in pair}
        print(f"{name} tapes {'are the same' if len(tapes) == 1 else 'DIFFER'}")


if __name__ == "__main__":
    main()
