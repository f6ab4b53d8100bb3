"""Orders and lists of orders."""

from lintkit._engine import (
    LimitIfTouchedOrder,
    LimitOrder,
    MarketIfTouchedOrder,
    MarketOrder,
    MarketToLimitOrder,
    Order,
    OrderList,
    StopLimitOrder,
    StopMarketOrder,
    TrailingStopLimitOrder,
    TrailingStopMarketOrder,
)
from nautilus_trader import _refuse

__getattr__ = _refuse.unknown(__name__)
