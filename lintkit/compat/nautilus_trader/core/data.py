"""The base class of data."""

from lintkit._engine import Data
from nautilus_trader import _refuse

__getattr__ = _refuse.unknown(__name__)
