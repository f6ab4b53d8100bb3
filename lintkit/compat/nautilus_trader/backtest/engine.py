"""The backtest engine."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from lintkit._engine import (
    Bar,
    Currency,
    InstrumentId,
    Kernel,
    Money,
    OrderBookDelta,
    OrderBookDeltas,
    OrderBookDepth10,
    QuoteTick,
    TraderId,
    TradeTick,
    Venue,
)
from nautilus_trader import _refuse
from nautilus_trader._profile import LATER, RELEASE
from nautilus_trader.accounting.margin_models import ignores_leverage
from nautilus_trader.analysis.reporter import ReportProvider
from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.backtest.models import (
    FillModel,
    MakerTakerFeeModel,
    fee_parameters,
    fill_parameters,
)
from nautilus_trader.backtest.results import BacktestResult, result_of
from nautilus_trader.cache.config import CacheConfig
from nautilus_trader.common.actor import Actor
from nautilus_trader.common.config import ActorFactory, InvalidConfiguration, LoggingConfig
from nautilus_trader.core.datetime import dt_to_unix_nanos, maybe_unix_nanos_to_dt
from nautilus_trader.core.uuid import UUID4
from nautilus_trader.data._routes import router
from nautilus_trader.data.config import DataEngineConfig
from nautilus_trader.execution.config import ExecAlgorithmFactory
from nautilus_trader.model.enums import AccountType, BookType, OmsType
from nautilus_trader.persistence._rows import Rows, columns_of
from nautilus_trader.risk.config import RiskEngineConfig
from nautilus_trader.trading.config import StrategyFactory
from nautilus_trader.trading.strategy import Strategy

_SECOND = 1_000_000_000


def _rate(text: str) -> tuple[int, int]:
    """`"100/00:00:01"` as (limit, interval in nanoseconds)."""
    limit, interval = text.split("/")
    hours, minutes, seconds = (int(part) for part in interval.split(":"))
    return int(limit), (hours * 3600 + minutes * 60 + seconds) * _SECOND


def _nanos(time: Any) -> int | None:
    if time is None or isinstance(time, int):
        return time
    return dt_to_unix_nanos(time)


_OFFERED: dict[str, dict[str, Any]] = {
    "data_engine": {
        "time_bars_origin_offset": None, "validate_data_sequence": False, "buffer_deltas": False,
        "emit_quotes_from_book_depths": False,
    },
    "exec_engine": {"convert_quote_qty_to_base": True, "manage_own_order_books": False},
    "portfolio": {
        "use_mark_prices": False, "use_mark_xrates": False, "bar_updates": True,
        "convert_to_account_base_currency": True,
    },
}  # fmt: skip
"""Settings that change a run, and the only value of each that the bundled engine has."""


def _check_offered(config: BacktestEngineConfig) -> None:
    for section, offered in _OFFERED.items():
        settings: Any = getattr(config, section)
        for name, value in offered.items():
            given = getattr(settings, name, value)
            if given != value and (given or value):
                _refuse.refuse(f"{type(settings).__name__}.{name}={given}")


def _settings(config: BacktestEngineConfig) -> dict[str, Any]:
    cache = config.cache or CacheConfig()
    data = config.data_engine or DataEngineConfig()
    risk = config.risk_engine or RiskEngineConfig()
    logging = config.logging or LoggingConfig()
    _check_offered(config)
    return {
        "bypass_risk": risk.bypass,
        "submit_rate": _rate(risk.max_order_submit_rate),
        "modify_rate": _rate(risk.max_order_modify_rate),
        "max_notional_per_order": {
            InstrumentId.from_str(key): float(value) for key, value in risk.max_notional_per_order.items()
        },
        "tick_capacity": cache.tick_capacity,
        "bar_capacity": cache.bar_capacity,
        "time_bars_build_with_no_updates": data.time_bars_build_with_no_updates,
        "time_bars_timestamp_on_close": data.time_bars_timestamp_on_close,
        "time_bars_skip_first_non_full_bar": data.time_bars_skip_first_non_full_bar,
        "time_bars_left_open": data.time_bars_interval_type == "left-open",
        "time_bars_build_delay": data.time_bars_build_delay,
        "quotes_from_books": data.emit_quotes_from_book,
        "log_level": "OFF" if logging.bypass_logging else logging.log_level,
    }


_NOT_OF_TRADER = """
actor_states add_actor add_actors add_exec_algorithm add_exec_algorithms add_strategies add_strategy check_residuals
clear_actors clear_exec_algorithms clear_strategies degrade dispose exec_algorithm_states fault fully_qualified_name
instance_id is_degraded is_disposed is_faulted is_initialized is_running is_stopped load market_exit_strategy
remove_actor remove_strategy reset resume save shutdown_system start start_actor start_strategy state stop stop_actor
stop_strategy strategy_states subscribe trader_id type unsubscribe
"""
_NOT_OF_ENGINE = """
add_data_iterator change_fill_model clear_actors clear_exec_algorithms clear_strategies default_time_range_generator
dump_pickled_data get_log_guard load_pickled_data machine_id run_finished run_started
"""


@_refuse.members(_NOT_OF_TRADER)
class Trader:
    """The strategies and actors of an engine, and reports of what they did."""

    def __init__(self, trader_id: TraderId, cache: Any) -> None:
        self.id = trader_id
        self._cache = cache
        self._actors: list[Actor] = []
        self._strategies: list[Strategy] = []
        self._exec_algorithms: list[Any] = []

    def exec_algorithms(self) -> list[Any]:
        return list(self._exec_algorithms)

    def exec_algorithm_ids(self) -> list[Any]:
        return sorted((algorithm.id for algorithm in self._exec_algorithms), key=str)

    def actors(self) -> list[Actor]:
        return list(self._actors)

    def strategies(self) -> list[Strategy]:
        return list(self._strategies)

    def actor_ids(self) -> list[Any]:
        return sorted((actor.id for actor in self._actors), key=str)

    def strategy_ids(self) -> list[Any]:
        return sorted((strategy.id for strategy in self._strategies), key=str)

    def _add_strategy(self, strategy: Strategy, kernel: Any) -> None:
        if any(other is strategy for other in self._strategies):
            raise RuntimeError(f"Already registered a strategy with ID {strategy.id}, try specifying a different ID")
        tag = strategy.order_id_tag
        if tag is None or tag == str(None):
            tag = f"{len(self._strategies):03d}"
        name = str(strategy.id).partition("-")[0] if strategy.config.strategy_id is None else None
        base = name if name is not None else str(strategy.config.strategy_id).rpartition("-")[0] or str(strategy.id)
        strategy_id = type(strategy.id)(f"{base}-{tag}")
        if any(str(other.id) == str(strategy_id) for other in self._strategies):
            raise RuntimeError(f"Already registered a strategy with ID {strategy_id}, try specifying a different ID")
        strategy.change_order_id_tag(tag)
        strategy.change_id(strategy_id)
        strategy._add_to(kernel)  # noqa: SLF001
        self._strategies.append(strategy)

    def _add_actor(self, actor: Actor, kernel: Any) -> None:
        if any(str(other.id) == str(actor.id) for other in self._actors):
            raise RuntimeError(f"Already registered an actor with ID {actor.id}, try specifying a different ID")
        kernel.add_actor(actor, actor.id)
        self._actors.append(actor)

    def _add_exec_algorithm(self, exec_algorithm: Any, kernel: Any) -> None:
        if any(str(other.id) == str(exec_algorithm.id) for other in self._exec_algorithms):
            raise RuntimeError(
                f"Already registered an execution algorithm with ID {exec_algorithm.id}, try specifying a different ID"
            )
        exec_algorithm._add_to(kernel)  # noqa: SLF001
        self._exec_algorithms.append(exec_algorithm)

    def generate_orders_report(self) -> Any:
        return ReportProvider.generate_orders_report(self._cache.orders())

    def generate_order_fills_report(self) -> Any:
        return ReportProvider.generate_order_fills_report(self._cache.orders())

    def generate_fills_report(self) -> Any:
        return ReportProvider.generate_fills_report(self._cache.orders())

    def generate_positions_report(self) -> Any:
        return ReportProvider.generate_positions_report(self._cache.positions(), self._cache.position_snapshots())

    def generate_account_report(self, venue: Venue) -> Any:
        account = self._cache.account_for_venue(venue)
        return ReportProvider.generate_account_report(account)


class _NautilusKernel:
    """What users reach of the real kernel."""

    def __init__(self, core: Kernel, trader: Trader, config: BacktestEngineConfig) -> None:
        self._core = core
        self.trader = trader
        self.config = config
        self.cache = core.cache
        self.portfolio = core.portfolio
        self.msgbus = core.msgbus
        self.trader_id = trader.id
        self.instance_id = UUID4()
        self.logger = core.logger("BacktestEngine")


@_refuse.members(_NOT_OF_ENGINE)
class BacktestEngine:
    """Replays data against simulated venues."""

    def __init__(self, config: BacktestEngineConfig | None = None) -> None:
        config = config or BacktestEngineConfig()
        if not isinstance(config, BacktestEngineConfig):  # pyright: ignore[reportUnnecessaryIsInstance]  # user code
            raise TypeError(f"'config' argument not of type {BacktestEngineConfig}, was {type(config)}")
        given: Any = config.trader_id  # configs check nothing when they are made
        trader_id = given if isinstance(given, TraderId) else TraderId(str(given))
        self._config = config
        self._core = Kernel(trader_id, RELEASE, **_settings(config))
        self._core.set_router(router(self._core))
        self._trader = Trader(trader_id, self._core.cache)
        self._kernel = _NautilusKernel(self._core, self._trader, config)
        self._venues: dict[Venue, dict[str, Any]] = {}
        self._modules: list[Any] = []
        self._data: list[list[Any]] = []  # as it was added
        self._run_config_id: str | None = None
        self._run_id: UUID4 | None = None
        self._is_disposed = False
        self._has_book_data: set[InstrumentId] = set()
        self._has_other_data: set[InstrumentId] = set()
        self._add_configured(config)

    def _add_configured(self, config: BacktestEngineConfig) -> None:
        for catalog in config.catalogs:
            self.cache.catalogs().append(catalog.as_catalog())
        for actor in config.actors:
            self.add_actor(ActorFactory.create(actor))
        for strategy in config.strategies:
            self.add_strategy(StrategyFactory.create(strategy))
        for algorithm in config.exec_algorithms:
            self.add_exec_algorithm(ExecAlgorithmFactory.create(algorithm))
        if config.controller is not None:
            _refuse.refuse("BacktestEngineConfig.controller")

    @property
    def trader_id(self) -> TraderId:
        return self._trader.id

    @property
    def kernel(self) -> Any:
        return self._kernel

    @property
    def trader(self) -> Trader:
        return self._trader

    @property
    def cache(self) -> Any:
        return self._core.cache

    @property
    def portfolio(self) -> Any:
        return self._core.portfolio

    @property
    def logger(self) -> Any:
        return self._kernel.logger

    @property
    def instance_id(self) -> UUID4:
        return self._kernel.instance_id

    @property
    def run_config_id(self) -> str | None:
        return self._run_config_id

    @property
    def run_id(self) -> UUID4 | None:
        return self._run_id

    @property
    def iteration(self) -> int:
        return self._core.iterations

    @property
    def data(self) -> list[Any]:
        return [item for items in self._data for item in items]

    @property
    def backtest_start(self) -> Any:
        return maybe_unix_nanos_to_dt(self._core.range[0])

    @property
    def backtest_end(self) -> Any:
        return maybe_unix_nanos_to_dt(self._core.range[1])

    def list_venues(self) -> list[Venue]:
        return list(self._venues)

    def add_venue(
        self,
        venue: Venue,
        oms_type: OmsType,
        account_type: AccountType,
        starting_balances: list[Money],
        base_currency: Currency | None = None,
        default_leverage: Decimal | None = None,
        leverages: dict[InstrumentId, Decimal] | None = None,
        margin_model: Any = None,
        modules: list[Any] | None = None,
        fill_model: Any = None,
        fee_model: Any = None,
        latency_model: Any = None,
        book_type: BookType = BookType.L1_MBP,
        routing: bool = False,
        reject_stop_orders: bool = True,
        support_gtd_orders: bool = True,
        support_contingent_orders: bool = True,
        use_position_ids: bool = True,
        use_random_ids: bool = False,
        use_reduce_only: bool = True,
        use_message_queue: bool = True,
        bar_execution: bool = True,
        bar_adaptive_high_low_ordering: bool = False,
        trade_execution: bool = LATER,
        allow_cash_borrowing: bool = False,
        frozen_account: bool = False,
        **others: Any,
    ) -> None:
        if use_random_ids or routing:
            _refuse.refuse(f"{'use_random_ids' if use_random_ids else 'routing'} of add_venue")
        later = _later_settings(others)
        account_type = AccountType(account_type)
        if default_leverage is None:
            default_leverage = Decimal(10) if account_type is AccountType.MARGIN else Decimal(1)
        if base_currency is not None and len(starting_balances) > 1:
            raise ValueError(
                "single-currency account has multiple starting currencies: give one balance in the base currency"
            )
        latency = None
        if latency_model is not None:
            latency = (
                latency_model.insert_latency_nanos,
                latency_model.update_latency_nanos,
                latency_model.cancel_latency_nanos,
            )
        settings = {
            "oms_type": oms_type,
            "account_type": account_type,
            "book_type": book_type,
            "reject_stop_orders": reject_stop_orders,
            "support_gtd_orders": support_gtd_orders,
            "support_contingent_orders": support_contingent_orders,
            "use_position_ids": use_position_ids,
            "use_reduce_only": use_reduce_only,
            "use_message_queue": use_message_queue,
            "bar_execution": bar_execution,
            "bar_adaptive_high_low_ordering": bar_adaptive_high_low_ordering,
            "trade_execution": trade_execution,
            **later,
            "base_currency": base_currency,
            "starting_balances": starting_balances,
            "default_leverage": default_leverage,
            "leverages": leverages or {},
            "frozen_account": frozen_account,
            "allow_cash_borrowing": allow_cash_borrowing,
            "ignores_leverage": margin_model is not None and ignores_leverage(margin_model),
            "latency": latency,
            "fill_model": fill_parameters(FillModel() if fill_model is None else fill_model),
            "fee_model": fee_parameters(MakerTakerFeeModel() if fee_model is None else fee_model),
        }
        self._core.add_venue(venue, **settings)
        self._venues[venue] = settings
        for module in modules or []:
            self._add_module(venue, module, settings)

    def _add_module(self, venue: Venue, module: Any, settings: dict[str, Any]) -> None:
        from nautilus_trader.backtest.modules import Exchange, SimulationModule  # rarely used

        if not isinstance(module, SimulationModule):
            raise TypeError(f"'modules' argument not of type {SimulationModule}, was {type(module)}")
        self._core.add_actor(module, module.id)
        module.register_venue(Exchange(self._core, venue, settings))
        sees_data = type(module).pre_process is not SimulationModule.pre_process
        self._core.add_module(venue, module, sees_data)
        self._modules.append(module)

    def add_instrument(self, instrument: Any) -> None:
        self._core.add_instrument(instrument)

    def add_data(self, data: list[Any], client_id: Any = None, validate: bool = True, sort: bool = True) -> None:
        if not data:
            raise ValueError("'data' collection was empty")
        if validate:
            self._validate(data[0], client_id)
        self._note(data[0])
        columns = columns_of(data)
        if self._config.catalogs:
            self.cache.loaded.update(_names(data[:1] if columns is not None else data))
        if columns is None:
            self._core.add_data(data)
            self._data.append(list(data))
        else:
            self._core.add_columns(columns)
            self._data.append(Rows(columns))
        if sort:
            self._core.sort_data()

    def _note(self, first: Any) -> None:
        """The first datum stands for all that are added with it."""
        of = first.bar_type if isinstance(first, Bar) else first
        instrument_id: InstrumentId | None = getattr(of, "instrument_id", None)
        if instrument_id is not None:
            is_book = isinstance(first, (OrderBookDelta, OrderBookDeltas, OrderBookDepth10))
            (self._has_book_data if is_book else self._has_other_data).add(instrument_id)

    def _check_books(self) -> None:
        for instrument in self.cache.instruments():
            book_type = self._venues.get(instrument.venue, {}).get("book_type", BookType.L1_MBP)
            lacks = instrument.id in self._has_other_data - self._has_book_data
            if lacks and book_type is not BookType.L1_MBP:
                raise InvalidConfiguration(
                    f"no order book data for {instrument.id}, which the venue's book_type {book_type.name} matches on: "
                    "make the venue L1_MBP, or add deltas or depth snapshots"
                )

    def _validate(self, first: Any, client_id: Any) -> None:
        bar_type = getattr(first, "bar_type", None)
        instrument_id = getattr(first, "instrument_id", None) or (bar_type and bar_type.instrument_id)
        if instrument_id is None:
            if client_id is None:
                raise ValueError("`client_id` cannot be None when data is not market data")
            return
        if self.cache.instrument(instrument_id) is None:
            raise ValueError(
                f"`Instrument` {instrument_id} for the given data not found in the cache: add it through "
                "`add_instrument()` prior to adding related data"
            )

    def add_actor(self, actor: Actor) -> None:
        self._trader._add_actor(actor, self._core)  # noqa: SLF001

    def add_actors(self, actors: Iterable[Actor]) -> None:
        for actor in actors:
            self.add_actor(actor)

    def add_strategy(self, strategy: Strategy) -> None:
        self._trader._add_strategy(strategy, self._core)  # noqa: SLF001

    def add_strategies(self, strategies: Iterable[Strategy]) -> None:
        for strategy in strategies:
            self.add_strategy(strategy)

    def add_exec_algorithm(self, exec_algorithm: Any) -> None:
        self._trader._add_exec_algorithm(exec_algorithm, self._core)  # noqa: SLF001

    def add_exec_algorithms(self, exec_algorithms: Iterable[Any]) -> None:
        for exec_algorithm in exec_algorithms:
            self.add_exec_algorithm(exec_algorithm)

    def run(
        self,
        start: Any = None,
        end: Any = None,
        run_config_id: str | None = None,
        streaming: bool = False,
    ) -> None:
        self._check_books()
        self._run_config_id = run_config_id
        self._run_id = self._run_id or UUID4()
        self.portfolio.analyzer.settle()
        self._core.run(_nanos(start), _nanos(end), streaming)
        if not streaming:
            self._analyse()

    def end(self) -> None:
        self._core.end()
        self._analyse()

    def _analyse(self) -> None:
        if self._config.run_analysis:
            self.portfolio.analyzer.defer(self._statistics)

    def _statistics(self) -> None:
        positions = self.cache.positions() + self.cache.position_snapshots()
        for venue in self._venues:
            account = self.cache.account_for_venue(venue)
            if account is not None:
                own = [position for position in positions if position.instrument_id.venue == venue]
                self.portfolio.analyzer.calculate_statistics(account, own)

    def reset(self) -> None:
        self.portfolio.analyzer.settle()
        self._core.reset()
        self.portfolio.analyzer.reset()
        self._run_id = self._run_config_id = None

    def sort_data(self) -> None:
        self._core.sort_data()

    def clear_data(self) -> None:
        self._core.clear_data()
        self._data.clear()
        self._has_book_data.clear()
        self._has_other_data.clear()

    def dispose(self) -> None:
        for component in (*self._trader.actors(), *self._trader.strategies()):
            component.on_dispose()
        self._core.dispose()
        self._data.clear()
        self._is_disposed = True

    def get_result(self) -> BacktestResult:
        return result_of(self)

    def set_default_market_data_client(self) -> None:
        """Data of any client reach the strategies here; there is nothing to set."""


def _names(data: Iterable[Any]) -> set[tuple[str, str]]:
    """Class and instrument or bar type of ticks and bars."""
    ticks = {(type(item).__name__, str(item.instrument_id)) for item in data if isinstance(item, QuoteTick | TradeTick)}
    return ticks | {("Bar", str(item.bar_type)) for item in data if isinstance(item, Bar)}


def _later_settings(others: dict[str, Any]) -> dict[str, bool]:
    """Parameters that came after 1.221; those of them that change nothing by default may be given their default."""
    settings: dict[str, bool] = {}
    settings.update(use_market_order_acks=False, oto_on_full_fill=False)
    settings.update(liquidity_consumption=False, queue_position=False)
    for name, value in others.items():
        if not LATER:
            raise TypeError(f"BacktestEngine.add_venue() got an unexpected keyword argument '{name}'")
        if name == "oto_trigger_mode":
            settings["oto_on_full_fill"] = str(getattr(value, "name", value)).upper() == "FULL"
        elif name in settings and name != "oto_on_full_fill":
            settings[name] = bool(value)
        elif value:
            _refuse.refuse(f"{name} of add_venue")
    return settings


__getattr__ = _refuse.unknown(__name__)
