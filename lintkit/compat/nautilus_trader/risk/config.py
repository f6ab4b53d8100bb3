"""Configuration of the risk engine."""

from nautilus_trader import _refuse
from nautilus_trader.common.config import NautilusConfig


class RiskEngineConfig(NautilusConfig, kw_only=True, frozen=True):
    bypass: bool = False
    max_order_submit_rate: str = "100/00:00:01"
    max_order_modify_rate: str = "100/00:00:01"
    max_notional_per_order: dict[str, int] = {}
    debug: bool = False


__getattr__ = _refuse.unknown(__name__)
