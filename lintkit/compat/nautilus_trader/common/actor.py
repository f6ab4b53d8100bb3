"""The base class of actors."""

from collections.abc import Callable
from typing import Any

from lintkit._engine import BarType, ComponentId, InstrumentId, Logger
from nautilus_trader import _refuse
from nautilus_trader.common._requests import Requests
from nautilus_trader.common.config import ActorConfig, ImportableActorConfig
from nautilus_trader.common.signal import generate_signal_class
from nautilus_trader.model.data import DataType

_NOT_HERE = """
active_task_ids cancel_all_tasks cancel_task dispose greeks handle_bar handle_bars handle_event
handle_historical_bar handle_historical_data handle_historical_funding_rate handle_historical_order_book_deltas
handle_historical_order_book_depth handle_historical_quote_tick handle_historical_trade_tick handle_instruments
handle_option_chain handle_option_greeks handle_order_book handle_order_book_deltas handle_order_book_depth
handle_quote_tick handle_quote_ticks handle_trade_tick handle_trade_ticks has_active_tasks has_any_tasks
has_queued_tasks queued_task_ids register_base reset resume start state type unsubscribe_option_chain
unsubscribe_option_greeks
"""


@_refuse.members(_NOT_HERE)
class Actor(Requests):
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
        self._fed: list[tuple[str, Any, Any]] = []
        self._pending = {}
        self._signal_classes: dict[str, type] = {}
        self._warning_events: set[type] = set()

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

    def register_warning_event(self, event: type) -> None:
        self._warning_events.add(event)

    def deregister_warning_event(self, event: type) -> None:
        self._warning_events.discard(event)

    def save(self) -> dict[str, bytes]:
        return self.on_save()

    def load(self, state: dict[str, bytes]) -> None:
        if state:
            self.on_load(state)

    def shutdown_system(self, reason: str | None = None) -> None:
        _refuse.refuse("Actor.shutdown_system")

    def degrade(self) -> None:
        _refuse.refuse("Actor.degrade")

    def fault(self) -> None:
        _refuse.refuse("Actor.fault")

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
    def on_option_chain(self, option_chain: Any) -> None: ...
    def on_option_greeks(self, greeks: Any) -> None: ...
    def on_bar(self, bar: Any) -> None: ...
    def on_data(self, data: Any) -> None: ...
    def on_signal(self, signal: Any) -> None: ...
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

    def _register(self, indicator: Any, kind: str, key: Any) -> None:
        self._fed.append((kind, key, indicator))
        if indicator not in self._indicators:
            self._indicators.append(indicator)

    def register_indicator_for_quote_ticks(self, instrument_id: InstrumentId, indicator: Any) -> None:
        self._require_engine("register_indicator_for_quote_ticks").feed_quotes(self._index, instrument_id, indicator)
        self._register(indicator, "quotes", instrument_id)

    def register_indicator_for_trade_ticks(self, instrument_id: InstrumentId, indicator: Any) -> None:
        self._require_engine("register_indicator_for_trade_ticks").feed_trades(self._index, instrument_id, indicator)
        self._register(indicator, "trades", instrument_id)

    def register_indicator_for_bars(self, bar_type: BarType, indicator: Any) -> None:
        self._require_engine("register_indicator_for_bars").feed_bars(self._index, bar_type, indicator)
        self._register(indicator, "bars", bar_type.standard())

    # Publications

    def publish_data(self, data_type: DataType, data: Any) -> None:
        self._require_engine("publish_data")
        if not isinstance(data, data_type.type):
            raise TypeError(f"'data' argument not of type {data_type.type}, was {type(data)}")
        self.msgbus.publish(f"data.{data_type.topic}", data)

    def publish_signal(self, name: str, value: float | str, ts_event: int = 0) -> None:
        """The value's class names the signal's: `Signal{Name}`."""
        self._require_engine("publish_signal")
        if type(value) not in (int, float, str):
            raise KeyError("'value' not contained in 'int, float, str' collection")
        cls = self._signal_classes.get(name)
        if cls is None:
            cls = self._signal_classes[name] = generate_signal_class(name, type(value))
        now = self.clock.timestamp_ns()
        self.publish_data(DataType(cls), cls(value=value, ts_event=ts_event or now, ts_init=now))

    # What a backtest has no use for

    def register_executor(self, loop: Any, executor: Any) -> None:
        _refuse.refuse("Actor.register_executor")

    def queue_for_executor(self, func: Callable[..., Any], args: Any = None, kwargs: Any = None) -> Any:
        """Without an executor the function runs at once, as in the real backtest."""
        func(*(args or ()), **(kwargs or {}))

    def run_in_executor(self, func: Callable[..., Any], args: Any = None, kwargs: Any = None) -> Any:
        """See `queue_for_executor`."""
        func(*(args or ()), **(kwargs or {}))

    def add_synthetic(self, synthetic: Any) -> None:
        _refuse.refuse("Actor.add_synthetic")

    def update_synthetic(self, synthetic: Any) -> None:
        _refuse.refuse("Actor.update_synthetic")


__getattr__ = _refuse.unknown(__name__)
