from collections.abc import Iterator
from difflib import get_close_matches

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity, api

_RENAMES = {
    "on_quote": "on_quote_tick", "on_quotes": "on_quote_tick", "on_quote_ticks": "on_quote_tick",
    "on_tick": "on_quote_tick", "on_ticker": "on_quote_tick", "on_trade": "on_trade_tick",
    "on_trades": "on_trade_tick", "on_trade_ticks": "on_trade_tick", "on_bars": "on_bar", "on_bar_update": "on_bar",
    "on_order_book_delta": "on_order_book_deltas", "on_book_deltas": "on_order_book_deltas",
    "on_book_delta": "on_order_book_deltas", "on_book": "on_order_book", "on_order_book_snapshot": "on_order_book",
    "on_order_book_update": "on_order_book", "on_orderbook": "on_order_book",
    "on_funding_rate_update": "on_funding_rate",
    "on_funding_rates": "on_funding_rate", "on_order_cancelled": "on_order_canceled",
    "on_order_fill": "on_order_filled", "on_fill": "on_order_filled", "on_order_modified": "on_order_updated",
    "on_position_open": "on_position_opened", "on_position_close": "on_position_closed",
    "on_position_update": "on_position_changed", "on_position_updated": "on_position_changed",
    "on_order_reject": "on_order_rejected", "on_order_cancel": "on_order_canceled",
    "on_order_partially_filled": "on_order_filled", "on_historical_bars": "on_historical_data",
    "on_instrument_update": "on_instrument", "on_order": "on_order_event", "on_position": "on_position_event",
    "on_shutdown": "on_stop", "on_started": "on_start", "on_stopped": "on_stop",
}  # fmt: skip
"""Names that people give to handlers, of other frameworks, older releases and release 2."""

_REMOVED_UNTIL = {"on_order_book_delta": (1, 175), "on_ticker": (1, 190)}


