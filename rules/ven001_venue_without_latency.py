import re
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import (
    Confidence,
    ConfigSource,
    Entry,
    Example,
    Finding,
    Fix,
    Program,
    PythonSource,
    Rule,
    Severity,
    api,
)

_FIELD_SINCE = (1, 218)
"""`BacktestVenueConfig.latency_model` came with this release."""

_PLACEHOLDER = 100_000_000
"""Nanoseconds, in the fix."""

_TICKS = frozenset({
    "QuoteTick", "TradeTick", "OrderBookDelta", "OrderBookDeltas", "OrderBookDepth10", "QuoteTickDataWrangler",
    "TradeTickDataWrangler", "OrderBookDeltaDataWrangler", "quote_ticks", "trade_ticks", "order_book_deltas",
})  # fmt: skip


class VenueWithoutLatency(Rule):
    """Backtest venue without latency.

    Without a latency model every order is executed at the very timestamp at which it was sent: the strategy trades
    at prices that nobody gets live. Orders really take 5-50 ms for colocated FX and 80-200 ms for retail crypto,
    and the price moves against you in between. `None` is not a default latency but zero, and so is a model whose
    parts are all 0.

    Measure the time from decision to acknowledgement and set it, in nanoseconds:
    `latency_model=LatencyModel(base_latency_nanos=...)`. An error when a strategy trades on quotes, trades or
    books; a warning when only bars are used, where any latency below the bar's length fills at the next bar. A
    model that is there with a value in the wrong unit is VEN002's.
    """

    id = "VEN001"
    name = "venue-without-latency"
    severity = Severity.ERROR
    since = "0.1.0"
    config_words = re.compile(r"starting_balances")
    mentions = frozenset({"add_venue", "BacktestVenueConfig"})

    invalid = [
        Example(
            "a strategy on quotes",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from maker import Maker

            engine = BacktestEngine()
            engine.add_venue(  # !
                venue=SIM,
                oms_type=NETTING,
                account_type=MARGIN,
                starting_balances=[],
            )
            engine.add_strategy(Maker())
            # --- maker.py
            from nautilus_trader.trading.strategy import Strategy

            class Maker(Strategy):
                def on_quote_tick(self, tick):
                    self.submit_order(self.make(tick))
            """,
        ),
        Example(
            "None is zero, and so is a model of zeros",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.backtest.models import LatencyModel

            NO_DELAY = LatencyModel(base_latency_nanos=0)

            def run(engine: BacktestEngine, venue, oms, account, cash):
                engine.add_venue(venue, oms, account, cash, latency_model=None)  # !
                engine.add_venue(venue, oms, account, cash, latency_model=NO_DELAY)  # !
            """,
        ),
        Example(
            "arguments in a dict",
            """
            from nautilus_trader.backtest.engine import BacktestEngine

            def run(engine: BacktestEngine):
                settings = dict(venue=SIM, oms_type=NETTING, account_type=CASH, starting_balances=[])
                settings["base_currency"] = USD
                engine.add_venue(**settings)  # !
            """,
        ),
        Example(
            "the high-level API",
            """
            from nautilus_trader.config import BacktestVenueConfig

            venue = BacktestVenueConfig(name="SIM", oms_type="NETTING", account_type="CASH", starting_balances=[])  # !
            """,
        ),
        Example(
            "a strategy of the package, and the data that the run is fed",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.examples.strategies.ema_cross import EMACross
            from nautilus_trader.persistence.wranglers import BarDataWrangler

            engine = BacktestEngine()
            engine.add_venue(venue=SIM, oms_type=NETTING, account_type=CASH, starting_balances=[])  # !
            engine.add_data(BarDataWrangler(BAR_TYPE, EURUSD).process(frame))
            engine.add_strategy(EMACross(CONFIG))
            """,
        ),
        Example(
            "a venue in a config file",
            """
            # --- backtest.yaml
            venues:
              - name: BINANCE  # !
                oms_type: NETTING
                account_type: MARGIN
                starting_balances: ["10000 USDT"]
            """,
        ),
    ]
    valid = [
        Example(
            "measured latency",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.backtest.models import LatencyModel

            engine = BacktestEngine()
            engine.add_venue(
                venue=SIM, oms_type=NETTING, account_type=MARGIN, starting_balances=[],
                latency_model=LatencyModel(base_latency_nanos=120_000_000),
            )
            """,
        ),
        Example(
            "arguments that cannot be seen, and a wrapper that passes them on",
            """
            from nautilus_trader.backtest.engine import BacktestEngine

            def run(engine, kwargs, latency_model):
                engine.add_venue(venue=SIM, oms_type=NETTING, **kwargs)
                engine.add_venue(venue=SIM, oms_type=NETTING, latency_model=latency_model)
            """,
        ),
        Example(
            "a test suite wants determinism",
            """
            # --- tests/conftest.py
            from nautilus_trader.backtest.engine import BacktestEngine

            engine = BacktestEngine()
            engine.add_venue(venue=SIM, oms_type=NETTING, account_type=CASH, starting_balances=[])
            """,
        ),
        Example(
            "a run whose actor never sends an order",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.common.actor import Actor

            class Features(Actor):
                def on_quote_tick(self, tick):
                    self.rows.append(tick)

            engine = BacktestEngine()
            engine.add_venue(venue=SIM, oms_type=NETTING, account_type=CASH, starting_balances=[])
            engine.add_actor(Features())
            """,
        ),
        Example(
            "somebody else's add_venue",
            """
            import nautilus_trader

            def book(calendar):
                calendar.add_venue("Albert Hall")
            """,
        ),
        Example(
            "an engine that is set up and never run, and a call that cannot succeed",
            """
            from nautilus_trader.backtest.engine import BacktestEngine

            def later():
                engine = BacktestEngine()
                engine.add_venue(venue=SIM, oms_type=NETTING, account_type=CASH, starting_balances=[])

            def invented(engine: BacktestEngine):
                engine.add_venue(venue=SIM, oms_type=NETTING, account_type=CASH, accounting_engine=None)
                engine.run()
            """,
        ),
        Example(
            "a sandbox venue in a live config has no latency field",
            """
            # --- live.yaml
            sandbox:
              venue: BINANCE
              oms_type: NETTING
              account_type: MARGIN
              starting_balances: ["10000 USDT"]
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for venue in program.venues.of(source):
            known = venue.is_config or venue.arguments.given.keys() <= api.VENUE_KEYWORDS
            given = venue.arguments.value("latency_model")
            if not venue.runs or not known:
                continue
            if given is None:
                if venue.lacks("latency_model"):
                    fix = self._fix(source, venue.call, is_config=venue.is_config)
                    yield from self._report(source, venue.call.func, "no latency model", program, fix)
            elif program.latency(source, given).is_zero:
                code = source.code(given)
                words = f"`latency_model={code}`, which is zero" if "\n" not in code else "a latency model of zero"
                yield from self._report(source, venue.call.func, words, program, None)

    def _fix(self, source: PythonSource, call: cst.Call, *, is_config: bool) -> Fix | None:
        """A number that nobody has measured: better than none, and in one place where it can be set right."""
        title = f"insert a latency of {_PLACEHOLDER // 1_000_000} ms, which you have to measure"
        if is_config:
            made = "ImportableLatencyModelConfig"
            form = (
                f'latency_model={{0}}(latency_model_path="nautilus_trader.backtest.models:LatencyModel",'
                f' config_path="nautilus_trader.backtest.config:LatencyModelConfig",'
                f' config={{{{"base_latency_nanos": {_PLACEHOLDER:_}}}}})'
            )
            return self.adding(source, call, [form], title, safe=False, calls=[("nautilus_trader.config", made)])
        form = f"latency_model={{0}}(base_latency_nanos={_PLACEHOLDER:_})"
        calls = [("nautilus_trader.backtest.models", "LatencyModel")]
        return self.adding(source, call, [form], title, safe=False, calls=calls)

    def check_config(self, source: ConfigSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for entry in source.entries:
            if entry.path[-1:] != ("starting_balances",):
                continue
            fields = {e.path[-1]: e for e in source.children(entry.path[:-1])}
            if not _is_venue_config(source, entry) or not {"oms_type", "account_type"} & fields.keys():
                continue
            latency = fields.get("latency_model")
            if latency is None or latency.value is None:
                first = min(fields.values(), key=lambda e: e.span)
                yield self.finding(
                    source,
                    (latency or first).key or (latency or first).span,
                    "this backtest venue has no `latency_model`, so orders are executed at the time they are sent, at"
                    " prices that live trading does not give: measure the latency and set it",
                    severity=Severity.WARNING,
                    confidence=Confidence.LIKELY,
                )

    def _report(
        self, source: PythonSource, place: cst.CSTNode, what: str, program: Program, fix: Fix | None
    ) -> Iterator[Finding]:
        style = program.trading.style_of(source)
        if style.grain is style.grain.NO_ORDERS:
            return
        feed = program.venues.data(source) or _spoken(source)
        own = bool(program.trading.used_in(source)) or not feed
        ticks = style.grain is style.grain.TICKS if own else True
        ticks &= not feed or not feed <= {"Bar"}
        who = f"`{style.strategy.name}` trades on" if own and style.strategy else "orders on"
        data = "quotes, trades or books" if ticks else "bars"
        version = program.target.version
        too_old = version is not None and (version.major, version.minor) < _FIELD_SINCE
        since = " (`BacktestVenueConfig` takes one from nautilus_trader 1.218 on)" if too_old else ""
        fills = "every order is executed at the time it is sent and fills at prices that live trading does not give"
        if not ticks:
            fills = "an order fills at the close of the bar that gave the signal, which live trading does not give"
        message = (
            f"this venue has {what}, so {fills} ({who} {data}): measure the latency and set"
            f" `latency_model=LatencyModel(base_latency_nanos=...)`{since}"
        )
        yield self.finding(source, place, message, severity=Severity.ERROR if ticks else Severity.WARNING, fix=fix)


def _spoken(source: PythonSource) -> frozenset[str]:
    """The kinds of data that a file which feeds a backtest names."""
    if source.words.isdisjoint({"add_data", "BacktestDataConfig", "BarDataWrangler"}):
        return frozenset()
    bars = any("Bar" in word or word == "bars" for word in source.words)
    ticks = not source.words.isdisjoint(_TICKS)
    return frozenset({*(["Bar"] if bars else []), *(["QuoteTick"] if ticks else [])})


def _is_venue_config(source: ConfigSource, entry: Entry) -> bool:
    """Under a key `venues`, or in the `config` of something whose `config_path` is a BacktestVenueConfig."""
    owner = entry.path[:-1]
    if "venues" in owner:
        return True
    paths = [e.value for e in source.children(owner[:-1]) if e.path[-1] == "config_path"]
    return any(isinstance(p, str) and p.endswith(":BacktestVenueConfig") for p in paths)
