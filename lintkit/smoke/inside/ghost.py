"""Strategies as the engine sees them: what they ask of it, recorded in one process and asked again in another.

A moment is a call of a component's handler: the component's id and how many calls it had before. The engine is
deterministic, so that the same subscriptions, timers and orders bring about the same moments.
"""

import io
import pickle
from collections.abc import Callable
from importlib import import_module
from typing import Any

from lintkit.smoke.inside.parts import Part

CALL = tuple[str, str, str, tuple[Any, ...], dict[str, Any]]
"""Component, its part, method, arguments."""
Moments = dict[tuple[str, int], list[CALL]]
_ASKS = {
    "_kernel": ("submit", "modify", "cancel", "subscribe", "unsubscribe", "stop_actor"),
    "clock": ("set_t", "cancel_t"),
    "order_factory": ("market", "limit", "stop", "trailing", "bracket", "create", "generate"),
}
_ENGINES = "nautilus_trader."


def _handlers(component: Any) -> list[str]:
    """The engine's handlers that the user's class has itself; the engine calls no others."""
    classes = type(component).__mro__
    own = {name for cls in classes if not cls.__module__.startswith(_ENGINES) for name in vars(cls)}
    known = {name for cls in classes if cls.__module__.startswith(_ENGINES) for name in vars(cls)}
    return sorted(name for name in own & known if name.startswith("on_") and name not in ("on_save", "on_load"))


class Recorded:
    """The first life."""

    def __init__(self) -> None:
        self.moments: Moments = {}
        self._now: list[tuple[str, int]] = []
        self._counts: dict[str, int] = {}

    def watch(self, component: Any) -> None:
        name = str(component.id)
        for handler in _handlers(component):
            setattr(component, handler, self._moment(name, getattr(component, handler)))
        parts = {part: self._part(name, part, getattr(component, part, None), asks) for part, asks in _ASKS.items()}
        component._attach(**{part: real for part, real in parts.items() if real is not None})  # noqa: SLF001

    def _moment(self, name: str, handler: Callable[..., Any]) -> Callable[..., Any]:
        def handle(*args: Any, **kwargs: Any) -> Any:
            count = self._counts[name] = self._counts.get(name, 0) + 1
            self._now.append((name, count))
            try:
                return handler(*args, **kwargs)
            finally:
                self._now.pop()

        return handle

    def _part(self, name: str, part: str, real: Any, asks: tuple[str, ...]) -> Part | None:
        if real is None:
            return None

        def call(method: str, member: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            if self._now:
                named = {key: Callback if callable(a) else a for key, a in kwargs.items()}
                asked = (name, part, method, tuple(Callback if callable(a) else a for a in args), named)
                self.moments.setdefault(self._now[-1], []).append(asked)
            if part == "clock":
                args = tuple(self._moment(name, a) if callable(a) else a for a in args)
                kwargs = {key: self._moment(name, a) if callable(a) else a for key, a in kwargs.items()}
            return member(*args, **kwargs)

        return Part(real, asks, call)


class Ghost:
    """A component of the second life: until `revive`, an empty shell that asks what its forerunner asked."""

    def __init__(self, component: Any, moments: Moments) -> None:
        self.component = component
        self._name = str(component.id)
        self._moments = moments
        self._count = 0
        self._is_alive = False
        self._subscribed: dict[tuple[str, tuple[Any, ...]], None] = {}
        _ghosts[self._name] = self
        for handler in _handlers(component):
            setattr(component, handler, self._shell(getattr(component, handler)))

    def _shell(self, handler: Callable[..., Any]) -> Callable[..., Any]:
        def handle(*args: Any, **kwargs: Any) -> Any:
            return handler(*args, **kwargs) if self._is_alive else self._repeat()

        return handle

    def _repeat(self, *_event: Any) -> None:
        if self._is_alive:
            return  # a timer of the first life
        self._count += 1
        for name, part, method, args, kwargs in self._moments.get((self._name, self._count), ()):
            _ghosts[name].ask(part, method, args, kwargs)

    def ask(self, part: str, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        args = tuple(self._repeat if a is Callback else _now(a) for a in args)
        kwargs = {key: self._repeat if a is Callback else _now(a) for key, a in kwargs.items()}
        made = getattr(getattr(self.component, part), method)(*args, **kwargs)
        if part == "order_factory":
            _keep(made)
        if method.startswith("subscribe_"):
            self._subscribed[method.removeprefix("subscribe_"), args] = None
        elif method.startswith("unsubscribe_"):
            self._subscribed.pop((method.removeprefix("unsubscribe_"), args), None)

    def stop(self, *, graceful: bool) -> None:
        """The end of the first life: `on_stop` as it was, then timers and subscriptions go with the process."""
        component = self.component
        if graceful and component.is_running and "on_stop" in vars(component):
            component.on_stop()
        for name in list(component.clock.timer_names):
            component.clock.cancel_timer(name)
        for name, args in self._subscribed:
            getattr(component._kernel, f"unsubscribe_{name}")(*args)  # noqa: SLF001

    def revive(self, state: dict[str, bytes] | None) -> None:
        self._is_alive = True
        if state:
            self.component.on_load(state)
        self.component.on_start()


class Callback:
    """Stands for a callable of the first life's."""


class _Order:
    """Stands for an order or a list of orders of the first life's."""

    def __init__(self, key: str) -> None:
        self.key = key


_ghosts: dict[str, Ghost] = {}
_kept: dict[str, Any] = {}


def _keep(made: Any) -> None:
    if hasattr(made, "client_order_id"):
        _kept[str(made.client_order_id)] = made
    elif hasattr(made, "orders"):
        _kept[str(made.id)] = made
        for order in made.orders:
            _keep(order)


def _now(value: Any) -> Any:
    if isinstance(value, _Order):
        return _kept[value.key]
    return [_now(item) for item in value] if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType]


class _Pickler(pickle.Pickler):
    """Engine objects go by what they are called: they are made anew in the other process."""

    def persistent_id(self, obj: Any) -> Any:
        cls: Any = type(obj)  # pyright: ignore[reportUnknownVariableType]
        if not cls.__module__.startswith(_ENGINES):
            return None
        if hasattr(obj, "client_order_id") and hasattr(obj, "is_closed"):
            return "order", str(obj.client_order_id)
        if hasattr(obj, "orders") and hasattr(obj, "first"):
            return "order", str(obj.id)
        if cls.__module__.endswith((".identifiers", ".objects", ".data")):
            return "text", cls.__module__, cls.__name__, str(obj)
        return None


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, pid: Any) -> Any:
        if pid[0] == "order":
            return _Order(pid[1])
        cls: Any = getattr(import_module(pid[1]), pid[2])
        return cls.from_str(pid[3]) if hasattr(cls, "from_str") else cls(pid[3])


def save(left: dict[str, Any]) -> bytes:
    """Raises what `pickle` raises for what cannot go to another process."""
    file = io.BytesIO()
    _Pickler(file).dump(left)
    return file.getvalue()


def load(data: bytes) -> dict[str, Any]:
    return _Unpickler(io.BytesIO(data)).load()  # our own file, made by the first life a moment ago
