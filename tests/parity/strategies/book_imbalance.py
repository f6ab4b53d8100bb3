"""Fill-or-kill orders where one side of a level-2 book outweighs the other; what the book says of itself."""

import desk
from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.book import OrderBook
from nautilus_trader.model.data import OrderBookDeltas
from nautilus_trader.model.enums import BookType, OrderSide, TimeInForce
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

INSTRUMENT = TestInstrumentProvider.btcusdt_perp_binance()


class ImbalanceConfig(StrategyConfig, frozen=True):
    ratio: float = 0.25
    seconds_between: float = 3.0


class Imbalance(Strategy):
    def on_start(self) -> None:
        self.last: object = None
        self.subscribe_order_book_deltas(INSTRUMENT.id, BookType.L2_MBP, depth=5)
        self.subscribe_order_book_at_interval(INSTRUMENT.id, BookType.L2_MBP, interval_ms=60_000)

    def on_order_book(self, book: OrderBook) -> None:
        print("book", book.best_bid_price(), book.best_ask_price(), book.spread(), book.midpoint(), book.update_count)
        print("levels", [(str(level.price), level.size()) for level in book.bids()[:3]])

    def on_order_book_deltas(self, deltas: OrderBookDeltas) -> None:
        book = self.cache.order_book(INSTRUMENT.id)
        bid, ask = book.best_bid_size(), book.best_ask_size()
        if bid is None or ask is None:
            return
        smaller, larger = min(bid, ask), max(bid, ask)
        now = self.clock.utc_now()
        waits = self.last is not None and (now - self.last).total_seconds() < self.config.seconds_between
        if float(smaller) / float(larger) >= self.config.ratio or waits:
            return
        side = OrderSide.BUY if bid > ask else OrderSide.SELL
        price = book.best_ask_price() if side == OrderSide.BUY else book.best_bid_price()
        size = book.best_ask_size() if side == OrderSide.BUY else book.best_bid_size()
        print("depth", book.get_avg_px_for_quantity(larger, side), book.get_quantity_for_price(price, side))
        order = self.order_factory.limit(
            INSTRUMENT.id, side, INSTRUMENT.make_qty(min(float(size), 0.05)), price, time_in_force=TimeInForce.FOK
        )
        self.last = now
        self.submit_order(order)

    def on_stop(self) -> None:
        self.close_all_positions(INSTRUMENT.id)


engine = desk.engine("BINANCE", ["500000 USDT"], [INSTRUMENT], book=BookType.L2_MBP)
engine.add_data(desk.books(INSTRUMENT, desk.walk(8, 500, 40000.0, 3.0)))
engine.add_strategy(Imbalance(ImbalanceConfig()))
desk.finish(engine, "BINANCE")
