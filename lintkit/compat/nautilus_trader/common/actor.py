"""The base class of actors."""

from collections.abc import Callable
from typing import Any

from lintkit._engine import BarType, Component, ComponentId, InstrumentId, Logger
from nautilus_trader import _refuse
from nautilus_trader.common.config import ActorConfig, ImportableActorConfig
from nautilus_trader.model.enums import BookType


def _no_requests(name: str) -> Any:
    def request(self: Any, *args: Any, **kwargs: Any) -> Any:
        del self, args, kwargs
        _refuse.refuse(f"Actor.{name}")

    request.__name__ = name
    return request


class Actor(Component):
    """A component that gets data and events. Its parts are there once it is added to an engine."""

    _config_class: type = ActorConfig

    def __init__(self, config: Any = None) -> None:
        if config is None:
            config = self._config_class()
        elif not isinstance(config, self._config_class):
            raise TypeError(f"'config' argument not of type {self._config_class}, was {type(config)}")
        component_id = self._own_id(config)
        self._attach(id=component_id, config=config, log=Logger(str(component_id)))
        self._indicators: list[Any] = []
        self._warned = False

    def _own_id(self, config: Any) -> Any:
        return config.component_id or ComponentId(type(self).__name__)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id})"

    def __str__(self) -> str:
        return f"{type(self).__name__}({self.id})"

    def to_importable_config(self) -> Any:
        return ImportableActorConfig(
            actor_path=self.fully_qualified_name(),
            config_path=self.config.fully_qualified_name(),
            config=self.config.dict(),
        )

    @classmethod
    def fully_qualified_name(cls) -> str:
        return f"{cls.__module__}:{cls.__qualname__}"

    # Lifecycle

    @property
    def is_initialized(self) -> bool:
        return self._kernel is not None

    @property
    def is_running(self) -> bool:
        return self._kernel is not None and self._kernel.is_running(self._index)

    @property
    def is_stopped(self) -> bool:
        return self._kernel is not None and not self._kernel.is_running(self._index)

    @property
    def is_disposed(self) -> bool:
        return False

    @property
    def is_degraded(self) -> bool:
        return False

    @property
    def is_faulted(self) -> bool:
        return False

    def stop(self) -> None:
        """Stop for the rest of the run: `on_stop`, then no more handlers."""
        self._require_engine("stop").stop_actor(self._index)

    def _require_engine(self, what: str) -> Any:
        if self._kernel is None:
            raise RuntimeError(f"{type(self).__name__}.{what}: add it to an engine first")
        return self._kernel

    def _start(self) -> None:
        self.on_start()

    def _stop(self) -> None:
        self.on_stop()

    def _reset(self) -> None:
        for indicator in self._indicators:
            indicator.reset()
        self.on_reset()

    def _on_time_event(self, event: Any) -> None:
        self.on_event(event)

    # Handlers that users override

    def on_start(self) -> None: ...
    def on_stop(self) -> None: ...
    def on_resume(self) -> None: ...
    def on_reset(self) -> None: ...
    def on_dispose(self) -> None: ...
    def on_degrade(self) -> None: ...
    def on_fault(self) -> None: ...

    def on_save(self) -> dict[str, bytes]:
        return {}

    def on_load(self, state: dict[str, bytes]) -> None: ...
    def on_instrument(self, instrument: Any) -> None: ...
    def on_instrument_status(self, data: Any) -> None: ...
    def on_instrument_close(self, update: Any) -> None: ...
    def on_order_book(self, order_book: Any) -> None: ...
    def on_order_book_deltas(self, deltas: Any) -> None: ...
    def on_order_book_depth(self, depth: Any) -> None: ...
    def on_quote_tick(self, tick: Any) -> None: ...
    def on_trade_tick(self, tick: Any) -> None: ...
    def on_mark_price(self, mark_price: Any) -> None: ...
    def on_index_price(self, index_price: Any) -> None: ...
    def on_funding_rate(self, funding_rate: Any) -> None: ...
    def on_bar(self, bar: Any) -> None: ...
    def on_data(self, data: Any) -> None: ...
    def on_signal(self, signal: Any) -> None: ...
    def on_historical_data(self, data: Any) -> None: ...
    def on_event(self, event: Any) -> None: ...
    def on_order_filled(self, event: Any) -> None: ...

    # Indicators

    @property
    def registered_indicators(self) -> list[Any]:
        return list(self._indicators)

    def indicators_initialized(self) -> bool:
        """Whether there are indicators and all have had enough data."""
        if not self._indicators:
            return False
        return all(indicator.initialized for indicator in self._indicators)

    def _register(self, indicator: Any) -> None:
        if indicator not in self._indicators:
            self._indicators.append(indicator)

    def register_indicator_for_quote_ticks(self, instrument_id: InstrumentId, indicator: Any) -> None:
        self._require_engine("register_indicator_for_quote_ticks").feed_quotes(self._index, instrument_id, indicator)
        self._register(indicator)

    def register_indicator_for_trade_ticks(self, instrument_id: InstrumentId, indicator: Any) -> None:
        self._require_engine("register_indicator_for_trade_ticks").feed_trades(self._index, instrument_id, indicator)
        self._register(indicator)

    def register_indicator_for_bars(self, bar_type: BarType, indicator: Any) -> None:
        self._require_engine("register_indicator_for_bars").feed_bars(self._index, bar_type, indicator)
        self._register(indicator)

    # Subscriptions

    def subscribe_quote_ticks(
        self, instrument_id: InstrumentId, client_id: Any = None, update_catalog: bool = False, params: Any = None
    ) -> None:
        self._require_engine("subscribe_quote_ticks").subscribe_quotes(self._index, instrument_id)

    def unsubscribe_quote_ticks(self, instrument_id: InstrumentId, client_id: Any = None, params: Any = None) -> None:
        self._require_engine("unsubscribe_quote_ticks").unsubscribe_quotes(self._index, instrument_id)

    def subscribe_trade_ticks(
        self, instrument_id: InstrumentId, client_id: Any = None, update_catalog: bool = False, params: Any = None
    ) -> None:
        self._require_engine("subscribe_trade_ticks").subscribe_trades(self._index, instrument_id)

    def unsubscribe_trade_ticks(self, instrument_id: InstrumentId, client_id: Any = None, params: Any = None) -> None:
        self._require_engine("unsubscribe_trade_ticks").unsubscribe_trades(self._index, instrument_id)

    def subscribe_bars(
        self, bar_type: BarType, client_id: Any = None, update_catalog: bool = False, params: Any = None
    ) -> None:
        self._require_engine("subscribe_bars").subscribe_bars(self._index, bar_type)

    def unsubscribe_bars(self, bar_type: BarType, client_id: Any = None, params: Any = None) -> None:
        self._require_engine("unsubscribe_bars").unsubscribe_bars(self._index, bar_type)

    def subscribe_order_book_deltas(
        self,
        instrument_id: InstrumentId,
        book_type: BookType = BookType.L2_MBP,
        depth: int = 0,
        client_id: Any = None,
        managed: bool = True,
        pyo3_conversion: bool = False,
        params: Any = None,
    ) -> None:
        kernel = self._require_engine("subscribe_order_book_deltas")
        kernel.subscribe_deltas(self._index, instrument_id)
        if managed:
            kernel.keep_book(instrument_id, book_type, by_depth=False)

    def unsubscribe_order_book_deltas(
        self, instrument_id: InstrumentId, client_id: Any = None, params: Any = None
    ) -> None:
        self._require_engine("unsubscribe_order_book_deltas").unsubscribe_deltas(self._index, instrument_id)

    def subscribe_order_book_depth(
        self,
        instrument_id: InstrumentId,
        book_type: BookType = BookType.L2_MBP,
        depth: int = 0,
        client_id: Any = None,
        managed: bool = True,
        pyo3_conversion: bool = False,
        update_catalog: bool = False,
        params: Any = None,
    ) -> None:
        kernel = self._require_engine("subscribe_order_book_depth")
        kernel.subscribe_depth(self._index, instrument_id)
        if managed:
            kernel.keep_book(instrument_id, book_type, by_depth=True)

    def unsubscribe_order_book_depth(
        self, instrument_id: InstrumentId, client_id: Any = None, params: Any = None
    ) -> None:
        self._require_engine("unsubscribe_order_book_depth").unsubscribe_depth(self._index, instrument_id)

    def subscribe_order_book_at_interval(
        self,
        instrument_id: InstrumentId,
        book_type: BookType = BookType.L2_MBP,
        depth: int = 0,
        interval_ms: int = 1000,
        client_id: Any = None,
        params: Any = None,
    ) -> None:
        kernel = self._require_engine("subscribe_order_book_at_interval")
        if interval_ms <= 0:
            raise ValueError(f"'interval_ms' not a positive integer, was {interval_ms}")
        if book_type == BookType.L1_MBP and depth > 1:
            self.log.error(
                f"Cannot subscribe to order book snapshots: L1_MBP books have no depth beyond 1, was {depth}"
            )
            return
        kernel.subscribe_snapshots(self._index, instrument_id, interval_ms)
        kernel.keep_book(instrument_id, book_type, by_depth=False)

    def unsubscribe_order_book_at_interval(
        self, instrument_id: InstrumentId, interval_ms: int = 1000, client_id: Any = None, params: Any = None
    ) -> None:
        kernel = self._require_engine("unsubscribe_order_book_at_interval")
        kernel.unsubscribe_snapshots(self._index, instrument_id, interval_ms)

    def subscribe_instrument(self, instrument_id: InstrumentId, *args: Any, **kwargs: Any) -> None:
        """A backtest has no updates of instruments: nothing will come."""

    def unsubscribe_instrument(self, instrument_id: InstrumentId, *args: Any, **kwargs: Any) -> None:
        """See `subscribe_instrument`."""

    subscribe_data = _no_requests("subscribe_data")
    unsubscribe_data = _no_requests("unsubscribe_data")
    subscribe_signal = _no_requests("subscribe_signal")
    subscribe_instruments = _no_requests("subscribe_instruments")
    subscribe_instrument_status = _no_requests("subscribe_instrument_status")
    subscribe_instrument_close = _no_requests("subscribe_instrument_close")
    subscribe_mark_prices = _no_requests("subscribe_mark_prices")
    subscribe_index_prices = _no_requests("subscribe_index_prices")
    subscribe_funding_rates = _no_requests("subscribe_funding_rates")
    subscribe_order_fills = _no_requests("subscribe_order_fills")
    publish_data = _no_requests("publish_data")
    publish_signal = _no_requests("publish_signal")
    request_data = _no_requests("request_data")
    request_instrument = _no_requests("request_instrument")
    request_instruments = _no_requests("request_instruments")
    request_quote_ticks = _no_requests("request_quote_ticks")
    request_trade_ticks = _no_requests("request_trade_ticks")
    request_bars = _no_requests("request_bars")
    request_aggregated_bars = _no_requests("request_aggregated_bars")
    request_order_book_snapshot = _no_requests("request_order_book_snapshot")
    request_order_book_depth = _no_requests("request_order_book_depth")
    add_synthetic = _no_requests("add_synthetic")
    update_synthetic = _no_requests("update_synthetic")
    queue_for_executor = _no_requests("queue_for_executor")
    run_in_executor: Callable[..., Any] = _no_requests("run_in_executor")


__getattr__ = _refuse.unknown(__name__)
