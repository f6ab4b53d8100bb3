"""When files were written, which a checkout on another machine says otherwise. Part of the `clock` perturbation."""

import os
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from lintkit.smoke.inside.places import Readings

_PLAIN, _NANOSECONDS = slice(7, 10), 1_000_000_000
"""Access, modification and change, in whole seconds, are the 7th to 9th of a `stat_result`'s fields."""
_NAMES = ("st_atime", "st_mtime", "st_ctime")


def install(shift_secs: int, readings: Readings) -> None:
    """Shift what the project's own lines read by whole seconds."""
    os.stat = _shifted(os.stat, "os.stat", shift_secs, readings)
    os.fstat = _shifted(os.fstat, "os.fstat", shift_secs, readings)
    for name in ("getmtime", "getctime", "getatime"):
        setattr(os.path, name, _later(getattr(os.path, name), f"os.path.{name}", shift_secs, readings))


def _shifted(real: Callable[..., Any], what: str, shift_secs: int, readings: Readings) -> Callable[..., Any]:
    busy = False

    def stat(*args: Any, **kwargs: Any) -> Any:
        nonlocal busy
        found = real(*args, **kwargs)
        if busy:  # to tell whose a file is asks for files itself
            return found
        busy = True
        try:
            return shifted(found, sys._getframe(1))  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        finally:
            busy = False

    def shifted(found: os.stat_result, frame: FrameType) -> os.stat_result:
        while frame.f_back and frame.f_code.co_name == "stat" and "pathlib" in frame.f_code.co_filename:
            frame = frame.f_back  # `Path.stat`, but not `Path.exists`
        if not readings.is_users(frame.f_code.co_filename) or not readings.note(what):
            return found
        plain = list(found)
        plain[_PLAIN] = [secs + shift_secs for secs in plain[_PLAIN]]
        extra = {name: getattr(found, name) + shift_secs for name in _NAMES}
        extra |= {f"{name}_ns": getattr(found, f"{name}_ns") + shift_secs * _NANOSECONDS for name in _NAMES}
        return os.stat_result(plain, extra)

    return stat


def _later(real: Callable[..., float], what: str, shift_secs: int, readings: Readings) -> Callable[..., float]:
    def time(path: Any) -> float:
        return real(path) + (shift_secs if readings.note(what) else 0)

    return time
