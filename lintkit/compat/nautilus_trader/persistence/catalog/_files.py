"""The names of a catalog's files: the times of the first and the last item, as `2020-01-01T00-00-00-000000000Z`."""

import datetime as dt
from itertools import pairwise
from pathlib import PurePath

from nautilus_trader.core.datetime import unix_nanos_to_iso8601

Interval = tuple[int, int]
"""First and last time in nanoseconds, both included."""

_SUFFIX = ".parquet"


def file_name(start: int, end: int) -> str:
    texts = (unix_nanos_to_iso8601(time).replace(":", "-").replace(".", "-") for time in (start, end))
    return "_".join(texts) + _SUFFIX


def interval_of(path: str) -> Interval | None:
    """What the name says; nothing where it is not such a name."""
    first, separator, last = PurePath(path).stem.partition("_")
    start, end = _nanos(first), _nanos(last)
    return None if not separator or start is None or end is None else (start, end)


def _nanos(text: str) -> int | None:
    moment, _, fraction = text.rstrip("Z").rpartition("-")
    try:
        seconds = dt.datetime.strptime(moment, "%Y-%m-%dT%H-%M-%S").replace(tzinfo=dt.timezone.utc)
        nanos = int(fraction.ljust(9, "0"))
    except ValueError:
        return None
    return int(seconds.timestamp()) * 1_000_000_000 + nanos


def are_disjoint(intervals: list[Interval]) -> bool:
    ordered = sorted(intervals)
    return all(before[1] < after[0] for before, after in pairwise(ordered))


def united(intervals: list[Interval]) -> list[Interval]:
    """Those that overlap or touch as one."""
    result: list[Interval] = []
    for start, end in sorted(intervals):
        if result and start <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def missing(start: int, end: int, intervals: list[Interval]) -> list[Interval]:
    """What of a span no interval covers."""
    result: list[Interval] = []
    at = start
    for first, last in united(intervals):
        if first > end:
            break
        if first > at:
            result.append((at, first - 1))
        at = max(at, last + 1)
    if at <= end:
        result.append((at, end))
    return result
