"""The base of accounts."""

from lintkit._engine import Account
from nautilus_trader import _refuse

__getattr__ = _refuse.unknown(__name__)
