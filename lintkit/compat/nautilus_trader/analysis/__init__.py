"""Statistics and reports of runs. Each loads when it is asked for: a portfolio needs few of them."""

from importlib import import_module
from typing import Any, Final

from nautilus_trader import _refuse
from nautilus_trader._profile import LATER

_CHARTS: Final = (
    *("BarsWithFills", "Distribution", "Drawdown", "Equity", "MonthlyReturns", "RollingSharpe", "RunInfo"),
    *("StatsTable", "YearlyReturns"),
)
_HOMES: Final = {
    **dict.fromkeys(
        (
            *("AvgLoser", "AvgWinner", "Expectancy", "LongRatio", "MaxLoser", "MaxWinner", "MinLoser", "MinWinner"),
            *("ProfitFactor", "ReturnsAverage", "ReturnsAverageLoss", "ReturnsAverageWin", "ReturnsVolatility"),
            *("RiskReturnRatio", "SharpeRatio", "SortinoRatio", "WinRate"),
            *(("CAGR", "CalmarRatio", "MaxDrawdown") if LATER else ()),
        ),
        "_figures",
    ),
    **(
        {
            name: "tearsheet" if name.startswith("create") else "config"
            for name in (
                *("GridLayout", "TearsheetChart", "TearsheetConfig", "TearsheetCustomChart", "create_tearsheet"),
                *(f"Tearsheet{kind}Chart" for kind in _CHARTS),
                *("create_drawdown_chart", "create_equity_curve", "create_monthly_returns_heatmap"),
                *("create_returns_distribution", "create_rolling_sharpe", "create_tearsheet_from_stats"),
                "create_yearly_returns",
            )
        }
        if LATER
        else {}
    ),
    "PortfolioAnalyzer": "analyzer",
    "PortfolioStatistic": "statistic",
    "ReportProvider": "reporter",
}
_unknown = _refuse.unknown(__name__)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return _unknown(name)


def __dir__() -> list[str]:
    return sorted(_HOMES)
