"""Tearsheets, which the bundled engine does not draw: the run is over when they are made, so scripts go on without."""

import warnings
from typing import Any

from nautilus_trader import _refuse


def _drawing(name: str) -> Any:
    def draw(*args: Any, **kwargs: Any) -> None:
        del args, kwargs
        warnings.warn(f"lintkit's bundled engine draws nothing: {name} did nothing ({_refuse.where()})", stacklevel=2)

    draw.__name__ = draw.__qualname__ = name
    return draw


create_bars_with_fills = _drawing("create_bars_with_fills")
create_drawdown_chart = _drawing("create_drawdown_chart")
create_equity_curve = _drawing("create_equity_curve")
create_monthly_returns_heatmap = _drawing("create_monthly_returns_heatmap")
create_returns_distribution = _drawing("create_returns_distribution")
create_rolling_sharpe = _drawing("create_rolling_sharpe")
create_tearsheet = _drawing("create_tearsheet")
create_tearsheet_from_stats = _drawing("create_tearsheet_from_stats")
create_yearly_returns = _drawing("create_yearly_returns")

__getattr__ = _refuse.unknown(__name__)
