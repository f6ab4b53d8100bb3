"""A cash account in several currencies: orders that it bears and that it does not, changes, time limits, queries."""

import datetime as dt

import desk
from nautilus_trader.config import RiskEngineConfig, StrategyConfig
from nautilus_trader.model.currencies import BTC, USDT
from nautilus_trader.model.data import TradeTick
from nautilus_trader.model.enums import AccountType, OrderSide, TimeInForce
from nautilus_trader.model.events import OrderDenied
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

INSTRUMENT = TestInstrumentProvider.btcusdt_binance()


class Saver(Strategy):
    def on_start(self) -> None:
        self.step = 0
        self.subscribe_trade_ticks(INSTRUMENT.id)
        self.subscribe_quote_ticks(INSTRUMENT.id)
        self.clock.set_timer("report", dt.timedelta(minutes=2), callback=self.report)

    def on_trade_tick(self, tick: TradeTick) -> None:
        self.step += 1
        price = float(tick.price)
        make, size = INSTRUMENT.make_price, INSTRUMENT.make_qty
        factory = self.order_factory
        if self.step % 20 == 1:
            self.submit_order(factory.limit(INSTRUMENT.id, OrderSide.BUY, size(0.2), make(price * 0.9995)))
        if self.step % 45 == 10:
            self.submit_order(factory.limit(INSTRUMENT.id, OrderSide.BUY, size(900), make(price)))
        if self.step % 30 == 15:
            expires = self.clock.utc_now() + dt.timedelta(seconds=40)
            order = factory.limit(
                INSTRUMENT.id, OrderSide.SELL, size(0.15), make(price * 1.0008),
                time_in_force=TimeInForce.GTD, expire_time=expires,
            )  # fmt: skip
            self.submit_order(order)
        if self.step % 50 == 25:
            self.submit_order(factory.stop_market(INSTRUMENT.id, OrderSide.SELL, size(0.1), make(price * 0.999)))
        for order in self.cache.orders_open(instrument_id=INSTRUMENT.id, side=OrderSide.BUY):
            if self.step % 17 == 0 and order.has_price:
                self.modify_order(order, quantity=size(0.25), price=make(float(order.price) * 1.0002))
        if self.step % 120 == 0:
            self.cancel_all_orders(INSTRUMENT.id, OrderSide.BUY)

    def on_order_denied(self, event: OrderDenied) -> None:
        print("denied", event.client_order_id, event.reason)

    def report(self, event: object) -> None:
        account = self.portfolio.account(Venue("BINANCE"))
        cache = self.cache
        print(
            "report",
            event.ts_event,
            account.balance_total(USDT),
            account.balance_locked(USDT),
            account.balance_free(BTC),
            account.balances_locked(),
            self.portfolio.balances_locked(Venue("BINANCE")),
            self.portfolio.net_exposure(INSTRUMENT.id),
            self.portfolio.unrealized_pnl(INSTRUMENT.id),
            self.portfolio.realized_pnl(INSTRUMENT.id),
        )
        print(
            "cache",
            [str(i) for i in sorted(cache.client_order_ids_open())],
            cache.orders_open_count(),
            cache.orders_closed_count(),
            cache.positions_open_count(),
            cache.orders_total_count(strategy_id=self.id),
            cache.quote_tick_count(INSTRUMENT.id),
            cache.trade_tick(INSTRUMENT.id),
        )

    def on_stop(self) -> None:
        self.cancel_all_orders(INSTRUMENT.id)


points = desk.walk(55, 1200, 30000.0, 6.0)
engine = desk.engine(
    "BINANCE",
    ["2 BTC", "50000 USDT"],
    [INSTRUMENT],
    account=AccountType.CASH,
    settings={"risk_engine": RiskEngineConfig(max_order_submit_rate="3/00:00:10")},
)
engine.add_data(desk.quotes(INSTRUMENT, points[::2], 0.6))
engine.add_data(desk.trades(INSTRUMENT, points[1::2]))
engine.add_strategy(Saver(StrategyConfig(order_id_tag="S")))
desk.finish(engine, "BINANCE")
