"""Strategies as the engine sees them: what they ask of it, recorded in one process and asked again in another.

A moment is a call of a component's handler: the component's id and how many calls it had before. The engine is
deterministic, so that the same subscriptions, timers and orders bring about the same moments.
"""

import io
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from lintkit.smoke.inside import borders

CALL = tuple[str, str, str, tuple[Any, ...], dict[str, Any]]
"""Component, its part, method, arguments."""
Moments = dict[tuple[str, int], list[CALL]]


class Recorded:
    """The first life."""

    def __init__(self) -> None:
        self.moments: Moments = {}
        self._now: list[_Moment] = []
        self._counts: dict[str, int] = {}

    def watch(self, component: Any) -> str:
        """Take down what a component asks for; why that cannot be, if so."""
        name = str(component.id)
        for handler in borders.handlers(component):
            setattr(component, handler, self._moment(name, getattr(component, handler)))

        def call(part: str, method: str, member: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            return self._asked(name, part, method, member, args, kwargs)

        return borders.listen(component, call, lambda: bool(self._now))

    def _moment(self, name: str, handler: Callable[..., Any]) -> Callable[..., Any]:
        def handle(*args: Any, **kwargs: Any) -> Any:
            count = self._counts[name] = self._counts.get(name, 0) + 1
            self._now.append(_Moment(name, count))
            try:
                return handler(*args, **kwargs)
            finally:
                self._now.pop()

        return handle

    def _asked(
        self, name: str, part: str, method: str, member: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        moment = self._now[-1] if self._now else None
        if moment is not None and not moment.is_asking:  # what a request itself asks for comes about by itself
            named = {key: Callback if callable(a) else a for key, a in kwargs.items()}
            asked = (name, part, method, tuple(Callback if callable(a) else a for a in args), named)
            self.moments.setdefault((moment.name, moment.count), []).append(asked)
        if part == "clock":
            args = tuple(self._moment(name, a) if callable(a) else a for a in args)
            kwargs = {key: self._moment(name, a) if callable(a) else a for key, a in kwargs.items()}
        if moment is None:
            return member(*args, **kwargs)
        before, moment.is_asking = moment.is_asking, True
        try:
            return member(*args, **kwargs)
        finally:
            moment.is_asking = before


@dataclass
class _Moment:
    """A handler that is running. `is_asking`: it waits for something that it asked for."""

    name: str
    count: int
    is_asking: bool = False


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
        for handler in borders.handlers(component):
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
        args = tuple(self._repeat if a is Callback else self._present(a) for a in args)
        kwargs = {key: self._repeat if a is Callback else self._present(a) for key, a in kwargs.items()}
        made = getattr(getattr(self.component, part) if part else self.component, method)(*args, **kwargs)
        if part == "order_factory":
            _keep(made)
        if method.startswith("subscribe_"):
            self._subscribed[method.removeprefix("subscribe_"), args or tuple(kwargs.values())] = None
        elif method.startswith("unsubscribe_"):
            self._subscribed.pop((method.removeprefix("unsubscribe_"), args or tuple(kwargs.values())), None)

    def _present(self, value: Any) -> Any:
        """What stands for an object of the first life's, in this one."""
        if isinstance(value, list):
            return [self._present(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(value, _Kept):
            return value
        if value.kind == "position":
            return self.component.cache.position(value.key)
        return _kept.get(value.key) or self.component.cache.order(value.key)

    def stop(self, *, graceful: bool) -> None:
        """The end of the first life: `on_stop` as it was, then timers and subscriptions go with the process."""
        component = self.component
        if graceful and component.is_running and "on_stop" in vars(component):
            component.on_stop()
        for name in list(component.clock.timer_names):
            component.clock.cancel_timer(name)
        for name, args in self._subscribed:
            borders.unsubscribe(component, f"unsubscribe_{name}", args)

    def revive(self, state: dict[str, bytes] | None) -> None:
        self._is_alive = True
        if state:
            self.component.on_load(state)
        self.component.on_start()


class Callback:
    """Stands for a callable of the first life's."""


@dataclass(frozen=True)
class _Kept:
    """Stands for an order, a list of orders or a position of the first life's; `key` is its id."""

    kind: str
    key: Any


_ghosts: dict[str, Ghost] = {}
_kept: dict[Any, Any] = {}


def _keep(made: Any) -> None:
    if hasattr(made, "client_order_id"):
        _kept[made.client_order_id] = made
    elif hasattr(made, "orders"):
        _kept[made.id] = made
        for order in made.orders:
            _keep(order)


class _Pickler(pickle.Pickler):
    """Engine objects go by what they are called: they are made anew in the other process."""

    def persistent_id(self, obj: Any) -> Any:
        cls: Any = type(obj)  # pyright: ignore[reportUnknownVariableType]
        if not cls.__module__.startswith(borders.ENGINES):
            return None
        if hasattr(obj, "client_order_id") and hasattr(obj, "is_closed"):
            return "order", obj.client_order_id
        if hasattr(obj, "orders") and hasattr(obj, "first"):
            return "order", obj.id
        if hasattr(obj, "signed_decimal_qty") and hasattr(obj, "id"):
            return "position", obj.id
        if cls.__module__.endswith((".identifiers", ".objects", ".data")):
            return "text", cls.__module__, cls.__name__, str(obj)
        return None


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, pid: Any) -> Any:
        if pid[0] != "text":
            return _Kept(*pid)
        cls: Any = getattr(import_module(pid[1]), pid[2])
        return cls.from_str(pid[3]) if hasattr(cls, "from_str") else cls(pid[3])


def save(left: dict[str, Any]) -> bytes:
    """Raises what `pickle` raises for what cannot go to another process."""
    file = io.BytesIO()
    _Pickler(file).dump(left)
    return file.getvalue()


def load(data: bytes) -> dict[str, Any]:
    return _Unpickler(io.BytesIO(data)).load()  # our own file, made by the first life a moment ago
