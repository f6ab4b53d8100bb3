"""Fixed-point values and currencies."""

from typing import Final

from lintkit._engine import AccountBalance, Currency, MarginBalance, Money, Price, Quantity
from nautilus_trader import _refuse
from nautilus_trader.model import currencies as _currencies  # registers them: `Money.from_str` needs their precision

FIXED_PRECISION: Final = 16
FIXED_PRECISION_BYTES: Final = 16
FIXED_SCALAR: Final = 1e16
HIGH_PRECISION: Final = True
MONEY_MAX: Final = 17_014_118_346_046.0
MONEY_MIN: Final = -17_014_118_346_046.0
PRICE_MAX: Final = 17_014_118_346_046.0
PRICE_MIN: Final = -17_014_118_346_046.0
QUANTITY_MAX: Final = 34_028_236_692_093.0
QUANTITY_MIN: Final = 0.0

__getattr__ = _refuse.unknown(__name__)
