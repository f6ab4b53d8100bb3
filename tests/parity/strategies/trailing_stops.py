"""Moving averages cross; each position is left by a trailing stop, in turns at the market, with a limit, and emulated."""

from decimal import Decimal

import desk
from nautilus_trader.config import StrategyConfig
from nautilus_trader.indicators import AverageTrueRange, ExponentialMovingAverage, RelativeStrengthIndex
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import OrderSide, TrailingOffsetType, TriggerType
from nautilus_trader.model.events import OrderUpdated, PositionOpened
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

INSTRUMENT = TestInstrumentProvider.btcusdt_perp_binance()


class TrailConfig(StrategyConfig, frozen=True):
    bar_type: BarType
    fast: int = 5
    slow: int = 13


class Trail(Strategy):
    def __init__(self, config: TrailConfig) -> None:
        super().__init__(config)
        self.fast = ExponentialMovingAverage(config.fast)
        self.slow = ExponentialMovingAverage(config.slow)
        self.atr = AverageTrueRange(8)
        self.rsi = RelativeStrengthIndex(9)
        self.turn = 0
        self.moved = 0

    def on_start(self) -> None:
        self.instrument = self.cache.instrument(self.config.bar_type.instrument_id)
        for indicator in (self.fast, self.slow, self.atr, self.rsi):
            self.register_indicator_for_bars(self.config.bar_type, indicator)
        self.subscribe_bars(self.config.bar_type)
        self.subscribe_trade_ticks(self.instrument.id)
        self.subscribe_quote_ticks(self.instrument.id)

    def on_bar(self, bar: Bar) -> None:
        if not self.indicators_initialized():
            return
        print("bar", bar, self.fast.value, self.slow.value, self.atr.value, self.rsi.value)
        if self.cache.orders_inflight() or not self.portfolio.is_flat(self.instrument.id):
            return
        if self.fast.value > self.slow.value and self.rsi.value < 0.9:
            self.enter(OrderSide.BUY)
        elif self.fast.value < self.slow.value and self.rsi.value > 0.1:
            self.enter(OrderSide.SELL)

    def enter(self, side: OrderSide) -> None:
        self.submit_order(self.order_factory.market(self.instrument.id, side, self.instrument.make_qty(0.25)))

    def on_position_opened(self, event: PositionOpened) -> None:
        self.turn += 1
        position = self.cache.position(event.position_id)
        common = {
            "instrument_id": self.instrument.id,
            "order_side": position.closing_order_side(),
            "quantity": position.quantity,
            "reduce_only": True,
        }
        offset = Decimal(f"{max(self.atr.value * 1.5, 1.0):.1f}")
        sign = 1 if position.is_long else -1
        if self.turn % 4 == 0:
            order = self.order_factory.trailing_stop_market(
                trailing_offset=Decimal(4), trailing_offset_type=TrailingOffsetType.BASIS_POINTS,
                trigger_type=TriggerType.BID_ASK, **common,
            )  # fmt: skip
        elif self.turn % 4 == 1:
            order = self.order_factory.trailing_stop_market(
                trailing_offset=offset, trigger_type=TriggerType.LAST_PRICE,
                activation_price=self.instrument.make_price(event.avg_px_open + sign * 6), **common,
            )  # fmt: skip
        elif self.turn % 4 == 2:
            order = self.order_factory.trailing_stop_limit(
                limit_offset=Decimal("2.0"), trailing_offset=offset, trigger_type=TriggerType.LAST_OR_BID_ASK, **common
            )
        else:
            order = self.order_factory.trailing_stop_market(
                trailing_offset=Decimal(90), trailing_offset_type=TrailingOffsetType.TICKS,
                trigger_type=TriggerType.BID_ASK, emulation_trigger=TriggerType.BID_ASK, **common,
            )  # fmt: skip
        self.submit_order(order, position_id=position.id)

    def on_order_updated(self, event: OrderUpdated) -> None:
        self.moved += 1
        order = self.cache.order(event.client_order_id)
        print("moved", self.moved, order.trigger_price, order.is_activated, getattr(order, "price", None))

    def on_position_closed(self, event: object) -> None:
        self.cancel_all_orders(self.instrument.id)

    def on_reset(self) -> None:
        self.turn = self.moved = 0

    def on_stop(self) -> None:
        self.cancel_all_orders(self.instrument.id)
        self.close_all_positions(self.instrument.id)


points = desk.walk(33, 1500, 40000.0, 4.0)
engine = desk.engine("BINANCE", ["3 BTC", "60000 USDT"], [INSTRUMENT])
engine.add_data(desk.quotes(INSTRUMENT, points[::2], 0.8))
engine.add_data(desk.trades(INSTRUMENT, points[1::2]))
engine.add_strategy(Trail(TrailConfig(bar_type=BarType.from_str(f"{INSTRUMENT.id}-20-SECOND-LAST-INTERNAL"))))
desk.finish(engine, "BINANCE")
