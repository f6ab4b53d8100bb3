"""What the scripts of this folder share: markets that wander, engines, and the tape on the standard output.

Runs under both engines.
"""

import random
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model.data import Bar, BarType, BookOrder, OrderBookDelta, OrderBookDeltas, QuoteTick, TradeTick
from nautilus_trader.model.enums import AccountType, AggressorSide, BookAction, BookType, OmsType, OrderSide
from nautilus_trader.model.identifiers import TradeId, TraderId, Venue
from nautilus_trader.model.objects import Money

T0 = 1_700_000_000_000_000_000
SECOND = 1_000_000_000
DRAWN = {"event_id", "init_id", "id", "ts_init"}
"""Ids that are drawn at random; times of making."""


def walk(seed: int, count: int, start: float, step: float, every: float = 1.0) -> list[tuple[int, float]]:
    """Times about `every` seconds apart and a price that wanders, with a trend that turns."""
    draw = random.Random(seed)
    ts, price, drift, points = T0, start, 0.0, []
    for _ in range(count):
        ts += int(draw.uniform(0.2, 1.8) * every * 1000) * 1_000_000
        if draw.random() < 0.02:
            drift = draw.uniform(-0.4, 0.4) * step
        price += drift + draw.gauss(0, step)
        points.append((ts, price))
    return points


def quotes(instrument: Any, points: Iterable[tuple[int, float]], spread: float, seed: int = 1) -> list[QuoteTick]:
    draw = random.Random(seed)
    lot = float(instrument.size_increment) * 100
    made = []
    for ts, price in points:
        bid, ask = instrument.make_price(price - spread / 2), instrument.make_price(price + spread / 2)
        sizes = [instrument.make_qty(lot * draw.randint(1, 60)) for _ in range(2)]
        made.append(QuoteTick(instrument.id, bid, ask, *sizes, ts, ts))
    return made


def trades(instrument: Any, points: Iterable[tuple[int, float]], seed: int = 2) -> list[TradeTick]:
    draw = random.Random(seed)
    lot = float(instrument.size_increment) * 100
    made = []
    for n, (ts, price) in enumerate(points):
        side = draw.choice((AggressorSide.BUYER, AggressorSide.SELLER))
        size = instrument.make_qty(lot * draw.randint(1, 30))
        made.append(TradeTick(instrument.id, instrument.make_price(price), size, side, TradeId(f"{n}"), ts, ts))
    return made


def bars(instrument: Any, bar_type: BarType, count: int, start: float, step: float, seed: int = 3) -> list[Bar]:
    draw = random.Random(seed)
    length = bar_type.spec.timedelta.total_seconds()
    price, made = start, []
    for n in range(count):
        opened = price
        inner = [opened + draw.gauss(0, step) for _ in range(4)]
        price = inner[-1]
        prices = [instrument.make_price(x) for x in (opened, max(opened, *inner), min(opened, *inner), price)]
        ts = T0 + int((n + 1) * length * SECOND)
        volume = instrument.make_qty(float(instrument.size_increment) * draw.randint(1000, 90000))
        made.append(Bar(bar_type, *prices, volume, ts, ts))
    return made


def books(instrument: Any, points: Iterable[tuple[int, float]], depth: int = 5, seed: int = 4) -> list[OrderBookDeltas]:
    """Snapshots now and then, changes of single levels between."""
    draw = random.Random(seed)
    tick, lot = float(instrument.price_increment), float(instrument.size_increment) * 100
    made: list[OrderBookDeltas] = []
    for n, (ts, price) in enumerate(points):
        deltas = [OrderBookDelta.clear(instrument.id, n, ts, ts)]
        for level in range(depth):
            for side, sign in ((OrderSide.BUY, -1), (OrderSide.SELL, 1)):
                at = instrument.make_price(price + sign * tick * (1 + 2 * level))
                order = BookOrder(side, at, instrument.make_qty(lot * draw.randint(1, 50)), 0)
                last = level == depth - 1 and sign == 1
                deltas.append(OrderBookDelta(instrument.id, BookAction.ADD, order, 128 if last else 0, n, ts, ts))
        made.append(OrderBookDeltas(instrument.id, deltas))
    return made


def engine(
    venue: str,
    balances: list[str],
    instruments: Iterable[Any],
    *,
    account: AccountType = AccountType.MARGIN,
    oms: OmsType = OmsType.NETTING,
    book: BookType = BookType.L1_MBP,
    settings: dict[str, Any] | None = None,
    **options: Any,
) -> BacktestEngine:
    made = BacktestEngine(
        BacktestEngineConfig(
            trader_id=TraderId("DESK-001"), logging=LoggingConfig(bypass_logging=True), **(settings or {})
        )
    )
    add_venue(made, venue, balances, account=account, oms=oms, book=book, **options)
    for instrument in instruments:
        made.add_instrument(instrument)
    for topic in ("events.order.*", "events.position.*", "events.account.*"):
        made.kernel.msgbus.subscribe(topic, show)
    return made


def add_venue(
    made: BacktestEngine,
    venue: str,
    balances: list[str],
    *,
    account: AccountType = AccountType.MARGIN,
    oms: OmsType = OmsType.NETTING,
    book: BookType = BookType.L1_MBP,
    **options: Any,
) -> None:
    money = [Money.from_str(text) for text in balances]
    made.add_venue(Venue(venue), oms, account, money, book_type=book, **options)


def show(event: Any) -> None:
    """One line of the tape."""
    fields = {key: value for key, value in type(event).to_dict(event).items() if key not in DRAWN}
    print("  ".join(f"{key}={text(value)}" for key, value in fields.items() if value not in (None, [], {})))


def text(value: Any) -> str:
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {text(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(text(one) for one in value) + "]"
    if isinstance(value, Decimal):
        return str(value)
    return str(value)


def finish(made: BacktestEngine, *venues: str) -> None:
    """Run, and say what is left."""
    made.run()
    for order in made.cache.orders():
        print("order", order, order.avg_px, order.slippage, order.event_count)
    for position in made.cache.positions():
        print("position", position, position.realized_return, position.event_count, position.duration_ns)
    for venue in venues:
        account = made.cache.account_for_venue(Venue(venue))
        print("account", account, account.balances_total(), account.balances_locked(), account.commissions())
    result = made.get_result()
    print("result", result.total_events, result.total_orders, result.total_positions)
    made.dispose()
