"""Configuration of tearsheets: kept as it is given, since nothing draws them; see `tearsheet`."""

from typing import Any

from nautilus_trader import _refuse

_CONFIG = "dict fully_qualified_name id json json_primitives json_schema parse validate"
_TEARSHEET = "benchmark_name chart_names charts height include_benchmark layout show_logo theme title"


class _Kept:
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__.update(kwargs)
        self.args = args


@_refuse.members("cols heights horizontal_spacing rows vertical_spacing")
class GridLayout(_Kept): ...


@_refuse.members("kwargs name title")
class TearsheetChart(_Kept): ...


@_refuse.members(f"{_CONFIG} {_TEARSHEET}")
class TearsheetConfig(_Kept): ...


@_refuse.members("bar_type")
class TearsheetBarsWithFillsChart(TearsheetChart): ...


@_refuse.members("chart")
class TearsheetCustomChart(TearsheetChart): ...


class TearsheetDistributionChart(TearsheetChart): ...


class TearsheetDrawdownChart(TearsheetChart): ...


class TearsheetEquityChart(TearsheetChart): ...


@_refuse.members("compounding")
class TearsheetMonthlyReturnsChart(TearsheetChart): ...


class TearsheetRollingSharpeChart(TearsheetChart): ...


class TearsheetRunInfoChart(TearsheetChart): ...


class TearsheetStatsTableChart(TearsheetChart): ...


@_refuse.members("compounding")
class TearsheetYearlyReturnsChart(TearsheetChart): ...


__getattr__ = _refuse.unknown(__name__)
