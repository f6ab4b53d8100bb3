"""What the user's strategies and actors log, for the tape: their `log` becomes one that tells. Runs in the worker.

`log` is a read-only attribute on either engine, which a property of the user's own class stands before. What the engine
logs for them goes another way, and so does what is logged before the run.

Standard library only.
"""

from collections.abc import Callable
from typing import Any, cast

from lintkit.smoke.tape import Event

LEVELS = ("debug", "info", "warning", "error", "critical", "exception")
_HOUSE = "nautilus_trader."


class Logs:
    """`record` gets an event for each call."""

    def __init__(self, record: Callable[[Event], None]) -> None:
        self._record = record
        self._watched: set[type] = set()

    def watch(self, component: Any) -> None:
        """Listen to a component; to those of NautilusTrader's own classes nobody can."""
        kind = cast("Any", type(component))
        if kind.__module__.startswith(_HOUSE) or not self._watched.isdisjoint(kind.__mro__):
            return  # a subclass of a watched class has its property already
        self._watched.add(kind)
        found: list[Any] = [vars(one)["log"] for one in kind.__mro__ if "log" in vars(one)]
        real: Callable[..., Any] = found[0].__get__

        def log(this: Any) -> Any:
            return _Log(real(this, type(this)), this, self._record)

        kind.log = property(log)


class _Log:
    def __init__(self, real: Any, component: Any, record: Callable[[Event], None]) -> None:
        self._real = real
        self._component = component
        self._record = record

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._real, name)
        if name not in LEVELS:
            return member

        def tell(message: Any, *args: Any, **kwargs: Any) -> Any:
            fields = (("level", name), ("message", str(message)))
            self._record(Event(self._component.clock.timestamp_ns(), "Log", str(self._component.id), fields))
            return member(message, *args, **kwargs)

        return tell
