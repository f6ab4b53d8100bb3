from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

import libcst as cst

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity, api

_NOISE = Decimal("1e-9")
"""Share of a unit of the last place that is put down to binary floats."""

_MAX_PLACES = 16


class IncrementRoundedByPrecision(Rule):
    """Price or quantity that its own precision rounds.

    `Price(0.25, 1)` is 0.3 and `Quantity(0.5, 0)` is 1: the constructor rounds to the precision that it is given
    and says nothing. As an instrument's increment this moves every price that the backtest trades on; as an order's
    price or size it is simply another order.

    Give the precision that the number needs, or let it be read from the text: `Price.from_str("0.25")`.
    """

    id = "INS003"
    name = "increment-rounded-by-precision"
    severity = Severity.ERROR
    since = "0.1.0"

    invalid = [
        Example(
            "ticks that do not fit",
            """
            from nautilus_trader.model.objects import Price, Quantity

            quarter = Price(0.25, 1)  # !
            note = Price(1 / 64, precision=2)  # !
            tiny = Price(value=10**-6, precision=5)  # !
            half = Quantity(0.5, 0)  # !
            """,
        ),
        Example(
            "through constants",
            """
            from decimal import Decimal
            from nautilus_trader.model import Price

            TICK, PLACES = Decimal("0.00005"), 4
            BOND_TICK = 0.015625
            BOND_PLACES = 2
            increment = Price(BOND_TICK, BOND_PLACES)  # !
            """,
        ),
    ]
    valid = [
        Example(
            "as many places as the number has",
            """
            from nautilus_trader.model.objects import Price, Quantity

            a = Price(0.25, 2)
            b = Price(1e-5, 5)
            c = Quantity(1000, 0)
            d = Price(1.10, 5)
            e = Price.from_str("0.25")
            f = Price(0.1 + 0.2, 1)
            """,
        ),
        Example(
            "rounding a computed number is what the constructor is for",
            """
            from nautilus_trader.model.objects import Price

            def quote(mid):
                return [Price(mid, 2), Price(100 / 3, 2), Price(float("1.23456") * 1.1, 2)]
            """,
        ),
        Example(
            "precision not known",
            """
            from nautilus_trader.model.objects import Price

            def tick(precision):
                return Price(0.25, precision)
            """,
        ),
        Example(
            "a class of the project",
            """
            import nautilus_trader

            def Price(value, precision):
                return value

            price = Price(0.25, 1)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            name = api.short(program.names.external(source, call.func))
            if name not in {"Price", "Quantity"}:
                continue
            arguments = program.arguments(call, ("value", "precision"))
            value, precision = arguments.value("value"), arguments.value("precision")
            if value is None or precision is None or not _is_written(*program.values.origin(source, value), program):
                continue
            number, places = program.number(source, value), program.number(source, precision)
            if number is None or places is None or not 0 <= places <= _MAX_PLACES or abs(number) > Decimal(10) ** 18:
                continue
            unit = Decimal(1).scaleb(-int(places))
            kept = number.quantize(unit, rounding=ROUND_HALF_UP)
            if abs(kept - number) > unit * _NOISE:
                text = f'{source.code(call.func)}.from_str("{number:f}")'
                yield self.finding(
                    source,
                    call,
                    f"`{name}` keeps {int(places)} decimal places, so {number:f} silently becomes {kept:f} and every"
                    f' price or size built on it is off: write `{name}.from_str("{number:f}")`',
                    fix=self.replace(source, call, text, "keep all its decimal places", safe=False),
                )


def _is_written(source: PythonSource, node: cst.BaseExpression, program: Program) -> bool:
    """A number that somebody wrote down, as against one that came out of arithmetic and is to be rounded."""
    if isinstance(node, cst.UnaryOperation):
        return _is_written(source, node.expression, program)
    if isinstance(node, (cst.Integer, cst.Float)):
        return True
    if isinstance(node, cst.BinaryOperation):
        if isinstance(node.operator, cst.Power):
            return isinstance(node.left, cst.Integer)
        divisor = node.right.value if isinstance(node.right, cst.Integer) else ""
        exact = divisor.isdecimal() and (int(divisor) & (int(divisor) - 1) == 0 or set(divisor.lstrip("1")) == {"0"})
        return isinstance(node.operator, cst.Divide) and isinstance(node.left, cst.Integer) and exact
    return isinstance(node, cst.Call) and program.names.external(source, node.func) == "decimal.Decimal"
