"""Orders in words: prices and sizes of more than three digits are grouped."""

from decimal import Decimal

from nautilus_trader.core.uuid import UUID4
from nautilus_trader.model.enums import OrderSide, TrailingOffsetType, TriggerType
from nautilus_trader.model.identifiers import ClientOrderId, InstrumentId, StrategyId, TraderId
from nautilus_trader.model.objects import Price, Quantity
from nautilus_trader.model.orders import (
    LimitIfTouchedOrder,
    LimitOrder,
    MarketIfTouchedOrder,
    StopLimitOrder,
    StopMarketOrder,
    TrailingStopLimitOrder,
    TrailingStopMarketOrder,
)

HEAD = (
    TraderId("T-1"),
    StrategyId("S-1"),
    InstrumentId.from_str("A.B"),
    ClientOrderId("1"),
    OrderSide.BUY,
    Quantity.from_int(12345),
)
PRICE, TRIGGER, MADE = Price.from_str("12345.67"), Price.from_str("22345.67"), (UUID4(), 0)

print(LimitOrder(*HEAD, PRICE, *MADE).info())
for made in (StopMarketOrder, MarketIfTouchedOrder):
    print(made(*HEAD, TRIGGER, TriggerType.BID_ASK, *MADE).info())
for made in (StopLimitOrder, LimitIfTouchedOrder):
    print(made(*HEAD, PRICE, TRIGGER, TriggerType.BID_ASK, *MADE))
for activation in (None, Price.from_str("33333.3")):
    for trigger in (None, TRIGGER):
        trail = (trigger, TriggerType.BID_ASK)
        offset, kind = Decimal(12345), TrailingOffsetType.PRICE
        print(TrailingStopMarketOrder(*HEAD, *trail, offset, kind, *MADE, activation_price=activation))
        limited = TrailingStopLimitOrder(*HEAD, PRICE, *trail, offset, offset, kind, *MADE, activation_price=activation)
        print(limited)
