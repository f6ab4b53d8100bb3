"""Further indicators in Python: trends, channels, volume. See `_more`."""

from __future__ import annotations

import math
import statistics
from collections import deque
from datetime import datetime, timezone
from typing import Any

from lintkit._engine import AverageTrueRange
from nautilus_trader.indicators import MovingAverageType
from nautilus_trader.indicators._more import _average, _check, _in_order, _name, _Study

_NANOS = 1_000_000_000


def _moment(bar: Any) -> datetime:
    from nautilus_trader.core.datetime import unix_nanos_to_dt

    return unix_nanos_to_dt(bar.ts_init)


class IchimokuCloud(_Study):
    _bar = ("high", "low", "close")

    def __init__(
        self, tenkan_period: int = 9, kijun_period: int = 26, senkou_period: int = 52, displacement: int = 26
    ) -> None:
        for name, period in (("tenkan_period", tenkan_period), ("displacement", displacement)):
            _check(name, period)
        if kijun_period < tenkan_period:
            raise ValueError("kijun_period was < tenkan_period")
        if senkou_period < kijun_period:
            raise ValueError("senkou_period was < kijun_period")
        super().__init__([tenkan_period, kijun_period, senkou_period, displacement])
        self.tenkan_period = tenkan_period
        self.kijun_period = kijun_period
        self.senkou_period = senkou_period
        self.displacement = displacement
        self._windows: list[tuple[deque[float], deque[float]]] = [
            (deque(maxlen=period), deque(maxlen=period)) for period in (tenkan_period, kijun_period, senkou_period)
        ]
        self._shifted: list[deque[float]] = [deque(maxlen=displacement) for _ in range(3)]
        self._clear()

    def _clear(self) -> None:
        self.tenkan_sen = 0.0
        self.kijun_sen = 0.0
        self.senkou_span_a = 0.0
        self.senkou_span_b = 0.0
        self.chikou_span = 0.0

    def update_raw(self, high: float, low: float, close: float) -> None:
        middles: list[float | None] = []
        for highs, lows in self._windows:
            highs.append(high)
            lows.append(low)
            full = len(highs) == highs.maxlen
            middles.append((max(highs) + min(lows)) / 2.0 if full else None)
        self._done(all(middle is not None for middle in middles))
        self.tenkan_sen = self.tenkan_sen if middles[0] is None else middles[0]
        self.kijun_sen = self.kijun_sen if middles[1] is None else middles[1]
        if not self.initialized:
            return
        new = ((self.tenkan_sen + self.kijun_sen) / 2.0, middles[2] or 0.0, close)
        for name, values, value in zip(
            ("senkou_span_a", "senkou_span_b", "chikou_span"), self._shifted, new, strict=True
        ):
            if len(values) == self.displacement:
                setattr(self, name, values[0])
            values.append(value)

    def _reset(self) -> None:
        for highs, lows in self._windows:
            highs.clear()
            lows.clear()
        for values in self._shifted:
            values.clear()
        self._clear()


class LinearRegression(_Study):
    def __init__(self, period: int = 0) -> None:
        super().__init__([_check("period", period)])
        self.period = period
        self._inputs: deque[float] = deque(maxlen=period)
        self._clear()

    def _clear(self) -> None:
        self.slope = 0.0
        self.intercept = 0.0
        self.degree = 0.0
        self.cfo = 0.0
        self.R2 = 0.0
        self.value = 0.0

    def update_raw(self, close: float) -> None:
        self._inputs.append(close)
        self._done(len(self._inputs) >= self.period)
        if not self.initialized:
            return
        n, ys = self.period, list(self._inputs)
        xs = [float(x) for x in range(1, n + 1)]
        x_sum = 0.5 * n * (n + 1)
        x2_sum = x_sum * (2 * n + 1) / 3
        divisor = n * x2_sum - x_sum * x_sum
        y_sum = _in_order(ys)
        xy_sum = _in_order(x * y for x, y in zip(xs, ys, strict=True))
        self.slope = (n * xy_sum - x_sum * y_sum) / divisor
        self.intercept = (y_sum * x2_sum - x_sum * xy_sum) / divisor
        residuals = [self.slope * x + self.intercept - y for x, y in zip(xs, ys, strict=True)]
        self.value = residuals[-1] + ys[-1]
        self.degree = 180.0 / math.pi * math.atan(self.slope)
        self.cfo = 100.0 * residuals[-1] / ys[-1]
        mean = statistics.mean(ys)
        squares = _in_order(residual * residual for residual in residuals)
        total = _in_order((y - mean) * (y - mean) for y in ys)
        self.R2 = -math.inf if total == 0.0 else 1.0 - squares / total  # pyright: ignore[reportConstantRedefinition]  # the real name

    def _reset(self) -> None:
        self._inputs.clear()
        self._clear()


