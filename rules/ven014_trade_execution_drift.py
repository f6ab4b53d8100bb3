from collections.abc import Iterator

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity

_CHANGED = "1.223.0"


class TradeExecutionDrift(Rule):
    """Fills on trade ticks that depend on the installed release.

    Since nautilus_trader 1.223 a simulated venue fills resting orders against trade ticks as well; before it looked at
    quotes only. The same backtest on the same trades fills at other prices, or fills orders that never filled, as soon
    as somebody installs the other release, and nothing in the code has changed.

    Reported where a run has trade ticks, `trade_execution` is not set and the project's own requirement allows
    releases of both kinds. Set it, or pin the release.
    """

    id = "VEN014"
    name = "trade-execution-drift"
    severity = Severity.WARNING
    since = "0.1.0"
    mentions = frozenset({"add_venue", "BacktestVenueConfig"})

    invalid = [
        Example(
            "trade ticks, and a requirement that allows both",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.persistence.wranglers import TradeTickDataWrangler

            engine = BacktestEngine()
            engine.add_venue(venue=V, oms_type=O, account_type=A, starting_balances=B)  # !
            engine.add_data(TradeTickDataWrangler(instrument=INSTRUMENT).process(frame))
            engine.run()
            """,
            version=">=1.221",
        ),
        Example(
            "in the high-level API",
            """
            from nautilus_trader.config import BacktestDataConfig, BacktestVenueConfig
            from nautilus_trader.model.data import TradeTick

            venue = BacktestVenueConfig(name="SIM", oms_type=O, account_type=A, starting_balances=B)  # !
            data = BacktestDataConfig(catalog_path=PATH, data_cls=TradeTick)
            """,
            version=">=1.219,<2",
        ),
    ]
    valid = [
        Example(
            "set",
            """
            from nautilus_trader.config import BacktestDataConfig, BacktestVenueConfig
            from nautilus_trader.model.data import TradeTick

            venue = BacktestVenueConfig(name="SIM", oms_type=O, account_type=A, trade_execution=True)
            data = BacktestDataConfig(catalog_path=PATH, data_cls=TradeTick)
            """,
            version=">=1.221",
        ),
        Example(
            "one release, or none of before",
            """
            from nautilus_trader.config import BacktestDataConfig, BacktestVenueConfig
            from nautilus_trader.model.data import TradeTick

            venue = BacktestVenueConfig(name="SIM", oms_type=O, account_type=A)
            data = BacktestDataConfig(catalog_path=PATH, data_cls=TradeTick)
            """,
            version="1.231.0",
        ),
        Example(
            "no trade ticks",
            """
            from nautilus_trader.config import BacktestDataConfig, BacktestVenueConfig
            from nautilus_trader.model.data import QuoteTick

            venue = BacktestVenueConfig(name="SIM", oms_type=O, account_type=A)
            data = BacktestDataConfig(catalog_path=PATH, data_cls=QuoteTick)
            """,
            version=">=1.221",
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source) or not program.target.spans(_CHANGED):
            return
        for venue in program.venues.of(source):
            if venue.runs and venue.lacks("trade_execution") and "TradeTick" in program.venues.data(source):
                message = (
                    "`trade_execution` is not set, the run has trade ticks and the project allows releases before and"
                    f" after nautilus_trader {_CHANGED}, which made it true: the same backtest fills at other prices"
                    " after an upgrade, so set it"
                )
                yield self.finding(source, venue.call.func, message)
