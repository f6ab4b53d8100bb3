"""The base of orders."""

from lintkit._engine import Order
from nautilus_trader import _refuse

__getattr__ = _refuse.unknown(__name__)
