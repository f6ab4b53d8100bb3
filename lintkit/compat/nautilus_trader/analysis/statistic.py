"""The base of statistics that users write."""

import re
from typing import TYPE_CHECKING, Any

from nautilus_trader import _refuse
from nautilus_trader._profile import LATER

if TYPE_CHECKING:
    import pandas as pd

_WORDS = re.compile(".+?(?:(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|$)")


def _compounded(returns: Any) -> Any:
    return (1.0 + returns).prod() - 1.0


class PortfolioStatistic:
    """One figure of a run. What a subclass does not calculate is `None`, and left out of the results."""

    @classmethod
    def fully_qualified_name(cls) -> str:
        return f"{cls.__module__}:{cls.__qualname__}"

    @property
    def name(self) -> str:
        """The class's name as words."""
        return " ".join(_WORDS.findall(type(self).__name__)).strip()

    def calculate_from_returns(self, returns: "pd.Series") -> Any: ...
    def calculate_from_realized_pnls(self, realized_pnls: "pd.Series | None") -> Any: ...
    def calculate_from_orders(self, orders: list[Any]) -> Any: ...
    def calculate_from_positions(self, positions: list[Any]) -> Any: ...

    def _check_valid_returns(self, returns: "pd.Series | None") -> bool:
        return not (returns is None or returns.empty or returns.isna().all())

    def _downsample_to_daily_bins(self, returns: "pd.Series") -> "pd.Series":
        daily = returns.dropna().resample("1D")
        return daily.agg(_compounded) if LATER else daily.sum()


__getattr__ = _refuse.unknown(__name__)
