"""Backtests from configurations: data of catalogs, venues and strategies by name."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from lintkit._engine import (
    BarType,
    ClientId,
    Currency,
    InstrumentId,
    Logger,
    Money,
    OrderBookDelta,
    OrderBookDeltas,
    OrderBookDepth10,
    Venue,
)
from nautilus_trader import _refuse
from nautilus_trader._profile import LATER
from nautilus_trader.backtest.config import (
    BacktestDataConfig,
    BacktestEngineConfig,
    BacktestRunConfig,
    BacktestVenueConfig,
    FeeModelFactory,
    FillModelFactory,
    LatencyModelFactory,
    MarginModelFactory,
)
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.backtest.results import BacktestResult
from nautilus_trader.common.config import ActorFactory, InvalidConfiguration
from nautilus_trader.core.datetime import dt_to_unix_nanos
from nautilus_trader.core.inspect import is_nautilus_class
from nautilus_trader.model.enums import (
    AccountType,
    BookType,
    OmsType,
    account_type_from_str,
    book_type_from_str,
    oms_type_from_str,
)
from nautilus_trader.persistence.catalog.parquet import ParquetDataCatalog
from nautilus_trader.persistence.catalog.types import CatalogDataResult

_BOOKS: Final = (OrderBookDelta, OrderBookDeltas, OrderBookDepth10)


def get_instrument_ids(config: BacktestDataConfig) -> list[InstrumentId]:
    given: list[Any] = []
    if config.instrument_id:
        given.append(config.instrument_id)
    elif config.instrument_ids:
        given.extend(config.instrument_ids)
    else:
        types = [BarType.from_str(str(each)) for each in config.bar_types or ()]
        return [bar_type.instrument_id for bar_type in types]
    return [each if isinstance(each, InstrumentId) else InstrumentId.from_str(each) for each in given]


@_refuse.members("log_backtest_exception")
class BacktestNode:
    """Runs backtests one after the other, each on an engine of its own.

    A run that fails is logged and has no result; with `raise_exception` it raises.
    """

    def __init__(self, configs: list[BacktestRunConfig]) -> None:
        if configs is None:  # pyright: ignore[reportUnnecessaryComparison]  # user code
            raise TypeError("'configs' argument was `None`")
        if not all(isinstance(config, BacktestRunConfig) for config in configs):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ValueError("'configs' holds something that is no `BacktestRunConfig`")
        _check(configs)
        self._configs = {config.id: config for config in configs}
        self._engines: dict[str, BacktestEngine] = {}

    @property
    def configs(self) -> list[BacktestRunConfig]:
        return list(self._configs.values())

    def get_engine(self, run_config_id: str) -> BacktestEngine | None:
        return self._engines.get(run_config_id)

    def get_engines(self) -> list[BacktestEngine]:
        return list(self._engines.values())

    def get_log_guard(self) -> None:
        """There is nothing to keep alive."""

    def add_data_client_factory(self, name: str, factory: Any) -> None:
        """Clients of live data, which a backtest from a catalog does not ask."""
        del name, factory

    def setup_download_engine(self, *args: Any, **kwargs: Any) -> None:
        _refuse.refuse("BacktestNode.setup_download_engine")

    def download_data(self, *args: Any, **kwargs: Any) -> None:
        _refuse.refuse("BacktestNode.download_data")

    def build(self) -> None:
        """Makes the engines, so that they can be looked at before `run`."""
        for run_id, config in self._configs.items():
            if run_id in self._engines:
                continue
            try:
                self._build(run_id, config)
            except Exception as error:  # noqa: BLE001  # one failed run does not stop the others
                self._failed(error, config)

    def _build(self, run_id: str, config: BacktestRunConfig) -> None:
        if config.data_clients:
            _refuse.refuse("BacktestRunConfig.data_clients")
        engine = BacktestEngine(config=config.engine)
        self._engines[run_id] = engine
        for venue in config.venues:
            engine.add_venue(**_venue(venue))
        for data in config.data:
            if not is_nautilus_class(data.data_type):
                continue
            for instrument in self.load_catalog(data).instruments(instrument_ids=get_instrument_ids(data) or None):
                if engine.cache.instrument(instrument.id) is None:
                    engine.add_instrument(instrument)

    def run(self) -> list[BacktestResult]:
        self.build()
        results: list[BacktestResult] = []
        for run_id, config in self._configs.items():
            try:
                results.append(self._run(run_id, config))
            except Exception as error:  # noqa: BLE001  # one failed run does not stop the others
                self._failed(error, config)
        return results

    def _run(self, run_id: str, config: BacktestRunConfig) -> BacktestResult:
        engine = self._engines[run_id]
        if config.chunk_size is None:
            self._run_at_once(engine, run_id, config)
        else:
            self._run_in_chunks(engine, run_id, config, config.chunk_size)
        if config.dispose_on_completion:
            engine.dispose()
        else:
            engine.clear_data()
        return engine.get_result()

    def _run_at_once(self, engine: BacktestEngine, run_id: str, config: BacktestRunConfig) -> None:
        for data in config.data:
            result = self.load_data_config(data, config.start, config.end)
            ids = get_instrument_ids(data)
            if ids and result.instruments is None:
                engine.logger.warning(f"Requested instrument_ids={ids} from data_config not found in catalog")
            elif not result.data:
                engine.logger.warning(f"No data found for {data}")
            elif is_nautilus_class(result.data_cls):
                engine.add_data(result.data, sort=not LATER)
            elif result.client_id is None:
                raise ValueError(f"Data type {result.data_cls} not setup for loading into `BacktestEngine`")
            else:
                engine.add_data(result.data, client_id=result.client_id, sort=not LATER)
        engine.sort_data()
        engine.run(start=config.start, end=config.end, run_config_id=run_id)

    def _run_in_chunks(self, engine: BacktestEngine, run_id: str, config: BacktestRunConfig, size: int) -> None:
        for chunk in self._chunks(config, size):
            engine.add_data(chunk, validate=False)
            engine.run(start=config.start, end=config.end, run_config_id=run_id, streaming=True)
            engine.clear_data()
        engine.end()

    def _chunks(self, config: BacktestRunConfig, size: int) -> Iterator[Any]:
        """The data of all configs as one stream, so many items at a time."""
        streams: list[tuple[Any, Sequence[Any]]] = []
        for data in config.data:
            identifiers: list[Any] = data.bar_identifiers() if data.data_type.__name__ == "Bar" else []
            streams += self.load_catalog(data).streams(
                data.data_type,
                identifiers or get_instrument_ids(data),
                _later(data.start_time, config.start),
                _earlier(data.end_time, config.end),
            )
        merged = ParquetDataCatalog.merged(streams)
        for at in range(0, len(merged), size):
            yield merged[at : at + size]

    @classmethod
    def load_catalog(cls, config: BacktestDataConfig) -> ParquetDataCatalog:
        return ParquetDataCatalog(
            config.catalog_path,
            config.catalog_fs_protocol,
            config.catalog_fs_storage_options,
            config.catalog_fs_rust_storage_options,
        )

    @classmethod
    def load_data_config(cls, config: BacktestDataConfig, start: Any = None, end: Any = None) -> CatalogDataResult:
        catalog = cls.load_catalog(config)
        ids = get_instrument_ids(config)
        instruments = catalog.instruments(instrument_ids=ids) if ids else None
        if ids and not instruments:
            return CatalogDataResult(data_cls=config.data_type, data=[])
        span: dict[str, Any] = {
            "start": _later(config.start_time, start),
            "end": _earlier(config.end_time, end),
        }
        return CatalogDataResult(
            data_cls=config.data_type,
            data=catalog.query(**(config.query | span)),
            instruments=instruments,
            client_id=ClientId(config.client_id) if config.client_id else None,
        )

    def dispose(self) -> None:
        for engine in self._engines.values():
            engine.dispose()

    def _failed(self, error: Exception, config: BacktestRunConfig) -> None:
        # What the bundled engine lacks is no failure of the run: going on would leave its part of the tape out.
        if config.raise_exception or _refuse.is_refusal(error):
            raise error
        Logger(type(self).__name__).exception("Error running backtest", error)


def _nanos(time: Any) -> int | None:
    return time if time is None or isinstance(time, int) else dt_to_unix_nanos(time)


def _later(*times: Any) -> int | None:
    return max((nanos for nanos in map(_nanos, times) if nanos is not None), default=None)


def _earlier(*times: Any) -> int | None:
    return min((nanos for nanos in map(_nanos, times) if nanos is not None), default=None)


def _venue(config: BacktestVenueConfig) -> dict[str, Any]:
    """The arguments of `add_venue`."""
    values: dict[str, Any] = {name: getattr(config, name) for name in config.__struct_fields__ if name != "name"}
    for name in ("liquidation_enabled", "liquidation_trigger_ratio", "liquidation_cancel_open_orders"):
        if values.pop(name, None) and name == "liquidation_enabled":
            _refuse.refuse("BacktestVenueConfig.liquidation_enabled")
    base, balances, leverages = config.base_currency, config.starting_balances, config.leverages
    made: dict[str, Any] = {
        "venue": Venue(config.name),
        "oms_type": _enum(config.oms_type, OmsType, oms_type_from_str),
        "account_type": _enum(config.account_type, AccountType, account_type_from_str),
        "book_type": _enum(config.book_type, BookType, book_type_from_str),
        "base_currency": Currency.from_str(base) if isinstance(base, str) else base,
        "starting_balances": [Money.from_str(each) if isinstance(each, str) else each for each in balances],  # pyright: ignore[reportUnnecessaryIsInstance]
        "default_leverage": Decimal(config.default_leverage),
        "leverages": {InstrumentId.from_str(str(key)): Decimal(value) for key, value in (leverages or {}).items()},
        "margin_model": config.margin_model and MarginModelFactory.create(config.margin_model),
        "modules": [ActorFactory.create(module) for module in config.modules or []],
        "fill_model": config.fill_model and FillModelFactory.create(config.fill_model),
        "fee_model": config.fee_model and FeeModelFactory.create(config.fee_model),
        "latency_model": config.latency_model and LatencyModelFactory.create(config.latency_model),
    }
    return values | made


def _enum(value: Any, kind: Any, parse: Any) -> Any:
    return parse(value) if isinstance(value, str) else kind(value)


def _check(configs: list[BacktestRunConfig]) -> None:
    venues = {venue.name for config in configs for venue in config.venues}
    for config in configs:
        for data in config.data:
            start, end = _nanos(data.start_time), _nanos(data.end_time)
            if start is not None and end is not None and end < start and get_instrument_ids(data):
                raise InvalidConfiguration(f"`end_time` ({data.end_time}) is before `start_time` ({data.start_time})")
            for instrument_id in get_instrument_ids(data):
                if str(instrument_id.venue) not in venues:
                    raise InvalidConfiguration(
                        f"Venue '{instrument_id.venue}' for {instrument_id} does not have a `BacktestVenueConfig`"
                    )
        for venue in config.venues:
            if _enum(venue.book_type, BookType, book_type_from_str) == BookType.L1_MBP:
                continue
            ids = [data.instrument_id for data in config.data if data.data_type in _BOOKS and data.instrument_id]
            known = [InstrumentId.from_str(each) if isinstance(each, str) else each for each in ids]
            if not any(str(instrument_id.venue) == venue.name for instrument_id in known):
                raise InvalidConfiguration(
                    f"No order book data available for {venue.name} with book type {venue.book_type}"
                )


__getattr__ = _refuse.unknown(__name__)
