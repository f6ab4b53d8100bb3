"""Events of accounts."""

from lintkit._engine import AccountState
from nautilus_trader import _refuse

__getattr__ = _refuse.unknown(__name__)
