from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Confidence, Definition, Edit, Example, Finding, Fix, Program, PythonSource, Rule, Severity

_LOW = frozenset({"JPY", "HUF", "KRW"})
_MAJORS = frozenset({"USD", "EUR", "GBP", "CHF", "AUD", "NZD", "CAD"})
_JPY_PLACES = 3
_MAJOR_PLACES = 4
_TOO_FINE = 4


class JpyPrecision(Rule):
    """Currency pair with the decimal places of another one.

    Pairs quoted in yen have two or three decimal places, the other majors four or five. The constructor takes either
    for both. With 5 places a USD/JPY backtest trades on ticks a hundred times finer than the venue's: stops and
    spreads measured in ticks shrink to nothing, and live orders are rejected; EUR/USD with 3 places rounds every
    price by ten pips.

    Use `price_precision=3` and `Price.from_str("0.001")` for pairs quoted in JPY, 5 and "0.00001" for the others.
    """

    id = "INS004"
    name = "jpy-precision"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"CurrencyPair", "price_precision"})

    invalid = [
        Example(
            "yen like dollars, dollars like yen",
            """
            from nautilus_trader.model.currencies import EUR, JPY, USD
            from nautilus_trader.model.instruments import CurrencyPair

            yen = CurrencyPair(
                base_currency=USD,
                quote_currency=JPY,
                price_precision=5,  # !
            )
            euro = CurrencyPair(base_currency=EUR, quote_currency=USD, price_precision=2)  # !
            """,
        ),
    ]
    valid = [
        Example(
            "the places of the market, coins, and what is not known",
            """
            from nautilus_trader.model.currencies import BTC, EUR, JPY, USD
            from nautilus_trader.model.instruments import CurrencyPair

            a = CurrencyPair(base_currency=USD, quote_currency=JPY, price_precision=3)
            b = CurrencyPair(base_currency=EUR, quote_currency=USD, price_precision=5)
            c = CurrencyPair(base_currency=BTC, quote_currency=USD, price_precision=2)
            d = CurrencyPair(base_currency=BTC, quote_currency=JPY, price_precision=0)
            e = CurrencyPair(base_currency=EUR, quote_currency=quote, price_precision=2)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for one in program.instruments.of(source):
            if one.kind not in {"CurrencyPair", "Cfd"}:
                continue
            base, quote, places = (
                one.currency("base_currency"),
                one.currency("quote_currency"),
                one.number("price_precision"),
            )
            node = one.node("price_precision")
            if base is None or quote is None or places is None or node is None or base not in _MAJORS | _LOW:
                continue
            pair = f"{base}/{quote}"
            if quote in _LOW and places >= _TOO_FINE:
                yield self.finding(
                    source,
                    node,
                    f"`{pair}` has {places} decimal places here and {_JPY_PLACES} at every venue, so ticks are"
                    f" {10 ** (int(places) - _JPY_PLACES)} times too fine and live orders are rejected: use"
                    f" `price_precision={_JPY_PLACES}` and an increment of 0.001",
                    fix=self._fix(source, one, _JPY_PLACES, program),
                )
            elif quote in _MAJORS and places < _MAJOR_PLACES:
                yield self.finding(
                    source,
                    node,
                    f"`{pair}` has {places} decimal places here and 4 or 5 at every venue, so every price is rounded"
                    " by many pips: use `price_precision=5` and an increment of 0.00001",
                    confidence=Confidence.CERTAIN,
                    fix=self._fix(source, one, 5, program),
                )

    def _fix(self, source: PythonSource, one: Definition, places: int, program: Program) -> Fix | None:
        """Precision and increment together, where both are written out."""
        precision, increment = one.node("price_precision"), one.node("price_increment")
        if not isinstance(precision, cst.Integer) or (increment is not None and not isinstance(increment, cst.Call)):
            return None
        edits = [Edit(source.span(precision), str(places))]
        if isinstance(increment, cst.Call):
            made = program.names.external(source, increment.func) or ""
            owner = source.code(increment.func).removesuffix(".from_str")
            if not made.endswith((".Price", ".Price.from_str")) or program.number(source, increment) is None:
                return None
            edits.append(Edit(source.span(increment), f'{owner}.from_str("0.{"0" * (places - 1)}1")'))
        return Fix(f"use {places} decimal places", tuple(edits), safe=False)
