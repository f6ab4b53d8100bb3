"""Cash accounts."""

from lintkit._engine import CashAccount
from nautilus_trader import _refuse

__getattr__ = _refuse.unknown(__name__)
