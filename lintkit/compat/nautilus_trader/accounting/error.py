"""Errors of accounts. The bundled engine ends the run in order where a balance becomes negative, and raises none."""

from typing import Any

from nautilus_trader import _refuse


class AccountError(Exception):
    """The base of account errors."""


class AccountBalanceNegative(AccountError):
    """A balance below zero that the account may not have."""

    def __init__(self, balance: Any, currency: Any) -> None:
        super().__init__(balance, currency)
        self.balance = balance
        self.currency = currency

    def __str__(self) -> str:
        return f"{type(self).__name__}(balance={self.balance}, currency={self.currency})"


class AccountMarginExceeded(AccountError):
    """A balance below the margin that it needs."""

    def __init__(self, balance: Any, margin: Any, currency: Any) -> None:
        super().__init__(balance, margin, currency)
        self.balance = balance
        self.margin = margin
        self.currency = currency


__getattr__ = _refuse.unknown(__name__)
