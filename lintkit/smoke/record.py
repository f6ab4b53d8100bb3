"""The recorder: puts what a `BacktestEngine` publishes on the tape. Runs in the worker only, on either engine.

It uses what any user of the engine can use: a subclass of `BacktestEngine` takes the original's place before the script
is imported (so a `BacktestNode` gets it too), and subscribes to the message bus of each engine's kernel.

- Subscribed when the engine is made: 1.221 never delivers a wildcard subscription made after a topic's first event.
- With a priority above the portfolio (10) and the strategies (0): an order that a strategy sends from a handler
  publishes events of its own, which must come after the one that caused them.
- Rendered at once: an account state refers to balances that the engine changes later.

Event ids are left out. Trade ids, which each version makes in its own way, and UUIDs and memory addresses inside other
ids or rejection reasons become ordinals.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import Any

from lintkit.smoke.digest import Data
from lintkit.smoke.facts import Facts
from lintkit.smoke.logs import Logs
from lintkit.smoke.places import Places
from lintkit.smoke.tape import Event, Run, format_line, format_time
from lintkit.smoke.watch import Watch

TOPICS = ("events.order.*", "events.position.*", "events.account.*")
PRIORITY = 20

_ORDER_FIELDS = {
    "OrderDenied": ("reason",),
    "OrderReleased": ("released_price",),
    "OrderSubmitted": ("account_id",),
    "OrderRejected": ("reason", "due_post_only"),
    "OrderModifyRejected": ("venue_order_id", "reason"),
    "OrderCancelRejected": ("venue_order_id", "reason"),
    "OrderUpdated": ("venue_order_id", "quantity", "price", "trigger_price"),
    "OrderFilled": (
        *("instrument_id", "order_side", "order_type", "last_qty", "last_px", "liquidity_side", "commission"),
        *("position_id", "trade_id", "venue_order_id"),
    ),
}
_ORDER_STATE = ("venue_order_id",)
_INITIALIZED = (
    *("strategy_id", "instrument_id", "side", "order_type", "quantity", "time_in_force"),
    *("post_only", "reduce_only", "quote_quantity"),
)
_OPTIONS = (
    *("price", "trigger_price", "trigger_type", "activation_price", "limit_offset", "trailing_offset"),
    *("trailing_offset_type", "display_qty", "expire_time_ns"),
)
_RELATIONS = (
    *("emulation_trigger", "trigger_instrument_id", "contingency_type", "order_list_id", "parent_order_id"),
    *("linked_order_ids", "exec_algorithm_id", "exec_algorithm_params", "exec_spawn_id", "tags"),
)
_POSITION = (
    *("strategy_id", "instrument_id", "entry", "side", "signed_qty", "quantity", "peak_qty", "last_qty", "last_px"),
    *("avg_px_open", "avg_px_close", "realized_return", "realized_pnl", "unrealized_pnl", "duration_ns"),
    *("opening_order_id", "closing_order_id"),
)
_ADJUSTED = ("strategy_id", "instrument_id", "adjustment_type", "quantity_change", "pnl_change", "reason")

_ENUMS = {
    *("side", "entry", "order_side", "order_type", "time_in_force", "liquidity_side", "contingency_type"),
    *("emulation_trigger", "adjustment_type"),
}
_UNSET = {"NO_TRIGGER", "NO_CONTINGENCY", "NO_TRAILING_OFFSET", "DEFAULT"}
_KEYS = {
    "account_id": "account",
    "contingency_type": "contingency",
    "exec_algorithm_id": "exec_algorithm",
    "instrument_id": "instrument",
    "linked_order_ids": "linked",
    "liquidity_side": "liquidity",
    "order_list_id": "list",
    "order_side": "side",
    "order_type": "type",
    "parent_order_id": "parent",
    "position_id": "position",
    "strategy_id": "strategy",
    "tags": "tag",
}
_UUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")
_ADDRESS = re.compile(r"\b0x[0-9A-Fa-f]{6,16}\b")
_SENT = {"OrderInitialized", "OrderPendingUpdate", "OrderPendingCancel"}


class Recorder:
    """Turns published events into lines. `fault` is called before an error of the recorder itself leaves a handler."""

    def __init__(
        self, write: Callable[[str], None], fault: Callable[[Exception], None], options: "Options | None" = None
    ) -> None:
        self._write = write
        self._fault = fault
        self.options = options or Options()
        self._engines = 0
        self._ordinals: dict[str, str] = {}
        self.lines = 0
        self.facts = Facts()
        self.logs = Logs(self.record)

    def listen(self, msgbus: Any) -> "Listener":
        """Listen to a new engine."""
        self._engines += 1
        listener = Listener(self, self._engines)
        for topic in TOPICS:
            msgbus.subscribe(topic=topic, handler=listener.on_event, priority=PRIORITY)
        if self.options.signals:
            msgbus.subscribe(topic="data.Signal*", handler=listener.on_signal, priority=PRIORITY)
        if self.options.watch:
            msgbus.subscribe(topic="data.*", handler=self.options.watch.on_data, priority=PRIORITY)
        return listener

    def record(self, entry: Event | Run, mark: int | None = None) -> None:
        if self.options.watch:
            self.options.watch.on_line(self.lines)
        line = _UUID.sub(partial(self._ordinal, "uuid"), format_line(entry))
        line = _ADDRESS.sub(partial(self._ordinal, "address"), line) if "0x" in line else line
        self._write(f"{line} @{mark}" if mark else line)
        self.lines += 1

    def fault(self, error: Exception) -> None:
        self._fault(error)

    def _ordinal(self, kind: str, match: re.Match[str]) -> str:
        return self._ordinals.setdefault(match[0], f"{kind}-{len(self._ordinals) + 1}")


class Listener:
    """What the recorder knows of one engine."""

    def __init__(self, recorder: Recorder, engine: int) -> None:
        self._recorder = recorder
        self._engine = engine
        self._runs = 0
        self._streaming = False
        self._trades: dict[str, str] = {}
        self.data = Data()

    def describe(self, engine: Any, *, streaming: bool) -> None:
        """Take down what the engine is about to run."""
        self._recorder.facts.add_engine(engine, self.data, streaming=streaming)
        if self._recorder.options.prices:
            self._recorder.facts.add_prices(engine)
        if self._recorder.options.logs:
            for component in (*engine.trader.actors(), *engine.trader.strategies()):
                self._recorder.logs.watch(component)

    def start_run(self, *, streaming: bool) -> None:
        """The next chunk of streamed data continues a run: how data is cut into chunks changes no trade."""
        if not self._streaming:
            self._runs += 1
            self._trades.clear()
            self._recorder.record(Run(self._engine, self._runs))
        self._streaming = streaming

    def end_run(self) -> None:
        """What is run after it is another run."""
        self._streaming = False

    def on_event(self, event: Any) -> None:
        try:
            entry = to_event(event)
            if trade := entry.get("trade_id"):
                number = self._trades.setdefault(trade, str(len(self._trades) + 1))
                entry = replace(entry, fields=tuple((n, number if n == "trade_id" else v) for n, v in entry.fields))
            places = self._recorder.options.places
            self._recorder.record(entry, places.mark() if places and entry.kind in _SENT else None)
        except Exception as error:
            self._recorder.fault(error)
            raise

    def on_signal(self, signal: Any) -> None:
        try:
            name = type(signal).__name__.removeprefix("Signal")
            self._recorder.record(Event(signal.ts_event, "Signal", name, tuple(_field("value", signal.value))))
        except Exception as error:
            self._recorder.fault(error)
            raise


@dataclass
class Options:
    """What is recorded beside the events: `watch` ends the run early, `prices` is for a view of it."""

    places: Places | None = None
    signals: bool = False
    prices: bool = False
    watch: Watch | None = None
    logs: bool = False


def install(recorder: Recorder) -> None:
    """Put a recording engine in the place of `BacktestEngine`. Raises `ImportError` where there is no engine."""
    module: Any = import_module("nautilus_trader.backtest.engine")
    original: Any = module.BacktestEngine

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        original.__init__(self, *args, **kwargs)
        self._tape_listener = recorder.listen(self.kernel.msgbus)

    def add_venue(self: Any, *args: Any, **kwargs: Any) -> Any:
        recorder.facts.add_venue(original.add_venue, args, kwargs)
        return original.add_venue(self, *args, **kwargs)

    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        streaming = kwargs.get("streaming", args[3] if len(args) > 3 else False)  # noqa: PLR2004
        self._tape_listener.describe(self, streaming=bool(streaming))
        self._tape_listener.start_run(streaming=bool(streaming))
        return original.run(self, *args, **kwargs)

    def ending(name: str) -> Any:
        def method(self: Any) -> None:
            getattr(original, name)(self)
            self._tape_listener.end_run()

        return method

    names = {"__module__": original.__module__, "__doc__": original.__doc__, "__init__": __init__, "run": run}
    names |= {name: ending(name) for name in ("end", "reset") if hasattr(original, name)}
    if hasattr(original, "add_venue"):
        names["add_venue"] = add_venue
    module.BacktestEngine = type(original.__name__, (original,), names)


def to_event(event: Any) -> Event:
    """Read an event of either engine. An unknown kind keeps its name, time and id."""
    kind = type(event).__name__
    if kind == "OrderInitialized":
        return Event(event.ts_event, kind, str(event.client_order_id), tuple(_initialized(event)))
    if kind.startswith("Order"):
        fields = tuple(_fields(event, _ORDER_FIELDS.get(kind, _ORDER_STATE)))
        return Event(event.ts_event, kind, str(event.client_order_id), fields)
    if kind.startswith("Position"):
        fields = tuple(_fields(event, _ADJUSTED if kind == "PositionAdjusted" else _POSITION))
        return Event(event.ts_event, kind, str(event.position_id), fields)
    return Event(event.ts_event, kind, str(event.account_id), tuple(_account(event)))


def _fields(event: Any, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in names:
        value = getattr(event, name, None)
        yield from _field(name, getattr(value, "name", value) if name in _ENUMS else value)


def _field(name: str, value: Any) -> Iterator[tuple[str, str]]:
    key = _KEYS.get(name, name)
    if value is None or value is False or (isinstance(value, str) and value in _UNSET):
        return
    if isinstance(value, (list, tuple)):
        for item in value:  # pyright: ignore[reportUnknownVariableType]
            yield key, str(item)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, dict):
        yield key, json.dumps(value, sort_keys=True, default=str)
    elif isinstance(value, float):
        yield key, repr(value)
    else:
        yield key, "true" if value is True else str(value)


def _initialized(event: Any) -> Iterator[tuple[str, str]]:
    yield from _fields(event, _INITIALIZED)
    for name in _OPTIONS:
        value = event.options.get(name)
        if name != "expire_time_ns":
            yield from _field(name, value)
        elif value:
            yield "expire_time", format_time(value)
    yield from _fields(event, _RELATIONS)


def _account(event: Any) -> Iterator[tuple[str, str]]:
    balances = (f"{b.total} locked {_amount(b.locked)} free {_amount(b.free)}" for b in event.balances)
    margins = (f"{m.instrument_id} initial {_amount(m.initial)} maintenance {m.maintenance}" for m in event.margins)
    yield from (("balance", text) for text in sorted(balances, key=lambda text: text.split(" ")[1]))
    yield from (("margin", text) for text in sorted(margins))
    yield from _field("reported", event.is_reported)


def _amount(money: Any) -> str:
    return str(money).partition(" ")[0]
