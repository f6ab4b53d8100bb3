"""Strategies without a script: configured or found, with values inferred, on a made-up market; and `lintkit init`."""

import json
import sys

import pytest

from lintkit.cli import main
from lintkit.config import SmokeConfig, StrategyTarget, Target, load_config
from lintkit.errors import ConfigError
from lintkit.smoke import session
from lintkit.smoke.archive import load
from lintkit.smoke.tape import Event

from .conftest import Project

STRATEGY = """
    from decimal import Decimal

    from nautilus_trader.config import StrategyConfig
    from nautilus_trader.model.data import BarType
    from nautilus_trader.model.enums import OrderSide
    from nautilus_trader.model.identifiers import InstrumentId
    from nautilus_trader.trading.strategy import Strategy


    class CrossConfig(StrategyConfig, frozen=True):
        instrument_id: InstrumentId
        bar_type: BarType
        trade_size: Decimal
        fast_period: int
        {field}
        slow_period: int = 30


    class Cross(Strategy):
        def __init__(self, config: CrossConfig) -> None:
            super().__init__(config)
            self.closes = []

        def on_start(self):
            self.instrument = self.cache.instrument(self.config.instrument_id)
            self.subscribe_bars(self.config.bar_type)

        def on_bar(self, bar):
            self.closes.append(float(bar.close))
            if len(self.closes) < self.config.slow_period:
                return
            fast = sum(self.closes[-self.config.fast_period:]) / self.config.fast_period
            slow = sum(self.closes[-self.config.slow_period:]) / self.config.slow_period
            side = OrderSide.BUY if fast > slow else OrderSide.SELL
            held = self.portfolio.net_position(self.config.instrument_id)
            if (held <= 0) == (side == OrderSide.BUY):
                quantity = self.instrument.make_qty(self.config.trade_size)
                self.submit_order(self.order_factory.market(self.config.instrument_id, side, quantity))
"""
BUNDLED = session.Engine("bundled", "1.221", sys.executable)


def strategy(project: Project, field: str = "") -> None:
    project.write("algo/__init__.py", "")
    project.write("algo/cross.py", STRATEGY.replace("{field}", field))


def run(project: Project, described: StrategyTarget, engine: session.Engine = BUNDLED) -> session.Result:
    target = Target("cross", "", (), "tapes/cross.tape", strategy=described)
    return session.run(target, project.root, SmokeConfig(timeout_secs=120.0), engine)


@pytest.mark.parametrize(
    ("instrument", "kind"),
    [
        ("AUD/USD.SIM", "fx"),
        ("ETHUSDT-PERP.BINANCE", "crypto"),
        ("AAPL.XNAS", "equity"),
        ("ESZ4.XCME", "future"),
    ],
)
def test_each_kind_of_market_makes_it_trade(project: Project, instrument: str, kind: str) -> None:
    strategy(project)
    result = run(project, StrategyTarget("algo.cross:Cross", instruments=(instrument,)))
    assert result.failure is None, result.output
    assert f"{instrument}: made-up {kind} market, seed 1" in result.inferred
    assert "fast_period = 10" in result.inferred
    assert not any("slow_period" in text for text in result.inferred)
    assert sum("OrderFilled" in line for line in result.tape.lines) > 10
    assert str(result.tape.place_of(next(iter(result.tape.marks)))) == "algo/cross.py:39"
    again = run(project, StrategyTarget("algo.cross:Cross", instruments=(instrument,)))
    assert again.tape.lines == result.tape.lines


def test_logs_are_put_on_the_tape_when_asked_for(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    strategy(project)
    path = project.root / "algo" / "cross.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("held = ", "self.log.info(f'{side.name}  {bar.close}')\n        held = "), encoding="utf-8"
    )
    project.write("pyproject.toml", TARGET)
    kept = project.root / "kept.tape"
    assert main(["smoke", "--root", str(project.root), "--logs", "--keep-tape", str(kept)]) == 1
    with_logs = load(kept.read_bytes()).lines
    assert main(["smoke", "--root", str(project.root), "--keep-tape", str(kept)]) == 1
    capsys.readouterr()
    assert any(' Log Cross-000 level=info message="BUY  0.6' in line for line in with_logs)
    assert tuple(line for line in with_logs if " Log " not in line) == load(kept.read_bytes()).lines


