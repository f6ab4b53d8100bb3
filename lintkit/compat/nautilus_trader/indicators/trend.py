"""Part of the stand-in for `nautilus_trader`; see the package's doc."""

from nautilus_trader import _refuse
from nautilus_trader.indicators import (
    MovingAverageConvergenceDivergence,
)

__getattr__ = _refuse.unknown(__name__)
