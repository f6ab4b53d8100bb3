"""The trader of a backtest."""

from nautilus_trader import _refuse
from nautilus_trader.backtest.engine import Trader

__getattr__ = _refuse.unknown(__name__)
