"""StopLimit orders."""

from lintkit._engine import StopLimitOrder
from nautilus_trader import _refuse

__getattr__ = _refuse.unknown(__name__)
