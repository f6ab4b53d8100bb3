"""The stand-in's indicators; what is not here is refused by name."""

from enum import IntFlag

from lintkit._engine import (
    AverageTrueRange,
    BollingerBands,
    DonchianChannel,
    DoubleExponentialMovingAverage,
    ExponentialMovingAverage,
    Indicator,
    MovingAverage,
    MovingAverageConvergenceDivergence,
    MovingAverageFactory,
    RelativeStrengthIndex,
    SimpleMovingAverage,
    WilderMovingAverage,
)
from nautilus_trader import _refuse


class MovingAverageType(IntFlag):
    SIMPLE = 0
    EXPONENTIAL = 1
    DOUBLE_EXPONENTIAL = 2
    WILDER = 3
    HULL = 4
    ADAPTIVE = 5
    WEIGHTED = 6
    VARIABLE_INDEX_DYNAMIC = 7


__getattr__ = _refuse.unknown(__name__)
