"""A small strategy project on the bundled engine, with a place for what a test plants in it."""

import os
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from lintkit.config import DrillConfig, SmokeConfig, Target
from lintkit.smoke.drills import suite
from lintkit.smoke.drills.lab import Lab
from lintkit.smoke.drills.outcome import Outcome
from lintkit.smoke.drills.sweep import Cores, Journal, Sweeper
from lintkit.smoke.session import Engine

TARGET = Target("backtest", "backtest.py", (), "tapes/backtest.tape")

BACKTEST = """
import csv
from decimal import Decimal

from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import AccountType, OmsType
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.test_kit.providers import TestInstrumentProvider

from planted import Planted

AUDUSD = TestInstrumentProvider.default_fx_ccy("AUD/USD", Venue("SIM"))
BAR_TYPE = BarType.from_str("AUD/USD.SIM-1-MINUTE-LAST-EXTERNAL")


def bars():
    with open("data/bars.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    prices = [[Price.from_str(row[name]) for name in ("open", "high", "low", "close")] for row in rows]
    times = [int(row["time_ns"]) for row in rows]
    return [Bar(BAR_TYPE, *p, Quantity.from_int(1_000_000), t, t) for p, t in zip(prices, times)]


engine = BacktestEngine()
engine.add_venue(Venue("SIM"), OmsType.NETTING, AccountType.MARGIN, [Money(1_000_000, USD)], USD, Decimal(10))
engine.add_instrument(AUDUSD)
data = bars()
engine.add_data(data)
engine.add_strategy(Planted(data))
engine.run()
engine.dispose()
"""

STRATEGY = '''
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.objects import Quantity
from nautilus_trader.trading.strategy import Strategy

BAR_TYPE = BarType.from_str("AUD/USD.SIM-1-MINUTE-LAST-EXTERNAL")


class Base(Strategy):
    """Buys or sells by what `wants` says of a bar, and is flat otherwise."""

    def __init__(self, data):
        super().__init__()
        self.data = data
        self.closes = []
        self.prepare()

    def prepare(self): ...

    def wants(self, bar):
        return self.closes[-1] > self.closes[-2]

    def on_start(self):
        self.instrument = self.cache.instrument(BAR_TYPE.instrument_id)
        self.subscribe_bars(BAR_TYPE)

    def on_bar(self, bar):
        self.closes.append(float(bar.close))
        if len(self.closes) < 3:
            return
        wanted, has = bool(self.wants(bar)), not self.portfolio.is_flat(bar.bar_type.instrument_id)
        if wanted and not has:
            self.buy(bar)
        elif has and not wanted:
            self.close_all_positions(bar.bar_type.instrument_id)

    def buy(self, bar):
        order = self.order_factory.market(bar.bar_type.instrument_id, OrderSide.BUY, Quantity.from_int(100_000))
        self.submit_order(order)
'''
CLEAN = "class Planted(Base): ..."


def _rows() -> Iterator[str]:
    """A deterministic walk of 120 minutes."""
    yield "time_ns,open,high,low,close"
    state, ticks, start = 7, 65_000, 1_709_542_800_000_000_000
    for minute in range(120):
        opened = ticks
        state = (state * 1_103_515_245 + 12_345) % (1 << 31)
        ticks += (state >> 16) % 41 - 20
        prices = (opened, max(opened, ticks) + 5, min(opened, ticks) - 5, ticks)
        yield ",".join([str(start + minute * 60_000_000_000), *(f"0.{price:05}" for price in prices)])


@dataclass
class Bench:
    root: Path
    settings: DrillConfig
    engine: Engine

    def plant(self, body: str, name: str = "planted.py") -> None:
        head = "from base import *\n" if name == "planted.py" else ""
        (self.root / name).write_text(head + textwrap.dedent(body), encoding="utf-8")

    def line_of(self, text: str, name: str = "planted.py") -> str:
        lines = (self.root / name).read_text(encoding="utf-8").splitlines()
        return f"{name}:{next(n for n, line in enumerate(lines, 1) if text in line)}"

    def drill(self, *names: str) -> tuple[Outcome, ...]:
        with ThreadPoolExecutor(2) as pool:
            sweeper = Sweeper(Cores(2), Journal(None))
            lab = Lab(TARGET, self.root, SmokeConfig(), self.settings, self.engine, pool, sweeper)
            return suite.drill(lab, names)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    root = tmp_path / "project"
    (root / "data").mkdir(parents=True)
    (root / "data" / "bars.csv").write_text("\n".join(_rows()) + "\n", encoding="utf-8")
    (root / "backtest.py").write_text(BACKTEST, encoding="utf-8")
    (root / "base.py").write_text(STRATEGY, encoding="utf-8")
    (root / "pyproject.toml").write_text('[[tool.lintkit.smoke.target]]\nscript = "backtest.py"\n', encoding="utf-8")
    bench = Bench(root, DrillConfig(), Engine("bundled", os.environ.get("LINTKIT_PROFILE", "1.221")))
    bench.plant(CLEAN)
    return bench
