from collections.abc import Iterator

from lintkit.rule import Definition, Example, Finding, Program, PythonSource, Rule, Severity

_PAIRS = (("min_quantity", "max_quantity"), ("min_price", "max_price"), ("min_notional", "max_notional"))
_STEPS = (
    ("min_quantity", "size_increment"), ("max_quantity", "size_increment"), ("lot_size", "size_increment"),
    ("min_price", "price_increment"), ("max_price", "price_increment"),
)  # fmt: skip
_PLACES = (
    ("min_quantity", "size_precision"), ("max_quantity", "size_precision"), ("lot_size", "size_precision"),
    ("min_price", "price_precision"), ("max_price", "price_precision"),
)  # fmt: skip


class InconsistentBounds(Rule):
    """Instrument whose limits contradict each other.

    The constructor checks each field alone. With a minimum above the maximum every order is denied; with limits off
    the step, or finer than the instrument's own precision, orders at the limit are rejected by the venue though the
    backtest fills them.

    Copy increments, lots, minima and maxima from one row of the venue's instrument list.
    """

    id = "INS006"
    name = "inconsistent-bounds"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"min_quantity", "max_quantity", "min_price", "max_price", "min_notional", "lot_size"})

    invalid = [
        Example(
            "upside down",
            """
            from nautilus_trader.model.currencies import USD
            from nautilus_trader.model.instruments import CurrencyPair
            from nautilus_trader.model.objects import Money, Quantity

            pair = CurrencyPair(
                instrument_id=ID,
                min_quantity=Quantity.from_int(1000),  # !
                max_quantity=Quantity.from_int(10),
                min_notional=Money(500, USD),  # !
                max_notional=Money(50, USD),
            )
            """,
        ),
        Example(
            "limits that no order can have",
            """
            from nautilus_trader.model.instruments import CurrencyPair
            from nautilus_trader.model.objects import Quantity

            pair = CurrencyPair(
                instrument_id=ID,
                size_precision=0,
                size_increment=Quantity.from_int(1000),
                min_quantity=Quantity.from_int(500),  # !
                lot_size=Quantity.from_int(1500),  # !
                max_quantity=Quantity.from_str("10000.50"),  # !
            )
            """,
        ),
    ]
    valid = [
        Example(
            "in order, on the grid, or not known",
            """
            from nautilus_trader.model.instruments import CurrencyPair
            from nautilus_trader.model.objects import Quantity

            a = CurrencyPair(
                instrument_id=ID,
                size_precision=3,
                size_increment=Quantity.from_str("0.001"),
                min_quantity=Quantity.from_str("0.001"),
                max_quantity=Quantity.from_str("1000"),
                lot_size=None,
            )
            b = CurrencyPair(instrument_id=ID, min_quantity=LOW, max_quantity=HIGH)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for one in program.instruments.of(source):
            found = dict(_wrong(one))
            for field, message in found.items():
                node = one.node(field)
                if node is not None:
                    yield self.finding(source, node, message)


def _wrong(one: Definition) -> Iterator[tuple[str, str]]:
    """Field and message; of several for one field the last counts, which is the plainest."""
    for field, precision in _PLACES:
        places, allowed = one.precision(field), one.number(precision)
        value = one.number(field)
        if places is not None and allowed is not None and value is not None and _decimals(value) > allowed:
            yield (
                field,
                (
                    f"`{field}` of `{one.name}` is {value:f}, finer than `{precision}={allowed}` allows, so no order"
                    " can have it: round it to the instrument's precision"
                ),
            )
    for field, step in _STEPS:
        value, increment = one.number(field), one.number(step)
        if value is not None and increment is not None and increment > 0 and value % increment != 0:
            yield (
                field,
                (
                    f"`{field}` of `{one.name}` is {value:f}, no multiple of `{step}` {increment:f}, so the venue"
                    " rejects orders that the backtest fills there: take both from the venue's instrument list"
                ),
            )
    for low, high in _PAIRS:
        least, most = one.number(low), one.number(high)
        if least is not None and most is not None and least > most:
            yield (
                low,
                (
                    f"`{low}` of `{one.name}` is {least:f} and `{high}` is {most:f}, so every order is denied: exchange"
                    " the two"
                ),
            )


def _decimals(value: object) -> int:
    text = f"{value:f}"
    return len(text.partition(".")[2].rstrip("0"))
