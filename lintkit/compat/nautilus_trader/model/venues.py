"""Venues."""

from lintkit._engine import Venue
from nautilus_trader import _refuse

__getattr__ = _refuse.unknown(__name__)
