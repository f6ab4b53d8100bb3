"""The portfolio as strategies see it."""

from lintkit._engine import Portfolio
from nautilus_trader import _refuse

PortfolioFacade = Portfolio

__getattr__ = _refuse.unknown(__name__)
