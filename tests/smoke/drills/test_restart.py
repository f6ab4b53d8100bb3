"""Restarts: what a strategy keeps in memory only is gone, what it saves or asks the cache for carries on."""

import os
import shutil
from dataclasses import replace
from typing import Any

import pytest

from lintkit.smoke.drills import restart
from lintkit.smoke.drills.outcome import Outcome, Status
from lintkit.smoke.session import Engine

from .conftest import Bench

REAL = os.environ.get("LINTKIT_PARITY_PYTHON", "")

IN_MEMORY = """
class Planted(Base):
    def prepare(self):
        self.has = False
    def on_bar(self, bar):
        self.closes.append(float(bar.close))
        if len(self.closes) < 3:
            return
        if not self.has and len(self.closes) % 20 == 5:
            self.has = True
            self.buy(bar)
        elif self.has and len(self.closes) % 20 == 15:
            self.has = False
            self.sell(bar)
    def sell(self, bar):
        order = self.order_factory.market(bar.bar_type.instrument_id, OrderSide.SELL, Quantity.from_int(100_000))
        self.submit_order(order)
"""
SAVED = f"""{IN_MEMORY}
    def on_save(self):
        return {{"has": bytes([self.has]), "bars": bytes([len(self.closes)])}}
    def on_load(self, state):
        self.has = bool(state["has"][0])
        self.closes = [0.0] * state["bars"][0]
"""
CACHED = """
class Planted(Base):
    def wants(self, bar):
        return len(self.closes) % 8 < 4
"""
RAISES = f"""{CACHED}
    def on_save(self):
        return {{"mean": b"0.65"}}
    def on_load(self, state):
        self.mean = float(state["mean "])
"""
NEVER_AGAIN = """
from datetime import timedelta
class Planted(Base):
    def on_bar(self, bar):
        self.closes.append(float(bar.close))
        if len(self.closes) % 10 == 3 and self.portfolio.is_flat(BAR_TYPE.instrument_id):
            self.buy(bar)
    def on_position_opened(self, event):
        self.clock.set_time_alert("exit", self.clock.utc_now() + timedelta(minutes=5), self.exit)
    def exit(self, event):
        self.close_all_positions(BAR_TYPE.instrument_id)
"""
TAKES_OVER = f"""{NEVER_AGAIN}
    def on_start(self):
        super().on_start()
        if not self.portfolio.is_flat(BAR_TYPE.instrument_id):
            self.on_position_opened(None)
"""


@pytest.fixture(params=["bundled", "nautilus"])
def bench(bench: Bench, request: pytest.FixtureRequest) -> Bench:
    """On each engine."""
    if request.param == "nautilus":
        if not REAL:
            pytest.skip("needs a real nautilus_trader: LINTKIT_PARITY_PYTHON names its interpreter")
        bench.engine = Engine("nautilus", bench.engine.profile, REAL)
    return bench


def drill(bench: Bench, strategy: str, **settings: Any) -> Outcome:
    bench.plant(strategy)
    bench.settings = replace(bench.settings, restarts=2, seed=3, **settings)
    (outcome,) = bench.drill("restart")
    return outcome


@pytest.mark.parametrize("strategy", [CACHED, SAVED, TAKES_OVER], ids=["cached", "saved", "takes over"])
def test_what_is_saved_or_asked_of_the_cache_carries_on(bench: Bench, strategy: str) -> None:
    outcome = drill(bench, strategy)
    assert (outcome.status, outcome.details) == (Status.PASSED, ())
    assert "2 restarts with" in outcome.summary


@pytest.mark.parametrize(
    ("strategy", "settings"),
    [(IN_MEMORY, {}), (SAVED, {"stop": "kill"}), (CACHED, {"flush_on_start": True})],
    ids=["kept in memory", "killed before it saves", "flushed on start"],
)
def test_a_position_opened_twice(bench: Bench, strategy: str, settings: dict[str, Any]) -> None:
    outcome = drill(bench, strategy, **settings)
    assert outcome.status is Status.FAILED
    assert "opens a position twice: it holds 200000 AUD/USD.SIM, before never more than 100000" in outcome.summary
    assert "BUY 100000 AUD/USD.SIM filled at" in outcome.details[0]


def test_a_position_that_nobody_looks_after_any_more(bench: Bench) -> None:
    outcome = drill(bench, NEVER_AGAIN)
    assert outcome.status is Status.FAILED
    assert (
        "the position of 100000 AUD/USD.SIM that Planted-000 held at the stop is never touched again" in outcome.summary
    )


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="needs a redis-server")
@pytest.mark.parametrize("flushes", [False, True])
def test_a_configured_redis_database(bench: Bench, monkeypatch: pytest.MonkeyPatch, *, flushes: bool) -> None:
    servers: list[str] = []
    start = restart.subprocess.Popen

    def watch(command: list[str], **options: Any) -> Any:
        servers.append(command[0])
        return start(command, **options)

    monkeypatch.setattr(restart.subprocess, "Popen", watch)
    script = (bench.root / "backtest.py").read_text(encoding="utf-8")
    cache = f"CacheConfig(database=DatabaseConfig(), flush_on_start={flushes})"
    config = f"BacktestEngine(BacktestEngineConfig(cache={cache}))"
    imports = "from nautilus_trader.config import BacktestEngineConfig, CacheConfig, DatabaseConfig\n"
    (bench.root / "backtest.py").write_text(imports + script.replace("BacktestEngine()", config), encoding="utf-8")
    outcome = drill(bench, SAVED if not flushes else CACHED)
    assert "redis-server" in servers
    if flushes:
        assert "opens a position twice" in outcome.summary
    else:
        assert (outcome.status, outcome.details) == (Status.PASSED, ())
        assert outcome.summary.startswith("2 restarts through a Redis database")


def test_on_load_that_raises(bench: Bench) -> None:
    outcome = drill(bench, RAISES)
    assert outcome.status is Status.FAILED
    assert "it fails: KeyError: 'mean '" in outcome.summary
    assert outcome.failure
    assert f"{outcome.failure.path}:{outcome.failure.line}" == bench.line_of("float(state")


def test_a_target_that_never_trades_has_nothing_to_carry_over(bench: Bench) -> None:
    outcome = drill(bench, "class Planted(Base):\n    def wants(self, bar): return False")
    assert outcome.status is Status.SKIPPED
