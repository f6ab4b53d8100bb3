"""Cuts the tables that a script reads at a time: readers of pandas, polars and pyarrow, and the `csv` module.

A table is cut where it has a time axis that overlaps the data of the backtest: its index, or its first column of times
(text, or seconds to nanoseconds since the epoch). What is read by other means is not cut.
"""

import csv
import re
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any

from lintkit.smoke.inside.late import when_imported

_SECOND = 1_000_000_000
_UNITS = (1, 1_000, 1_000_000, _SECOND)
"""Nanoseconds, microseconds, milliseconds, seconds."""
_OLDEST, _NEWEST = 315_532_800, 4_102_444_800
"""1980 and 2100, in seconds: numbers in between, in some unit, may be times."""
_NAMED = re.compile(r"date|time|(^|_)ts($|_)|^t$|epoch", re.IGNORECASE)
_DATED = re.compile(r"\d{4}[-/.]?\d\d[-/.]?\d\d")
_PANDAS = ("csv", "table", "parquet", "feather", "pickle", "hdf", "json", "excel", "orc", "fwf")
_POLARS = ("csv", "parquet", "ipc", "json", "ndjson")
_ARROW = {"pyarrow.parquet": "read_table", "pyarrow.feather": "read_table", "pyarrow.csv": "read_csv"}
_READERS = ("pandas", "polars", "pyarrow", "nautilus_trader", "lintkit")
"""Who reads through pyarrow for others: pandas and polars have cut it themselves, engines want all of it."""


class Cut:
    """The time of the cut, and the span of the backtest's data, by which a table's time axis is told from the rest."""

    def __init__(self, at_ns: int, first_ns: int, last_ns: int, tell: Callable[..., None]) -> None:
        self.at_ns = at_ns
        self._first_ns = first_ns
        self._last_ns = last_ns
        self._tell = tell

    def overlaps(self, first_ns: int, last_ns: int) -> bool:
        return first_ns <= self._last_ns and last_ns >= self._first_ns

    def note(self, reader: str, rows: int) -> None:
        self._tell("table", reader=reader, rows=rows)


def install(cut: Cut) -> None:
    _replace_csv(cut)
    when_imported("pandas", lambda module: _replace_readers(module, "pandas", _PANDAS, cut, _cut_pandas))
    when_imported("polars", lambda module: _replace_readers(module, "polars", _POLARS, cut, _cut_polars))
    for name in _ARROW:
        when_imported(name, lambda module, name=name: _replace_arrow(module, name, cut))


def unit_of(value: float) -> int | None:
    """How many nanoseconds a number counts in, if it can be a time."""
    return next((unit for unit in _UNITS if _OLDEST <= value * unit / _SECOND < _NEWEST), None)


def _replace_readers(
    module: Any, library: str, kinds: tuple[str, ...], cut: Cut, shorten: Callable[[Any, Any, Cut], Any]
) -> None:
    for kind in kinds:
        name = f"read_{kind}"
        if (real := getattr(module, name, None)) is None:
            continue

        def read(*args: Any, real: Callable[..., Any] = real, name: str = name, **kwargs: Any) -> Any:
            table = real(*args, **kwargs)
            if not isinstance(table, module.DataFrame):
                return table
            short = shorten(module, table, cut)
            if len(short) < len(table):
                cut.note(f"{library}.{name}", len(table) - len(short))
            return short

        read.__name__ = name
        setattr(module, name, read)


def _cut_pandas(pd: Any, table: Any, cut: Cut) -> Any:
    for axis in (table.index, *(table[column] for column in table.columns)):
        times = _times(pd, axis)
        if times is not None and len(times) and cut.overlaps(int(times.min()), int(times.max())):
            return table[times <= cut.at_ns]
    return table