class Bias(_Study):
    def __init__(self, period: int, ma_type: MovingAverageType = MovingAverageType.SIMPLE) -> None:
        super().__init__([_check("period", period), _name(ma_type)])
        self.period = period
        self._ma = _average(period, ma_type)
        self.value = 0.0

    def update_raw(self, close: float) -> None:
        self._ma.update_raw(close)
        self.value = (close / self._ma.value) - 1.0
        self._done(self._ma.initialized)

    def _reset(self) -> None:
        self._ma.reset()
        self.value = 0.0


class Swings(_Study):
    def __init__(self, period: int) -> None:
        super().__init__([_check("period", period)])
        self.period = period
        self._high_inputs: deque[float] = deque(maxlen=period)
        self._low_inputs: deque[float] = deque(maxlen=period)
        self._clear()

    def _clear(self) -> None:
        self.direction = 0
        self.changed = False
        self.high_datetime: datetime | None = None
        self.low_datetime: datetime | None = None
        self.high_price = 0.0
        self.low_price = 0.0
        self.length = 0.0
        self.duration = 0
        self.since_high = 0
        self.since_low = 0

    def handle_bar(self, bar: Any) -> None:
        self.update_raw(bar.high.as_double(), bar.low.as_double(), _moment(bar))

    def update_raw(self, high: float, low: float, timestamp: datetime) -> None:
        self._high_inputs.append(high)
        self._low_inputs.append(low)
        highest, lowest = max(self._high_inputs), min(self._low_inputs)
        is_high = high >= highest and low >= lowest
        is_low = low <= lowest and high <= highest
        self.changed = False
        self.since_high += 1
        self.since_low += 1
        if is_high and not is_low:
            self.changed = self.direction == -1
            self.high_price, self.high_datetime = high, timestamp
            self.direction, self.since_high = 1, 0
        elif is_low and not is_high:
            self.changed = self.direction == 1
            self.low_price, self.low_datetime = low, timestamp
            self.direction, self.since_low = -1, 0
        if self.initialized:
            self.length = self.high_price - self.low_price
            self.duration = self.since_low if self.direction == 1 else self.since_high
        else:
            self._done(self.high_price != 0.0 and self.low_price != 0.0)

    def _reset(self) -> None:
        self._high_inputs.clear()
        self._low_inputs.clear()
        self._clear()


class KeltnerChannel(_Study):
    _bar = ("high", "low", "close")

    def __init__(
        self,
        period: int,
        k_multiplier: float,
        ma_type: MovingAverageType = MovingAverageType.EXPONENTIAL,
        ma_type_atr: MovingAverageType = MovingAverageType.SIMPLE,
        use_previous: bool = True,
        atr_floor: float = 0.0,
    ) -> None:
        super().__init__([period, k_multiplier, _name(ma_type), _name(ma_type_atr), use_previous, atr_floor])
        self.period = _check("period", period)
        self.k_multiplier = float(k_multiplier)
        self._ma = _average(period, ma_type)
        self._atr = AverageTrueRange(period, ma_type_atr, use_previous, atr_floor)
        self.upper = 0.0
        self.middle = 0.0
        self.lower = 0.0

    def update_raw(self, high: float, low: float, close: float) -> None:
        self._ma.update_raw((high + low + close) / 3.0)
        self._atr.update_raw(high, low, close)
        width = self._atr.value * self.k_multiplier
        self.upper = self._ma.value + width
        self.middle = self._ma.value
        self.lower = self._ma.value - width
        self._done(self._ma.initialized)

    def _reset(self) -> None:
        self._ma.reset()
        self._atr.reset()
        self.upper = 0.0
        self.middle = 0.0
        self.lower = 0.0


