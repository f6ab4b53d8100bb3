"""Configuration of strategies."""

from typing import Any

from lintkit._engine import InstrumentId, StrategyId
from nautilus_trader import _refuse
from nautilus_trader._profile import LATER
from nautilus_trader.common.config import (
    NautilusConfig,
    PositiveInt,
    _created,
)
from nautilus_trader.model.enums import TimeInForce


class StrategyConfig(NautilusConfig, kw_only=True, frozen=True):
    strategy_id: StrategyId | None = None
    order_id_tag: str | None = None
    use_uuid_client_order_ids: bool = False
    use_hyphens_in_client_order_ids: bool = True
    oms_type: str | None = None
    external_order_claims: list[InstrumentId] | None = None
    manage_contingent_orders: bool = False
    manage_gtd_expiry: bool = False
    if LATER:
        manage_stop: bool = False
        market_exit_interval_ms: PositiveInt = 100
        market_exit_max_attempts: PositiveInt = 100
        market_exit_time_in_force: TimeInForce = TimeInForce.GTC
        market_exit_reduce_only: bool = True
    log_events: bool = True
    log_commands: bool = True
    log_rejected_due_post_only_as_warning: bool = True


class ImportableStrategyConfig(NautilusConfig, kw_only=True, frozen=True):
    strategy_path: str
    config_path: str
    config: dict[str, Any]


class ImportableControllerConfig(NautilusConfig, kw_only=True, frozen=True):
    controller_path: str
    config_path: str
    config: dict[str, Any]


class StrategyFactory:
    """Makes strategies from importable configs."""

    @staticmethod
    def create(config: ImportableStrategyConfig) -> Any:
        return _created(config, ImportableStrategyConfig, "strategy_path")


__getattr__ = _refuse.unknown(__name__)