def _times(pd: Any, axis: Any) -> Any:
    """The values of an index or column as nanoseconds since the epoch; None when they are not all times."""
    kinds = pd.api.types
    if kinds.is_datetime64_any_dtype(axis.dtype):
        moments = pd.DatetimeIndex(axis)
    elif kinds.is_numeric_dtype(axis.dtype) and not kinds.is_bool_dtype(axis.dtype):
        if not len(axis) or pd.isna(axis).any():
            return None
        units = {unit_of(float(axis.min())), unit_of(float(axis.max()))}
        unit = units.pop()
        return None if units or unit is None else axis.to_numpy() * unit
    elif (
        _NAMED.search(str(axis.name))
        and len(axis)
        and _DATED.match(str(axis[axis.index[0]] if hasattr(axis, "index") else axis[0]))
    ):
        moments = pd.DatetimeIndex(pd.to_datetime(pd.Index(axis), utc=True, errors="coerce"))
    else:
        return None
    if moments.hasnans:
        return None
    naive = moments if moments.tz is None else moments.tz_convert(None)
    return naive.as_unit("ns").asi8


def _cut_polars(pl: Any, table: Any, cut: Cut) -> Any:
    for name, kind in table.schema.items():
        column = table[name]
        if kind in (pl.Datetime, pl.Date):
            times = column.cast(pl.Datetime("ns")).cast(pl.Int64)
        elif kind.is_integer() and len(column) and column.null_count() == 0:
            unit = unit_of(float(column.max()))
            if unit is None or unit != unit_of(float(column.min())):
                continue
            times = column.cast(pl.Int64) * unit
        else:
            continue
        if len(times) and times.null_count() == 0 and cut.overlaps(times.min(), times.max()):
            return table.filter(times <= cut.at_ns)
    return table


def _replace_arrow(module: Any, library: str, cut: Cut) -> None:
    name = _ARROW[library]
    real: Callable[..., Any] = getattr(module, name)

    def read(*args: Any, **kwargs: Any) -> Any:
        table = real(*args, **kwargs)
        caller: str = sys._getframe(1).f_globals.get("__name__", "")  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        if caller.partition(".")[0] in _READERS:
            return table
        short = _cut_arrow(table, cut)
        if len(short) < len(table):
            cut.note(f"{library}.{name}", len(table) - len(short))
        return short

    read.__name__ = name
    setattr(module, name, read)


def _cut_arrow(table: Any, cut: Cut) -> Any:
    arrow: Any = sys.modules["pyarrow"]
    for column in table.columns:
        kind = column.type
        if column.null_count or not len(column):
            continue
        if arrow.types.is_timestamp(kind):
            times = column.cast(arrow.timestamp("ns", kind.tz)).cast(arrow.int64()).to_pylist()
        elif arrow.types.is_integer(kind):
            numbers = column.to_pylist()
            unit = unit_of(float(max(numbers)))
            if unit is None or unit != unit_of(float(min(numbers))):
                continue
            times = [number * unit for number in numbers]
        else:
            continue
        if cut.overlaps(min(times), max(times)):
            return table.filter(arrow.array([time <= cut.at_ns for time in times]))
    return table


def _replace_csv(cut: Cut) -> None:
    real = csv.reader

    def reader(*args: Any, **kwargs: Any) -> Any:
        return _Rows(real(*args, **kwargs), cut)

    csv.reader = reader  # pyright: ignore[reportAttributeAccessIssue]  # `csv.DictReader` takes it from here


class _Rows:
    """A `csv.reader` that leaves out the rows after the cut."""

    def __init__(self, rows: Any, cut: Cut) -> None:
        self._rows = rows
        self._cut = cut
        self._column: int | None = None
        self._dropped = 0

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        while True:
            row = next(self._rows)
            if self._column is None:
                self._column = next((at for at, text in enumerate(row) if to_time(text) is not None), None)
            text = row[self._column] if self._column is not None and self._column < len(row) else ""
            time = to_time(text)
            if time is None or time <= self._cut.at_ns or not self._cut.overlaps(time, time):
                return row
            self._dropped += 1
            if self._dropped & (self._dropped - 1) == 0:  # powers of two: a file may have millions of rows
                self._cut.note("csv.reader", self._dropped)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rows, name)


def to_time(text: str) -> int | None:
    """A field of text as nanoseconds since the epoch, if it is a time."""
    try:
        number = float(text)
    except ValueError:
        pass
    else:
        unit = unit_of(number)
        return None if unit is None else int(text) * unit if text.isdigit() else int(number * unit)
    if not _DATED.match(text):
        return None
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return int(moment.timestamp() * 1_000_000) * 1_000
