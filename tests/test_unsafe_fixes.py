"""What `--unsafe-fixes` writes: formatting kept, imports added, and nothing left to mend afterwards."""

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from lintkit.config import Config
from lintkit.fixing import fix_files
from lintkit.runner import check

CASES = {
    "VEN001 add_venue": (
        """
        from nautilus_trader.backtest.engine import BacktestEngine
        engine = BacktestEngine()
        engine.add_strategy(Trades())
        engine.add_venue(
            VENUE,
            OMS,
            account_type=CASH,  # spot
            starting_balances=[],
        )
        """,
        """
            starting_balances=[],
            latency_model=LatencyModel(base_latency_nanos=100_000_000),
        )
        """,
    ),
    "CLK008 seed": (
        """
        import random
        from nautilus_trader.backtest.models import FillModel
        random.seed(7)
        model = FillModel(prob_fill_on_limit=0.5)
        """,
        "model = FillModel(prob_fill_on_limit=0.5, random_seed=7)",
    ),
    "INS001 increment and precision": (
        """
        from nautilus_trader.model.identifiers import InstrumentId
        from nautilus_trader.model.instruments import CryptoPerpetual
        from nautilus_trader.model.objects import Price
        perp = CryptoPerpetual(
            instrument_id=InstrumentId.from_str("BTCUSDT-PERP.BINANCE"),
            price_precision=2,
            price_increment=Price.from_str("0.01"),  # tick
        )
        """,
        """
            price_precision=1,
            price_increment=Price.from_str("0.1"),  # tick
        """,
    ),
    "INS004 yen": (
        """
        from nautilus_trader.model.currencies import JPY, USD
        from nautilus_trader.model.instruments import CurrencyPair
        from nautilus_trader.model.objects import Price
        yen = CurrencyPair(
            base_currency=USD, quote_currency=JPY, price_precision=5, price_increment=Price(1e-5, 5)
        )
        """,
        'price_precision=3, price_increment=Price.from_str("0.001")',
    ),
    "INS010 seconds": (
        """
        from nautilus_trader.model.instruments import FuturesContract
        contract = FuturesContract(activation_ns=0, expiration_ns=1734705000)
        """,
        "expiration_ns=1734705000 * 1_000_000_000",
    ),
    "ORD001 the instrument's own": (
        """
        from nautilus_trader.model.objects import Price, Quantity
        from nautilus_trader.trading.strategy import Strategy
        class Maker(Strategy):
            def on_start(self):
                self.instrument = self.cache.instrument(self.config.instrument_id)
            def on_quote_tick(self, tick):
                self.quote(Price(self.mid * 0.999, 2), Quantity.from_str(f"{self.size / 3:.3f}"))
        """,
        "self.quote(self.instrument.make_price(self.mid * 0.999), self.instrument.make_qty(self.size / 3))",
    ),
    "UNI001 limits": (
        """
        from nautilus_trader.trading.strategy import Strategy
        class Lag(Strategy):
            def on_quote_tick(self, tick):
                age = self.clock.timestamp_ns() - tick.ts_event
                return age > 5 or age > self.max_age_ms
        """,
        "return age > secs_to_nanos(5) or age > millis_to_nanos(self.max_age_ms)",
    ),
    "HND008 into on_start": (
        """
        from nautilus_trader.trading.strategy import Strategy
        class Early(Strategy):
            def __init__(self, config):
                super().__init__(config)
                self.started = self.clock.timestamp_ns()  # when
                self.subscribe_bars(config.bar_type)
                self.size = 1

            def on_start(self):
                self.log.info("up")
        """,
        """
                super().__init__(config)
                self.size = 1

            def on_start(self):
                self.started = self.clock.timestamp_ns()  # when
                self.subscribe_bars(self.config.bar_type)
                self.log.info("up")
        """,
    ),
    "HND008 without on_start": (
        """
        from nautilus_trader.trading.strategy import Strategy
        class Early(Strategy):
            def __init__(self, config):
                super().__init__(config)
                self.started = self.clock.timestamp_ns()
        """,
        """
                super().__init__(config)

            def on_start(self) -> None:
                self.started = self.clock.timestamp_ns()
        """,
    ),
    "STA003 flags": (
        """
        from nautilus_trader.config import TradingNodeConfig
        from nautilus_trader.trading.strategy import Strategy
        class Keeper(Strategy):
            def on_save(self):
                return {"a": self.a}
            def on_load(self, state):
                self.a = state["a"]
        config = TradingNodeConfig(exec_clients=EXEC)
        """,
        "config = TradingNodeConfig(exec_clients=EXEC, load_state=True, save_state=True)",
    ),
    "STA009 today's tags": (
        """
        from nautilus_trader.config import StrategyConfig, TradingNodeConfig
        from nautilus_trader.live.node import TradingNode
        from nautilus_trader.trading.strategy import Strategy
        class Trend(Strategy):
            pass
        node = TradingNode(config=TradingNodeConfig(exec_clients={"X": EXEC}))
        node.trader.add_strategy(Trend(StrategyConfig()))
        node.trader.add_strategy(Trend(config=StrategyConfig()))
        """,
        """
        node.trader.add_strategy(Trend(StrategyConfig(order_id_tag="000")))
        node.trader.add_strategy(Trend(config=StrategyConfig(order_id_tag="001")))
        """,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_unsafe_fix(tmp_path: Path, name: str) -> None:
    before, wanted = (dedent(text).strip("\n") for text in CASES[name])
    rule = name.partition(" ")[0]
    after = mended(tmp_path, f"{before}\n", rule)
    ast.parse(after)
    assert plain(wanted) in plain(after), after
    assert mended(tmp_path, after, rule) == after


@pytest.mark.parametrize(
    "call",
    [
        "engine.add_venue(VENUE, OMS, account_type=AccountType.MARGIN)",
        "engine.add_venue(VENUE, OMS, account_type=AccountType.MARGIN, )",
        "engine.add_venue(\n    VENUE,\n    OMS,\n    account_type=AccountType.MARGIN\n)",
        "engine.add_venue(\n    VENUE,\n    OMS,\n    account_type=AccountType.MARGIN,\n)",
    ],
)
def test_two_fixes_give_one_call_arguments(tmp_path: Path, call: str) -> None:
    before = (
        "from nautilus_trader.backtest.engine import BacktestEngine\n"
        "from nautilus_trader.model.enums import AccountType\n"
        f"engine = BacktestEngine()\n{call}\nengine.add_strategy(Trades())\n"
    )
    after = mended(tmp_path, before, "VEN001", "VEN011")
    ast.parse(after)
    assert "latency_model=LatencyModel(base_latency_nanos=100_000_000)" in after
    assert "default_leverage=Decimal(10)" in after
    assert mended(tmp_path, after, "VEN001", "VEN011") == after


def plain(text: str) -> str:
    """The lines without what stands before them."""
    return "\n".join(line.strip() for line in text.strip().splitlines())


def mended(root: Path, text: str, *rules: str) -> str:
    (root / "a.py").write_text(text, "utf-8")
    report = check(root, Config(root, select=rules), others=False)
    (change,) = fix_files(root, report.findings, unsafe=True) or (None,)
    return change.after if change is not None else text
