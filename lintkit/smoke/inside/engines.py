"""Puts a subclass in the place of `BacktestEngine`, as the recorder does, on top of what is there already."""

from collections.abc import Callable
from importlib import import_module
from typing import Any


def extend(make: Callable[[Any], dict[str, Any]]) -> None:
    """`make(original)` gives the members to override, which call `original`'s own."""
    module: Any = import_module("nautilus_trader.backtest.engine")
    original: Any = module.BacktestEngine
    names = {"__module__": original.__module__, "__doc__": original.__doc__, **make(original)}
    module.BacktestEngine = type(original.__name__, (original,), names)


def to_ns(time: Any) -> int | None:
    """A time as `BacktestEngine.run` takes it, in nanoseconds since the epoch."""
    if time is None or isinstance(time, int):
        return time
    pandas: Any = import_module("pandas")  # only scripts that give a time that is no number get here
    return int(pandas.to_datetime(time, utc=True).value)
