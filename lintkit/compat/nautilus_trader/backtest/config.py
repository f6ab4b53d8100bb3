"""Configuration of backtests."""

from typing import Any

import msgspec

from lintkit._engine import Bar, InstrumentId, TraderId
from nautilus_trader import _refuse
from nautilus_trader._profile import LATER
from nautilus_trader.cache.config import CacheConfig
from nautilus_trader.common import Environment
from nautilus_trader.common.config import (
    ActorConfig,
    ImportableActorConfig,
    NautilusConfig,
    NonNegativeInt,
    _created,
    resolve_path,
)
from nautilus_trader.core.datetime import dt_to_unix_nanos
from nautilus_trader.data.config import DataEngineConfig
from nautilus_trader.execution.config import ExecEngineConfig
from nautilus_trader.model.enums import AccountType, BookType, OmsType, OtoTriggerMode
from nautilus_trader.risk.config import RiskEngineConfig
from nautilus_trader.system.config import NautilusKernelConfig


class FillModelConfig(NautilusConfig, kw_only=True, frozen=True):
    prob_fill_on_limit: float = 1.0
    if not LATER:
        prob_fill_on_stop: float = 1.0
    prob_slippage: float = 0.0
    random_seed: int | None = None


class ImportableFillModelConfig(NautilusConfig, kw_only=True, frozen=True):
    fill_model_path: str
    config_path: str
    config: dict[str, Any]


class LatencyModelConfig(NautilusConfig, kw_only=True, frozen=True):
    base_latency_nanos: NonNegativeInt = 1000000000
    insert_latency_nanos: NonNegativeInt = 0
    update_latency_nanos: NonNegativeInt = 0
    cancel_latency_nanos: NonNegativeInt = 0


class ImportableLatencyModelConfig(NautilusConfig, kw_only=True, frozen=True):
    latency_model_path: str
    config_path: str
    config: dict[str, Any]


class FeeModelConfig(NautilusConfig, kw_only=True, frozen=True):
    """The base of fee models' configs."""


class FixedFeeModelConfig(FeeModelConfig, kw_only=True, frozen=True):
    commission: str
    charge_commission_once: bool = True


class MakerTakerFeeModelConfig(FeeModelConfig, kw_only=True, frozen=True):
    pass


class PerContractFeeModelConfig(FeeModelConfig, kw_only=True, frozen=True):
    commission: str


class ImportableFeeModelConfig(NautilusConfig, kw_only=True, frozen=True):
    fee_model_path: str
    config_path: str
    config: dict[str, Any]


class MarginModelConfig(NautilusConfig, kw_only=True, frozen=True):
    model_type: str = "leveraged"
    config: dict[str, Any] = {}


class SimulationModuleConfig(ActorConfig, kw_only=True, frozen=True):
    pass


class FXRolloverInterestConfig(SimulationModuleConfig, kw_only=True, frozen=True):
    rate_data: Any  # a pandas.DataFrame


class BacktestVenueConfig(NautilusConfig, kw_only=True, frozen=True):
    name: str
    oms_type: OmsType | str
    account_type: AccountType | str
    starting_balances: list[str]
    base_currency: str | None = None
    default_leverage: float = 1.0
    leverages: dict[str, float] | None = None
    margin_model: MarginModelConfig | None = None
    modules: list[ImportableActorConfig] | None = None
    fill_model: ImportableFillModelConfig | None = None
    latency_model: ImportableLatencyModelConfig | None = None
    fee_model: ImportableFeeModelConfig | None = None
    book_type: BookType | str = "L1_MBP"
    routing: bool = False
    reject_stop_orders: bool = True
    support_gtd_orders: bool = True
    support_contingent_orders: bool = True
    if LATER:
        oto_trigger_mode: OtoTriggerMode | str = "PARTIAL"
    use_position_ids: bool = True
    use_random_ids: bool = False
    use_reduce_only: bool = True
    if LATER:
        use_market_order_acks: bool = False
    bar_execution: bool = True
    bar_adaptive_high_low_ordering: bool = False
    trade_execution: bool = LATER
    if LATER:
        liquidity_consumption: bool = False
        queue_position: bool = False
    allow_cash_borrowing: bool = False
    frozen_account: bool = False
    if LATER:
        price_protection_points: NonNegativeInt = 0
        settlement_prices: dict[InstrumentId, float] | None = None
        liquidation_enabled: bool = False
        liquidation_trigger_ratio: float = 1.0
        liquidation_cancel_open_orders: bool = True


_FOREVER = 2**63 - 1


def _filter(text: str | None) -> None:
    if text:  # an expression in text
        _refuse.refuse("BacktestDataConfig.filter_expr")


