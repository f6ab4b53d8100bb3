"""Configuration of live trading: constructible, since configs are shared, but nothing here can run it."""

from typing import Any

from lintkit._engine import ClientOrderId, InstrumentId, TraderId
from nautilus_trader import _refuse
from nautilus_trader._profile import LATER
from nautilus_trader.common import Environment
from nautilus_trader.common.config import (
    ActorConfig,
    InstrumentProviderConfig,
    NautilusConfig,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
)
from nautilus_trader.data.config import DataEngineConfig
from nautilus_trader.execution.config import ExecEngineConfig
from nautilus_trader.risk.config import RiskEngineConfig
from nautilus_trader.system.config import NautilusKernelConfig


class RoutingConfig(NautilusConfig, kw_only=True, frozen=True):
    default: bool = False
    venues: frozenset[str] | None = None


class ControllerConfig(ActorConfig, kw_only=True, frozen=True):
    pass


class LiveDataEngineConfig(DataEngineConfig, kw_only=True, frozen=True):
    qsize: PositiveInt = 100_000
    graceful_shutdown_on_exception: bool = False


class LiveRiskEngineConfig(RiskEngineConfig, kw_only=True, frozen=True):
    qsize: PositiveInt = 100_000
    graceful_shutdown_on_exception: bool = False


class LiveExecEngineConfig(ExecEngineConfig, kw_only=True, frozen=True):
    reconciliation: bool = True
    reconciliation_lookback_mins: NonNegativeInt | None = None
    reconciliation_instrument_ids: list[InstrumentId] | None = None
    filter_unclaimed_external_orders: bool = False
    filter_position_reports: bool = False
    filtered_client_order_ids: list[ClientOrderId] | None = None
    generate_missing_orders: bool = True
    inflight_check_interval_ms: NonNegativeInt = 2000
    inflight_check_threshold_ms: NonNegativeInt = 5000
    inflight_check_retries: NonNegativeInt = 5
    own_books_audit_interval_secs: PositiveFloat | None = None
    open_check_interval_secs: PositiveFloat | None = None
    open_check_open_only: bool = True
    open_check_lookback_mins: PositiveInt = 60
    open_check_threshold_ms: NonNegativeInt = 5000
    open_check_missing_retries: NonNegativeInt = 5
    max_single_order_queries_per_cycle: PositiveInt = 10
    single_order_query_delay_ms: NonNegativeInt = 100
    if LATER:
        position_check_interval_secs: PositiveFloat | None = None
        position_check_lookback_mins: PositiveInt = 60
        position_check_threshold_ms: NonNegativeInt = 5000
        position_check_retries: NonNegativeInt = 3
    reconciliation_startup_delay_secs: PositiveFloat = 10.0
    if not LATER:
        purge_closed_orders_interval_mins: PositiveInt | None = None
        purge_closed_orders_buffer_mins: NonNegativeInt | None = None
        purge_closed_positions_interval_mins: PositiveInt | None = None
        purge_closed_positions_buffer_mins: NonNegativeInt | None = None
        purge_account_events_interval_mins: PositiveInt | None = None
        purge_account_events_lookback_mins: NonNegativeInt | None = None
        purge_from_database: bool = False
    qsize: PositiveInt = 100_000
    graceful_shutdown_on_exception: bool = False


class LiveDataClientConfig(NautilusConfig, kw_only=True, frozen=True):
    handle_revised_bars: bool = False
    instrument_provider: InstrumentProviderConfig = InstrumentProviderConfig()
    routing: RoutingConfig = RoutingConfig()


class LiveExecClientConfig(NautilusConfig, kw_only=True, frozen=True):
    instrument_provider: InstrumentProviderConfig = InstrumentProviderConfig()
    routing: RoutingConfig = RoutingConfig()


class TradingNodeConfig(NautilusKernelConfig, kw_only=True, frozen=True):
    environment: Environment = Environment.LIVE
    trader_id: TraderId = TraderId("TRADER-001")
    data_engine: LiveDataEngineConfig = LiveDataEngineConfig()
    risk_engine: LiveRiskEngineConfig = LiveRiskEngineConfig()
    exec_engine: LiveExecEngineConfig = LiveExecEngineConfig()
    data_clients: dict[str, Any] = {}
    exec_clients: dict[str, Any] = {}


__getattr__ = _refuse.unknown(__name__)
