from collections.abc import Iterator
from decimal import Decimal

from lintkit.rule import Confidence, Definition, Example, Finding, Program, PythonSource, Rule, Severity

_MAX_FEE = Decimal("0.01")
_FEES = ("maker_fee", "taker_fee")


class FeeOrMarginMagnitude(Rule):
    """Fee or margin in the wrong unit.

    Fees and margins are fractions of the notional: 0.0005 is 5 basis points, 0.05 a twentieth of every trade. A fee
    in per cent or basis points eats the account in the backtest, or, the other way round, hides the cost that live
    trading has. `margin_init` is a fraction too: 50 is not "fifty times leverage" but 5000 % of the notional, and no
    order passes.

    Write `Decimal("0.0005")` for 5 bps and `Decimal("0.02")` for fifty times leverage.
    """

    id = "INS007"
    name = "fee-or-margin-magnitude"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"maker_fee", "taker_fee", "margin_init", "margin_maint"})

    invalid = [
        Example(
            "per cent, basis points and leverage",
            """
            from decimal import Decimal
            from nautilus_trader.model.instruments import CryptoPerpetual

            a = CryptoPerpetual(
                instrument_id=ID,
                maker_fee=Decimal("0.02"),  # !
                taker_fee=Decimal(5),  # !
                margin_init=Decimal("50"),  # !
                margin_maint=Decimal("0.35"),
            )
            """,
        ),
        Example(
            "a float",
            """
            from nautilus_trader.model.instruments import CryptoPerpetual

            a = CryptoPerpetual(
                instrument_id=ID,
                margin_init=0.01,  # !
                taker_fee=0.0005,  # !
            )
            """,
        ),
        Example(
            "the wrong way round",
            """
            from decimal import Decimal
            from nautilus_trader.model.instruments import CryptoPerpetual

            a = CryptoPerpetual(
                instrument_id=ID,
                maker_fee=Decimal("0.0005"),  # !
                taker_fee=Decimal("0.0002"),
                margin_init=Decimal("0.02"),
                margin_maint=Decimal("0.05"),  # !
            )
            """,
        ),
    ]
    valid = [
        Example(
            "fractions, rebates, and a betting exchange",
            """
            from decimal import Decimal
            from nautilus_trader.model.instruments import BettingInstrument, CryptoPerpetual

            a = CryptoPerpetual(
                instrument_id=ID,
                maker_fee=Decimal("-0.00025"),
                taker_fee=Decimal("0.00075"),
                margin_init=Decimal("0.01"),
                margin_maint=Decimal("0.0035"),
            )
            b = CryptoPerpetual(instrument_id=ID, maker_fee=FEE, margin_init=Decimal(1) / LEVERAGE)
            c = BettingInstrument(maker_fee=Decimal("0.05"))
            d = CryptoPerpetual(instrument_id=ID, margin_init=Decimal(1), margin_maint=Decimal(1))
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for one in program.instruments.of(source):
            if one.kind in {"BettingInstrument", "BinaryOption"}:
                continue
            for field in _FEES:
                yield from self._fee(source, one, field)
            for field in (*_FEES, "margin_init", "margin_maint"):
                yield from self._float(source, one, field)
            yield from self._order(source, one)
            yield from self._margin(source, one)

    def _float(self, source: PythonSource, one: Definition, field: str) -> Iterator[Finding]:
        node, value = one.node(field), one.plain(field)
        if node is not None and isinstance(value, float):
            yield self.finding(
                source,
                node,
                f"`{field}` of `{one.name}` is a float, so the constructor raises TypeError and there is no instrument"
                f' to trade: write `Decimal("{value}")`',
            )

    def _fee(self, source: PythonSource, one: Definition, field: str) -> Iterator[Finding]:
        node, value = one.node(field), one.number(field)
        if node is None or value is None or isinstance(one.plain(field), float):
            return
        if abs(value) >= _MAX_FEE:
            unit, meant = ("per cent", value / 100) if abs(value) < 1 else ("basis points", value / 10_000)
            yield self.finding(
                source,
                node,
                f"`{field}` of `{one.name}` is {value}, which charges {value * 100:f} % of every trade: fees are"
                f' fractions, so write `Decimal("{meant.normalize():f}")` if {unit} were meant',
            )
        elif field == "taker_fee" and value < 0:
            yield self.finding(
                source,
                node,
                f"`{field}` of `{one.name}` is {value}, so the backtest is paid for taking liquidity: only maker fees"
                " are ever rebates",
                severity=Severity.WARNING,
                confidence=Confidence.LIKELY,
            )

    def _order(self, source: PythonSource, one: Definition) -> Iterator[Finding]:
        maker, taker, node = one.number("maker_fee"), one.number("taker_fee"), one.node("maker_fee")
        if node is not None and maker is not None and taker is not None and _MAX_FEE > maker > taker > 0:
            yield self.finding(
                source,
                node,
                f"`maker_fee` {maker} of `{one.name}` is above `taker_fee` {taker}, so passive fills cost more than"
                " aggressive ones in this backtest and nowhere else: exchange the two",
                severity=Severity.WARNING,
                confidence=Confidence.LIKELY,
            )

    def _margin(self, source: PythonSource, one: Definition) -> Iterator[Finding]:
        initial, maintenance = one.number("margin_init"), one.number("margin_maint")
        node = one.node("margin_init")
        if node is not None and initial is not None and initial > 1:
            fraction = (1 / initial).quantize(Decimal("0.0001")).normalize()
            yield self.finding(
                source,
                node,
                f"`margin_init` of `{one.name}` is {initial}, which is {initial * 100:f} % of the notional, not a"
                f' leverage or an amount of money: write `Decimal("{fraction:f}")`'
                f" for {initial} times leverage",
            )
            return
        node = one.node("margin_maint")
        if node is not None and initial is not None and maintenance is not None and maintenance > initial > 0:
            yield self.finding(
                source,
                node,
                f"`margin_maint` {maintenance} of `{one.name}` is above `margin_init` {initial}, so a position is"
                " under its maintenance margin as soon as it is open: exchange the two",
            )