class KeltnerPosition(_Study):
    _bar = ("high", "low", "close")

    def __init__(
        self,
        period: int,
        k_multiplier: float,
        ma_type: MovingAverageType = MovingAverageType.EXPONENTIAL,
        ma_type_atr: MovingAverageType = MovingAverageType.SIMPLE,
        use_previous: bool = True,
        atr_floor: float = 0.0,
    ) -> None:
        super().__init__([period, k_multiplier, _name(ma_type), _name(ma_type_atr), use_previous, atr_floor])
        self.period = period
        self.k_multiplier = float(k_multiplier)
        self._kc = KeltnerChannel(period, k_multiplier, ma_type, ma_type_atr, use_previous, atr_floor)
        self.value = 0.0

    def update_raw(self, high: float, low: float, close: float) -> None:
        self._kc.update_raw(high, low, close)
        self._done(self._kc.initialized)
        half = (self._kc.upper - self._kc.lower) / 2
        self.value = (close - self._kc.middle) / half if half > 0 else 0.0

    def _reset(self) -> None:
        self._kc.reset()
        self.value = 0.0


class VerticalHorizontalFilter(_Study):
    def __init__(self, period: int, ma_type: MovingAverageType = MovingAverageType.SIMPLE) -> None:
        super().__init__([_check("period", period)])
        self.period = period
        self._prices: deque[float] = deque(maxlen=period)
        self._ma = _average(period, ma_type)
        self._previous_close = 0.0
        self.value = 0.0

    def update_raw(self, close: float) -> None:
        if not self.has_inputs:
            self._previous_close = close
        self._prices.append(close)
        highest, lowest = max(self._prices), min(self._prices)
        self._ma.update_raw(abs(close - self._previous_close))
        if self.initialized:
            self.value = abs(highest - lowest) / self.period / self._ma.value
        self._previous_close = close
        self._done(self._ma.initialized and len(self._prices) >= self.period)

    def _reset(self) -> None:
        self._prices.clear()
        self._ma.reset()
        self._previous_close = 0.0
        self.value = 0.0


class VolatilityRatio(_Study):
    _bar = ("high", "low", "close")

    def __init__(
        self,
        fast_period: int,
        slow_period: int,
        ma_type: MovingAverageType = MovingAverageType.SIMPLE,
        use_previous: bool = True,
        value_floor: float = 0.0,
    ) -> None:
        if _check("slow_period", slow_period) <= _check("fast_period", fast_period):
            raise ValueError("fast_period was >= slow_period")
        super().__init__([fast_period, slow_period, _name(ma_type), use_previous, value_floor])
        self.fast_period = fast_period
        self.slow_period = slow_period
        self._atr_fast = AverageTrueRange(fast_period, ma_type, use_previous, value_floor)
        self._atr_slow = AverageTrueRange(slow_period, ma_type, use_previous, value_floor)
        self.value = 0.0

    def update_raw(self, high: float, low: float, close: float) -> None:
        self._atr_fast.update_raw(high, low, close)
        self._atr_slow.update_raw(high, low, close)
        if self._atr_fast.value > 0:
            self.value = self._atr_slow.value / self._atr_fast.value
        self._done(self._atr_fast.initialized and self._atr_slow.initialized)

    def _reset(self) -> None:
        self._atr_fast.reset()
        self._atr_slow.reset()
        self.value = 0.0


class OnBalanceVolume(_Study):
    """Of the last `period` bars, or of all."""

    _bar = ("open", "close", "volume")

    def __init__(self, period: int = 0) -> None:
        super().__init__([period])
        if period < 0:
            raise ValueError(f"'period' not greater than or equal to zero (>= 0), was {period}")
        self.period = period
        self._obv: deque[float] = deque(maxlen=period or None)
        self.value = 0.0

    def update_raw(self, open: float, close: float, volume: float) -> None:
        self._obv.append(volume if close > open else -volume if close < open else 0)
        self.value = float(sum(self._obv))
        self._done(len(self._obv) >= max(self.period, 1))

    def _reset(self) -> None:
        self._obv.clear()
        self.value = 0.0


