"""An execution algorithm of one's own: a large order in slices at the touch, what is left at the market."""

import datetime as dt

import desk
from nautilus_trader.config import ExecAlgorithmConfig, StrategyConfig
from nautilus_trader.execution.algorithm import ExecAlgorithm
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.enums import OrderSide, TimeInForce
from nautilus_trader.model.identifiers import ExecAlgorithmId
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

INSTRUMENT = TestInstrumentProvider.ethusdt_perp_binance()
SLICES = ExecAlgorithmId("SLICES")


class SlicesConfig(ExecAlgorithmConfig, frozen=True):
    exec_algorithm_id: ExecAlgorithmId = SLICES


class Slices(ExecAlgorithm):
    def on_start(self) -> None:
        self.left: dict[object, int] = {}

    def on_order(self, order: object) -> None:
        params = order.exec_algorithm_params
        self.left[order.client_order_id] = int(params["slices"])
        print("primary", order.is_primary, order.exec_spawn_id, params)
        name = order.client_order_id.value
        self.clock.set_timer(name, dt.timedelta(seconds=float(params["seconds"])), callback=self.on_slice)
        self.slice(order)

    def on_slice(self, event: object) -> None:
        order = next(o for o in self.cache.orders() if o.client_order_id.value == event.name)
        self.slice(order)

    def slice(self, order: object) -> None:
        count = self.left[order.client_order_id]
        self.left[order.client_order_id] -= 1
        if count <= 1:
            if order.client_order_id.value in self.clock.timer_names:
                self.clock.cancel_timer(order.client_order_id.value)
            for child in self.cache.orders_for_exec_spawn(order.client_order_id):
                if child.is_open:
                    self.cancel_order(child)
            if not order.is_closed and order.quantity > 0:
                self.submit_order(order)
            return
        quote = self.cache.quote_tick(order.instrument_id)
        price = quote.bid_price if order.side == OrderSide.BUY else quote.ask_price
        size = INSTRUMENT.make_qty(order.quantity.as_double() / count)
        if count % 2:
            child = self.spawn_market(order, size, time_in_force=TimeInForce.IOC)
        else:
            child = self.spawn_limit(order, size, price, time_in_force=TimeInForce.GTC)
        self.submit_order(child)

    def on_order_filled(self, event: object) -> None:
        spawned = self.cache.orders_for_exec_spawn(self.cache.order(event.client_order_id).exec_spawn_id)
        total = self.cache.exec_spawn_total_filled_qty(self.cache.order(event.client_order_id).exec_spawn_id)
        print("slice", event.client_order_id, event.last_qty, len(spawned), total)


class Sender(Strategy):
    def on_start(self) -> None:
        self.subscribe_quote_ticks(INSTRUMENT.id)
        self.sent = 0
        self.ticks = 0

    def on_quote_tick(self, tick: QuoteTick) -> None:
        self.ticks += 1
        if self.ticks % 150 == 5:
            self.sent += 1
            side = OrderSide.BUY if self.sent % 2 else OrderSide.SELL
            params = {"slices": 5, "seconds": 12.5}
            order = self.order_factory.market(
                INSTRUMENT.id, side, INSTRUMENT.make_qty(9.6), exec_algorithm_id=SLICES, exec_algorithm_params=params
            )
            self.submit_order(order)

    def on_stop(self) -> None:
        algorithms = self.cache.orders_for_exec_algorithm(SLICES)
        print("algorithm", len(algorithms), [str(o.status.name) for o in algorithms])
        self.close_all_positions(INSTRUMENT.id)


engine = desk.engine("BINANCE", ["200000 USDT"], [INSTRUMENT])
engine.add_data(desk.quotes(INSTRUMENT, desk.walk(77, 700, 1800.0, 0.3), 0.05))
engine.add_exec_algorithm(Slices(SlicesConfig()))
engine.add_strategy(Sender(StrategyConfig()))
desk.finish(engine, "BINANCE")
