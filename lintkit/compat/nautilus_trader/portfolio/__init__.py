"""The portfolio."""

from lintkit._engine import Portfolio
from nautilus_trader import _refuse

__getattr__ = _refuse.exported(
    __name__, {"Portfolio": "nautilus_trader.portfolio.portfolio", "PortfolioFacade": "nautilus_trader.portfolio.base"}
)
