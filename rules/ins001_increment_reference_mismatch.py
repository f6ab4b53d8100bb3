from collections.abc import Iterator
from decimal import Decimal

import libcst as cst

from lintkit.rule import (
    Confidence,
    Definition,
    Edit,
    Example,
    Finding,
    Fix,
    Program,
    PythonSource,
    Rule,
    Severity,
    reference,
)

_LARGE = 10


class IncrementReferenceMismatch(Rule):
    """Increment that differs from the venue's.

    NautilusTrader believes the instrument definition. With a tick ten times too large or too small a backtest still
    fills, at prices that the venue does not have, and the profit looks almost right; live, the venue rejects the
    orders or fills them elsewhere than planned. The same goes for size increments.

    Known instruments are compared with a table that has a source and a date for every row. Venues change their
    ticks: where the definition is right for the years of your data, ignore the finding with that reason.
    """

    id = "INS001"
    name = "increment-reference-mismatch"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset(
        {
            "price_increment",
            "size_increment",
            "CurrencyPair",
            "CryptoPerpetual",
            "CryptoFuture",
            "FuturesContract",
            "Equity",
            "Cfd",
        }
    )

    invalid = [
        Example(
            "a tick ten times too large",
            """
            from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
            from nautilus_trader.model.instruments import CryptoPerpetual
            from nautilus_trader.model.objects import Price, Quantity

            perpetual = CryptoPerpetual(
                instrument_id=InstrumentId(symbol=Symbol("ETHUSDT-PERP"), venue=Venue("BINANCE")),
                price_precision=1,
                price_increment=Price.from_str("0.1"),  # !
                size_precision=3,
                size_increment=Quantity.from_str("0.001"),
            )
            """,
        ),
        Example(
            "through constants of another file, and a pip for a tick",
            """
            from nautilus_trader.model import InstrumentId
            from nautilus_trader.model.instruments import CurrencyPair
            from fx import OANDA, TICK, UNIT

            pair = CurrencyPair(
                InstrumentId.from_str(f"EUR/USD.{OANDA}"), RAW, EUR, USD, 4, 0,
                TICK,  # !
                UNIT,
            )
            # --- fx.py
            from nautilus_trader.model import Price, Quantity

            OANDA = "OANDA"
            TICK = Price(10**-4, 4)
            UNIT = Quantity.from_int(1)
            """,
        ),
        Example(
            "a contract month that is known when the data are read, and its underlying now",
            """
            from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
            from nautilus_trader.model.instruments import FuturesContract
            from nautilus_trader.model.objects import Price

            def contract(month, dataset):
                return FuturesContract(
                    instrument_id=InstrumentId(symbol=Symbol(month), venue=Venue(dataset)),
                    price_increment=Price.from_str("0.01"),  # !
                    underlying="NQ",
                )
            """,
        ),
        Example(
            "a future by its root, a size in coins instead of contracts",
            """
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import CryptoPerpetual, FuturesContract
            from nautilus_trader.model.objects import Price, Quantity

            future = FuturesContract(
                instrument_id=InstrumentId.from_str("ESZ4.XCME"),
                price_increment=Price.from_str("0.01"),  # !
            )
            swap = CryptoPerpetual(
                instrument_id=InstrumentId.from_str("ETH-USDT-SWAP.OKX"),
                price_increment=Price.from_str("0.01"),
                size_increment=Quantity.from_str("0.0001"),  # !
            )
            """,
        ),
    ]
    valid = [
        Example(
            "the venue's own increments",
            """
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import CryptoPerpetual
            from nautilus_trader.model.objects import Price, Quantity

            perpetual = CryptoPerpetual(
                instrument_id=InstrumentId.from_str("BTCUSDT-PERP.BINANCE"),
                price_increment=Price.from_str("0.10"),
                size_increment=Quantity.from_str("0.001"),
            )
            """,
        ),
        Example(
            "a simulated venue, and an instrument that nobody has looked up",
            """
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import CurrencyPair
            from nautilus_trader.model.objects import Price

            a = CurrencyPair(instrument_id=InstrumentId.from_str("EUR/USD.SIM"), price_increment=Price.from_str("1"))
            b = CurrencyPair(instrument_id=InstrumentId.from_str("X/Y.BINANCE"), price_increment=Price.from_str("1"))
            """,
        ),
        Example(
            "the tick of earlier years",
            """
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import CryptoPerpetual
            from nautilus_trader.model.objects import Price

            a = CryptoPerpetual(
                instrument_id=InstrumentId.from_str("XBTUSD.BITMEX"),
                price_increment=Price.from_str("0.5"),
            )
            """,
        ),
        Example(
            "read from the venue",
            """
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import CryptoPerpetual
            from nautilus_trader.model.objects import Price

            def load(row):
                return CryptoPerpetual(
                    instrument_id=InstrumentId.from_str("BTCUSDT-PERP.BINANCE"),
                    price_increment=Price.from_str(row["tickSize"]),
                )
            """,
        ),
        Example(
            "a precision that rounds the right increment",
            """
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import FuturesContract
            from nautilus_trader.model.objects import Price

            es = FuturesContract(instrument_id=InstrumentId.from_str("ESZ4.XCME"), price_increment=Price(0.25, 1))
            """,
        ),
        Example(
            "sizes in contracts",
            """
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import CryptoPerpetual
            from nautilus_trader.model.objects import Quantity

            a = CryptoPerpetual(
                instrument_id=InstrumentId.from_str("BTC-PERPETUAL.DERIBIT"),
                size_increment=Quantity.from_int(1),
                multiplier=Quantity.from_int(10),
            )
            """,
        ),
        Example(
            "a perpetual that is kept as a pair, of a venue that the caller names",
            """
            from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
            from nautilus_trader.model.instruments import CurrencyPair
            from nautilus_trader.model.objects import Price, Quantity

            def pair(exchange):
                return CurrencyPair(
                    instrument_id=InstrumentId(Symbol("ETHUSDT"), Venue(exchange)),
                    price_increment=Price.from_str("0.01"),
                    size_increment=Quantity.from_str("0.001"),
                )

            eth = pair("BINANCE")
            """,
        ),
        Example(
            "a perpetual under the symbol of the spot pair",
            """
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import CryptoPerpetual
            from nautilus_trader.model.objects import Price

            a = CryptoPerpetual(
                instrument_id=InstrumentId.from_str("BTCUSDT.BINANCE"),
                price_increment=Price.from_str("0.1"),
            )
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for one in program.instruments.of(source):
            known = _known(one)
            if known is None or _is_perpetual(one):
                continue
            pairs = (("price_increment", known.price_increment), ("size_increment", known.size_increment))
            for field, right in pairs:
                given, ours = one.node(field), one.number(field)
                others = known.former if field == "price_increment" else _in_contracts(one, known)
                if given is None or ours is None or ours <= 0 or ours == right or ours in others:
                    continue
                if one.written(field) != right:  # else its own precision rounds it, which is INS003's
                    fix = self._fix(source, one, field, right, program)
                    yield self._report(source, given, field, _name(one, known), ours, right, known, fix)

    def _report(
        self,
        source: PythonSource,
        node: cst.BaseExpression,
        field: str,
        instrument: str,
        ours: Decimal,
        right: Decimal,
        known: reference.Reference,
        fix: Fix | None,
    ) -> Finding:
        ratio = ours / right
        factor = max(ratio, 1 / ratio)
        size = f"{_plain(factor)} times too {'large' if ratio > 1 else 'small'}"
        what = "prices" if field == "price_increment" else "sizes"
        maker = "Price" if field == "price_increment" else "Quantity"
        level = "high" if known.is_certain else "medium"
        message = (
            f"`{field}` of `{instrument}` is {_plain(ours)} but the venue's is {_plain(right)}, {size}, so orders fill"
            f" at {what} that do not exist there (source: {known.source}, {known.as_of}, confidence {level}): use"
            f' `{maker}.from_str("{right:f}")` and its precision'
        )
        large = factor >= _LARGE
        return self.finding(
            source,
            node,
            message,
            severity=Severity.ERROR if large and known.is_certain else Severity.WARNING,
            confidence=Confidence.CERTAIN if known.is_certain else Confidence.LIKELY,
            pedantic=not known.is_certain and not large,
            fix=fix,
        )

    def _fix(self, source: PythonSource, one: Definition, field: str, right: Decimal, program: Program) -> Fix | None:
        """Increment and precision together, where both are written out."""
        increment, precision = one.node(field), one.node(field.replace("_increment", "_precision"))
        if not isinstance(increment, cst.Call) or not (precision is None or isinstance(precision, cst.Integer)):
            return None
        made = program.names.external(source, increment.func) or ""
        names = (".Price", ".Price.from_str", ".Quantity", ".Quantity.from_str", ".Quantity.from_int")
        if not made.endswith(names) or program.number(source, increment) is None:
            return None
        owner = source.code(increment.func).removesuffix(".from_str").removesuffix(".from_int")
        edits = [Edit(source.span(increment), f'{owner}.from_str("{right:f}")')]
        exponent = right.as_tuple().exponent
        if isinstance(precision, cst.Integer) and isinstance(exponent, int):
            edits.append(Edit(source.span(precision), str(max(0, -exponent))))
        return Fix(f"use the venue's increment of {right:f}", tuple(edits), safe=False)


def _in_contracts(one: Definition, known: reference.Reference) -> tuple[Decimal, ...]:
    """The venue's size increment where sizes are in contracts: a step of 10 dollars is one contract of 10 dollars."""
    multiplier = one.number("multiplier")
    return (known.size_increment / multiplier,) if multiplier else ()


def _is_perpetual(one: Definition) -> bool:
    """Whether a pair has the increments of the perpetual of its name: that, kept as a pair, is what it is."""
    if one.kind != "CurrencyPair" or one.id is None:
        return False
    row = reference.find(f"{one.id[0]}-PERP", one.id[1], "CryptoPerpetual")
    ours = (one.number("price_increment"), one.number("size_increment"))
    return row is not None and ours == (row.price_increment, row.size_increment)


def _name(one: Definition, known: reference.Reference) -> str:
    return one.name if one.id is not None else f"{known.symbols[0]} future"


def _known(one: Definition) -> reference.Reference | None:
    """The row of an id; of a future whose id is not known until it runs, what its underlying tells."""
    if one.id is not None or one.symbol is not None:
        return reference.find(*one.id, one.kind) if one.id is not None else None
    rows = one.products
    return rows[0] if len({row.price_increment for row in rows}) == 1 else None


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
