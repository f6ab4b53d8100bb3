"""Configuration of the portfolio."""

from nautilus_trader import _refuse
from nautilus_trader._profile import LATER
from nautilus_trader.common.config import NautilusConfig, PositiveInt


class PortfolioConfig(NautilusConfig, kw_only=True, frozen=True):
    use_mark_prices: bool = False
    use_mark_xrates: bool = False
    bar_updates: bool = True
    convert_to_account_base_currency: bool = True
    min_account_state_logging_interval_ms: PositiveInt | None = None
    if LATER:
        snapshot_interval_ms: PositiveInt | None = None
    debug: bool = False


__getattr__ = _refuse.unknown(__name__)
