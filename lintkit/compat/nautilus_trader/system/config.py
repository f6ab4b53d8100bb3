"""Configuration of a whole system."""

from lintkit._engine import TraderId
from nautilus_trader import _refuse
from nautilus_trader.cache.config import CacheConfig
from nautilus_trader.common import Environment
from nautilus_trader.common.config import (
    ImportableActorConfig,
    LoggingConfig,
    MessageBusConfig,
    NautilusConfig,
    OrderEmulatorConfig,
    PositiveFloat,
)
from nautilus_trader.core.uuid import UUID4
from nautilus_trader.data.config import DataEngineConfig
from nautilus_trader.execution.config import ExecEngineConfig, ImportableExecAlgorithmConfig
from nautilus_trader.persistence.config import DataCatalogConfig, StreamingConfig
from nautilus_trader.portfolio.config import PortfolioConfig
from nautilus_trader.risk.config import RiskEngineConfig
from nautilus_trader.trading.config import ImportableControllerConfig, ImportableStrategyConfig


class NautilusKernelConfig(NautilusConfig, kw_only=True, frozen=True):
    environment: Environment
    trader_id: TraderId
    instance_id: UUID4 | None = None
    cache: CacheConfig | None = None
    message_bus: MessageBusConfig | None = None
    data_engine: DataEngineConfig | None = None
    risk_engine: RiskEngineConfig | None = None
    exec_engine: ExecEngineConfig | None = None
    portfolio: PortfolioConfig | None = None
    emulator: OrderEmulatorConfig | None = None
    streaming: StreamingConfig | None = None
    catalogs: list[DataCatalogConfig] = []
    actors: list[ImportableActorConfig] = []
    strategies: list[ImportableStrategyConfig] = []
    exec_algorithms: list[ImportableExecAlgorithmConfig] = []
    controller: ImportableControllerConfig | None = None
    load_state: bool = False
    save_state: bool = False
    loop_debug: bool = False
    logging: LoggingConfig | None = None
    timeout_connection: PositiveFloat = 60.0
    timeout_reconciliation: PositiveFloat = 30.0
    timeout_portfolio: PositiveFloat = 10.0
    timeout_disconnection: PositiveFloat = 10.0
    timeout_post_stop: PositiveFloat = 10.0
    timeout_shutdown: PositiveFloat = 5.0


__getattr__ = _refuse.unknown(__name__)
