"""The cache."""

from lintkit._engine import Cache
from nautilus_trader import _refuse

__getattr__ = _refuse.unknown(__name__)
