"""The portfolio."""

from lintkit._engine import Portfolio
from nautilus_trader import _refuse

__getattr__ = _refuse.unknown(__name__)