class VolumeWeightedAveragePrice(_Study):
    """Since the beginning of the UTC day."""

    def __init__(self) -> None:
        super().__init__([])
        self._clear()

    def _clear(self) -> None:
        self._day = 0
        self._price_volume = 0.0
        self._volume_total = 0.0
        self.value = 0.0

    def handle_bar(self, bar: Any) -> None:
        price = (bar.close.as_double() + bar.high.as_double() + bar.low.as_double()) / 3.0
        moment = datetime.fromtimestamp(bar.ts_init // _NANOS, tz=timezone.utc)
        self.update_raw(price, bar.volume.as_double(), moment)

    def update_raw(self, price: float, volume: float, timestamp: datetime) -> None:
        if timestamp.day != self._day:
            self.reset()
            self._day = timestamp.day
            self.value = price
        self._done(ready=True)
        if volume == 0:
            return
        self._price_volume += price * volume
        self._volume_total += volume
        self.value = self._price_volume / self._volume_total

    def _reset(self) -> None:
        self._clear()


class KlingerVolumeOscillator(_Study):
    _bar = ("high", "low", "close", "volume")

    def __init__(
        self,
        fast_period: int,
        slow_period: int,
        signal_period: int,
        ma_type: MovingAverageType = MovingAverageType.EXPONENTIAL,
    ) -> None:
        if _check("slow_period", slow_period) <= _check("fast_period", fast_period):
            raise ValueError("fast_period was >= slow_period")
        super().__init__([fast_period, slow_period, signal_period, _name(ma_type)])
        self.fast_period = fast_period
        self.slow_period = slow_period
        self.signal_period = _check("signal_period", signal_period)
        self._fast_ma, self._slow_ma, self._signal_ma = (
            _average(period, ma_type) for period in (fast_period, slow_period, signal_period)
        )
        self._previous_hlc3 = 0.0
        self.value = 0.0

    def update_raw(self, high: float, low: float, close: float, volume: float) -> None:
        typical = (high + low + close) / 3.0
        signed = volume if typical > self._previous_hlc3 else -volume if typical < self._previous_hlc3 else 0.0
        self._fast_ma.update_raw(signed)
        self._slow_ma.update_raw(signed)
        if self._slow_ma.initialized:
            self._signal_ma.update_raw(self._fast_ma.value - self._slow_ma.value)
            self.value = self._signal_ma.value
        self._done(self._signal_ma.initialized)
        self._previous_hlc3 = typical

    def _reset(self) -> None:
        for average in (self._fast_ma, self._slow_ma, self._signal_ma):
            average.reset()
        self._previous_hlc3 = 0.0
        self.value = 0.0


class Pressure(_Study):
    _bar = ("high", "low", "close", "volume")

    def __init__(
        self,
        period: int,
        ma_type: MovingAverageType = MovingAverageType.EXPONENTIAL,
        atr_floor: float = 0.0,
    ) -> None:
        super().__init__([_check("period", period), _name(ma_type), atr_floor])
        self.period = period
        self._atr = AverageTrueRange(period, ma_type, True, atr_floor)
        self._average_volume = _average(period, ma_type)
        self.value = 0.0
        self.value_cumulative = 0.0

    def update_raw(self, high: float, low: float, close: float, volume: float) -> None:
        self._atr.update_raw(high, low, close)
        self._average_volume.update_raw(volume)
        self._done(self._atr.initialized)
        if self._average_volume.value == 0 or self._atr.value == 0:
            self.value = 0.0
            return
        relative = volume / self._average_volume.value
        buy = ((close - low) / self._atr.value) * relative
        sell = ((high - close) / self._atr.value) * relative
        self.value = buy - sell
        self.value_cumulative += self.value

    def _reset(self) -> None:
        self._atr.reset()
        self._average_volume.reset()
        self.value = 0.0
        self.value_cumulative = 0.0
