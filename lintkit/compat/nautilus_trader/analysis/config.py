"""Configuration of tearsheets: kept as it is given, since nothing draws them; see `tearsheet`."""

from typing import Any

from nautilus_trader import _refuse


class _Kept:
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__.update(kwargs)
        self.args = args


class GridLayout(_Kept): ...


class TearsheetChart(_Kept): ...


class TearsheetConfig(_Kept): ...


class TearsheetBarsWithFillsChart(TearsheetChart): ...


class TearsheetCustomChart(TearsheetChart): ...


class TearsheetDistributionChart(TearsheetChart): ...


class TearsheetDrawdownChart(TearsheetChart): ...


class TearsheetEquityChart(TearsheetChart): ...


class TearsheetMonthlyReturnsChart(TearsheetChart): ...


class TearsheetRollingSharpeChart(TearsheetChart): ...


class TearsheetRunInfoChart(TearsheetChart): ...


class TearsheetStatsTableChart(TearsheetChart): ...


class TearsheetYearlyReturnsChart(TearsheetChart): ...


__getattr__ = _refuse.unknown(__name__)
