"""Times: nanoseconds since the UNIX epoch, UTC, and their pandas and text forms. pandas is imported when needed."""

# pyright: basic, reportMissingTypeStubs=false
# pandas comes without types.

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, TypeVar

from nautilus_trader import _refuse

if TYPE_CHECKING:
    import pandas as pd

_Frame = TypeVar("_Frame", bound="pd.DataFrame | pd.Series")


def secs_to_nanos(secs: float) -> int:
    return max(int(secs * 1_000_000_000.0), 0)


def secs_to_millis(secs: float) -> int:
    return max(int(secs * 1_000.0), 0)


def millis_to_nanos(millis: float) -> int:
    return max(int(millis * 1_000_000.0), 0)


def micros_to_nanos(micros: float) -> int:
    return max(int(micros * 1_000.0), 0)


def nanos_to_secs(nanos: int) -> float:
    return nanos / 1_000_000_000


def nanos_to_millis(nanos: int) -> int:
    return nanos // 1_000_000


def nanos_to_micros(nanos: int) -> int:
    return nanos // 1_000


def format_iso8601_nanos(nanos: int, digits: int = 3) -> str:
    """ISO 8601 with `digits` decimals of a second, e.g. 2021-03-19T13:30:00.000Z."""
    seconds, rest = divmod(nanos, 1_000_000_000)
    moment = dt.datetime.fromtimestamp(seconds, tz=dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{moment}.{f'{rest:09d}'[:digits]}Z"


def unix_nanos_to_iso8601(unix_nanos: int, nanos_precision: bool = True) -> str:
    return format_iso8601_nanos(unix_nanos, 9 if nanos_precision else 3)


def unix_nanos_to_dt(nanos: int) -> pd.Timestamp:
    import pandas as pd

    if nanos is None:  # pyright: ignore[reportUnnecessaryComparison]  # pandas would make a NaT of it
        raise TypeError("an integer is required")
    return pd.Timestamp(nanos, unit="ns", tz="UTC")  # pyright: ignore[reportReturnType]  # NaT came from None only


def maybe_unix_nanos_to_dt(nanos: int | None) -> pd.Timestamp | None:
    return None if nanos is None else unix_nanos_to_dt(nanos)


def dt_to_unix_nanos(dt: Any) -> int:
    """Of anything that `pandas.Timestamp` takes; times without a zone are UTC."""
    if dt is None:
        raise TypeError("'dt' argument was `None`")
    import pandas as pd

    stamp = dt if isinstance(dt, pd.Timestamp) else pd.Timestamp(dt)
    if stamp.tzinfo is None:
        stamp = stamp.tz_localize("UTC")
    return int(stamp.as_unit("ns").value)


def maybe_dt_to_unix_nanos(dt: Any) -> int | None:
    return None if dt is None else dt_to_unix_nanos(dt)


def format_iso8601(dt: Any, nanos_precision: bool = True) -> str:
    import pandas as pd

    if not isinstance(dt, pd.Timestamp):
        raise TypeError(f"'dt' argument not of type {pd.Timestamp}, was {type(dt)}")
    return unix_nanos_to_iso8601(dt_to_unix_nanos(dt), nanos_precision)


def format_optional_iso8601(dt: Any, nanos_precision: bool = True) -> str:
    return str(None) if dt is None else format_iso8601(dt, nanos_precision)


def is_datetime_utc(dt: dt.datetime) -> bool:
    """Whether the zone is pytz's UTC; other kinds of UTC do not count (observed on 1.221.0)."""
    if dt is None:  # pyright: ignore[reportUnnecessaryComparison]  # user code is not always typed
        raise TypeError("'dt' argument was `None`")
    return type(dt.tzinfo).__module__.startswith("pytz") and str(dt.tzinfo) == "UTC"


def is_tz_aware(time_object: Any) -> bool:
    if time_object is None:
        raise TypeError("'time_object' argument was `None`")
    index = getattr(time_object, "index", None)
    if hasattr(time_object, "columns"):
        return getattr(index, "tz", None) is not None
    return time_object.tzinfo is not None


def is_tz_naive(time_object: Any) -> bool:
    return not is_tz_aware(time_object)


def as_utc_timestamp(dt: Any) -> Any:
    """The same moment in UTC, of the same class; times without a zone are taken as UTC."""
    if dt is None:
        raise TypeError("'dt' argument was `None`")
    import pytz  # comes with pandas, as the zones that the real package returns

    if hasattr(dt, "tz_localize"):
        return dt.tz_localize("UTC") if dt.tz is None else dt.tz_convert("UTC")
    return pytz.utc.localize(dt) if dt.tzinfo is None else dt.astimezone(pytz.utc)


def as_utc_index(data: _Frame) -> _Frame:
    """The frame with its index in UTC at nanosecond resolution; an empty one as it is."""
    import pandas as pd

    if data is None:  # pyright: ignore[reportUnnecessaryComparison]  # user code is not always typed
        raise TypeError("'data' argument was `None`")
    if data.empty or not isinstance(data.index, pd.DatetimeIndex):
        return data
    index = data.index.tz_localize("UTC") if data.index.tz is None else data.index.tz_convert("UTC")
    data.index = index.as_unit("ns")
    return data


def time_object_to_dt(time_object: Any) -> pd.Timestamp | None:
    import pandas as pd

    if time_object is None:
        return None
    stamp = pd.Timestamp(time_object)
    zoned: Any = stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")
    return zoned


def max_date(date1: Any = None, date2: Any = None) -> pd.Timestamp | None:
    first, second = time_object_to_dt(date1), time_object_to_dt(date2)
    if first is None or second is None:
        return second if first is None else first
    return max(first, second)


def min_date(date1: Any = None, date2: Any = None) -> pd.Timestamp | None:
    first, second = time_object_to_dt(date1), time_object_to_dt(date2)
    if first is None or second is None:
        return second if first is None else first
    return min(first, second)


def ensure_pydatetime_utc(timestamp: pd.Timestamp | None) -> dt.datetime | None:
    if timestamp is None:
        return None
    return as_utc_timestamp(timestamp).to_pydatetime().astimezone(dt.timezone.utc)


def is_datetime64_ns_dtype(column: Any) -> bool:
    import pandas as pd

    return bool(pd.api.types.is_datetime64_ns_dtype(column))


__getattr__ = _refuse.unknown(__name__)
