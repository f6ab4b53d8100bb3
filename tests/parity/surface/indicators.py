"""Every indicator that the package offers, fed with random bars: all figures after each, bit for bit."""

import random

import nautilus_trader.indicators as package
from nautilus_trader.indicators import MovingAverageType
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.objects import Price, Quantity

BAR_TYPE = BarType.from_str("A.B-1-HOUR-LAST-EXTERNAL")
T0 = 1_600_000_000_000_000_000
HOUR = 3_600_000_000_000

CASES = {
    "AdaptiveMovingAverage": [(5, 2, 10)],
    "ArcherMovingAveragesTrends": [(3, 7, 4)],
    "AroonOscillator": [(6,)],
    "AverageTrueRange": [(5,), (5, MovingAverageType.EXPONENTIAL)],
    "Bias": [(5,), (5, MovingAverageType.HULL)],
    "BollingerBands": [(6, 2.0)],
    "ChandeMomentumOscillator": [(5,), (4, MovingAverageType.SIMPLE)],
    "CommodityChannelIndex": [(5,), (6, 0.02, MovingAverageType.WEIGHTED)],
    "DirectionalMovement": [(5,)],
    "DonchianChannel": [(5,)],
    "DoubleExponentialMovingAverage": [(5,)],
    "EfficiencyRatio": [(5,)],
    "ExponentialMovingAverage": [(5,)],
    "HullMovingAverage": [(9,)],
    "IchimokuCloud": [(3, 5, 8, 4)],
    "KeltnerChannel": [(5, 2.0)],
    "KeltnerPosition": [(5, 2.0)],
    "KlingerVolumeOscillator": [(3, 6, 4)],
    "LinearRegression": [(7,)],
    "MovingAverageConvergenceDivergence": [(3, 7)],
    "OnBalanceVolume": [(0,), (6,)],
    "Pressure": [(5,)],
    "PsychologicalLine": [(5,)],
    "RateOfChange": [(5,), (5, True)],
    "RelativeStrengthIndex": [(5,)],
    "RelativeVolatilityIndex": [(5,)],
    "SimpleMovingAverage": [(5,)],
    "Stochastics": [(5, 3)],
    "Swings": [(5,)],
    "VariableIndexDynamicAverage": [(5,)],
    "VerticalHorizontalFilter": [(5,)],
    "VolatilityRatio": [(3, 6)],
    "VolumeWeightedAveragePrice": [()],
    "WeightedMovingAverage": [(4,), (4, [1.0, 2.0, 3.0, 4.0])],
    "WilderMovingAverage": [(5,)],
}
FIGURES = (
    "value", "upper", "middle", "lower", "pos", "neg", "aroon_up", "aroon_down", "value_k", "value_d", "slope", "cfo",
    "intercept", "degree", "R2", "long_run", "short_run", "direction", "changed", "high_price", "low_price", "length",
    "duration", "since_high", "since_low", "value_cumulative", "tenkan_sen", "kijun_sen", "senkou_span_a",
    "senkou_span_b", "chikou_span", "count", "cmo_pct",
)  # fmt: skip


def bars(count: int) -> list[Bar]:
    draw = random.Random(3)
    price, made = 100.0, []
    for n in range(count):
        open_ = price
        price = max(1.0, price + draw.choice([-1.5, -0.25, 0.0, 0.25, 1.5]) * draw.random())
        high, low = max(open_, price) + draw.random(), min(open_, price) - draw.random()
        values = [Price(value, 2) for value in (open_, high, low, price)]
        made.append(Bar(BAR_TYPE, *values, Quantity(draw.randint(0, 50), 0), T0 + n * HOUR, T0 + n * HOUR))
    return made


def show(indicator: object) -> str:
    # As numbers: whether a flag is True or 1 does not matter, nor a float's class.
    figures = {name: getattr(indicator, name) for name in FIGURES if hasattr(indicator, name)}
    texts = [f"{name}={float(value).hex()}" for name, value in figures.items()]
    return f"{indicator.has_inputs:d} {indicator.initialized:d} {' '.join(texts)}"


def main() -> None:
    data = bars(120)
    for name, cases in CASES.items():
        try:
            cls = getattr(package, name)
        except (AttributeError, ImportError):
            print("no", name)
            continue
        for arguments in cases:
            indicator = cls(*arguments)
            if "weights" not in dir(indicator):
                print(indicator)
            for _ in range(2):
                for bar in data:
                    indicator.handle_bar(bar)
                    print(name, show(indicator))
                indicator.reset()
                print(name, show(indicator))


main()