class UnknownHandlerName(Rule):
    """Handler that the kernel never calls.

    The kernel finds handlers by name, and a name that it does not know is just another method: `on_order_book_delta`
    for `on_order_book_deltas`, `on_order_cancelled` for `on_order_canceled`. Nothing is said, the strategy starts,
    and the quote, the fill or the rejection that it waits for never arrives: stops are not placed, pending flags
    stay set.

    Use the name of the release that you run. A method that the project itself calls, subscribes or hands to a timer
    is its own business and is not reported. An error when the name is close to a real one, otherwise a note.
    """

    id = "HND003"
    name = "unknown-handler-name"
    severity = Severity.ERROR
    since = "0.1.0"

    invalid = [
        Example(
            "one letter, and a name of another release",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Deaf(Strategy):
                def on_order_book_delta(self, delta):  # !
                    self.submit_order(self.quote(delta))

                def on_order_cancelled(self, event):  # !
                    self.pending = False

                def on_trade(self, tick):  # !
                    self.last = tick.price
            """,
            fixed="""
            from nautilus_trader.trading.strategy import Strategy

            class Deaf(Strategy):
                def on_order_book_deltas(self, delta):  # !
                    self.submit_order(self.quote(delta))

                def on_order_canceled(self, event):  # !
                    self.pending = False

                def on_trade(self, tick):  # !
                    self.last = tick.price
            """,
        ),
    ]
    valid = [
        Example(
            "real names, and methods of the project's own",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Good(Strategy):
                def on_start(self):
                    self.clock.set_timer("t", interval=INTERVAL, callback=self.on_timer)
                    self.msgbus.subscribe("topic", handler=self.on_quote)
                    self.handlers = {"fill": self.on_fill}

                def on_timer(self, event):
                    self.on_tick(event)

                def on_tick(self, tick):
                    self.last = tick

                def on_quote(self, quote):
                    self.on_tick(quote)

                def on_fill(self, event):
                    self.filled = True

                def on_order_filled(self, event):
                    self.filled = True
            """,
        ),
        Example(
            "not a component of the kernel, and an execution algorithm's own",
            """
            from nautilus_trader.execution.algorithm import ExecAlgorithm
            import nautilus_trader

            class Screen:
                def on_order_cancelled(self, event):
                    self.show(event)

            class Slicer(ExecAlgorithm):
                def on_order(self, order):
                    self.submit_order(order)
            """,
        ),
        Example(
            "a hook of a base class of the project, called by its name",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Base(Strategy):
                def on_bar(self, bar):
                    self.on_signal_bar(bar)
                    getattr(self, "on_tick")(bar)

                def on_signal_bar(self, bar):
                    raise NotImplementedError

            class Own(Base):
                def on_signal_bar(self, bar):
                    self.submit_order(self.make(bar))

                def on_tick(self, bar):
                    self.last = bar
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        is_v2 = _is_v2(source, program)
        for node in source.find(cst.FunctionDef):
            name = node.name.value
            function = program.calls.functions.get(node) if name.startswith("on_") else None
            if function is None or function.owner is None or not function.owner.derives_from(*api.COMPONENTS):
                continue
            if name in api.ALGORITHM_HANDLERS and function.owner.derives_from("ExecAlgorithm"):
                continue
            if name in api.HANDLERS or (is_v2 and name in api.HANDLERS_V2) or node.decorators:
                continue
            if self._is_used(program, name):
                continue
            if function.owner.has_unknown_base or any(name in one.methods for one in function.owner.mro[1:]):
                continue
            yield self._report(source, node, program)

    def _is_used(self, program: Program, name: str) -> bool:
        """Whether the name is spoken anywhere else: a call, a callback, a string for getattr."""
        for source in program.mentioning(frozenset({name})):
            if program.is_test(source):
                continue
            if any(a.attr.value == name and not _is_super(a) for a in source.find(cst.Attribute)):
                return True
            if any(text.evaluated_value == name for text in source.find(cst.SimpleString)):
                return True
        return False

    def _report(self, source: PythonSource, node: cst.FunctionDef, program: Program) -> Finding:
        name = node.name.value
        version = program.target.version
        if version is not None and (version.major, version.minor) < _REMOVED_UNTIL.get(name, (0, 0)):
            return self.finding(source, node.name, f"`{name}` is called by old releases only", severity=Severity.NOTE)
        close = get_close_matches(name, sorted(api.HANDLERS), 1, 0.87)
        real = _RENAMES.get(name) or (close[0] if close else None)
        if real is None:
            message = f"`{name}` is not a handler of the kernel and nothing calls it: rename it or remove it"
            return self.finding(source, node.name, message, severity=Severity.NOTE, confidence=Confidence.LIKELY)
        owner = program.calls.functions[node].owner
        twin = owner is not None and owner.method(real) is not None
        fix = None
        if not twin and _distance_is_small(name, real) and len(node.params.params) == 2:  # noqa: PLR2004  # self, event
            fix = self.replace(source, node.name, real, f"rename to `{real}`", safe=True)
        empty = _is_empty(node)
        severity = Severity.NOTE if twin else Severity.WARNING if empty else Severity.ERROR
        also = ", which the class also has" if twin else ""
        message = (
            f"the kernel never calls `{name}`, so what it should do in the market is not done: the handler is called"
            f" `{real}`{also}"
        )
        return self.finding(source, node.name, message, fix=fix, severity=severity)


def _is_empty(node: cst.FunctionDef) -> bool:
    """A docstring, `pass` or `...`: a hook for subclasses."""
    return all(
        isinstance(small, cst.Pass) or (isinstance(small, cst.Expr) and not isinstance(small.value, cst.Call))
        for line in node.body.body
        for small in (line.body if isinstance(line, (cst.SimpleStatementLine, cst.SimpleStatementSuite)) else [line])
    )


def _is_v2(source: PythonSource, program: Program) -> bool:
    version = program.target.version
    return (version is not None and version.major > 1) or not source.words.isdisjoint({"DataActor", "LiveNode"})


def _is_super(node: cst.Attribute) -> bool:
    call = node.value
    return isinstance(call, cst.Call) and isinstance(call.func, cst.Name) and call.func.value == "super"


def _distance_is_small(one: str, other: str) -> bool:
    """At most two letters more, less or other."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = _next(row, i, a, other)
    return row[-1] <= 2  # noqa: PLR2004


def _next(row: list[int], i: int, letter: str, other: str) -> list[int]:
    new = [i]
    for j, b in enumerate(other, 1):
        new.append(min(row[j] + 1, new[-1] + 1, row[j - 1] + (letter != b)))
    return new
