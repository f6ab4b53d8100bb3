import re
from collections.abc import Iterator

from lintkit.rule import Confidence, Definition, Example, Finding, Program, PythonSource, Rule, Severity

_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}\d")
_MIC = re.compile(r"[A-Z0-9]{4}")
_MICS = {
    "CME": "XCME", "GLOBEX": "GLBX", "CBOT": "XCBT", "NYMEX": "XNYM", "COMEX": "XCEC", "CFE": "XCFE", "CBOE": "XCBO",
    "EUREX": "XEUR", "ICE": "IFEU", "HKEX": "XHKF", "SGX": "XSES",
}  # fmt: skip
_DERIVED = frozenset({"FuturesContract", "OptionContract", "FuturesSpread", "OptionSpread"})
_WHOLE = frozenset({"Equity", "FuturesContract", "OptionContract"})
"""Instruments whose size has no decimals, whatever they are given."""


class DoubtfulField(Rule):
    """Field of an instrument that no venue has.

    Constructors take any text and any number here. An ISIN with a wrong digit, an exchange that is no market
    identifier code (ISO 10383) or an empty underlying finds no contract, or another one, as soon as a broker or a data
    vendor is asked for it; a lot of half a contract and a multiplier on a spot pair size orders that nobody can send.

    Copy the fields from the venue's instrument list.
    """

    id = "INS015"
    name = "doubtful-field"
    severity = Severity.WARNING
    confidence = Confidence.LIKELY
    since = "0.1.0"
    mentions = frozenset({"isin", "exchange", "underlying", "lot_size", "multiplier", *_DERIVED})

    invalid = [
        Example(
            "a future and a share",
            """
            from nautilus_trader.model.instruments import CurrencyPair, Equity, FuturesContract
            from nautilus_trader.model.objects import Quantity

            future = FuturesContract(
                instrument_id=ID,
                exchange="GLOBEX",  # !
                underlying="",  # !
                lot_size=Quantity.from_str("0.1"),  # !
            )
            share = Equity(
                instrument_id=ID,
                isin="US0378331006",  # !
            )
            pair = CurrencyPair(
                instrument_id=ID,
                multiplier=Quantity.from_int(10),  # !
            )
            """,
        ),
    ]
    valid = [
        Example(
            "as the venue has them, or not known",
            """
            from nautilus_trader.model.instruments import CurrencyPair, Equity, FuturesContract
            from nautilus_trader.model.objects import Quantity

            future = FuturesContract(
                instrument_id=ID, exchange="XCME", underlying="ES", lot_size=Quantity.from_int(1),
            )
            other = FuturesContract(instrument_id=ID, exchange="GLBX", underlying=NAME, lot_size=Quantity(1, 0))
            share = Equity(instrument_id=ID, isin="US0378331005", lot_size=Quantity.from_int(100))
            second = Equity(instrument_id=ID, isin=None)
            pair = CurrencyPair(
                instrument_id=ID, multiplier=Quantity.from_int(1), lot_size=Quantity.from_str("0.5"),
            )
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for one in program.instruments.of(source):
            for field, message in _wrong(one):
                node = one.node(field)
                if node is not None:
                    yield self.finding(source, node, message)


def _wrong(one: Definition) -> Iterator[tuple[str, str]]:
    isin, exchange, lot = one.plain("isin"), one.plain("exchange"), one.number("lot_size")
    if isinstance(isin, str) and not _is_isin(isin):
        yield (
            "isin",
            (
                f"`{isin}` is no ISIN by form or check digit, so a broker that is asked for `{one.name}` finds nothing"
                " or another security: copy it again"
            ),
        )
    if isinstance(exchange, str) and exchange and (exchange in _MICS or not _MIC.fullmatch(exchange)):
        better = f"`{_MICS[exchange]}`" if exchange in _MICS else "the market identifier code (ISO 10383)"
        yield (
            "exchange",
            (
                f"`{exchange}` is no market identifier code, so adapters that look `{one.name}` up by its exchange do"
                f" not find the contract to trade: write {better}"
            ),
        )
    if one.kind in _DERIVED and "underlying" in one.values and one.plain("underlying") == "":
        yield (
            "underlying",
            (
                f"`{one.name}` has an empty underlying, so exposure that is summed by underlying misses its positions:"
                " name the product"
            ),
        )
    if one.kind in _WHOLE and lot is not None and lot % 1 != 0:
        yield (
            "lot_size",
            (
                f"`lot_size` of `{one.name}` is {lot:f} and it trades in whole units, so an order of one lot is rounded"
                " to another size: give a whole number"
            ),
        )
    multiplier = one.number("multiplier")
    if one.kind == "CurrencyPair" and multiplier is not None and multiplier != 1:
        yield (
            "multiplier",
            (
                f"`multiplier` of the spot pair `{one.name}` is {multiplier:f}, so profit and notional are"
                f" {multiplier:f} times what the account earns: leave it out"
            ),
        )


def _is_isin(text: str) -> bool:
    """By form and check digit (ISO 6166): letters as two digits, then the Luhn sum."""
    if not _ISIN.fullmatch(text):
        return False
    digits = "".join(str(int(c, 36)) for c in text)
    doubled = (int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits)))
    return sum(n // 10 + n % 10 for n in doubled) % 10 == 0
