import re
from collections.abc import Iterator
from typing import TypeAlias

import libcst as cst

from lintkit.rule import Class, Confidence, Example, Finding, Program, PythonSource, Rule, Severity

_CLOSERS = frozenset({"close_all_positions", "close_position"})
_CLOSING = re.compile(r"clos|flat|exit|liquidat|unwind", re.IGNORECASE)
_MANAGED = frozenset({"manage_stop", "market_exit"})
_MANAGES_SINCE = (1, 223)
_Risk: TypeAlias = tuple[tuple[Class, ...], str]


class FlattenInOnStop(Rule):
    """Positions closed only when the strategy stops.

    The closing orders of `on_stop` are on their way when the strategy is already stopped. With a latency model the
    backtest ends before they arrive, with an open position in the report; live, the node may disconnect first, and no
    handler hears of a fill, or of the rejection that leaves the position open.

    From 1.223 on set `manage_stop=True` in the strategy's config, which waits for a flat position before the stop, or
    call `self.market_exit()` beforehand. On earlier releases stop entering first, and stop the strategy when flat.
    """

    id = "ORD014"
    name = "flatten-in-on-stop"
    severity = Severity.WARNING
    confidence = Confidence.LIKELY
    since = "0.1.0"
    mentions = frozenset({"on_stop"})

    invalid = [
        Example(
            "a backtest with latency, directly and through a method",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.backtest.models import LatencyModel
            from nautilus_trader.trading.strategy import Strategy

            class Mine(Strategy):
                def on_stop(self):
                    self.cancel_all_orders(self.config.instrument_id)
                    self.close_all_positions(self.config.instrument_id)  # !

            class ByHand(Strategy):
                def on_stop(self):
                    for position in self.cache.positions_open():
                        self.submit_order(self.closing(position))  # !

            class Flattening:
                def on_stop(self):  # !
                    self._unwind_all()

                def _unwind_all(self):
                    self.submit_order(self.order)

            class Mixed(Flattening, Strategy):
                pass

            class Other(Strategy):
                def on_stop(self):  # !
                    self.flatten()

                def flatten(self):
                    for position in self.cache.positions_open():
                        self.close_position(position)

            engine = BacktestEngine()
            engine.add_venue(SIM, OMS, ACCOUNT, CASH, latency_model=LatencyModel(20_000_000))
            """,
        ),
    ]
    valid = [
        Example(
            "without latency the close fills at once",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.trading.strategy import Strategy

            class Mine(Strategy):
                def on_stop(self):
                    self.close_all_positions(self.config.instrument_id)

            engine = BacktestEngine()
            engine.add_venue(SIM, OMS, ACCOUNT, CASH)
            """,
        ),
        Example(
            "the stop is managed",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.backtest.models import LatencyModel
            from nautilus_trader.trading.strategy import Strategy

            class Mine(Strategy):
                def on_stop(self):
                    self.close_all_positions(self.config.instrument_id)

            engine = BacktestEngine()
            engine.add_venue(SIM, OMS, ACCOUNT, CASH, latency_model=LatencyModel(20_000_000))
            engine.add_strategy(Mine(MineConfig(manage_stop=True)))
            """,
        ),
        Example(
            "another strategy is the live one",
            """
            from nautilus_trader.config import LiveExecEngineConfig, TradingNodeConfig
            from nautilus_trader.live.node import TradingNode
            from mine import Live

            node = TradingNode(TradingNodeConfig(exec_clients={"BINANCE": CLIENT}))
            node.trader.add_strategy(Live())

            # --- mine.py
            from nautilus_trader.trading.strategy import Strategy

            class Live(Strategy):
                def on_stop(self):
                    self.cancel_all_orders(self.config.instrument_id)

            class Study(Strategy):
                def on_stop(self):
                    self.close_all_positions(self.config.instrument_id)
            """,
        ),
        Example(
            "closed elsewhere, and only orders canceled at the stop",
            """
            from nautilus_trader.backtest.engine import BacktestEngine
            from nautilus_trader.backtest.models import LatencyModel
            from nautilus_trader.trading.strategy import Strategy

            class Mine(Strategy):
                def on_bar(self, bar):
                    self.close_all_positions(bar.bar_type.instrument_id)

                def on_stop(self):
                    self.cancel_all_orders(self.config.instrument_id)

            engine = BacktestEngine()
            engine.add_venue(SIM, OMS, ACCOUNT, CASH, latency_model=LatencyModel(20_000_000))
            """,
        ),
    ]

    def check_program(self, program: Program) -> Iterator[Finding]:
        if next(program.mentioning(_MANAGED), None) is not None:
            return
        risks = tuple(_risks(program))
        for source in program.mentioning(self.mentions) if risks else ():
            if not program.is_test(source):
                yield from self._file(source, program, risks)

    def _file(self, source: PythonSource, program: Program, risks: tuple[_Risk, ...]) -> Iterator[Finding]:
        version = program.target.version
        can_manage = version is None or (version.major, version.minor) >= _MANAGES_SINCE
        remedy = "set `manage_stop=True` in its config" if can_manage else "stop it only once it is flat"
        bases = dict.fromkeys(base for one in program.classes.strategies for base in one.mro)  # mixins, too
        for one in bases:
            node = one.methods.get("on_stop") if one.source is source else None
            why = next((effect for who, effect in risks if not who or any(one in used.mro for used in who)), None)
            if node is None or why is None:
                continue
            place = _closing(node, program)
            if place is not None:
                yield self.finding(
                    source,
                    place,
                    f"`on_stop` sends the closing orders when the strategy no longer hears of them, so {why}: {remedy}",
                )


def _risks(program: Program) -> Iterator[_Risk]:
    """Which strategies a live node or a venue with latency runs, all of them if none is named there, and the effect."""
    files = [source for source in program.python if not program.is_test(source)]
    for source in files:
        if any(node.risks_money for node in program.nodes.of(source)):
            yield program.trading.used_in(source), "a rejection or partial fill leaves the live position open"
    for source in files:
        models = [venue.arguments.value("latency_model") for venue in program.venues.of(source)]
        if any(model is not None and not program.latency(source, model).is_zero for model in models):
            effect = "with the venue's latency the backtest ends before they fill, with the position open"
            yield program.trading.used_in(source), effect


def _closing(node: cst.FunctionDef, program: Program) -> cst.CSTNode | None:
    """The call in `on_stop` that closes positions, or the name of the method where another one does it."""
    for function in program.calls.reachable_from(program.calls.functions[node]):
        by_hand = function.node is node or _CLOSING.search(function.name) is not None
        for call in function.source.find(cst.Call):
            if _closes(call, by_hand=by_hand) and function.source.enclosing(call, cst.FunctionDef) is function.node:
                return call if function.node is node else node.name
    return None


def _closes(call: cst.Call, *, by_hand: bool) -> bool:
    func = call.func
    on_self = isinstance(func, cst.Attribute) and isinstance(func.value, cst.Name) and func.value.value == "self"
    return (
        isinstance(func, cst.Attribute)
        and on_self
        and (func.attr.value in _CLOSERS or (by_hand and func.attr.value == "submit_order"))
    )
