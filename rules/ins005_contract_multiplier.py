from collections.abc import Iterator
from decimal import Decimal

import libcst as cst

from lintkit.rule import Confidence, Definition, Example, Finding, Program, PythonSource, Rule, Severity, reference


class ContractMultiplier(Rule):
    """Contract multiplier that is not the product's.

    Profit, notional and margin are all multiplied by it. An ES future with `multiplier=1` reports one fiftieth of
    the real profit and of the real risk; a perpetual with `multiplier=100` by mistake a hundred times too much.

    Compared with a table that has a source and a date for every row. A definition whose tick and multiplier are
    scaled together, so that one tick is worth the same, is right.
    """

    id = "INS005"
    name = "contract-multiplier"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"FuturesContract", "OptionContract", "CryptoPerpetual", "CryptoFuture", "multiplier"})

    invalid = [
        Example(
            "an index future that counts one dollar a point",
            """
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import FuturesContract
            from nautilus_trader.model.objects import Price, Quantity

            future = FuturesContract(
                instrument_id=InstrumentId.from_str("ESZ4.GLBX"),
                price_increment=Price.from_str("0.25"),
                multiplier=Quantity.from_int(1),  # !
            )
            other = FuturesContract(
                instrument_id=InstrumentId.from_str("NQ.SIM"),
                price_increment=Price.from_str("0.25"),
                multiplier=Quantity.from_str("50"),  # !
            )
            """,
        ),
        Example(
            "a contract month that is known when the data are read, and its underlying now",
            """
            from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
            from nautilus_trader.model.instruments import FuturesContract
            from nautilus_trader.model.objects import Price, Quantity

            def contract(month):
                return FuturesContract(
                    instrument_id=InstrumentId(symbol=Symbol(month), venue=Venue("GLBX")),
                    price_increment=Price.from_str("0.25"),
                    multiplier=Quantity.from_int(1),  # !
                    underlying="ES",
                )
            """,
        ),
        Example(
            "the contract size of another product",
            """
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import CryptoPerpetual
            from nautilus_trader.model.objects import Quantity

            perpetual = CryptoPerpetual(
                instrument_id=InstrumentId.from_str("BTCUSDT-PERP.BINANCE"),
                multiplier=Quantity.from_int(100),  # !
            )
            """,
        ),
    ]
    valid = [
        Example(
            "the product's own, scaled quotes, and unknown products",
            """
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import CryptoPerpetual, FuturesContract
            from nautilus_trader.model.objects import Price, Quantity

            a = FuturesContract(
                instrument_id=InstrumentId.from_str("ESZ4.GLBX"),
                price_increment=Price.from_str("0.25"),
                multiplier=Quantity.from_int(50),
            )
            corn_in_dollars = FuturesContract(
                instrument_id=InstrumentId.from_str("ZCZ4.GLBX"),
                price_increment=Price.from_str("0.0025"),
                multiplier=Quantity.from_int(5000),
            )
            c = FuturesContract(instrument_id=InstrumentId.from_str("IF2401.CFFEX"), multiplier=Quantity.from_int(1))
            d = CryptoPerpetual(instrument_id=InstrumentId.from_str("BTCUSDT-PERP.BINANCE"))
            """,
        ),
        Example(
            "the micro contract on the same underlying",
            """
            from nautilus_trader.model.instruments import FuturesContract
            from nautilus_trader.model.objects import Quantity

            def contract(instrument_id):
                return FuturesContract(instrument_id, underlying="ES", multiplier=Quantity.from_int(5))
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for one in program.instruments.of(source):
            node, ours = one.node("multiplier"), one.number("multiplier")
            if node is None or ours is None or ours <= 0:
                continue
            products = [(row, row.multiplier) for row in one.products if row.multiplier is not None]
            if products and not any(_is_right(one, ours, row, right) for row, right in products):
                yield self._report(source, node, one, ours, *products[0])

    def _report(
        self,
        source: PythonSource,
        node: cst.BaseExpression,
        one: Definition,
        ours: Decimal,
        known: reference.Reference,
        right: Decimal,
    ) -> Finding:
        factor = max(ours / right, right / ours)
        level = "high" if known.is_certain else "medium"
        certain = known.is_certain and (one.id is not None and reference.find(*one.id, one.kind) is known)
        name = one.name if one.id or one.symbol else f"{known.symbols[0]} future"
        return self.finding(
            source,
            node,
            f"`multiplier` of `{name}` is {_plain(ours)} but one contract is {_plain(right)}, so profit, notional"
            f" and risk are {_plain(factor)} times too {'large' if ours > right else 'small'} (source: {known.source},"
            f' {known.as_of}, confidence {level}): use `multiplier=Quantity.from_str("{_plain(right)}")`',
            confidence=Confidence.CERTAIN if certain else Confidence.LIKELY,
        )


def _is_right(one: Definition, ours: Decimal, known: reference.Reference, right: Decimal) -> bool:
    """Whether one tick is worth what it is on the exchange, whatever the quotes are scaled to."""
    tick = one.number("price_increment")
    return ours == right or (tick is not None and tick * ours == known.price_increment * right)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if len(text) < 12 else f"{number:.4g}"  # noqa: PLR2004  # a ratio, for reading
