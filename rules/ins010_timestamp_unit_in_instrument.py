from collections.abc import Iterator
from decimal import Decimal

import libcst as cst

from lintkit.rule import Confidence, Definition, Example, Finding, Fix, Program, PythonSource, Rule, Severity

_FIELDS = ("activation_ns", "expiration_ns", "ts_event", "ts_init")
_LEAST, _MOST = Decimal(10) ** 17, Decimal(10) ** 19
"""1973 to 2286 in nanoseconds since 1970."""

_UNITS = ((Decimal(10) ** 14, "microseconds", 1_000), (Decimal(10) ** 11, "milliseconds", 1_000_000),
          (Decimal(10) ** 8, "seconds", 1_000_000_000))  # fmt: skip


class TimestampUnitInInstrument(Rule):
    """Instrument whose times are not in nanoseconds.

    `expiration_ns=1734705000` is a second and three quarters into 1970. The constructor takes it, and then every
    order is rejected because the contract "has expired", or, with activation after expiration, the contract never
    trades at all.

    Use nanoseconds: `pd.Timestamp("2024-12-20 14:30", tz="UTC").value`, or `dt_to_unix_nanos` of
    `nautilus_trader.core.datetime`.
    """

    id = "INS010"
    name = "timestamp-unit-in-instrument"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset(
        {"activation_ns", "expiration_ns", "FuturesContract", "OptionContract", "CryptoFuture", "ts_event", "ts_init"}
    )

    invalid = [
        Example(
            "seconds, milliseconds, and the wrong order",
            """
            from nautilus_trader.model.instruments import FuturesContract

            a = FuturesContract(
                instrument_id=ID,
                activation_ns=1_700_000_000_000,  # !
                expiration_ns=1734705000,  # !
            )
            b = FuturesContract(
                instrument_id=ID,
                activation_ns=1_734_705_000_000_000_000,
                expiration_ns=1_700_000_000_000_000_000,  # !
            )
            """,
        ),
        Example(
            "seconds of a date",
            """
            from datetime import datetime
            from nautilus_trader.model.instruments import FuturesContract

            expiry = datetime(2024, 12, 20)
            a = FuturesContract(
                instrument_id=ID,
                activation_ns=int(datetime(2024, 9, 20).timestamp() * 1_000_000_000),
                expiration_ns=int(expiry.timestamp()),  # !
            )
            """,
        ),
    ]
    valid = [
        Example(
            "nanoseconds, zero, and what is not known",
            """
            from nautilus_trader.model.instruments import CryptoPerpetual, FuturesContract

            a = FuturesContract(
                instrument_id=ID, activation_ns=0, expiration_ns=1_734_705_000_000_000_000, ts_event=0, ts_init=0,
            )
            b = FuturesContract(instrument_id=ID, activation_ns=START, expiration_ns=END)
            c = CryptoPerpetual(instrument_id=ID, ts_event=1, ts_init=2)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for one in program.instruments.of(source):
            for field in _FIELDS:
                yield from self._unit(source, one, field)
                yield from self._computed(source, one, field, program)
            yield from self._order(source, one)

    def _computed(self, source: PythonSource, one: Definition, field: str, program: Program) -> Iterator[Finding]:
        """An expression that is surely in another unit: `int(expiry.timestamp())`."""
        node = one.node(field)
        if node is None or one.number(field) is not None or not field.endswith("_ns"):
            return
        unit = program.units.of(source, node)
        if unit is not None and unit.value != 1 and program.units.is_evident(source, node):
            yield self.finding(
                source,
                node,
                f"`{field}` of `{one.name}` is in nanoseconds and this is in {unit.words}, so every order is"
                f" rejected as expired or none ever is: multiply by {unit.value:_}",
                confidence=Confidence.LIKELY,
                fix=self._fix(source, node, unit.value),
            )

    def _unit(self, source: PythonSource, one: Definition, field: str) -> Iterator[Finding]:
        node, value = one.node(field), one.number(field)
        if node is None or value is None or not 0 < value < _LEAST:
            return
        unit = next(((name, factor) for least, name, factor in _UNITS if value >= least), None)
        if unit is None:
            return
        what = "every order is rejected as expired" if field == "expiration_ns" else "events are in 1970"
        yield self.finding(
            source,
            node,
            f"`{field}` of `{one.name}` is in nanoseconds and {value} looks like {unit[0]}, so {what}: multiply by"
            f" {unit[1]:_}",
            severity=Severity.ERROR if field.endswith("_ns") else Severity.WARNING,
            fix=self._fix(source, node, unit[1]) if value == int(value) and _is_own(node) else None,
        )

    def _fix(self, source: PythonSource, node: cst.BaseExpression, factor: int) -> Fix:
        code = source.code(node)
        whole = isinstance(node, (cst.Integer, cst.Name, cst.Attribute)) or (
            isinstance(node, cst.Call) and source.code(node.func) in {"int", "round"}
        )
        text = f"{code} * {factor:_}" if whole else f"int(({code}) * {factor:_})"
        return self.replace(source, node, text, f"multiply by {factor:_}", safe=False)

    def _order(self, source: PythonSource, one: Definition) -> Iterator[Finding]:
        begin, end, node = one.number("activation_ns"), one.number("expiration_ns"), one.node("expiration_ns")
        if node is None or begin is None or end is None:
            return
        if begin >= end > _LEAST:
            yield self.finding(
                source,
                node,
                f"`expiration_ns` of `{one.name}` is not after `activation_ns`, so the contract never trades: exchange"
                " the two",
                confidence=Confidence.CERTAIN,
            )
        elif end == 0 and begin > 0:
            yield self.finding(
                source,
                node,
                f"`expiration_ns` of `{one.name}` is 0, so every order is rejected as expired: set the time",
            )


def _is_own(node: cst.BaseExpression) -> bool:
    """Whether an expression is a number here, not a variable that a table fills."""
    return isinstance(node, (cst.Integer, cst.BinaryOperation, cst.Call))
