"""Random changes of order books of every type, and all that a book can be asked after each."""

import random

from nautilus_trader.model.book import OrderBook
from nautilus_trader.model.data import (
    BookOrder,
    OrderBookDelta,
    OrderBookDeltas,
    OrderBookDepth10,
    QuoteTick,
    TradeTick,
)
from nautilus_trader.model.enums import AggressorSide, BookAction, BookType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, TradeId
from nautilus_trader.model.objects import Price, Quantity

ID = InstrumentId.from_str("A-B.VENUE")
SIDES = (OrderSide.BUY, OrderSide.SELL)
ROUNDS = 400


def price(draw: random.Random) -> Price:
    return Price(draw.randint(90, 110) / 10, 1)


def order(draw: random.Random, order_id: int, smallest: int = 0) -> BookOrder:
    return BookOrder(draw.choice(SIDES), price(draw), Quantity(draw.randint(smallest, 9), 0), order_id)


def delta(draw: random.Random, ts: int) -> OrderBookDelta:
    action = draw.choice([BookAction.ADD, BookAction.ADD, BookAction.UPDATE, BookAction.DELETE, BookAction.CLEAR])
    flags = draw.choice([0, 0, 0, 128, 16, 16 | 128, 32, 32 | 128])
    if action is BookAction.CLEAR and draw.random() < 0.9:
        action = BookAction.ADD
    if action is BookAction.CLEAR:
        return OrderBookDelta.clear(ID, ts, ts, ts)
    changed = order(draw, draw.randint(1, 30), smallest=1)
    return OrderBookDelta(ID, action, changed, flags, ts, ts, ts)


def depth(draw: random.Random, ts: int) -> OrderBookDepth10:
    count = draw.randint(1, 10)
    bids = [BookOrder(OrderSide.BUY, Price(10 - n / 10, 1), Quantity(n + 1, 0), n + 1) for n in range(count)]
    asks = [BookOrder(OrderSide.SELL, Price(10.1 + n / 10, 1), Quantity(n + 2, 0), n + 1) for n in range(count)]
    return OrderBookDepth10(ID, bids, asks, [1] * count, [1] * count, 128, ts, ts, ts)


def change(draw: random.Random, book: OrderBook, ts: int) -> str:
    kind = draw.randint(0, 99)
    is_l1 = book.book_type == BookType.L1_MBP
    if kind < 55:
        book.apply(delta(draw, ts))
    elif kind < 65:
        book.apply(OrderBookDeltas(ID, [delta(draw, ts) for _ in range(draw.randint(1, 4))]))
    elif kind < 67:
        book.apply(depth(draw, ts))
    elif kind < 75:
        book.update(order(draw, draw.randint(1, 30)), ts, 0, ts)
    elif kind < 83:
        book.delete(order(draw, draw.randint(1, 30)), ts, 0, ts)
    elif kind < 84:
        draw.choice([book.clear_bids, book.clear_asks])(ts, ts)
    elif is_l1 and kind < 92:
        bid = price(draw)
        sizes = Quantity(draw.randint(1, 9), 0), Quantity(draw.randint(1, 9), 0)
        book.update_quote_tick(QuoteTick(ID, bid, Price(float(bid) + 0.1, 1), *sizes, ts, ts))
    elif is_l1:
        size = Quantity(draw.randint(1, 9), 0)
        book.update_trade_tick(TradeTick(ID, price(draw), size, AggressorSide.BUYER, TradeId("T"), ts, ts))
    else:
        book.add(order(draw, draw.randint(1, 60)), ts, 0, ts)
    return str(kind)


def show(draw: random.Random, book: OrderBook) -> None:
    print(repr(book))
    for level in book.bids() + book.asks():
        print(repr(level), level.side.name, level.price, repr(level.size()), repr(level.exposure()))
    print(book.best_bid_price(), book.best_bid_size(), book.best_ask_price(), book.best_ask_size())
    print(repr(book.spread()), repr(book.midpoint()), book.to_quote_tick())
    quantity, limit = Quantity(draw.randint(1, 60), 0), price(draw)
    for side in SIDES:
        print(repr(book.get_avg_px_for_quantity(quantity, side)), repr(book.get_quantity_for_price(limit, side)))
        if hasattr(book, "get_worst_px_for_quantity"):
            print(book.get_worst_px_for_quantity(quantity, side), book.get_quantity_at_level(limit, side, 0))
            print(book.get_all_crossed_levels(side, limit, 0))
    if hasattr(book, "to_deltas_c"):
        print(book.to_deltas_c(1, 2))


def main() -> None:
    for book_type in (BookType.L1_MBP, BookType.L2_MBP, BookType.L3_MBO):
        draw = random.Random(int(book_type))
        book = OrderBook(ID, book_type)
        for n in range(ROUNDS):
            try:
                print(change(draw, book, 1000 + n))
            except RuntimeError as error:
                print(type(error).__name__, error)
            show(draw, book)


main()
