from collections.abc import Iterator
from decimal import Decimal

from lintkit.rule import Confidence, Definition, Example, Finding, Program, PythonSource, Rule, Severity, reference

_MANTISSAS = frozenset({
    "1", "2", "4", "5", "25", "50", "125", "625", "3125", "15625", "78125", "390625", "1953125", "9765625", "75", "375",
})  # fmt: skip
"""Significant digits of the ticks that venues use: decimal steps and halves of halves, and 3/4 of them."""

_MOST_PLACES = 16
"""Decimal places that the usual builds take."""


class SuspiciousIncrement(Rule):
    """Increment that no venue has.

    The constructor takes any step. A tick of 0.00003, or a size step of 0.0007, is a typing mistake: the backtest
    trades on a grid that does not exist, and every comparison of prices and every rounding to the tick is off. More
    than 16 decimal places, those of a token on its chain, it refuses.

    Take the increments from the venue's own instrument list, or from the instrument provider of the adapter.
    """

    id = "INS002"
    name = "suspicious-increment"
    severity = Severity.WARNING
    confidence = Confidence.LIKELY
    since = "0.1.0"
    mentions = frozenset({"price_increment", "size_increment", "size_precision", "price_precision"})

    invalid = [
        Example(
            "an odd tick",
            """
            from nautilus_trader.model.instruments import CurrencyPair
            from nautilus_trader.model.objects import Price, Quantity

            pair = CurrencyPair(
                instrument_id=ID,
                price_increment=Price.from_str("0.00003"),  # !
                size_increment=Quantity.from_str("0.0007"),  # !
            )
            """,
        ),
        Example(
            "the decimals of tokens, from a table and through a function",
            """
            from nautilus_trader.model.identifiers import InstrumentId, Symbol
            from nautilus_trader.model.instruments import CurrencyPair
            from nautilus_trader.model.objects import Price, Quantity

            for base, decimals in [("WETH", 18), ("WBTC", 8)]:
                step = f"0.{'0' * (decimals - 1)}1"
                CurrencyPair(
                    instrument_id=InstrumentId(Symbol(f"{base}USDC"), VENUE),
                    size_precision=decimals,  # !
                    size_increment=Quantity.from_str(step),
                )

            def pair(symbol, tick):
                return CurrencyPair(
                    instrument_id=InstrumentId(Symbol(symbol), VENUE),
                    price_increment=Price.from_str(tick),  # !
                )

            pairs = [pair("A/B", "0.01"), *(pair(symbol, tick) for symbol, tick in {"C/D": "0.07"}.items())]
            """,
        ),
    ]
    valid = [
        Example(
            "ticks of real venues",
            """
            from nautilus_trader.model.instruments import FuturesContract
            from nautilus_trader.model.objects import Price

            a = FuturesContract(instrument_id=ID, price_increment=Price.from_str("0.25"))
            b = FuturesContract(instrument_id=ID, price_increment=Price.from_str("0.015625"))
            c = FuturesContract(instrument_id=ID, price_increment=Price.from_str("0.00005"))
            d = FuturesContract(instrument_id=ID, price_increment=tick)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for one in program.instruments.of(source):
            yield from self._places(source, one)
            if one.id is not None and reference.find(*one.id, one.kind):
                continue
            for field in ("price_increment", "size_increment"):
                yield from self._field(source, one, field)

    def _places(self, source: PythonSource, one: Definition) -> Iterator[Finding]:
        for field in ("price_precision", "size_precision"):
            node, places = one.node(field), one.number(field)
            if node is not None and places is not None and places > _MOST_PLACES:
                yield self.finding(
                    source,
                    node,
                    f"`{field}` of `{one.name}` is {places:f} and more than {_MOST_PLACES} decimal places are refused,"
                    " so the constructor raises ValueError and there is no instrument to trade: round to what fits",
                    severity=Severity.ERROR,
                    confidence=Confidence.CERTAIN,
                )

    def _field(self, source: PythonSource, one: Definition, field: str) -> Iterator[Finding]:
        node, value = one.node(field), one.number(field)
        if node is None or value is None or value <= 0:
            return
        if _digits(value) not in _MANTISSAS:
            yield self.finding(
                source,
                node,
                f"`{field}` of `{one.name}` is {value:f}, a step that no venue is known to use, so prices and sizes of"
                " the backtest are on a grid that does not exist: take it from the venue's instrument list",
            )


def _digits(value: Decimal) -> str:
    return "".join(map(str, value.normalize().as_tuple().digits)).rstrip("0")
