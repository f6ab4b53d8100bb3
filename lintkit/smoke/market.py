"""A market made up from a seed: instruments of four kinds, and quotes, trades, bars and books of them.

Integers and a generator of our own all the way, so that a seed gives the same market on every machine, Python version
and engine. Prices are a sum of triangle waves of several lengths, so that there are trends and turns, and noise. It
resembles no market; it makes strategies act.

Runs in the worker, on either engine. Standard library and `nautilus_trader` only.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

KINDS = ("fx", "crypto", "equity", "future")
START_NS = int(datetime(2024, 3, 4, tzinfo=timezone.utc).timestamp()) * 1_000_000_000
STEPS = 30_000
MIN_STEP_NS = 5_000_000_000
BARS = 400
"""Bars that the longest of the bar types gets at least."""
LEVELS = 5
_WAVES = ((9_000, 260), (2_100, 90), (430, 40), (97, 12))  # length in steps, height in ticks
_MASK = (1 << 64) - 1
_CRYPTO = re.compile(r"(USDT|USDC|BUSD|BTC|ETH|PERP|SOL|XBT)")
_FX = re.compile(r"([A-Z]{3})/?([A-Z]{3})")
_FIAT = {"AUD", "CAD", "CHF", "EUR", "GBP", "HKD", "JPY", "NOK", "NZD", "SEK", "SGD", "USD"}
_FUTURE = re.compile(r"[A-Z0-9]{1,3}[FGHJKMNQUVXZ]\d{1,2}")
_UNITS_NS = {
    "MILLISECOND": 10**6,
    "SECOND": 10**9,
    "MINUTE": 60 * 10**9,
    "HOUR": 3600 * 10**9,
    "DAY": 86_400 * 10**9,
    "WEEK": 7 * 86_400 * 10**9,
}


@dataclass(frozen=True)
class Terms:
    """What a made-up instrument is like. `mid` is in ticks; `size` a usual trade's, as text."""

    precision: int
    mid: int
    size: str
    size_precision: int
    currency: str


TERMS = {
    "fx": Terms(5, 65_600, "100000", 0, "USD"),
    "crypto": Terms(2, 250_000, "0.500", 3, "USDT"),
    "equity": Terms(2, 15_000, "100", 0, "USD"),
    "future": Terms(2, 480_000, "1", 0, "USD"),
}


def kind_of(instrument_id: str) -> str:
    """Which kind of instrument an id looks like."""
    symbol = instrument_id.rpartition(".")[0].upper()
    pair = _FX.fullmatch(symbol)
    if pair and {pair[1], pair[2]} <= _FIAT:
        return "fx"
    if _CRYPTO.search(symbol):
        return "crypto"
    return "future" if _FUTURE.fullmatch(symbol) else "equity"


def make_instrument(text: str, kind: str = "") -> Any:
    """An instrument with the usual terms of its kind, by default what its id looks like; `text` is its id."""
    from nautilus_trader.model import instruments
    from nautilus_trader.model.enums import AssetClass
    from nautilus_trader.model.identifiers import InstrumentId
    from nautilus_trader.model.objects import Currency, Price, Quantity

    instrument_id, kind = InstrumentId.from_str(text), kind or kind_of(text)
    terms = TERMS[kind]
    tick = Price(10**-terms.precision, terms.precision)
    pair = _pair(instrument_id.symbol.value, kind)
    common: dict[str, Any] = {
        "instrument_id": instrument_id,
        "raw_symbol": instrument_id.symbol,
        "price_precision": terms.precision,
        "price_increment": tick,
        "ts_event": 0,
        "ts_init": 0,
        "margin_init": Decimal("0.05"),
        "margin_maint": Decimal("0.025"),
        "maker_fee": Decimal("0.0002"),
        "taker_fee": Decimal("0.0002" if kind == "fx" else "0.0004"),
    }
    if kind in ("fx", "crypto"):
        base, quote = (Currency.from_str(code) for code in pair)
        common |= {
            "base_currency": base,
            "quote_currency": quote,
            "size_precision": terms.size_precision,
            "size_increment": Quantity(10**-terms.size_precision, terms.size_precision),
        }
        if kind == "fx":
            return instruments.CurrencyPair(**common)
        return instruments.CryptoPerpetual(**common, settlement_currency=quote, is_inverse=False)
    common |= {"currency": Currency.from_str("USD"), "lot_size": Quantity.from_int(1)}
    if kind == "equity":
        return instruments.Equity(**common)
    return instruments.FuturesContract(
        **common,
        asset_class=AssetClass.INDEX,
        multiplier=Quantity.from_int(50),
        underlying=instrument_id.symbol.value[:-2],
        activation_ns=0,
        expiration_ns=START_NS * 2,
    )


def _pair(symbol: str, kind: str) -> tuple[str, str]:
    if kind == "fx":
        return symbol[:3], symbol[-3:]
    plain = re.split(r"[-_.]", symbol.replace("/", ""))[0]
    quote = next((code for code in ("USDT", "USDC", "BUSD", "USD", "BTC", "ETH") if plain.endswith(code)), "USDT")
    return plain.removesuffix(quote) or "BTC", quote


