"""The stand-in's indicators; what is not here is refused by name."""

from enum import IntFlag
from importlib import import_module
from typing import Any

from lintkit._engine import (
    AverageTrueRange,
    BollingerBands,
    DonchianChannel,
    DoubleExponentialMovingAverage,
    ExponentialMovingAverage,
    Indicator,
    MovingAverage,
    MovingAverageConvergenceDivergence,
    RelativeStrengthIndex,
    SimpleMovingAverage,
    WilderMovingAverage,
)
from nautilus_trader import _refuse
from nautilus_trader._profile import LATER


class MovingAverageType(IntFlag):
    SIMPLE = 0
    EXPONENTIAL = 1
    DOUBLE_EXPONENTIAL = 2
    WILDER = 3
    HULL = 4
    ADAPTIVE = 5
    WEIGHTED = 6
    VARIABLE_INDEX_DYNAMIC = 7


_MORE = (
    "AdaptiveMovingAverage",
    "ArcherMovingAveragesTrends",
    "AroonOscillator",
    "ChandeMomentumOscillator",
    "CommodityChannelIndex",
    "DirectionalMovement",
    "EfficiencyRatio",
    "HullMovingAverage",
    "MovingAverageFactory",
    "PsychologicalLine",
    "RateOfChange",
    "RelativeVolatilityIndex",
    "Stochastics",
    "StochasticsDMethod",
    "VariableIndexDynamicAverage",
    "WeightedMovingAverage",
)
_STUDIES = (
    "Bias",
    "KeltnerChannel",
    "KeltnerPosition",
    "KlingerVolumeOscillator",
    "LinearRegression",
    "OnBalanceVolume",
    "Pressure",
    "Swings",
    "VerticalHorizontalFilter",
    "VolatilityRatio",
    "VolumeWeightedAveragePrice",
    *(("IchimokuCloud",) if LATER else ()),
)
_unknown = _refuse.exported(__name__, {"SpreadAnalyzer": "nautilus_trader.indicators.spread_analyzer"})


def __getattr__(name: str) -> Any:
    if name in _MORE or name in _STUDIES:
        value = getattr(import_module(f"{__name__}._{'more' if name in _MORE else 'studies'}"), name)
        globals()[name] = value
        return value
    return _unknown(name)
