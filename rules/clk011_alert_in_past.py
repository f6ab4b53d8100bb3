from collections.abc import Iterator
from decimal import Decimal

import libcst as cst

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity

_ALERT = ("name", "alert_time_ns", "callback")
_TIMER = ("name", "interval_ns", "start_time_ns", "stop_time_ns", "callback")
_EARLIEST = Decimal(10) ** 17
"""Nanoseconds: March 1973. Anything smaller is of another unit."""

_SHORTEST_NANOS = 1_000_000
_UNITS = {"timestamp_ms": "milliseconds", "timestamp_us": "microseconds", "timestamp": "seconds"}


class AlertInPast(Rule):
    """Alert that fires at once.

    `set_time_alert_ns` takes nanoseconds since 1970. A time in milliseconds or seconds lies in January 1970, and an
    alert in the past fires immediately without a word (`allow_past` is true by default): the exit that was meant for
    the close is sent at the open. An interval of 5 for `set_timer_ns` is 5 nanoseconds.

    Compute with `self.clock.timestamp_ns()` and whole nanoseconds: `+ 5_000_000_000`.
    """

    id = "CLK011"
    name = "alert-in-past"
    severity = Severity.WARNING
    since = "0.1.0"
    mentions = frozenset({"set_time_alert_ns", "set_timer_ns"})

    invalid = [
        Example(
            "milliseconds and seconds",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Early(Strategy):
                def on_start(self):
                    self.clock.set_time_alert_ns("a", self.clock.timestamp_ms() + 5_000, self.leave)  # !
                    self.clock.set_time_alert_ns("b", alert_time_ns=1_700_000_000, callback=self.leave)  # !
                    now = self.clock.timestamp()
                    self.clock.set_time_alert_ns("c", int(now) + 60, self.leave)  # !
                    self.clock.set_timer_ns("d", 5_000, 0, 0, self.look)  # !
            """,
        ),
    ]
    valid = [
        Example(
            "nanoseconds",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Good(Strategy):
                def on_start(self):
                    self.clock.set_time_alert_ns("a", self.clock.timestamp_ns() + 5_000_000_000, self.leave)
                    self.clock.set_time_alert_ns("b", self.clock.timestamp_ms() * 1_000_000 + WAIT, self.leave)
                    self.clock.set_time_alert_ns("c", int(self.clock.timestamp() * 1e9), self.leave)
                    self.clock.set_timer_ns("d", 5_000_000_000, 0, 0, self.look)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            method = call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
            if method == "set_time_alert_ns":
                argument = program.arguments(call, _ALERT).given.get("alert_time_ns")
            elif method == "set_timer_ns":
                argument = program.arguments(call, _TIMER).given.get("interval_ns")
            else:
                continue
            what = self._unit(source, argument.value, method, program) if argument is not None else None
            if argument is not None and what is not None:
                message = (
                    f"`{method}` takes nanoseconds and gets {what}, so it fires at once and what it should do later in"
                    " the market is done now: use `self.clock.timestamp_ns()`"
                )
                yield self.finding(source, argument, message)

    def _unit(self, source: PythonSource, node: cst.BaseExpression, method: str, program: Program) -> str | None:
        number = program.number(source, node)
        if number is not None:
            least = _EARLIEST if method == "set_time_alert_ns" else Decimal(_SHORTEST_NANOS)
            return f"{number:f}" if 0 < number < least else None
        if method == "set_timer_ns":
            return None
        return self._clock_unit(source, node, program)

    def _clock_unit(
        self, source: PythonSource, node: cst.BaseExpression, program: Program, depth: int = 0
    ) -> str | None:
        """The unit of a sum of a clock reading and other things."""
        if depth > 6:  # noqa: PLR2004
            return None
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, (cst.Add, cst.Subtract)):
            left = self._clock_unit(source, node.left, program, depth + 1)
            return left or self._clock_unit(source, node.right, program, depth + 1)
        if isinstance(node, cst.Call):
            if isinstance(node.func, cst.Name) and node.func.value in {"int", "round"} and node.args:
                return self._clock_unit(source, node.args[0].value, program, depth + 1)
            func = node.func
            is_clock = isinstance(func, cst.Attribute) and source.code(func.value).endswith("clock")
            return _UNITS.get(func.attr.value) if is_clock and isinstance(func, cst.Attribute) else None
        if isinstance(node, cst.Name):
            where, value = program.nodes.written(source, node)
            return self._clock_unit(where, value, program, depth + 1) if value is not node else None
        return None
