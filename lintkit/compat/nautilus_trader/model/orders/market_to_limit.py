"""MarketToLimit orders."""

from lintkit._engine import MarketToLimitOrder
from nautilus_trader import _refuse

__getattr__ = _refuse.unknown(__name__)
