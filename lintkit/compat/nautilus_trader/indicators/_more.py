"""Indicators that are rarely on a hot path, in Python. Every formula keeps the real one's order of operations."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from typing import Any

from lintkit._engine import Indicator
from lintkit._engine import MovingAverageFactory as _Factory
from nautilus_trader._profile import LATER
from nautilus_trader.indicators import MovingAverageType
from nautilus_trader.model.enums import PriceType


def _check(name: str, period: int) -> int:
    if not isinstance(period, int):  # pyright: ignore[reportUnnecessaryIsInstance]  # user code is not always typed
        raise TypeError(f"'{name}' must be an integer, was {period!r}")
    if period <= 0:
        raise ValueError(f"'{name}' not a positive integer, was {period}")
    return period


def _name(kind: MovingAverageType) -> str:
    return str(MovingAverageType(kind).name)


def _average(period: int, kind: Any, **options: Any) -> Any:
    return MovingAverageFactory.create(period, kind, **options)


def _in_order(values: Iterable[float]) -> float:
    """The sum from left to right, without the compensation that `sum` has from Python 3.12 on."""
    total = 0.0
    for value in values:
        total += value
    return total


class _Study(Indicator):
    """An indicator of bars; `_bar` says which of their figures."""

    _bar: tuple[str, ...] = ("close",)

    def handle_bar(self, bar: Any) -> None:
        self.update_raw(*(getattr(bar, part).as_double() for part in self._bar))

    def update_raw(self, *values: Any, **named: Any) -> None:
        raise NotImplementedError

    def _done(self, ready: bool) -> None:
        """After an update: whether there is enough data now."""
        if not self.initialized:
            self._set_has_inputs(True)
            if ready:
                self._set_initialized(True)


class _Average(Indicator):
    """A moving average: `count` inputs so far, initialised with `period` of them."""

    def __init__(self, period: int, params: list[Any], price_type: PriceType) -> None:
        super().__init__(params)
        self.period = _check("period", period)
        self.price_type = price_type
        self.value = 0.0
        self.count = 0

    def handle_quote_tick(self, tick: Any) -> None:
        self.update_raw(tick.extract_price(self.price_type).as_double())

    def handle_trade_tick(self, tick: Any) -> None:
        self.update_raw(tick.price.as_double())

    def handle_bar(self, bar: Any) -> None:
        self.update_raw(bar.close.as_double())

    def update_raw(self, value: float) -> None:
        raise NotImplementedError

    def _increment_count(self) -> None:
        self.count += 1
        if not self.initialized:
            self._set_has_inputs(True)
            if self.count >= self.period:
                self._set_initialized(True)

    def _reset(self) -> None:
        self._reset_ma()
        self.count = 0
        self.value = 0.0

    def _reset_ma(self) -> None: ...


class WeightedMovingAverage(_Average):
    def __init__(self, period: int, weights: Any = None, price_type: PriceType = PriceType.LAST) -> None:
        import numpy as np

        if weights is not None:
            weights = np.asarray(weights, dtype=np.float64)
            if weights.ndim != 1:
                raise ValueError("weights must be iterable with ndim == 1.")
            if len(weights) != period:
                raise ValueError("weights length must be equal to the period")
            if weights.sum() <= np.finfo(np.float64).eps:
                raise ValueError("the sum of weights must be positive")
        super().__init__(period, [period, weights], price_type)
        self.weights = weights
        self._inputs: deque[float] = deque(maxlen=period)

    def update_raw(self, value: float) -> None:
        import numpy as np

        self._inputs.append(value)
        weights = self.weights
        if not self.initialized and weights is not None:
            weights = weights[-len(self._inputs) :]
        self.value = float(np.average(self._inputs, weights=weights, axis=0))
        self._increment_count()

    def _reset_ma(self) -> None:
        self._inputs.clear()


class HullMovingAverage(_Average):
    def __init__(self, period: int, price_type: PriceType = PriceType.LAST) -> None:
        super().__init__(period, [period], price_type)
        self._ma1, self._ma2, self._ma3 = (self._weighted(n) for n in (period // 2, period, int(math.sqrt(period))))

    @staticmethod
    def _weighted(size: int) -> WeightedMovingAverage:
        import numpy as np

        weights = np.arange(1, size + 1, dtype=np.float64)
        weights /= weights.sum()
        return WeightedMovingAverage(size, weights)

    def update_raw(self, value: float) -> None:
        self._ma1.update_raw(value)
        self._ma2.update_raw(value)
        self._ma3.update_raw(self._ma1.value * 2.0 - self._ma2.value)
        self.value = self._ma3.value
        self._increment_count()

    def _reset_ma(self) -> None:
        for average in (self._ma1, self._ma2, self._ma3):
            average.reset()


class AdaptiveMovingAverage(_Average):
    def __init__(
        self,
        period_er: int,
        period_alpha_fast: int,
        period_alpha_slow: int,
        price_type: PriceType = PriceType.LAST,
    ) -> None:
        if _check("period_alpha_slow", period_alpha_slow) <= _check("period_alpha_fast", period_alpha_fast):
            raise ValueError("period_alpha_slow was <= period_alpha_fast")
        super().__init__(period_er, [period_er, period_alpha_fast, period_alpha_slow], price_type)
        self.period_er = period_er
        self.period_alpha_fast = period_alpha_fast
        self.period_alpha_slow = period_alpha_slow
        self.alpha_fast = 2.0 / (float(period_alpha_fast) + 1.0)
        self.alpha_slow = 2.0 / (float(period_alpha_slow) + 1.0)
        self.alpha_diff = self.alpha_fast - self.alpha_slow
        self._efficiency_ratio = EfficiencyRatio(period_er)

    def update_raw(self, value: float) -> None:
        if not self.has_inputs:
            self.value = value
        self._efficiency_ratio.update_raw(value)
        before = self.value
        smoothing = pow(self._efficiency_ratio.value * self.alpha_diff + self.alpha_slow, 2)
        self.value = before + smoothing * (value - before)
        self._increment_count()

    def _reset_ma(self) -> None:
        self._efficiency_ratio.reset()


class VariableIndexDynamicAverage(_Average):
    def __init__(
        self,
        period: int,
        price_type: PriceType = PriceType.LAST,
        cmo_ma_type: MovingAverageType = MovingAverageType.SIMPLE,
    ) -> None:
        super().__init__(period, [period], price_type)
        self.cmo = ChandeMomentumOscillator(period, cmo_ma_type)
        self.cmo_pct = 0.0
        self.alpha = 2.0 / (period + 1.0)

    def update_raw(self, value: float) -> None:
        self.cmo.update_raw(value)
        self.cmo_pct = abs(self.cmo.value / 100)
        if self.initialized:
            self.value = self.alpha * self.cmo_pct * value + (1.0 - self.alpha * self.cmo_pct) * self.value
        elif self.cmo.initialized:
            self._set_initialized(True)
        self._increment_count()

    # A reset leaves the oscillator as it is (observed on 1.221.0 and 1.231.0).


class MovingAverageFactory:
    @staticmethod
    def create(period: int, ma_type: MovingAverageType, **kwargs: Any) -> Any:
        if ma_type == MovingAverageType.WEIGHTED:
            return WeightedMovingAverage(period, **kwargs)
        if ma_type == MovingAverageType.HULL:
            return HullMovingAverage(period)
        if ma_type == MovingAverageType.VARIABLE_INDEX_DYNAMIC:
            return VariableIndexDynamicAverage(period, **kwargs)
        return _Factory.create(period, ma_type)


class RateOfChange(_Study):
    def __init__(self, period: int, use_log: bool = False) -> None:
        super().__init__([period])
        self.period = _check("period", period)
        self._use_log = use_log
        self._prices: deque[float] = deque(maxlen=period)
        self.value = 0.0

    def update_raw(self, price: float) -> None:
        self._prices.append(price)
        self._done(len(self._prices) >= self.period)
        first = self._prices[0]
        self.value = math.log(price / first) if self._use_log else (price - first) / first

    def _reset(self) -> None:
        self._prices.clear()
        self.value = 0.0


class _GainsAndLosses(_Study):
    """Averages of rises and of falls."""

    def __init__(self, period: int, ma_type: MovingAverageType) -> None:
        super().__init__([period, _name(ma_type)])
        self.period = _check("period", period)
        self._average_gain = _average(period, ma_type)
        self._average_loss = _average(period, ma_type)

    def _take(self, gain: float) -> None:
        self._average_gain.update_raw(max(gain, 0.0))
        self._average_loss.update_raw(max(-gain, 0.0))


class ChandeMomentumOscillator(_GainsAndLosses):
    def __init__(self, period: int, ma_type: MovingAverageType | None = None) -> None:
        super().__init__(period, MovingAverageType.WILDER if ma_type is None else ma_type)
        self._previous_close = 0.0
        self.value = 0.0

    def update_raw(self, close: float) -> None:
        if not self.has_inputs:
            self._set_has_inputs(True)
            self._previous_close = close
        self._take(close - self._previous_close)
        self._done(self._average_gain.initialized and self._average_loss.initialized)
        if self.initialized:
            gain, loss = self._average_gain.value, self._average_loss.value
            divisor = gain + loss
            self.value = 0.0 if divisor == 0.0 else 100.0 * (gain - loss) / divisor
        self._previous_close = close

    def _reset(self) -> None:
        self._average_gain.reset()
        self._average_loss.reset()
        self._previous_close = 0.0
        self.value = 0.0


class StochasticsDMethod:
    RATIO = "ratio"
    MOVING_AVERAGE = "moving_average"


class Stochastics(_Study):
    """With `slowing`, `ma_type` and `d_method` since 1.222."""

    _bar = ("high", "low", "close")

    def __init__(
        self,
        period_k: int,
        period_d: int,
        slowing: int = 1,
        ma_type: MovingAverageType | None = None,
        d_method: str = StochasticsDMethod.RATIO,
    ) -> None:
        if not LATER and (slowing, ma_type, d_method) != (1, None, StochasticsDMethod.RATIO):
            raise TypeError("Stochastics takes period_k and period_d only")
        ma_type = MovingAverageType.EXPONENTIAL if ma_type is None else ma_type
        if d_method not in (StochasticsDMethod.RATIO, StochasticsDMethod.MOVING_AVERAGE):
            raise ValueError(f"d_method must be 'ratio' or 'moving_average', was '{d_method}'")
        more = [_check("slowing", slowing), _name(ma_type), d_method] if LATER else []
        super().__init__([_check("period_k", period_k), _check("period_d", period_d), *more])
        self.period_k = period_k
        self.period_d = period_d
        self.slowing = slowing
        self.ma_type = ma_type
        self.d_method = d_method
        self._highs: deque[float] = deque(maxlen=period_k)
        self._lows: deque[float] = deque(maxlen=period_k)
        self._c_sub_l: deque[float] = deque(maxlen=period_d)
        self._h_sub_l: deque[float] = deque(maxlen=period_d)
        self._slow = _average(slowing, ma_type) if slowing > 1 else None
        self._d = _average(period_d, ma_type) if d_method == StochasticsDMethod.MOVING_AVERAGE else None
        self.value_k = 0.0
        self.value_d = 0.0

    def update_raw(self, high: float, low: float, close: float) -> None:
        if not self.has_inputs:
            self._set_has_inputs(True)
        self._highs.append(high)
        self._lows.append(low)
        full = len(self._highs) == self.period_k
        if full and self._slow is None and self._d is None:
            self._done(ready=True)
        highest, lowest = max(self._highs), min(self._lows)
        if self._d is None:
            self._c_sub_l.append(close - lowest)
            self._h_sub_l.append(highest - lowest)
        if highest == lowest:
            return
        self.value_k = 100.0 * ((close - lowest) / (highest - lowest))
        if self._slow is not None:
            self._slow.update_raw(self.value_k)
            self.value_k = self._slow.value
        if self._d is None:
            total = sum(self._h_sub_l)
            self.value_d = 0.0 if LATER and total == 0.0 else 100.0 * (sum(self._c_sub_l) / total)
        else:
            self._d.update_raw(self.value_k)
            self.value_d = self._d.value
        ready = all(average is None or average.initialized for average in (self._slow, self._d))
        self._done(full and ready)

    def _reset(self) -> None:
        for values in (self._highs, self._lows, self._c_sub_l, self._h_sub_l):
            values.clear()
        for average in (self._slow, self._d):
            if average is not None:
                average.reset()
        self.value_k = 0.0
        self.value_d = 0.0


class CommodityChannelIndex(_Study):
    _bar = ("high", "low", "close")

    def __init__(self, period: int, scalar: float = 0.015, ma_type: MovingAverageType | None = None) -> None:
        ma_type = MovingAverageType.SIMPLE if ma_type is None else ma_type
        super().__init__([_check("period", period), scalar, _name(ma_type)])
        self.period = period
        self.scalar = float(scalar)
        self._prices: deque[float] = deque(maxlen=period)
        self._ma = _average(period, ma_type)
        self._mad = 0.0
        self.value = 0.0

    def update_raw(self, high: float, low: float, close: float) -> None:
        typical = (high + low + close) / 3.0
        self._prices.append(typical)
        self._ma.update_raw(typical)
        mean = self._ma.value
        self._mad = _in_order(abs(price - mean) for price in self._prices) / len(self._prices)
        if self._ma.initialized:
            if LATER and self._mad <= 0:
                self.value = 0.0
            else:
                self.value = (typical - mean) / (self.scalar * self._mad)
        self._done(self._ma.initialized)

    def _reset(self) -> None:
        self._prices.clear()
        self._ma.reset()
        self._mad = 0.0
        self.value = 0.0


class EfficiencyRatio(_Study):
    def __init__(self, period: int) -> None:
        super().__init__([period])
        self.period = _check("period", period)
        self._inputs: deque[float] = deque(maxlen=period)
        self._deltas: deque[float] = deque(maxlen=period)
        self.value = 0.0

    def update_raw(self, price: float) -> None:
        self._inputs.append(price)
        if not self.initialized:
            self._set_has_inputs(True)
            if len(self._inputs) < 2:  # noqa: PLR2004
                return
            self._done(len(self._inputs) >= self.period)
        if len(self._inputs) > 1:
            self._deltas.append(abs(self._inputs[-1] - self._inputs[-2]))
        net, way = abs(self._inputs[0] - self._inputs[-1]), sum(self._deltas)
        self.value = net / way if way > 0 else 0.0

    def _reset(self) -> None:
        self._inputs.clear()
        self._deltas.clear()
        self.value = 0.0


class RelativeVolatilityIndex(_Study):
    def __init__(self, period: int, scalar: float = 100.0, ma_type: MovingAverageType | None = None) -> None:
        ma_type = MovingAverageType.EXPONENTIAL if ma_type is None else ma_type
        super().__init__([_check("period", period), scalar, _name(ma_type)])
        self.period = period
        self.scalar = float(scalar)
        self._prices: deque[float] = deque(maxlen=period)
        self._ma = _average(period, MovingAverageType.SIMPLE)
        self._pos_ma = _average(period, ma_type)
        self._neg_ma = _average(period, ma_type)
        self._previous_close = 0.0
        self._std = 0.0
        self.value = 0.0

    def update_raw(self, close: float) -> None:
        self._prices.append(close)
        self._ma.update_raw(close)
        mean = self._ma.value
        squares = _in_order((price - mean) ** 2 for price in self._prices)
        deviation = math.sqrt(squares / len(self._prices))
        self._std = deviation * math.sqrt(self.period) / math.sqrt(self.period - 1)
        if self._ma.initialized:
            self._pos_ma.update_raw(self._std if close > self._previous_close else 0.0)
            self._neg_ma.update_raw(self._std if close < self._previous_close else 0.0)
            both = self._pos_ma.value + self._neg_ma.value
            if LATER and both == 0.0:
                self.value = 0.0
            else:
                self.value = self.scalar * self._pos_ma.value / both
        self._previous_close = close
        self._done(self._pos_ma.initialized)

    def _reset(self) -> None:
        self._prices.clear()
        for average in (self._ma, self._pos_ma, self._neg_ma):
            average.reset()
        self._previous_close = 0.0
        self._std = 0.0
        self.value = 0.0


class PsychologicalLine(_Study):
    def __init__(self, period: int, ma_type: MovingAverageType | None = None) -> None:
        ma_type = MovingAverageType.SIMPLE if ma_type is None else ma_type
        super().__init__([_check("period", period), _name(ma_type)])
        self.period = period
        self._ma = _average(period, ma_type)
        self._diff = 0.0
        self._previous_close = 0.0
        self.value = 0.0

    def update_raw(self, close: float) -> None:
        if not self.has_inputs:
            self._previous_close = close
        self._diff = close - self._previous_close
        self._ma.update_raw(0.0 if self._diff <= 0 else 1.0)
        self.value = 100.0 * self._ma.value
        self._done(self._ma.initialized)
        self._previous_close = close

    def _reset(self) -> None:
        self._ma.reset()
        self._diff = 0.0
        self._previous_close = 0.0
        self.value = 0.0


class ArcherMovingAveragesTrends(_Study):
    def __init__(
        self,
        fast_period: int,
        slow_period: int,
        signal_period: int,
        ma_type: MovingAverageType = MovingAverageType.EXPONENTIAL,
    ) -> None:
        super().__init__([fast_period, slow_period, signal_period, _name(ma_type)])
        if _check("slow_period", slow_period) <= _check("fast_period", fast_period):
            raise ValueError("fast_period was >= slow_period")
        self.fast_period = fast_period
        self.slow_period = slow_period
        self.signal_period = _check("signal_period", signal_period)
        self._fast_ma = _average(fast_period, ma_type)
        self._slow_ma = _average(slow_period, ma_type)
        self._fast_ma_price: deque[float] = deque(maxlen=signal_period + 1)
        self._slow_ma_price: deque[float] = deque(maxlen=signal_period + 1)
        self.long_run = False
        self.short_run = False

    def update_raw(self, close: float) -> None:
        self._fast_ma.update_raw(close)
        self._slow_ma.update_raw(close)
        if self._slow_ma.initialized:
            self._fast_ma_price.append(self._fast_ma.value)
            self._slow_ma_price.append(self._slow_ma.value)
            fast = self._fast_ma_price[-1] - self._fast_ma_price[0]
            slow = self._slow_ma_price[-1] - self._slow_ma_price[0]
            self.long_run = fast > 0 and slow != 0
            self.short_run = fast < 0 and slow != 0
        self._done(len(self._slow_ma_price) >= self.signal_period + 1 and self._slow_ma.initialized)

    def _reset(self) -> None:
        self._fast_ma.reset()
        self._slow_ma.reset()
        self._fast_ma_price.clear()
        self._slow_ma_price.clear()
        self.long_run = False
        self.short_run = False


class AroonOscillator(_Study):
    _bar = ("high", "low")

    def __init__(self, period: int) -> None:
        super().__init__([_check("period", period)])
        self.period = period
        self._high_inputs: deque[float] = deque(maxlen=period + 1)
        self._low_inputs: deque[float] = deque(maxlen=period + 1)
        self.aroon_up = 0.0
        self.aroon_down = 0.0
        self.value = 0.0

    def update_raw(self, high: float, low: float) -> None:
        self._high_inputs.appendleft(high)
        self._low_inputs.appendleft(low)
        since_high = float(self._high_inputs.index(max(self._high_inputs)))
        since_low = float(self._low_inputs.index(min(self._low_inputs)))
        self.aroon_up = 100.0 * (1.0 - since_high / self.period)
        self.aroon_down = 100.0 * (1.0 - since_low / self.period)
        self.value = self.aroon_up - self.aroon_down
        self._done(len(self._high_inputs) >= self.period + 1)

    def _reset(self) -> None:
        self._high_inputs.clear()
        self._low_inputs.clear()
        self.aroon_up = 0.0
        self.aroon_down = 0.0
        self.value = 0.0


class DirectionalMovement(_Study):
    _bar = ("high", "low")

    def __init__(self, period: int, ma_type: MovingAverageType = MovingAverageType.EXPONENTIAL) -> None:
        super().__init__([_check("period", period), _name(ma_type)])
        self.period = period
        self._pos_ma = _average(period, ma_type)
        self._neg_ma = _average(period, ma_type)
        self._previous_high = 0.0
        self._previous_low = 0.0
        self.pos = 0.0
        self.neg = 0.0
        self.value = 0.0

    def update_raw(self, high: float, low: float) -> None:
        if not self.has_inputs:
            self._previous_high = high
            self._previous_low = low
        up, down = high - self._previous_high, self._previous_low - low
        self._pos_ma.update_raw(up if up > down and up > 0 else 0.0)
        self._neg_ma.update_raw(down if down > up and down > 0 else 0.0)
        self.pos = self._pos_ma.value
        self.neg = self._neg_ma.value
        self._previous_high = high
        self._previous_low = low
        self._done(self._neg_ma.initialized)

    def _reset(self) -> None:
        self._pos_ma.reset()
        self._neg_ma.reset()
        self._previous_high = 0.0
        self._previous_low = 0.0
        self.pos = 0.0
        self.neg = 0.0