class BacktestDataConfig(NautilusConfig, kw_only=True, frozen=True):
    catalog_path: str
    data_cls: Any  # a class, or the path of one
    catalog_fs_protocol: str | None = None
    catalog_fs_storage_options: dict[str, Any] | None = None
    catalog_fs_rust_storage_options: dict[str, Any] | None = None
    instrument_id: InstrumentId | None = None
    start_time: str | int | None = None
    end_time: str | int | None = None
    filter_expr: str | None = None
    client_id: str | None = None
    metadata: Any = None
    bar_spec: str | None = None
    instrument_ids: list[str] | None = None
    bar_types: list[str] | None = None
    if LATER:
        optimize_file_loading: bool = False

    @property
    def data_type(self) -> Any:
        return resolve_path(self.data_cls) if isinstance(self.data_cls, str) else self.data_cls  # pyright: ignore[reportUnnecessaryIsInstance]  # users give classes, too

    @property
    def query(self) -> "dict[str, Any]":
        """What a catalog is asked for."""
        identifiers: list[Any] = []
        if self.data_cls is Bar:  # the class itself: for its path in text, the bar types are not looked at
            identifiers = self.bar_identifiers()
        if not identifiers:
            identifiers = [self.instrument_id] if self.instrument_id else list(self.instrument_ids or [])
        return {
            "data_cls": self.data_type,
            "identifiers": identifiers,
            "start": self.start_time,
            "end": self.end_time,
            "filter_expr": _filter(self.filter_expr),
            "metadata": self.metadata,
        }

    def bar_identifiers(self) -> list[str]:
        if self.bar_types:
            return [str(bar_type) for bar_type in self.bar_types]
        ids = [self.instrument_id] if self.instrument_id else self.instrument_ids or []
        return [f"{instrument_id}-{self.bar_spec}-EXTERNAL" for instrument_id in ids] if self.bar_spec else []

    @property
    def start_time_nanos(self) -> int:
        return 0 if self.start_time is None else dt_to_unix_nanos(self.start_time)

    @property
    def end_time_nanos(self) -> int:
        return _FOREVER if self.end_time is None else dt_to_unix_nanos(self.end_time)


class BacktestEngineConfig(NautilusKernelConfig, kw_only=True, frozen=True):
    environment: Environment = Environment.BACKTEST
    trader_id: TraderId = TraderId("BACKTESTER-001")
    cache: CacheConfig | None = CacheConfig(drop_instruments_on_reset=False)
    data_engine: DataEngineConfig | None = DataEngineConfig()
    risk_engine: RiskEngineConfig | None = RiskEngineConfig()
    exec_engine: ExecEngineConfig | None = ExecEngineConfig()
    run_analysis: bool = True

    def __post_init__(self) -> None:
        if isinstance(self.trader_id, str):
            msgspec.structs.force_setattr(self, "trader_id", TraderId(self.trader_id))


class BacktestRunConfig(NautilusConfig, kw_only=True, frozen=True):
    venues: list[BacktestVenueConfig]
    data: list[BacktestDataConfig]
    engine: BacktestEngineConfig | None = None
    chunk_size: int | None = None
    raise_exception: bool = False
    dispose_on_completion: bool = True
    start: str | int | None = None
    end: str | int | None = None
    data_clients: dict[str, Any] | None = None


class FillModelFactory:
    """Makes fill models from importable configs."""

    @staticmethod
    def create(config: ImportableFillModelConfig) -> Any:
        return _created(config, ImportableFillModelConfig, "fill_model_path")


class LatencyModelFactory:
    """Makes latency models from importable configs."""

    @staticmethod
    def create(config: ImportableLatencyModelConfig) -> Any:
        return _created(config, ImportableLatencyModelConfig, "latency_model_path")


class FeeModelFactory:
    """Makes fee models from importable configs."""

    @staticmethod
    def create(config: ImportableFeeModelConfig) -> Any:
        return _created(config, ImportableFeeModelConfig, "fee_model_path")


class MarginModelFactory:
    """Makes margin models: of type `standard`, `leveraged`, or the class at a path."""

    @staticmethod
    def create(config: MarginModelConfig) -> Any:
        from nautilus_trader.accounting import margin_models  # few backtests name one

        kind = config.model_type.lower()
        if kind in ("standard", "leveraged"):
            return margin_models.StandardMarginModel() if kind == "standard" else margin_models.LeveragedMarginModel()
        try:
            model = resolve_path(config.model_type)
        except (AttributeError, ImportError, ValueError) as error:
            raise ValueError(
                f"Unknown `MarginModel` type '{config.model_type}': use 'standard', 'leveraged' or 'module:Class'"
            ) from error
        return model(config)


__getattr__ = _refuse.unknown(__name__)
