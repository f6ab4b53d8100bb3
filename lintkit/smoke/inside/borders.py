"""Where a strategy's requests leave it, on either engine: what of a component can be listened to, and be replaced.

The bundled engine lets a component's parts be exchanged. Those of the real one are attributes of compiled classes:
there the component becomes one of a subclass of its own class, whose members come first.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from lintkit.smoke.inside.parts import Part

Call = Callable[[str, str, Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any]
"""Answers for a call: part, method, the real member, arguments."""
ENGINES = "nautilus_trader."
ITSELF = ""
"""The name of the part that is the component itself."""
_ASKS = {
    "clock": ("set_t", "cancel_t"),
    "order_factory": ("market", "limit", "stop", "trailing", "bracket", "create", "generate"),
}
_BUNDLED = {"_kernel": ("submit", "modify", "cancel", "subscribe", "unsubscribe", "stop_actor"), **_ASKS}
_OWN = ("submit_", "modify_", "cancel_order", "cancel_all", "close_", "subscribe_", "unsubscribe_", "market_exit")


def listen(component: Any, call: Call, is_running: Callable[[], bool]) -> str:
    """Let `call` answer for what a component asks of its engine; why that cannot be, if so.

    `is_running` tells whether a handler is: the real engine itself takes the clocks of its components by their names.
    """
    if hasattr(component, "_attach"):
        replace(component, _parts(component, _BUNDLED, call))
        return ""
    cls: type[Any] = component.__class__
    own = [name for name in dir(cls) if name.startswith(_OWN)]
    if names := [name for name in own if not _is_engines(cls, name)]:
        return f"{cls.__name__} has a `{names[0]}` of its own"
    methods = {name: _method(getattr(cls, name), call) for name in own}
    parts = _parts(component, _ASKS, call)
    _extend(component, methods | {n: _property(p, getattr(component, n), is_running) for n, p in parts.items()})
    return ""


def replace(component: Any, parts: dict[str, Any]) -> None:
    """Put other objects in the place of a component's parts."""
    if hasattr(component, "_attach"):
        component._attach(**parts)  # noqa: SLF001
    else:
        _extend(component, {name: _property(part, part, bool) for name, part in parts.items()})


def _extend(component: Any, members: dict[str, Any]) -> None:
    cls: type[Any] = component.__class__
    named = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__}
    component.__class__ = type(cls.__name__, (cls,), {**named, **members})


def handlers(component: Any) -> list[str]:
    """The engine's handlers that the user's class has itself; the engine calls no others."""
    classes = type(component).__mro__
    own = {name for cls in classes if not cls.__module__.startswith(ENGINES) for name in vars(cls)}
    known = {name for cls in classes if cls.__module__.startswith(ENGINES) for name in vars(cls)}
    return sorted(name for name in own & known if name.startswith("on_") and name not in ("on_save", "on_load"))


def unsubscribe(component: Any, name: str, args: tuple[Any, ...]) -> None:
    """End a subscription that was asked for at this border."""
    if hasattr(component, "_kernel"):
        getattr(component._kernel, name)(*args)  # noqa: SLF001
    else:
        getattr(component, name)(args[0])


def _is_engines(cls: type, name: str) -> bool:
    owner = next(one for one in cls.__mro__ if name in vars(one))
    return owner.__module__.startswith(ENGINES)


def _parts(component: Any, asked: dict[str, tuple[str, ...]], call: Call) -> dict[str, Any]:
    real = {name: getattr(component, name, None) for name in asked}
    return {name: Part(part, asked[name], partial(call, name)) for name, part in real.items() if part is not None}


def _method(real: Callable[..., Any], call: Call) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return call(ITSELF, real.__name__, partial(real, self), args, kwargs)

    return method


def _property(part: Any, real: Any, is_running: Callable[[], bool]) -> property:
    return property(lambda _component: part if is_running() else real)
