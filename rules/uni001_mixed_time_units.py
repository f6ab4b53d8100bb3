import itertools
from collections.abc import Iterator
from decimal import Decimal

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Fix, Program, PythonSource, Rule, Severity

_MILLISECOND = Decimal(1_000_000)
_MICROSECOND = Decimal(1_000)
_MOST_SECS = 120
"""A limit that is larger was more likely meant in milliseconds."""
_CONVERSIONS = "nautilus_trader.core.datetime"
_TO_NANOS = {1_000: "micros_to_nanos", 1_000_000: "millis_to_nanos", 1_000_000_000: "secs_to_nanos"}
_ARITHMETIC = (cst.Add, cst.Subtract)
_ORDERED = (cst.LessThan, cst.LessThanEqual, cst.GreaterThan, cst.GreaterThanEqual)
_NAMED = ("_ns", "_nanos", "_nanoseconds")


class MixedTimeUnits(Rule):
    """Times of different units in one calculation.

    NautilusTrader's times (`ts_event`, `ts_init`, `clock.timestamp_ns()`) are whole nanoseconds. Compared with, or
    subtracted from, seconds or milliseconds they make conditions that are always or never true: a cooldown of five
    nanoseconds, a quote that is never stale.

    Say the unit: `secs_to_nanos(5)` and `millis_to_nanos(5)` of `nautilus_trader.core.datetime`, or
    `clock.timestamp_ms()` where milliseconds are meant.
    """

    id = "UNI001"
    name = "mixed-time-units"
    severity = Severity.ERROR
    since = "0.1.0"

    invalid = [
        Example(
            "seconds and nanoseconds",
            """
            import time
            from nautilus_trader.trading.strategy import Strategy

            class Stale(Strategy):
                def on_quote_tick(self, tick):
                    if self.clock.timestamp_ns() - tick.ts_event > 5:  # !
                        return
                    age = self.clock.timestamp() - tick.ts_event  # !
                    if tick.ts_event < self.clock.timestamp_ms():  # !
                        self.cancel_all_orders(tick.instrument_id)
            """,
        ),
        Example(
            "through variables whose names say what they hold",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Cooldown(Strategy):
                def on_bar(self, bar):
                    now = self.clock.timestamp_ns()
                    waited = now - bar.ts_event
                    if waited > self.config.cooldown_ms:  # !
                        self.submit_order(self.order)
            """,
        ),
    ]
    valid = [
        Example(
            "one unit, converted units, and magnitudes that tell a unit",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Right(Strategy):
                def on_quote_tick(self, tick):
                    if self.clock.timestamp_ns() - tick.ts_event > 5_000_000_000:
                        return
                    age_ms = (self.clock.timestamp_ns() - tick.ts_event) / 1_000_000
                    if age_ms > self.config.limit_ms or age_ms > 5:
                        return
                    if self.clock.timestamp_ns() > tick.ts_event + self.config.cooldown_secs * 1_000_000_000:
                        return
                    if self.clock.timestamp() - tick.ts_event / 1e9 > 5 or tick.ts_event > 0:
                        return
                    if tick.ts_event > 1_000_000_000_000:
                        return
                    if tick.ts_init - tick.ts_event > 1:
                        return
            """,
        ),
        Example(
            "a stamp of the project's own",
            """
            from nautilus_trader.trading.strategy import Strategy
            from records import Record

            class Right(Strategy):
                def on_quote_tick(self, tick):
                    if self.records[-1].ts_event < tick.ts_event // 1_000_000:
                        self.records.append(Record(tick.ts_event))

            # --- records.py
            class Record:
                def __init__(self, ts):
                    self.ts_event = to_milliseconds(ts)
            """,
        ),
        Example(
            "what one second is, and nanoseconds under a wrong name",
            """
            from nautilus_trader.trading.strategy import Strategy

            NS_PER_SEC = 10**9
            NANOS_IN_SEC = int(1e9)

            class Right(Strategy):
                def on_start(self):
                    self.window_sec = 60 * 10**9
                    self.unit_sec = 10**9

                def on_quote_tick(self, tick):
                    age = self.clock.timestamp_ns() - tick.ts_event
                    wait_ns = self.clock.timestamp_ns() - tick.ts_init
                    if wait_ns < 1_000:
                        return
                    if age > NS_PER_SEC or age > NANOS_IN_SEC or age > self.unit_sec or age > self.window_sec:
                        return
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for node in source.find(cst.BinaryOperation):
            if isinstance(node.operator, _ARITHMETIC):
                yield from self._pair(source, node, node.left, node.right, program)
        for comparison in source.find(cst.Comparison):
            sides = [comparison.left, *(target.comparator for target in comparison.comparisons)]
            ordered = all(isinstance(target.operator, _ORDERED) for target in comparison.comparisons)
            for left, right in itertools.pairwise(sides) if ordered else ():
                yield from self._pair(source, comparison, left, right, program)
                yield from self._literal(source, comparison, left, right, program)
                yield from self._literal(source, comparison, right, left, program)

    def _pair(
        self,
        source: PythonSource,
        node: cst.CSTNode,
        left: cst.BaseExpression,
        right: cst.BaseExpression,
        program: Program,
    ) -> Iterator[Finding]:
        one, two = program.units.of(source, left), program.units.of(source, right)
        if one is None or two is None or one is two:
            return
        evident = [program.units.is_evident(source, side) for side in (left, right)]
        if not any(evident):
            return
        yield self.finding(
            source,
            node,
            f"`{_code(source, left)}` is in {one.words} and `{_code(source, right)}` in {two.words}, so it is off"
            f" by a factor of {max(one.value, two.value) // min(one.value, two.value):_}: bring both to one unit",
            confidence=Confidence.CERTAIN if all(evident) else Confidence.LIKELY,
            fix=self._pair_fix(source, node, ((left, one.value, evident[0]), (right, two.value, evident[1]))),
        )

    def _pair_fix(
        self, source: PythonSource, node: cst.CSTNode, sides: tuple[tuple[cst.BaseExpression, int, bool], ...]
    ) -> Fix | None:
        """The limit, whose unit only its name says, in the nanoseconds of the other side."""
        if not isinstance(node, cst.Comparison) or all(evident for _, _, evident in sides):
            return None
        (limit, unit, _), (_, other, _) = sorted(sides, key=lambda side: side[2])
        if other != 1 or unit not in _TO_NANOS:
            return None
        name = _TO_NANOS[unit]
        form = f"{{}}({source.code(limit)})"
        return self.calling(source, limit, _CONVERSIONS, name, f"use `{name}`", safe=False, form=form)

    def _literal(
        self,
        source: PythonSource,
        node: cst.CSTNode,
        span: cst.BaseExpression,
        limit: cst.BaseExpression,
        program: Program,
    ) -> Iterator[Finding]:
        """A difference of nanoseconds and a number of less than 1 ms, or than 1 us where a name says `ns`."""
        value = program.values.origin(source, span)[1]
        is_difference = isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.Subtract)
        unit = program.units.of(source, span)
        written = program.number(source, limit)
        if not is_difference or unit is None or unit.value != 1 or written is None or not 1 < written < _MILLISECOND:
            return
        if isinstance(span, cst.Name) and span.value.lower().endswith(_NAMED) and written >= _MICROSECOND:
            return
        if program.units.of(source, limit) is not None or not program.units.is_evident(source, span):
            return
        yield self.finding(
            source,
            node,
            f"`{_code(source, span)}` is in nanoseconds and compared with {written.normalize():f}, less than a"
            " thousandth of a second, so the condition is as good as always the same: use `secs_to_nanos` or"
            " `millis_to_nanos`",
            fix=self._literal_fix(source, limit, written),
        )

    def _literal_fix(self, source: PythonSource, limit: cst.BaseExpression, written: Decimal) -> Fix | None:
        name = "secs_to_nanos" if written <= _MOST_SECS else "millis_to_nanos"
        if not isinstance(limit, (cst.Integer, cst.Float)):
            return None
        form = f"{{}}({source.code(limit)})"
        return self.calling(source, limit, _CONVERSIONS, name, f"use `{name}`", safe=False, form=form)


def _code(source: PythonSource, node: cst.BaseExpression) -> str:
    text = " ".join(source.code(node).split()).replace("`", "'")
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004
