"""Configuration of execution."""

from typing import Any

from lintkit._engine import ClientId, ExecAlgorithmId
from nautilus_trader import _refuse
from nautilus_trader._profile import LATER
from nautilus_trader.common.config import (
    NautilusConfig,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    _created,
)


class ExecEngineConfig(NautilusConfig, kw_only=True, frozen=True):
    load_cache: bool = True
    manage_own_order_books: bool = False
    if not LATER:
        convert_quote_qty_to_base: bool = True
    snapshot_orders: bool = False
    snapshot_positions: bool = False
    snapshot_positions_interval_secs: PositiveFloat | None = None
    external_clients: list[ClientId] | None = None
    if LATER:
        allow_overfills: bool = False
        purge_closed_orders_interval_mins: PositiveInt | None = None
        purge_closed_orders_buffer_mins: NonNegativeInt | None = None
        purge_closed_positions_interval_mins: PositiveInt | None = None
        purge_closed_positions_buffer_mins: NonNegativeInt | None = None
        purge_account_events_interval_mins: PositiveInt | None = None
        purge_account_events_lookback_mins: NonNegativeInt | None = None
        purge_from_database: bool = False
    debug: bool = False


class ExecAlgorithmConfig(NautilusConfig, kw_only=True, frozen=True):
    exec_algorithm_id: ExecAlgorithmId | None = None
    log_events: bool = True
    log_commands: bool = True


class ImportableExecAlgorithmConfig(NautilusConfig, kw_only=True, frozen=True):
    exec_algorithm_path: str
    config_path: str
    config: dict[str, Any]


class ExecAlgorithmFactory:
    """Makes execution algorithms from importable configs."""

    @staticmethod
    def create(config: ImportableExecAlgorithmConfig) -> Any:
        return _created(config, ImportableExecAlgorithmConfig, "exec_algorithm_path")


__getattr__ = _refuse.unknown(__name__)
