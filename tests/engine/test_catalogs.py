"""Catalogs and the backtests that read them, without the real package: tests/parity compares them with it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import lintkit

COMPAT = Path(lintkit.__file__).parent / "compat"
WRITE = """
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Price, Quantity
from nautilus_trader.persistence.catalog import ParquetDataCatalog
from nautilus_trader.test_kit.providers import TestInstrumentProvider
catalog = ParquetDataCatalog("data")
pairs = [TestInstrumentProvider.default_fx_ccy(name, Venue("SIM")) for name in ("AUD/USD", "EUR/USD")]
catalog.write_data(pairs)
size = Quantity(1e6, 0)
for shift, pair in enumerate(pairs):
    catalog.write_data([
        QuoteTick(pair.id, Price(1 + n % 7 * 1e-5, 5), Price(1.0001, 5), size, size, n // 3 + shift, n // 3 + shift)
        for n in range(90)
    ])
"""
TRADE = """
from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.trading.strategy import Strategy
class TradeConfig(StrategyConfig, frozen=True):
    instrument_id: InstrumentId
class Trade(Strategy):
    def on_start(self):
        self.n = 0
        self.subscribe_quote_ticks(self.config.instrument_id)
    def on_quote_tick(self, tick):
        self.n += 1
        if self.n % 10 == 0:
            side = OrderSide.BUY if self.n % 20 else OrderSide.SELL
            quantity = Quantity(1000, 0)
            self.submit_order(self.order_factory.market(self.config.instrument_id, side, quantity))
    def on_order_filled(self, fill):
        print(fill.ts_event, fill.order_side.name, fill.last_px, fill.client_order_id)
"""
NODE = """
from nautilus_trader.backtest.node import *
from nautilus_trader.config import ImportableStrategyConfig
def run(chunk_size):
    strategy = ImportableStrategyConfig(
        strategy_path="__main__:Trade", config_path="__main__:TradeConfig", config={"instrument_id": "AUD/USD.SIM"}
    )
    venue = BacktestVenueConfig(
        name="SIM", oms_type="NETTING", account_type="MARGIN", starting_balances=["100_000 USD"], base_currency="USD"
    )
    data = BacktestDataConfig(catalog_path="data", data_cls=QuoteTick, instrument_ids=["AUD/USD.SIM", "EUR/USD.SIM"])
    engine = BacktestEngineConfig(strategies=[strategy])
    config = BacktestRunConfig(engine=engine, venues=[venue], data=[data], chunk_size=chunk_size, raise_exception=True)
    print("iterations", BacktestNode([config]).run()[0].iterations)
"""
ENGINE = """
from decimal import Decimal
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.enums import AccountType, OmsType
from nautilus_trader.model.objects import Money
engine = BacktestEngine(BacktestEngineConfig())
engine.add_venue(
    Venue("SIM"), OmsType.NETTING, AccountType.MARGIN, [Money(100_000, USD)], base_currency=USD,
    default_leverage=Decimal(1),
)
for pair in pairs:
    engine.add_instrument(pair)
engine.add_data(list(catalog.quote_ticks()))
engine.add_strategy(Trade(TradeConfig(instrument_id=pairs[0].id)))
engine.run()
print("iterations", engine.get_result().iterations)
"""


def run(script: str, folder: Path, profile: str = "1.231") -> subprocess.CompletedProcess[str]:
    (folder / "script.py").write_text(script, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(COMPAT), "LINTKIT_PROFILE": profile}
    command = [sys.executable, "script.py"]
    return subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, env=environment)


def printed(script: str, folder: Path, profile: str = "1.231") -> str:
    done = run(script, folder, profile)
    assert done.returncode == 0, done.stderr[-2000:]
    return "\n".join(line for line in done.stdout.splitlines() if "[" not in line)


@pytest.mark.parametrize("profile", ["1.221", "1.231"])
def test_a_node_trades_as_the_engine_does_with_the_same_data(profile: str, tmp_path: Path) -> None:
    expected = printed(WRITE + TRADE + ENGINE, tmp_path, profile)
    node = WRITE.partition("catalog =")[0] + TRADE + NODE
    assert "iterations 180" in expected
    assert expected.count("BUY") == 5
    for chunk_size in (None, 7):
        assert printed(f"{node}\nrun({chunk_size})", tmp_path, profile) == expected


def test_another_release_reads_the_instruments_and_ticks(tmp_path: Path) -> None:
    printed(WRITE, tmp_path, "1.221")
    read = (
        WRITE.partition("catalog =")[0]
        + 'c = ParquetDataCatalog("data")\nprint(len(c.instruments()), len(c.quote_ticks()))'
    )
    assert printed(read, tmp_path, "1.231") == "2 180"


def test_without_pyarrow_the_extra_is_named(tmp_path: Path) -> None:
    block = "import sys\nsys.modules['pyarrow'] = None\n"
    said = run(block + WRITE, tmp_path).stderr.splitlines()[-1]
    assert "nautilus-lintkit[catalog]" in said
    assert "script.py:9" in said


def test_data_that_only_a_catalog_has_are_refused(tmp_path: Path) -> None:
    config = "from nautilus_trader.config import DataCatalogConfig\n"
    given = ENGINE.replace("EngineConfig())", 'EngineConfig(catalogs=[DataCatalogConfig(path="data")]))')
    assert "iterations 180" in printed(WRITE + TRADE + config + given, tmp_path)
    other = given.replace("catalog.quote_ticks()", 'catalog.quote_ticks(["EUR/USD.SIM"])')
    said = run(WRITE + TRADE + config + other, tmp_path).stderr.splitlines()[-1]
    assert "subscribe_quote_ticks to QuoteTick data of AUD/USD.SIM" in said


def test_test_data_are_not_bundled(tmp_path: Path) -> None:
    script = "from nautilus_trader.test_kit.providers import TestDataProvider\nTestDataProvider().read('x.csv')\n"
    said = run(script, tmp_path).stderr.splitlines()[-1]
    assert "FileNotFoundError" in said
    assert "script.py:2" in said


MERGE = """
import random
import numpy as np
from nautilus_trader.persistence.catalog._merge import merged
draw = random.Random(5)
for _ in range(300):
    streams = []
    for name in range(draw.randrange(6)):
        times = sorted(draw.randrange(12) for _ in range(draw.randrange(9)))
        streams.append((np.array(times, dtype=np.uint64), [(t, name, n) for n, t in enumerate(times)]))
    result = list(merged(streams))
    assert [item[0] for item in result] == sorted(item[0] for item in result)
    for name, (_, items) in enumerate(streams):
        assert [item for item in result if item[1] == name] == items
print("merged")
"""


def test_streams_are_merged_by_time_and_keep_their_order(tmp_path: Path) -> None:
    assert printed(MERGE, tmp_path) == "merged"