def test_the_seed_decides_on_the_market(project: Project) -> None:
    strategy(project)
    first, second = (run(project, StrategyTarget("algo.cross:Cross", seed=seed)).tape for seed in (1, 2))
    assert first.get("data") != second.get("data")
    assert first.lines != second.lines


def test_what_cannot_be_inferred_is_named(project: Project) -> None:
    strategy(project, "model: object")
    failure = run(project, StrategyTarget("algo.cross:Cross")).failure
    assert failure is not None
    assert failure.message.startswith("cannot infer `model: object` of CrossConfig: give it under")


UNTYPED = """
    from __future__ import annotations
    from typing import TYPE_CHECKING
    from nautilus_trader.config import StrategyConfig
    from nautilus_trader.model.enums import OrderSide
    from nautilus_trader.trading.strategy import Strategy
    if TYPE_CHECKING:
        from nautilus_trader.model.data import Bar, BarType
        from nautilus_trader.model.identifiers import InstrumentId
        from nowhere import Book

    class CheckedConfig(StrategyConfig, frozen=True):
        instrument_id: InstrumentId
        bar_type: BarType
        trade_size: float

    class Plain(Strategy):
        def __init__(self, config):
            super().__init__(config)
            self.seen = 0

        def on_start(self):
            self.subscribe_bars(self.config.bar_type)

        def on_bar(self, bar: Bar, book: Book = None):
            self.seen += 1
            if self.seen % 100 == 0:
                quantity = self.cache.instrument(self.config.instrument_id).make_qty(self.config.trade_size)
                order = self.order_factory.market(self.config.instrument_id, OrderSide.BUY, quantity)
                self.submit_order(order)
"""


@pytest.mark.parametrize("config_class", [None, "CheckedConfig"])
def test_a_config_that_is_nowhere_described_has_what_the_code_reads(project: Project, config_class: str | None) -> None:
    """And one whose annotations name what is there for a type checker only; with an id, which is compared with None."""
    project.write("plain.py", UNTYPED)
    config = {"strategy_id": "PLAIN-7"} if config_class else {}
    result = run(project, StrategyTarget("plain:Plain", config_class, config))
    assert result.failure is None, result.output
    assert sum("OrderFilled" in line for line in result.tape.lines) > 10
    assert any(line.startswith("bar_type = ") for line in result.inferred)


NESTED = """
    from __future__ import annotations
    from dataclasses import dataclass
    from typing import Any, TYPE_CHECKING
    from nautilus_trader.config import StrategyConfig
    from nautilus_trader.model.instruments import Instrument
    from nautilus_trader.trading.strategy import Strategy
    if TYPE_CHECKING:
        from nautilus_trader.model.identifiers import InstrumentId
        from nowhere import Limits

    @dataclass
    class Risk:
        most: float
        trades: int = 3

    class NestedConfig(StrategyConfig, frozen=True):
        instrument: Instrument
        risk: Risk
        bar_type: Any
        rule_hash: str
        limits: Limits | None = None

    class Nested(Strategy):
        def __init__(self, config: NestedConfig, wanted: InstrumentId):
            super().__init__(config)
            assert (config.instrument.id, config.risk.trades, config.rule_hash) == (wanted, 3, "smoke")

        def on_start(self):
            assert self.config.risk.most == 1.0
"""


def test_settings_inside_settings_and_instruments_themselves(project: Project) -> None:
    project.write("nested.py", NESTED)
    result = run(project, StrategyTarget("nested:Nested"))
    assert result.failure is None, result.output


def test_a_field_of_several_types(project: Project) -> None:
    """No such field can be read from JSON; who makes the config by hand never asks it to."""
    strategy(project, "other: str | BarType")
    assert run(project, StrategyTarget("algo.cross:Cross")).failure is None


BARE = """
    from nautilus_trader.model.data import BarType
    from nautilus_trader.trading.strategy import Strategy


    class Bare(Strategy):
        def __init__(self, primary_bar_type, periods=10):
            super().__init__()
            self.bar_type = {made}

        def on_start(self):
            self.subscribe_bars(self.bar_type)
"""