def make_data(instrument: Any, bar_types: list[Any], seed: int, kind: str, *, books: bool) -> list[Any]:
    """Quotes and trades, bars of the external ones of `bar_types`, and books where they are wanted; in their order."""
    terms = TERMS[kind]
    makers = _makers(instrument, terms)
    spans = [span for bar_type in bar_types if (span := _span_ns(bar_type))]
    step_ns = max([MIN_STEP_NS, *(BARS * span // STEPS for span in spans)])
    ticks = list(_walk(seed, terms.mid, step_ns))
    data = list(_ticks(instrument, ticks, makers))
    for bar_type in bar_types:
        if bar_type.is_externally_aggregated() and (span := _span_ns(bar_type)):
            data += _bars(bar_type, span, ticks, makers)
    if books:
        data += _books(instrument, ticks, makers)
    return data


def _span_ns(bar_type: Any) -> int | None:
    """The length of a bar; None where bars do not close by the clock, or not at even distances."""
    words = str(bar_type.spec).split("-")
    return int(words[0]) * _UNITS_NS[words[1]] if words[1] in _UNITS_NS else None


@dataclass(frozen=True)
class _Tick:
    """Bid and ask in ticks, sizes in units of the last place."""

    ts: int
    bid: int
    ask: int
    size: int
    is_buy: bool


def _walk(seed: int, mid: int, step_ns: int) -> Iterator[_Tick]:
    state = (seed * 0x9E3779B97F4A7C15 + 1) & _MASK
    drift = 0
    for number in range(STEPS):
        state ^= (state << 13) & _MASK
        state ^= state >> 7
        state ^= (state << 17) & _MASK
        noise = state >> 32
        drift += noise % 5 - 2
        wave = sum(_triangle(number + (seed % 7) * length // 7, length, height) for length, height in _WAVES)
        bid = max(1, mid + wave + drift * 2 // 5)
        jitter = (noise >> 8) % (step_ns // 4)
        yield _Tick(
            START_NS + number * step_ns + jitter, bid, bid + 1 + (noise >> 4) % 3, 1 + (noise >> 12) % 9, noise % 2 == 0
        )


def _triangle(at: int, length: int, height: int) -> int:
    phase = at % length
    up = phase if phase * 2 < length else length - phase
    return up * 2 * height // length


def _ticks(instrument: Any, ticks: list[_Tick], makers: tuple[Any, Any]) -> Iterator[Any]:
    from nautilus_trader.model.data import QuoteTick, TradeTick
    from nautilus_trader.model.enums import AggressorSide
    from nautilus_trader.model.identifiers import TradeId

    price, size = makers
    for number, tick in enumerate(ticks, 1):
        bid, ask, amount = price(tick.bid), price(tick.ask), size(tick.size)
        yield QuoteTick(instrument.id, bid, ask, amount, amount, tick.ts, tick.ts)
        if number % 3 == 0:
            side = AggressorSide.BUYER if tick.is_buy else AggressorSide.SELLER
            yield TradeTick(
                instrument.id, ask if tick.is_buy else bid, amount, side, TradeId(str(number)), tick.ts, tick.ts
            )


def _bars(bar_type: Any, span: int, ticks: list[_Tick], makers: tuple[Any, Any]) -> Iterator[Any]:
    from nautilus_trader.model.data import Bar

    price, size = makers
    is_ask = "-ASK-" in str(bar_type)
    groups: dict[int, list[_Tick]] = {}
    for tick in ticks:
        groups.setdefault(tick.ts // span, []).append(tick)
    for number, group in list(groups.items())[:-1]:  # the last is not over yet
        prices = [tick.ask if is_ask else tick.bid for tick in group]
        close = (number + 1) * span
        terms = (price(prices[0]), price(max(prices)), price(min(prices)), price(prices[-1]))
        yield Bar(bar_type, *terms, size(sum(tick.size for tick in group)), close, close)


def _books(instrument: Any, ticks: list[_Tick], makers: tuple[Any, Any]) -> Iterator[Any]:
    from nautilus_trader.model.data import BookOrder, OrderBookDelta, OrderBookDeltas
    from nautilus_trader.model.enums import BookAction, OrderSide

    price, size = makers
    for sequence, tick in enumerate(ticks[::2], 1):
        deltas = [OrderBookDelta.clear(instrument.id, sequence, tick.ts, tick.ts)]
        for level in range(LEVELS):
            for side, ticks_ in ((OrderSide.BUY, tick.bid - level), (OrderSide.SELL, tick.ask + level)):
                last = level == LEVELS - 1 and side == OrderSide.SELL
                order = BookOrder(side, price(max(1, ticks_)), size(tick.size * (level + 1)), 0)
                flags = 128 if last else 0
                deltas.append(OrderBookDelta(instrument.id, BookAction.ADD, order, flags, sequence, tick.ts, tick.ts))
        yield OrderBookDeltas(instrument.id, deltas)


def _makers(instrument: Any, terms: Terms) -> tuple[Any, Any]:
    """Functions from ticks to a price, and from units to a quantity; exact, by way of text."""
    from nautilus_trader.model.objects import Price, Quantity

    unit = Decimal(terms.size)
    tick, precision = instrument.price_increment.as_decimal(), instrument.size_precision

    def price(ticks: int) -> Any:
        return Price.from_str(f"{tick * ticks:f}")

    def size(units: int) -> Any:
        return Quantity.from_str(f"{unit * units:.{precision}f}")

    return price, size
