"""The statistics that every portfolio has.

Facts from running both releases: which values count, what an empty series gives, how returns of a day become one. Sums
run in the order of time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isnan, nan, sqrt
from typing import Any, Final

from nautilus_trader._profile import LATER

_DAY: Final = 86_400_000_000_000
_EPSILON: Final = 2.220446049250313e-16
_NONE: Final = nan if LATER else 0.0
"""What a statistic of results is when nothing counts towards it."""

Returns = Mapping[int, float]
"""By time in nanoseconds."""


class Figure:
    """A statistic by name; each kind calculates from one of three things."""

    name: str

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name})"

    def calculate_from_returns(self, returns: Returns) -> float | None:
        del returns

    def calculate_from_realized_pnls(self, realized_pnls: Sequence[float]) -> float | None:
        del realized_pnls

    def calculate_from_positions(self, positions: list[Any]) -> float | None:
        del positions


def _sum(values: Iterable[float]) -> float:
    """One after the other: `sum` compensates from Python 3.12 on, so that its result would depend on the version."""
    total = 0.0
    for value in values:
        total += value
    return total


def _average(values: Sequence[float]) -> float:
    return _sum(values) / len(values)


def _winners(pnls: Iterable[float]) -> list[float]:
    return [pnl for pnl in pnls if pnl > 0.0]


def _losers(pnls: Iterable[float]) -> list[float]:
    """Trades that came out even are losers in 1.221."""
    return [pnl for pnl in pnls if pnl < 0.0 or (pnl == 0.0 and not LATER)]


class _OfPnls(Figure):
    def __init__(self, name: str, calculate: Callable[[Sequence[float]], float]) -> None:
        self.name = name
        self._calculate = calculate

    def calculate_from_realized_pnls(self, realized_pnls: Sequence[float]) -> float:
        return self._calculate(list(realized_pnls))


def _max_winner(pnls: Sequence[float]) -> float:
    if LATER:
        return max(_winners(pnls), default=nan)
    known = [pnl for pnl in pnls if not isnan(pnl)]
    return max(known) if known else nan if pnls else 0.0


def _mean(values: list[float], empty: float = _NONE) -> float:
    return _average(values) if values else empty


def _win_rate(pnls: Sequence[float]) -> float:
    return len(_winners(pnls)) / len(pnls) if pnls else _NONE


def _expectancy(pnls: Sequence[float]) -> float:
    if not pnls:
        return _NONE
    winners, losers = _winners(pnls), _losers(pnls)
    count = len(winners) + len(losers) if LATER else len(pnls)
    if not count:
        return 0.0
    rate = len(winners) / count
    return _mean(winners, 0.0) * rate + _mean(losers, 0.0) * (1.0 - rate)


def _named(name: str, calculate: Callable[[Sequence[float]], float]) -> type[Figure]:
    def __init__(self: Any) -> None:  # noqa: N807
        _OfPnls.__init__(self, name, calculate)

    class_name = name.replace(" ", "")
    return type(class_name, (_OfPnls,), {"__init__": __init__, "__module__": "nautilus_trader.analysis"})


MaxWinner = _named("Max Winner", _max_winner)
AvgWinner = _named("Avg Winner", lambda pnls: _mean(_winners(pnls)))
MinWinner = _named("Min Winner", lambda pnls: min(_winners(pnls), default=_NONE))
MinLoser = _named("Min Loser", lambda pnls: max(_losers(pnls), default=_NONE))
AvgLoser = _named("Avg Loser", lambda pnls: _mean(_losers(pnls)))
MaxLoser = _named("Max Loser", lambda pnls: min(_losers(pnls), default=_NONE))
Expectancy = _named("Expectancy", _expectancy)
WinRate = _named("Win Rate", _win_rate)


def _ordered(returns: Returns) -> list[float]:
    return [returns[time] for time in sorted(returns)]


def _daily(returns: Returns) -> list[float]:
    """The return of each UTC day that has one: compounded; in 1.221 added up."""
    days: dict[int, float] = {}
    for time in sorted(returns):
        day, value = time // _DAY, returns[time]
        if day not in days:
            days[day] = value
        else:
            days[day] = (1.0 + days[day]) * (1.0 + value) - 1.0 if LATER else days[day] + value
    return list(days.values())


def _deviation(values: list[float]) -> float:
    if len(values) < 2 or any(isnan(value) for value in values):  # noqa: PLR2004
        return nan
    mean = _average(values)
    return sqrt(_sum((value - mean) ** 2 for value in values) / (len(values) - 1))


def _ratio(values: list[float], deviation: float) -> float:
    return nan if isnan(deviation) or deviation < _EPSILON else _average(values) / deviation


class _OfReturns(Figure):
    """`label` is the name without the period."""

    label: str

    def __init__(self) -> None:
        self.name = self.label


class _Yearly(_OfReturns):
    def __init__(self, period: int | None = None) -> None:
        """`period`: days of a year."""
        self.period = 252 if period is None else period
        self.name = f"{self.label} ({self.period} days)"


class ReturnsVolatility(_Yearly):
    label = "Returns Volatility"

    def calculate_from_returns(self, returns: Returns) -> float:
        return _deviation(_daily(returns)) * sqrt(self.period)


class SharpeRatio(_Yearly):
    label = "Sharpe Ratio"

    def calculate_from_returns(self, returns: Returns) -> float:
        daily = _daily(returns)
        return _ratio(daily, _deviation(daily)) * sqrt(self.period)


class SortinoRatio(_Yearly):
    label = "Sortino Ratio"

    def calculate_from_returns(self, returns: Returns) -> float:
        daily = _daily(returns)
        if not daily or any(isnan(value) for value in daily):
            return nan
        downside = sqrt(_sum(value * value for value in daily if value < 0.0) / len(daily))
        return _ratio(daily, downside) * sqrt(self.period)


class ReturnsAverage(_OfReturns):
    label = "Average (Return)"

    def calculate_from_returns(self, returns: Returns) -> float:
        return _mean([value for value in _ordered(returns) if LATER or value != 0.0], nan)


class ReturnsAverageLoss(_OfReturns):
    label = "Average Loss (Return)"

    def calculate_from_returns(self, returns: Returns) -> float:
        return _mean([value for value in _ordered(returns) if value < 0.0], nan)


class ReturnsAverageWin(_OfReturns):
    label = "Average Win (Return)"

    def calculate_from_returns(self, returns: Returns) -> float:
        return _mean(_winners(_ordered(returns)), nan)


class ProfitFactor(_OfReturns):
    label = "Profit Factor"

    def calculate_from_returns(self, returns: Returns) -> float:
        values = _ordered(returns)
        lost = _sum(value for value in values if value < 0.0 or (isnan(value) and not LATER))
        won = _sum(value for value in values if value >= 0.0)
        return nan if not values or not abs(lost) >= _EPSILON else abs(won / lost)


class RiskReturnRatio(_OfReturns):
    label = "Risk Return Ratio"

    def calculate_from_returns(self, returns: Returns) -> float:
        values = _daily(returns) if LATER else _ordered(returns)
        return _ratio(values, _deviation(values))


class MaxDrawdown(_OfReturns):
    label = "Max Drawdown"

    def calculate_from_returns(self, returns: Returns) -> float:
        """The deepest fall from a peak as a fraction, negative; from the start on if it never rises."""
        if not returns:
            return 0.0
        value = peak = 1.0
        deepest = 0.0
        for each in _ordered(returns):
            value *= 1.0 + each
            peak = max(peak, value)
            deepest = max(deepest, (peak - value) / peak)
        return -deepest


class CAGR(_Yearly):
    label = "CAGR"

    def calculate_from_returns(self, returns: Returns) -> float:
        daily = _daily(returns)
        if not daily:
            return 0.0
        value = 1.0
        for each in daily:
            value *= 1.0 + each
        return nan if isnan(value) or value < 0.0 else value ** (self.period / len(daily)) - 1.0


class CalmarRatio(_Yearly):
    label = "Calmar Ratio"

    def calculate_from_returns(self, returns: Returns) -> float:
        drawdown = abs(MaxDrawdown().calculate_from_returns(returns))
        return nan if drawdown < _EPSILON else CAGR(self.period).calculate_from_returns(returns) / drawdown


class LongRatio(Figure):
    """The share of positions that were opened by a purchase, in percent points."""

    def __init__(self, precision: int | None = None) -> None:
        self.name = "Long Ratio"
        self.precision = 2 if precision is None else precision

    def calculate_from_positions(self, positions: list[Any]) -> float | None:
        if not positions:
            return None
        return round(sum(position.entry.name == "BUY" for position in positions) / len(positions), self.precision)


def defaults() -> list[Figure]:
    """What a portfolio's analyzer starts with, in the order of its reports."""
    return [
        *(kind() for kind in (MaxWinner, AvgWinner, MinWinner, MinLoser, AvgLoser, MaxLoser, Expectancy, WinRate)),
        *(kind() for kind in (ReturnsVolatility, ReturnsAverage, ReturnsAverageLoss, ReturnsAverageWin)),
        *(kind() for kind in (SharpeRatio, SortinoRatio, ProfitFactor, RiskReturnRatio, LongRatio)),
    ]
