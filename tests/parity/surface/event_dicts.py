"""Position events and account states as dicts."""

from typing import Any

from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.events import AccountState, PositionChanged, PositionClosed, PositionOpened
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

SIM = Venue("SIM")
AUDUSD = TestInstrumentProvider.default_fx_ccy("AUD/USD", SIM)
ORDERS = {2: (OrderSide.BUY, 2000), 4: (OrderSide.SELL, 500), 6: (OrderSide.SELL, 3000), 8: (OrderSide.BUY, 1500)}
CLASSES = (PositionOpened, PositionChanged, PositionClosed)


def show(event: Any) -> None:
    print({key: value for key, value in type(event).to_dict(event).items() if key != "event_id"})


class Trade(Strategy):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def on_start(self) -> None:
        self.subscribe_quote_ticks(AUDUSD.id)

    def on_quote_tick(self, tick: QuoteTick) -> None:
        self.count += 1
        if self.count in ORDERS:
            side, quantity = ORDERS[self.count]
            self.submit_order(self.order_factory.market(AUDUSD.id, side, AUDUSD.make_qty(quantity)))
            self.submit_order(self.order_factory.limit(tick.instrument_id, side, AUDUSD.make_qty(1), tick.bid_price))

    def on_event(self, event: Any) -> None:
        if isinstance(event, CLASSES):
            show(event)


engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
engine.add_venue(SIM, OmsType.NETTING, AccountType.MARGIN, [Money(1_000_000, USD)], base_currency=USD)
engine.add_instrument(AUDUSD)
size = Quantity.from_int(1_000_000)
for second in range(1, 12):
    bid, ask = Price(0.7 + second * 1e-5, 5), Price(0.70002 + second * 1e-5, 5)
    engine.add_data([QuoteTick(AUDUSD.id, bid, ask, size, size, second * 10**9, second * 10**9)])
engine.add_strategy(Trade())
engine.run()
for state in engine.portfolio.account(SIM).events:
    assert isinstance(state, AccountState)
    show(state)
engine.dispose()
