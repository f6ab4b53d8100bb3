from collections.abc import Iterator
from decimal import Decimal

import libcst as cst

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity

_BILLION = Decimal(1_000_000_000)


class FloatSecondsToNanos(Rule):
    """Nanoseconds from seconds in a float.

    `int(moment.timestamp() * 1e9)` goes through a float of 53 bits and loses up to some hundred nanoseconds. Events
    that came in order can tie or change places, and two runs of the same data through different paths differ. A note,
    and once a file, because bars and daily data never see it.

    `dt_to_unix_nanos(moment)` of `nautilus_trader.core.datetime`, or `pd.Timestamp(moment).value`, is exact.
    """

    id = "UNI002"
    name = "float-seconds-to-nanos"
    severity = Severity.NOTE
    since = "0.1.0"
    mentions = frozenset({"timestamp"})

    invalid = [
        Example(
            "a datetime to nanoseconds",
            """
            from nautilus_trader.model.data import QuoteTick

            def tick(moment, bid, ask):
                ts = int(moment.timestamp() * 1e9)  # !
                return QuoteTick(ID, bid, ask, SIZE, SIZE, ts, int(1_000_000_000 * moment.timestamp()))
            """,
        ),
    ]
    valid = [
        Example(
            "exact, or another unit",
            """
            from nautilus_trader.core.datetime import dt_to_unix_nanos

            def stamp(moment, clock):
                return dt_to_unix_nanos(moment), int(moment.timestamp() * 1000), int(moment.timestamp()) * 10**9
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        found = [node for node in source.find(cst.BinaryOperation) if _is_lossy(source, node, program)]
        if found:
            more = f" ({len(found)} times in this file)" if len(found) > 1 else ""
            yield self.finding(
                source,
                found[0],
                f"`timestamp() * 1e9` goes through a float and is off by up to some hundred nanoseconds{more}, so"
                " events can tie or change places: use `dt_to_unix_nanos`",
            )


def _is_lossy(source: PythonSource, node: cst.BinaryOperation, program: Program) -> bool:
    if not isinstance(node.operator, cst.Multiply):
        return False
    sides = ((node.left, node.right), (node.right, node.left))
    return any(_is_timestamp(value) and program.number(source, factor) == _BILLION for value, factor in sides)


def _is_timestamp(node: cst.BaseExpression) -> bool:
    return (
        isinstance(node, cst.Call)
        and isinstance(node.func, cst.Attribute)
        and node.func.attr.value == "timestamp"
        and not node.args
    )
