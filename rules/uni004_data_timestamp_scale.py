from collections.abc import Iterator
from decimal import Decimal

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Program, PythonSource, Rule, Severity, api

_DATA = frozenset({
    "QuoteTick", "TradeTick", "Bar", "OrderBookDelta", "OrderBookDeltas", "OrderBookDepth10", "MarkPriceUpdate",
    "IndexPriceUpdate", "FundingRateUpdate", "InstrumentClose", "InstrumentStatus",
})  # fmt: skip
_FIELDS = ("ts_event", "ts_init")
_LEAST = Decimal(10) ** 17
_SMALL = Decimal(10) ** 8
"""Numbers below are counters of a test, not times."""

_SECOND = Decimal(10**9)
_TOY = 1000 * _SECOND


class DataTimestampScale(Rule):
    """Market data whose times are not in nanoseconds.

    A tick or bar with `ts_event` in seconds or milliseconds is an event of January 1970. The engine runs happily:
    session filters, timers and expiries then belong to another world than the prices, and live data, mixed with it,
    is half a century away.

    Multiply where the data comes in: `millis_to_nanos(row.time)` of `nautilus_trader.core.datetime`.
    """

    id = "UNI004"
    name = "data-timestamp-scale"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = _DATA

    invalid = [
        Example(
            "milliseconds of an exchange, seconds of a datetime",
            """
            from nautilus_trader.model.data import Bar, QuoteTick

            def quote(row, moment):
                return QuoteTick(
                    instrument_id=ID,
                    bid_price=row.bid,
                    ask_price=row.ask,
                    bid_size=row.size,
                    ask_size=row.size,
                    ts_event=row.exchange_ms,  # !
                    ts_init=int(moment.timestamp()),  # !
                )

            bar = Bar(BAR_TYPE, O, H, L, C, V, 1_704_067_200_000, 1_704_067_200_000_000_000)  # !
            """,
        ),
        Example(
            "by the name of a column",
            """
            from nautilus_trader.model.data import TradeTick

            def trades(rows):
                for row in rows:
                    yield TradeTick(
                        instrument_id=ID,
                        price=PRICE,
                        size=SIZE,
                        aggressor_side=SIDE,
                        trade_id=TRADE,
                        ts_event=int(row["timestamp_ms"]),  # !
                        ts_init=int(row.get("received_ns", 0)),
                    )
            """,
        ),
    ]
    valid = [
        Example(
            "invented events of the first seconds",
            """
            from nautilus_trader.model.data import QuoteTick

            a = QuoteTick(ID, BID, ASK, SIZE, SIZE, ts_event=1_000_000_000, ts_init=2_000_000_000)
            """,
        ),
        Example(
            "nanoseconds, converted times, and counters",
            """
            from nautilus_trader.core.datetime import millis_to_nanos
            from nautilus_trader.model.data import Bar, QuoteTick

            def quote(row):
                return QuoteTick(
                    instrument_id=ID,
                    bid_price=row.bid,
                    ask_price=row.ask,
                    bid_size=row.size,
                    ask_size=row.size,
                    ts_event=row.exchange_ms * 1_000_000,
                    ts_init=millis_to_nanos(row.exchange_ms),
                )

            bar = Bar(BAR_TYPE, O, H, L, C, V, 0, 1)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            name = api.short(program.names.external(source, call.func))
            if name not in _DATA:
                continue
            known = program.surface.parameters(name)
            given = program.arguments(call, known.positional if known else ())
            for field in _FIELDS:
                node = given.value(field)
                problem = _problem(source, node, program) if node is not None else None
                if node is not None and problem is not None:
                    yield self.finding(
                        source,
                        node,
                        f"`{field}` of a `{name}` is in nanoseconds and {problem[0]}, so the event is in 1970 and"
                        " sessions, timers and expiries are wrong: multiply where the data comes in",
                        confidence=problem[1],
                    )


def _problem(source: PythonSource, node: cst.BaseExpression, program: Program) -> tuple[str, Confidence] | None:
    value = program.number(source, node)
    if value is not None:
        made_up = value < _TOY and value % _SECOND == 0  # an invented event at one, two, ... seconds
        is_wrong = _SMALL < value < _LEAST and not made_up
        return (f"this is {value.normalize():f}", Confidence.CERTAIN) if is_wrong else None
    unit = program.units.of(source, node)
    if unit is None or unit.value == 1:
        return None
    evident = program.units.is_evident(source, node)
    return f"this is in {unit.words}", Confidence.CERTAIN if evident else Confidence.LIKELY
