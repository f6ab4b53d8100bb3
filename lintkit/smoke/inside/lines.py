"""Cuts text files that a script reads line by line, or as a whole: `open`, `Path.read_text`, numpy's `loadtxt`.

A file is cut where its lines are fields with a time among them that overlaps the data of the backtest. Who reads
tables by itself (`tables.py`), and the engines, see the whole file.
"""

import builtins
import io
import sys
from typing import Any

from lintkit.smoke.inside.tables import Cut, to_time

_LOOKED_AT = 5
"""Lines, after which a file without a time is none."""
_SEPARATORS = (",", ";", "\t", "|", None)
_READERS = ("pandas", "polars", "nautilus_trader", "lintkit")


def install(cut: Cut) -> None:
    real: Any = io.open

    def open_(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        opened = real(file, mode, *args, **kwargs)
        caller: str = sys._getframe(1).f_globals.get("__name__", "")  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        if set(mode) - set("rtU") or caller.partition(".")[0] in _READERS or not opened.seekable():
            return opened
        return _shorten(opened, cut)

    open_.__name__ = "open"
    builtins.open = io.open = open_


def _shorten(file: Any, cut: Cut) -> Any:
    """The file itself, back at its start, or its lines until the cut."""
    head = [file.readline() for _ in range(_LOOKED_AT)]
    place = next((found for line in head if (found := _time_in(line, cut))), None)
    file.seek(0)
    if place is None:
        return file
    separator, column = place
    lines = file.read().splitlines(keepends=True)
    kept = [line for line in lines if not _is_late(line.split(separator), column, cut)]
    if len(kept) == len(lines):
        file.seek(0)
        return file
    cut.note("open", len(lines) - len(kept))
    short = io.TextIOWrapper(io.BytesIO("".join(kept).encode(file.encoding, file.errors or "strict")), file.encoding)
    file.close()
    return short


def _time_in(line: str, cut: Cut) -> tuple[str | None, int] | None:
    """How to split a line, and which field of it is its time."""
    for separator in _SEPARATORS:
        fields = line.split(separator)
        if len(fields) > 1:
            times = (to_time(field.strip().strip('"')) for field in fields)
            column = next((at for at, time in enumerate(times) if time is not None and cut.overlaps(time, time)), None)
            return None if column is None else (separator, column)
    return None


def _is_late(fields: list[str], column: int, cut: Cut) -> bool:
    time = to_time(fields[column].strip().strip('"')) if column < len(fields) else None
    return time is not None and time > cut.at_ns and cut.overlaps(time, time)
