"""External minutes, five and fifteen minutes made of them: a trend on the slow ones, entries on the fast ones."""

import datetime as dt

import desk
from nautilus_trader.config import StrategyConfig
from nautilus_trader.indicators import (
    BollingerBands,
    DonchianChannel,
    MovingAverageConvergenceDivergence,
    SimpleMovingAverage,
)
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import OrderSide, TimeInForce
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

INSTRUMENT = TestInstrumentProvider.default_fx_ccy("EUR/USD", Venue("SIM"))
FAST = BarType.from_str(f"{INSTRUMENT.id}-1-MINUTE-LAST-EXTERNAL")
MIDDLE = BarType.from_str(f"{INSTRUMENT.id}-5-MINUTE-LAST-INTERNAL@1-MINUTE-EXTERNAL")
SLOW = BarType.from_str(f"{INSTRUMENT.id}-15-MINUTE-LAST-INTERNAL@1-MINUTE-EXTERNAL")


class FramesConfig(StrategyConfig, frozen=True):
    size: int = 100_000


class Frames(Strategy):
    def on_start(self) -> None:
        self.bands = BollingerBands(20, 2.0)
        self.macd = MovingAverageConvergenceDivergence(4, 9)
        self.slow = SimpleMovingAverage(4)
        self.channel = DonchianChannel(6)
        self.register_indicator_for_bars(FAST, self.bands)
        self.register_indicator_for_bars(MIDDLE, self.macd)
        self.register_indicator_for_bars(MIDDLE, self.channel)
        self.register_indicator_for_bars(SLOW, self.slow)
        for bar_type in (FAST, MIDDLE, SLOW):
            self.subscribe_bars(bar_type)
        self.clock.set_timer("hour", dt.timedelta(hours=1), callback=self.on_hour)
        self.closed = 0

    def on_hour(self, event: object) -> None:
        counts = [self.cache.bar_count(kind) for kind in (FAST, MIDDLE, SLOW)]
        print("hour", self.clock.utc_now(), counts, self.cache.bar_types(), len(self.cache.bars(FAST)))

    def on_bar(self, bar: Bar) -> None:
        print("bar", bar, bar.ts_event, bar.ts_init, bar.is_single_price())
        if bar.bar_type != FAST or not self.indicators_initialized():
            return
        price = float(bar.close)
        previous = self.cache.bar(FAST, 1)
        up = price > self.slow.value and self.macd.value > 0
        down = price < self.slow.value and self.macd.value < 0
        print(
            "state", self.bands.lower, self.bands.upper, self.macd.value, self.channel.upper, self.slow.value, previous
        )
        position = next(iter(self.cache.positions_open(instrument_id=INSTRUMENT.id)), None)
        if position is None and not self.cache.orders_open(instrument_id=INSTRUMENT.id):
            if up and price < self.bands.middle:
                self.limit(OrderSide.BUY, self.bands.lower)
            elif down and price > self.bands.middle:
                self.limit(OrderSide.SELL, self.bands.upper)
        elif position is not None and ((position.is_long and down) or (position.is_short and up)):
            self.close_position(position)

    def limit(self, side: OrderSide, price: float) -> None:
        order = self.order_factory.limit(
            INSTRUMENT.id, side, INSTRUMENT.make_qty(self.config.size), INSTRUMENT.make_price(price),
            time_in_force=TimeInForce.GTD, expire_time=self.clock.utc_now() + dt.timedelta(minutes=7), post_only=True,
        )  # fmt: skip
        self.submit_order(order)

    def on_order_expired(self, event: object) -> None:
        print("expired", self.cache.order(event.client_order_id).expire_time)

    def on_stop(self) -> None:
        self.close_all_positions(INSTRUMENT.id)


engine = desk.engine("SIM", ["500000 USD"], [INSTRUMENT])
engine.add_data(desk.bars(INSTRUMENT, FAST, 700, 1.1, 0.0002))
engine.add_strategy(Frames(FramesConfig()))
desk.finish(engine, "SIM")
