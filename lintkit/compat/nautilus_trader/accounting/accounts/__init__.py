"""Accounts."""

from lintkit._engine import CashAccount, MarginAccount
from nautilus_trader import _refuse

__getattr__ = _refuse.unknown(__name__)
