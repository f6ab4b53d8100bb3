from collections.abc import Iterator

import libcst as cst
from libcst.helpers import get_full_name_for_node

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity, api

_KIT = (f"{api.PACKAGE}.test_kit", f"{api.PACKAGE}.testkit")
_WRONG = {
    "es_future": "`multiplier` 1 where a contract is 50 dollars a point",
    "future": "`multiplier` 1 and a tick of 0.01",
    "btcusdt_perp_binance": "a taker fee below the maker fee",
    "btcusdt_future_binance": "a taker fee below the maker fee",
    "btcusdt_binance": "a lot ten times finer than the venue's",
    "ethusdt_binance": "a lot ten times finer than the venue's",
    "adausdt_binance": "a minimum notional in BTC",
    "xbtusd_bitmex": "the tick of 2021 and the fees of then",
    "ethusd_bitmex": "the fees of 2021",
}
"""What is known to differ from the real product (observed on 1.221 and 1.231)."""


class TestKitInstrument(Rule):
    """Instrument of the test kit in real code.

    `TestInstrumentProvider` makes instruments for NautilusTrader's own tests: its ES future has a multiplier of 1
    where the contract has 50, its Binance pairs have lots and fees that the venue does not. A backtest on them
    reports profit and costs of a product that nobody trades; live, orders are rejected.

    Define the instrument from the venue's list, or load it with the adapter's instrument provider. Loaders and data
    of the kit are fine.
    """

    id = "INS011"
    name = "test-kit-instrument"
    severity = Severity.WARNING
    since = "0.1.0"
    mentions = frozenset({"TestInstrumentProvider", "TestIdStubs", "test_kit", "testkit"})

    invalid = [
        Example(
            "a backtest on the kit's future",
            """
            from nautilus_trader.test_kit.providers import TestInstrumentProvider

            ES = TestInstrumentProvider.es_future(2025, 3)  # !
            pair = TestInstrumentProvider.default_fx_ccy("EUR/USD")
            btc = TestInstrumentProvider.btcusdt_binance()  # !
            """,
        ),
        Example(
            "in a file that also runs a live node",
            """
            from nautilus_trader.live.node import TradingNode
            from nautilus_trader.test_kit.providers import TestInstrumentProvider

            node = TradingNode(config=CONFIG)
            node.cache.add_instrument(TestInstrumentProvider.default_fx_ccy("EUR/USD"))  # !
            """,
        ),
    ]
    valid = [
        Example(
            "a test, and data of the kit",
            """
            from nautilus_trader.test_kit.providers import TestDataProvider

            ticks = TestDataProvider().read_csv_ticks("truefx/usdjpy-ticks.csv")
            # --- tests/test_strategy.py
            from nautilus_trader.test_kit.providers import TestInstrumentProvider

            ES = TestInstrumentProvider.es_future(2025, 3)
            """,
        ),
        Example(
            "a currency pair for a backtest is as good as any",
            """
            from nautilus_trader.test_kit.providers import TestInstrumentProvider

            pair = TestInstrumentProvider.default_fx_ccy("EUR/USD")
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        is_live = "TradingNode" in source.words
        for call in source.find(cst.Call):
            name = program.names.external(source, call.func) or ""
            owner, _, made = name.rpartition(".")
            if not name.startswith(_KIT) or not owner.endswith(".TestInstrumentProvider"):
                continue
            wrong = _WRONG.get(made)
            if wrong is None and not is_live:
                continue
            known = f" ({wrong})" if wrong else ""
            shown = get_full_name_for_node(call.func) or made
            yield self.finding(
                source,
                call.func,
                f"`{shown}` is an instrument of NautilusTrader's own tests{known}, so results are those of a product"
                " that nobody trades: define it from the venue's instrument list",
                severity=Severity.ERROR if is_live and not program.is_example(source) else Severity.WARNING,
                confidence=Confidence.CERTAIN if wrong else Confidence.LIKELY,
            )
