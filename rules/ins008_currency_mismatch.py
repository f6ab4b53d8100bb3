from collections.abc import Iterator

from lintkit.rule import Confidence, Definition, Example, Finding, Program, PythonSource, Rule, Severity

_STABLE = frozenset({"USDT", "USDC", "BUSD", "FDUSD", "TUSD", "USD", "EUR", "GBP"})
_NOTIONAL = ("min_notional", "max_notional")

_PAIRS = frozenset({"CurrencyPair", "CryptoPerpetual", "CryptoFuture", "CryptoOption", "PerpetualContract", "Cfd"})
"""Instruments that have two currencies."""


class CurrencyMismatch(Rule):
    """Instrument whose currencies contradict each other.

    Profit, fees and margin are booked in the currencies of the definition. With base and quote exchanged every
    position is valued in the wrong one; with a settlement currency that the contract does not settle in, or an
    inverse flag on a linear contract, a backtest shows balances that no venue would.

    Base and quote are the two halves of the symbol; a linear contract settles in its quote currency, an inverse one
    in its base currency.
    """

    id = "INS008"
    name = "currency-mismatch"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"base_currency", "quote_currency", "settlement_currency", "CurrencyPair", "CryptoPerpetual"})

    invalid = [
        Example(
            "exchanged, and twice the same",
            """
            from nautilus_trader.model.currencies import GBP, USD, USDT
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import CurrencyPair

            a = CurrencyPair(
                instrument_id=InstrumentId.from_str("GBP/USD.SIM"),
                base_currency=USD,  # !
                quote_currency=GBP,
            )
            b = CurrencyPair(instrument_id=ID, base_currency=USDT, quote_currency=USDT)  # !
            """,
        ),
        Example(
            "settlement and notional in a third currency",
            """
            from nautilus_trader.model.currencies import BTC, EUR, USD, USDT
            from nautilus_trader.model.instruments import CryptoPerpetual
            from nautilus_trader.model.objects import Money

            a = CryptoPerpetual(
                instrument_id=ID,
                base_currency=BTC,
                quote_currency=USDT,
                settlement_currency=USD,  # !
                is_inverse=False,
                min_notional=Money(10, EUR),  # !
            )
            b = CryptoPerpetual(
                instrument_id=ID,
                base_currency=BTC,
                quote_currency=USDT,
                settlement_currency=USDT,
                is_inverse=True,  # !
            )
            """,
        ),
    ]
    valid = [
        Example(
            "linear, inverse, and names that do not say",
            """
            from nautilus_trader.model.currencies import BTC, GBP, USD, USDC, USDT
            from nautilus_trader.model.identifiers import InstrumentId
            from nautilus_trader.model.instruments import CryptoPerpetual, CurrencyPair
            from nautilus_trader.model.objects import Money

            a = CryptoPerpetual(
                instrument_id=InstrumentId.from_str("BTCUSDT-PERP.BINANCE"),
                base_currency=BTC,
                quote_currency=USDT,
                settlement_currency=USDT,
                is_inverse=False,
                min_notional=Money(10, USDT),
            )
            b = CryptoPerpetual(
                instrument_id=InstrumentId.from_str("XBTUSD.BITMEX"),
                base_currency=BTC,
                quote_currency=USD,
                settlement_currency=BTC,
                is_inverse=True,
            )
            c = CryptoPerpetual(base_currency=BTC, quote_currency=USD, settlement_currency=USDC, is_inverse=False)
            d = CurrencyPair(
                instrument_id=InstrumentId.from_str("GBP/USD.SIM"), base_currency=GBP, quote_currency=USD
            )
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for one in program.instruments.of(source):
            if one.kind not in _PAIRS:
                continue
            for field, message, is_certain in _wrong(one):
                node = one.node(field)
                if node is not None:
                    yield self.finding(
                        source,
                        node,
                        message,
                        severity=Severity.ERROR if is_certain else Severity.WARNING,
                        confidence=Confidence.CERTAIN if is_certain else Confidence.LIKELY,
                    )


def _wrong(one: Definition) -> Iterator[tuple[str, str, bool]]:
    base, quote = one.currency("base_currency"), one.currency("quote_currency")
    if base is not None and base == quote:
        is_pair = one.kind == "CurrencyPair"
        effect = (
            "a trade changes nothing and profit is always zero" if is_pair else "the exchange rate from it is wrong"
        )
        yield (
            "quote_currency",
            f"`{one.name}` has `{base}` as base and quote currency, so {effect}: give the two currencies of the pair",
            is_pair,
        )
        return
    halves = _halves(one.symbol or "")
    if base is not None and quote is not None and halves == (quote, base):
        yield (
            "base_currency",
            (
                f"`{one.name}` has base `{base}` and quote `{quote}`, but its symbol says the other way round, so"
                " positions and profit are in the wrong currency: exchange the two"
            ),
            True,
        )
    settlement, inverse = one.currency("settlement_currency"), _flag(one)
    if one.kind.startswith("Crypto") and quote is not None and settlement is not None:
        coins = {"USD": {"USDT", "USDC", "USD"}}.get(quote, {quote})
        if inverse is False and base is not None and settlement not in coins:
            yield (
                "settlement_currency",
                (
                    f"`{one.name}` is linear and quoted in `{quote}` but settles in `{settlement}`, so profit is in"
                    f" a currency that the venue does not pay: use `settlement_currency={quote}`"
                ),
                settlement != base,
            )
        elif inverse is True and settlement == quote and quote in _STABLE:
            yield (
                "is_inverse",
                (
                    f"`{one.name}` is marked inverse but quoted and settled in `{quote}`, so profit is computed as 1"
                    " over the price: set `is_inverse=False`"
                ),
                True,
            )
    for field in _NOTIONAL:
        code = one.currency(field)
        if code is not None and quote is not None and code not in {quote, settlement}:
            yield (
                field,
                (
                    f"`{field}` of `{one.name}` is in `{code}` but the instrument is in `{quote}`, so the limit is"
                    f" compared with amounts of another currency: give it in `{quote}`"
                ),
                True,
            )


def _flag(one: Definition) -> bool | None:
    value = one.plain("is_inverse")
    return value if isinstance(value, bool) else None


def _halves(symbol: str) -> tuple[str, str] | None:
    for separator in ("/", "-", "_"):
        first, found, second = symbol.partition(separator)
        if found and first.isalpha() and second.isalpha() and first.isupper() and second.isupper():
            return first, second
    return (symbol[:3], symbol[3:]) if len(symbol) == 6 and symbol.isalpha() and symbol.isupper() else None  # noqa: PLR2004
