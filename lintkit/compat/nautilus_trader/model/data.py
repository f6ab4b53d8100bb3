"""Market data, bar types and the envelopes of custom data."""

from lintkit._engine import Bar, BarSpecification, BarType, QuoteTick, TradeTick
from nautilus_trader import _refuse
from nautilus_trader.model import enums as _enums  # the engine hands out its members
from nautilus_trader.model.enums import BarAggregation

__getattr__ = _refuse.unknown(__name__)
