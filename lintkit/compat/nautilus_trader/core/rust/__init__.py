"""Enumerations under the names of the real package's compiled core."""

from nautilus_trader import _refuse

__getattr__ = _refuse.unknown(__name__)
