"""What the portfolio lacks, its analyzer first: the engine's `Portfolio` asks here for every attribute it has not."""

from typing import Any

from nautilus_trader import _refuse
from nautilus_trader.analysis._figures import defaults
from nautilus_trader.analysis.analyzer import PortfolioAnalyzer


class Rest:
    """`portfolio` is the engine's."""

    def __init__(self, portfolio: Any) -> None:
        self.analyzer = PortfolioAnalyzer()
        for statistic in defaults():
            self.analyzer.register_statistic(statistic)
        self.analyzer.follow(portfolio.closed_trades)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"'Portfolio' object has no attribute '{name}'")
        raise AttributeError(_refuse.message(f"Portfolio.{name}"))