@pytest.mark.parametrize("made", ["primary_bar_type", "BarType.from_str(primary_bar_type)"])
def test_parameters_without_annotations(project: Project, made: str) -> None:
    project.write("bare.py", BARE.replace("{made}", made))
    assert run(project, StrategyTarget("bare:Bare")).failure is None


def test_a_config_that_a_protocol_describes(project: Project) -> None:
    project.write(
        "wide.py",
        """
        from typing import Protocol
        from nautilus_trader.config import StrategyConfig
        from nautilus_trader.model.data import BarType
        from nautilus_trader.trading.strategy import Strategy

        class Settings(Protocol):
            bar_type: BarType

        class WideConfig(StrategyConfig, frozen=True):
            bar_type: BarType
            periods: int

        class WideStrategy(Strategy):
            def __init__(self, config: Settings):
                super().__init__(config)

            def on_start(self):
                self.subscribe_bars(self.config.bar_type)
        """,
    )
    result = run(project, StrategyTarget("wide:WideStrategy"))
    assert result.failure is None, result.output
    assert "periods = 14" in result.inferred


def test_what_the_project_itself_gives_is_taken(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (project.root / "pyproject.toml").write_text("", encoding="utf-8")
    strategy(project)
    project.write("tests/test_cross.py", "from algo.cross import CrossConfig\nCrossConfig(fast_period=3)\n")
    project.write(
        "live.py",
        """
        from decimal import Decimal
        from algo.cross import CrossConfig
        from nautilus_trader.model.data import BarType
        from nautilus_trader.model.identifiers import InstrumentId

        SYMBOL = "SOLUSDT-PERP.BYBIT"
        INSTRUMENT = InstrumentId.from_str(SYMBOL)

        def configure(size):
            return CrossConfig(
                instrument_id=INSTRUMENT,
                bar_type=BarType.from_str(f"{SYMBOL}-5-MINUTE-LAST-EXTERNAL"),
                trade_size=size,
                fast_period=2 * 4,
            )
        """,
    )
    assert main(["init", str(project.root)]) == 0
    assert (
        'config = { instrument_id = "SOLUSDT-PERP.BYBIT", bar_type = "SOLUSDT-PERP.BYBIT-5-MINUTE-LAST-EXTERNAL", '
        "fast_period = 8 }"
    ) in capsys.readouterr().out
    assert main(["init", str(project.root), "--write"]) == 0
    (target,) = load_config(project.root).smoke.targets
    result = session.run(target, project.root, SmokeConfig(timeout_secs=120.0), BUNDLED)
    assert result.failure is None, result.output
    assert result.inferred == ("trade_size = '0.500'", "SOLUSDT-PERP.BYBIT: made-up crypto market, seed 1")
    assert "5-MINUTE" in (result.tape.get("data") or "")


def test_a_kind_of_market_can_be_asked_for(project: Project) -> None:
    strategy(project)
    result = run(project, StrategyTarget("algo.cross:Cross", data=("market:future",)))
    assert "ESZ4.XCME: made-up future market, seed 1" in result.inferred
    odd = run(project, StrategyTarget("algo.cross:Cross", instruments=("GOLD.DESK",), data=("market:fx",)))
    assert "GOLD.DESK: made-up fx market, seed 1" in odd.inferred
    assert "currency=AUD" not in str(odd.tape.header)
    assert odd.failure is None, odd.output
    project.write("pyproject.toml", TARGET + 'data = ["market:stocks"]\n')
    with pytest.raises(ConfigError, match="there is no made-up market `stocks`"):
        load_config(project.root)


TARGET = '[[tool.lintkit.smoke.target]]\nstrategy = "algo.cross:Cross"\n'


def test_given_values_data_and_venue(project: Project) -> None:
    strategy(project)
    prices = [100 + abs(50 - number % 100) for number in range(400)]
    rows = "".join(
        f"2024-03-{4 + n // 300:02} {n % 300 // 60:02}:{n % 60:02}:00,{p},{p + 1},{p - 1},{p},900\n"
        for n, p in enumerate(prices)
    )
    project.write("data/aapl.csv", "timestamp,open,high,low,close,volume\n" + rows)
    described = StrategyTarget(
        "algo.cross:Cross",
        config={
            "instrument_id": "AAPL.XNAS",
            "bar_type": "AAPL.XNAS-1-MINUTE-LAST-EXTERNAL",
            "trade_size": "7",
            "fast_period": 5,
        },
        venue={"account-type": "MARGIN", "balances": ["5000 USD"], "leverage": 2, "latency-ms": 0},
        data=("data/aapl.csv",),
    )
    result = run(project, described)
    assert result.failure is None, result.output
    assert result.inferred == ()
    assert (result.tape.get("data") or "").endswith(" 400 bars AAPL.XNAS-1-MINUTE-LAST-EXTERNAL")
    assert 'balance="5000.00 USD' in result.tape.lines[1]
    assert any(" quantity=7 " in line for line in result.tape.lines)


def test_nothing_configured(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (project.root / "pyproject.toml").write_text("", encoding="utf-8")
    strategy(project)
    assert main(["smoke", "--root", str(project.root), "--accept"]) == 0
    out = capsys.readouterr().out
    assert "nothing is configured: these are the scripts that run a backtest, and on a made-up market" in out
    assert (project.root / "tapes" / "Cross.tape").is_file()


SCRIPT = """
    from pathlib import Path
    from algo.cross import Cross, CrossConfig
    from desk.lab import run

    if __name__ == "__main__":
        run(Cross, CrossConfig)
"""
LAB = """
    from decimal import Decimal
    from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
    from nautilus_trader.config import LoggingConfig
    from nautilus_trader.model.currencies import USD
    from nautilus_trader.model.data import BarType, QuoteTick
    from nautilus_trader.model.enums import AccountType, OmsType
    from nautilus_trader.model.identifiers import Venue
    from nautilus_trader.model.objects import Money, Price, Quantity
    from nautilus_trader.test_kit.providers import TestInstrumentProvider


    def run(strategy, settings):
        engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(log_level="ERROR")))
        engine.add_venue(Venue("SIM"), OmsType.NETTING, AccountType.MARGIN, [Money(1_000_000, USD)])
        aud = TestInstrumentProvider.default_fx_ccy("AUD/USD", Venue("SIM"))
        engine.add_instrument(aud)
        size = Quantity.from_int(1_000_000)
        for n in range(6_000):
            bid = 65_000 + abs(600 - n % 1200)
            prices = (Price(bid / 1e5, 5), Price((bid + 1) / 1e5, 5))
            engine.add_data([QuoteTick(aud.id, *prices, size, size, n * 10_000_000_000, n * 10_000_000_000)])
        bars = BarType.from_str("AUD/USD.SIM-1-MINUTE-BID-INTERNAL")
        config = settings(instrument_id=aud.id, bar_type=bars, trade_size=Decimal(1000), fast_period=5)
        engine.add_strategy(strategy(config))
        engine.run()
"""


def test_scripts_that_reach_an_engine_come_before_made_up_markets(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also one that calls it elsewhere, and finds what it imports from the project's folder only."""
    (project.root / "pyproject.toml").write_text("", encoding="utf-8")
    strategy(project)
    project.write("algo/other.py", STRATEGY.replace("{field}", "").replace("Cross", "Other"))
    project.write("scripts/backtest_cross.py", SCRIPT)
    project.write("desk/lab.py", LAB)
    assert main(["smoke", "--root", str(project.root), "--json"]) == 1
    targets = json.loads(capsys.readouterr().out)["targets"]
    assert [(t["target"], t["status"]) for t in targets] == [("backtest_cross", "missing"), ("Other", "missing")]
    assert [t["totals"]["now"]["fills"] > 5 for t in targets] == [True, True]
    project.write("desk/lab.py", LAB.replace("engine.run()", "raise FileNotFoundError('prices.csv')"))
    assert main(["smoke", "--root", str(project.root), "--json"]) == 1
    targets = json.loads(capsys.readouterr().out)["targets"]
    assert [(t["target"], t["status"]) for t in targets] == [
        ("backtest_cross", "broken"),
        ("Cross", "missing"),
        ("Other", "missing"),
    ]


def test_a_script_is_started_where_the_files_are_that_it_names(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    (project.root / "pyproject.toml").write_text("", encoding="utf-8")
    script = "from nautilus_trader.backtest.engine import BacktestEngine\nopen('bars.csv')\nBacktestEngine().run()\n"
    for folder in ("one", "two"):
        project.write(f"{folder}/{folder}.py", script)
    project.write("two/bars.csv", "")
    joined = "from pathlib import Path\nHERE = Path(__file__).parent\nPRICES = HERE / 'prices.csv'\n"
    project.write("three/three.py", joined + script.replace("bars", "/nowhere/bars"))
    project.write("three/prices.csv", "")
    assert main(["init", str(project.root), "--write"]) == 0
    capsys.readouterr()
    assert [(target.script, target.cwd) for target in load_config(project.root).smoke.targets] == [
        ("one/one.py", "."),
        ("three/three.py", "."),
        ("two/two.py", "two"),
    ]


def test_what_may_trade_live_is_not_proposed(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    strategy(project)
    project.write(
        "main.py",
        """
        import sys
        from nautilus_trader.backtest.engine import BacktestEngine
        from nautilus_trader.live.node import TradingNode

        def live():
            TradingNode().run()

        if __name__ == "__main__":
            live() if sys.argv[1:] == ["live"] else BacktestEngine().run()
        """,
    )
    assert main(["init", str(project.root), "--json"]) == 0
    assert [t["name"] for t in json.loads(capsys.readouterr().out)["targets"]] == ["Cross"]


def test_init_proposes_and_writes_only_when_asked(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    before = "[project]\nname = 'x'   # kept as it is\n"
    path = project.root / "pyproject.toml"
    path.write_text(before, encoding="utf-8")
    strategy(project)
    project.write(
        "scripts/run.py", "from nautilus_trader.backtest.engine import BacktestEngine\nBacktestEngine().run()\n"
    )
    project.write(
        "tests/test_run.py", "from nautilus_trader.backtest.engine import BacktestEngine\nBacktestEngine().run()\n"
    )
    assert main(["init", str(project.root), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(t["name"], t["runs"], t["wanted"]) for t in found["targets"]] == [
        ("run", ["scripts/run.py"], True),
        ("Cross", ["algo.cross:Cross"], False),
    ]
    assert path.read_text(encoding="utf-8") == before
    assert main(["init", str(project.root), "--write", "--strategies"]) == 0
    assert path.read_text(encoding="utf-8").startswith(before)
    assert [target.runs for target in load_config(project.root).smoke.targets] == [
        ("scripts/run.py",),
        ("algo.cross:Cross",),
    ]
    assert main(["init", str(project.root), "--write", "--strategies"]) == 0
    assert len(load_config(project.root).smoke.targets) == 2


def test_init_leaves_alone_what_it_cannot_extend(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    text = "[tool.lintkit.smoke]\ntarget = [{ script = 'a.py' }]\n"
    path = project.root / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    strategy(project)
    assert main(["init", str(project.root), "--write"]) == 2
    assert "cannot be added at its end" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == text


def test_a_strategy_that_speaks_of_the_order_book_gets_one(project: Project) -> None:
    """As do copies of NautilusTrader's own examples, which have a handler for it."""
    strategy(project)
    file = project.root / "algo" / "cross.py"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}\n    def on_order_book(self, order_book):\n        pass\n", encoding="utf-8")
    result = run(project, StrategyTarget("algo.cross:Cross"))
    assert result.failure is None, result.output
    assert any(entry.kind == "OrderFilled" for entry in result.tape.entries if isinstance(entry, Event))


def test_words_of_enumerations_are_known_by_the_names_of_their_fields(project: Project) -> None:
    strategy(project, "trigger_type: str\n        trailing_offset_type: str\n        time_in_force: str")
    result = run(project, StrategyTarget("algo.cross:Cross"))
    assert result.failure is None, result.output
    said = ("trailing_offset_type = 'PRICE'", "trigger_type = 'DEFAULT'", "time_in_force = 'GTC'")
    assert set(said) < set(result.inferred)
