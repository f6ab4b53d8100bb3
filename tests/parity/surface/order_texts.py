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

P = Price.from_str
c = (
    TraderId("T-1"),
    StrategyId("S-1"),
    InstrumentId.from_str("A.B"),
    ClientOrderId("1"),
    OrderSide.BUY,
    Quantity.from_str("12345"),
)
print(LimitOrder(*c, P("12345.67"), UUID4(), 0).info())
print(StopMarketOrder(*c, P("12345.67"), TriggerType.BID_ASK, UUID4(), 0).info())
print(MarketIfTouchedOrder(*c, P("12345.67"), TriggerType.BID_ASK, UUID4(), 0).info())
print(StopLimitOrder(*c, P("12345.67"), P("22345.67"), TriggerType.BID_ASK, UUID4(), 0).info())
print(LimitIfTouchedOrder(*c, P("12345.67"), P("22345.67"), TriggerType.BID_ASK, UUID4(), 0).info())
for a in (None, P("33333.3")):
    for t in (None, P("22345.67")):
        print(
            TrailingStopMarketOrder(
                *c, t, TriggerType.BID_ASK, Decimal(12345), TrailingOffsetType.PRICE, UUID4(), 0, activation_price=a
            ).info()
        )
        print(
            TrailingStopLimitOrder(
                *c,
                P("12345.67"),
                t,
                TriggerType.BID_ASK,
                Decimal(12345),
                Decimal(12345),
                TrailingOffsetType.PRICE,
                UUID4(),
                0,
                activation_price=a,
            ).info()
        )
