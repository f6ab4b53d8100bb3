"""What is said of orders that are finer than their instrument: by the risk engine, and by the venue where that is off."""

from decimal import Decimal

from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig, RiskEngineConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

SIM = Venue("SIM")
AUDUSD = TestInstrumentProvider.default_fx_ccy("AUD/USD", SIM)
START = 1_709_542_800_000_000_000


class Fine(Strategy):
    def on_start(self) -> None:
        self.subscribe_quote_ticks(AUDUSD.id)
        self.seen = 0

    def on_quote_tick(self, tick: QuoteTick) -> None:
        make, whole, part = self.order_factory, Quantity.from_str("1000"), Quantity.from_str("1000.5")
        orders = (
            lambda: make.market(tick.instrument_id, OrderSide.BUY, part),
            lambda: make.limit(tick.instrument_id, OrderSide.BUY, part, Price.from_str("0.64000")),
            lambda: make.limit(tick.instrument_id, OrderSide.BUY, whole, Price.from_str("0.6400001")),
            lambda: make.stop_market(tick.instrument_id, OrderSide.BUY, whole, Price.from_str("0.6600001")),
        )
        if self.seen < len(orders):
            self.submit_order(orders[self.seen]())
        self.seen += 1

    def on_order_denied(self, event: object) -> None:
        print("denied", event.reason)

    def on_order_rejected(self, event: object) -> None:
        print("rejected", event.reason)


for bypass in (False, True):
    engine = BacktestEngine(
        BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True), risk_engine=RiskEngineConfig(bypass=bypass))
    )
    engine.add_venue(SIM, OmsType.NETTING, AccountType.MARGIN, [Money(1_000_000, USD)], USD, Decimal(10))
    engine.add_instrument(AUDUSD)
    bid, ask, size = Price.from_str("0.65000"), Price.from_str("0.65002"), Quantity.from_int(1_000_000)
    times = [START + second * 1_000_000_000 for second in range(6)]
    engine.add_data([QuoteTick(AUDUSD.id, bid, ask, size, size, time, time) for time in times])
    engine.add_strategy(Fine())
    engine.run()
    engine.dispose()
