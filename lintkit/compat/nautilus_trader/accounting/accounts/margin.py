"""Margin accounts."""

from lintkit._engine import MarginAccount
from nautilus_trader import _refuse

__getattr__ = _refuse.unknown(__name__)
