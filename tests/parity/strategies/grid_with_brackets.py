"""A grid around the market: each level is a bracket, and a level that has come home is laid out again."""

from decimal import Decimal

import desk
from nautilus_trader.backtest.models import FillModel, LatencyModel
from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.enums import OmsType, OrderSide, OrderType
from nautilus_trader.model.events import OrderFilled, PositionClosed
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

INSTRUMENT = TestInstrumentProvider.ethusdt_perp_binance()


class GridConfig(StrategyConfig, frozen=True):
    instrument_id: InstrumentId
    size: Decimal = Decimal("1.5")
    levels: int = 4
    spacing: float = 0.8
    target: float = 1.1
    stop: float = 2.4


class Grid(Strategy):
    def __init__(self, config: GridConfig) -> None:
        super().__init__(config)
        self.laid: dict[int, object] = {}
        self.centre: float | None = None
        self.home = 0

    def on_start(self) -> None:
        self.instrument = self.cache.instrument(self.config.instrument_id)
        self.subscribe_quote_ticks(self.config.instrument_id)

    def on_quote_tick(self, tick: QuoteTick) -> None:
        mid = (float(tick.bid_price) + float(tick.ask_price)) / 2
        if self.centre is None:
            self.centre = mid
            for level in range(-self.config.levels, self.config.levels + 1):
                self.lay(level)
        if abs(mid - self.centre) > self.config.spacing * (self.config.levels + 2):
            self.log.info("recentre")
            self.cancel_all_orders(self.config.instrument_id)
            self.close_all_positions(self.config.instrument_id)
            self.centre = mid
            self.laid.clear()
        elif not self.laid and self.portfolio.is_flat(self.config.instrument_id):
            for level in range(-self.config.levels, self.config.levels + 1):
                self.lay(level)

    def lay(self, level: int) -> None:
        if level == 0:
            return
        side = OrderSide.BUY if level < 0 else OrderSide.SELL
        sign = 1 if side == OrderSide.BUY else -1
        price = self.centre + level * self.config.spacing
        orders = self.order_factory.bracket(
            instrument_id=self.config.instrument_id,
            order_side=side,
            quantity=self.instrument.make_qty(self.config.size),
            entry_order_type=OrderType.LIMIT,
            entry_price=self.instrument.make_price(price),
            tp_price=self.instrument.make_price(price + sign * self.config.target),
            sl_trigger_price=self.instrument.make_price(price - sign * self.config.stop),
            entry_tags=[f"level {level}"],
        )
        self.laid[level] = orders
        self.submit_order_list(orders)

    def on_order_filled(self, event: OrderFilled) -> None:
        order = self.cache.order(event.client_order_id)
        print(
            "filled", order.tags, order.is_closed, order.parent_order_id, [str(i) for i in order.linked_order_ids or []]
        )

    def on_position_closed(self, event: PositionClosed) -> None:
        self.home += 1
        done = [level for level, orders in self.laid.items() if all(order.is_closed for order in orders.orders)]
        for level in done:
            del self.laid[level]
            self.lay(level)
        print("home", self.home, done, event.realized_pnl, len(self.cache.orders_open(strategy_id=self.id)))

    def on_stop(self) -> None:
        self.cancel_all_orders(self.config.instrument_id)
        self.close_all_positions(self.config.instrument_id)


engine = desk.engine(
    "BINANCE",
    ["100000 USDT"],
    [INSTRUMENT],
    oms=OmsType.HEDGING,
    fill_model=FillModel(prob_fill_on_limit=0.6, prob_slippage=0.3, random_seed=7),
    latency_model=LatencyModel(base_latency_nanos=40_000_000),
)
engine.add_data(desk.quotes(INSTRUMENT, desk.walk(21, 900, 2000.0, 0.35), 0.06))
engine.add_strategy(Grid(GridConfig(instrument_id=INSTRUMENT.id)))
desk.finish(engine, "BINANCE")
