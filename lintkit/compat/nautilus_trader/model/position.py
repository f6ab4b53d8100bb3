"""Positions."""

from lintkit._engine import Position
from nautilus_trader import _refuse

__getattr__ = _refuse.unknown(__name__)
