"""All configs in one place. Those of live trading load when asked for."""

from importlib import import_module
from typing import Any, Final

from nautilus_trader import _refuse
from nautilus_trader.backtest.config import (
    BacktestDataConfig,
    BacktestEngineConfig,
    BacktestRunConfig,
    BacktestVenueConfig,
    FeeModelFactory,
    FillModelConfig,
    FillModelFactory,
    FixedFeeModelConfig,
    FXRolloverInterestConfig,
    ImportableFeeModelConfig,
    ImportableFillModelConfig,
    ImportableLatencyModelConfig,
    LatencyModelConfig,
    LatencyModelFactory,
    MakerTakerFeeModelConfig,
    PerContractFeeModelConfig,
    SimulationModuleConfig,
)
from nautilus_trader.cache.config import CacheConfig
from nautilus_trader.common.config import (
    ActorConfig,
    ActorFactory,
    DatabaseConfig,
    ImportableActorConfig,
    ImportableConfig,
    InstrumentProviderConfig,
    InvalidConfiguration,
    LoggingConfig,
    MessageBusConfig,
    NautilusConfig,
    NonNegativeFloat,
    NonNegativeInt,
    OrderEmulatorConfig,
    PositiveFloat,
    PositiveInt,
    msgspec_decoding_hook,
    msgspec_encoding_hook,
    register_config_decoding,
    register_config_encoding,
    resolve_config_path,
    resolve_path,
    tokenize_config,
)
from nautilus_trader.data.config import DataEngineConfig
from nautilus_trader.execution.config import (
    ExecAlgorithmConfig,
    ExecAlgorithmFactory,
    ExecEngineConfig,
    ImportableExecAlgorithmConfig,
)
from nautilus_trader.persistence.config import DataCatalogConfig, StreamingConfig
from nautilus_trader.portfolio.config import PortfolioConfig
from nautilus_trader.risk.config import RiskEngineConfig
from nautilus_trader.system.config import NautilusKernelConfig
from nautilus_trader.trading.config import (
    ImportableControllerConfig,
    ImportableStrategyConfig,
    StrategyConfig,
    StrategyFactory,
)

_LIVE: Final = frozenset(
    {
        "ControllerConfig",
        "LiveDataClientConfig",
        "LiveDataEngineConfig",
        "LiveExecClientConfig",
        "LiveExecEngineConfig",
        "LiveRiskEngineConfig",
        "RoutingConfig",
        "TradingNodeConfig",
    }
)
_unknown = _refuse.unknown(__name__)


def __getattr__(name: str) -> Any:
    if name in _LIVE:
        return getattr(import_module("nautilus_trader.live.config"), name)
    return _unknown(name)
