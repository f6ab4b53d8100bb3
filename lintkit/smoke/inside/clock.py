"""A wall clock of our own: shifted, of another speed, and the same in every run.

Settings: `shift_secs`, `speed`, `only`. Each reading advances the clock by a millisecond times `speed`, so that a run
with the same settings reads the same times again; sleeping advances it by the time slept.

`time`'s functions are replaced in their module before the script can import them, `datetime`'s constructors in the
type's own dictionary: `datetime` stays the same class, for C code too (pandas' `Timestamp.now` asks it). What asks the
operating system itself is reached by `native.py`, on Linux.
"""

import atexit
import ctypes
import datetime as dt
import gc
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

from lintkit.smoke.inside import native, stamps
from lintkit.smoke.inside.places import Places, Readings

START_NS = 1_767_607_200_000_000_000
"""Monday, 2026-01-05 10:00 UTC."""
STEP_NS = 1_000_000
_SECOND = 1_000_000_000
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001  # naive, as what `now()` gives


class Clock:
    def __init__(self, settings: dict[str, Any], readings: Readings) -> None:
        self._shift_ns = int(settings.get("shift_secs", 0) * _SECOND)
        self._speed = settings.get("speed", 1)
        self._passed_ns = 0
        self._readings = readings

    def wall_ns(self, what: str) -> int:
        changed = self._readings.note(what)
        self._passed_ns += STEP_NS
        return self._at(self._passed_ns, changed=changed) + START_NS

    def elapsed_ns(self, what: str, real: Callable[[], int]) -> int:
        """For clocks without an epoch: libraries that wait by them go on doing so."""
        caller = sys._getframe(2)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        if not self._readings.is_users(caller.f_code.co_filename):
            return real()
        return self.wall_ns(what) - START_NS

    def sleep(self, seconds: float) -> None:
        self._passed_ns += int(seconds * _SECOND)

    def _at(self, passed_ns: int, *, changed: bool) -> int:
        return int(passed_ns * self._speed) + self._shift_ns if changed else passed_ns


def install(settings: dict[str, Any], places: Places, tell: Callable[..., None]) -> None:
    readings = Readings("clock", places, tell, settings)
    clock = Clock(settings, readings)
    stamps.install(int(settings.get("shift_secs", 0)), readings)
    _replace_time(clock)
    _replace_datetime(clock)
    uuid._generate_time_safe = None  # noqa: SLF001  # pyright: ignore[reportAttributeAccessIssue]
    uuid._UuidCreate = None  # noqa: SLF001  # pyright: ignore[reportAttributeAccessIssue]
    native.install(clock)


def _replace_time(clock: Clock) -> None:
    monotonic_ns, perf_counter_ns, process_time_ns = time.monotonic_ns, time.perf_counter_ns, time.process_time_ns
    replaced: dict[str, Callable[..., Any]] = {
        "time": lambda: clock.wall_ns("time.time") / _SECOND,
        "time_ns": lambda: clock.wall_ns("time.time_ns"),
        "monotonic": lambda: clock.elapsed_ns("time.monotonic", monotonic_ns) / _SECOND,
        "monotonic_ns": lambda: clock.elapsed_ns("time.monotonic_ns", monotonic_ns),
        "perf_counter": lambda: clock.elapsed_ns("time.perf_counter", perf_counter_ns) / _SECOND,
        "perf_counter_ns": lambda: clock.elapsed_ns("time.perf_counter_ns", perf_counter_ns),
        "process_time": lambda: clock.elapsed_ns("time.process_time", process_time_ns) / _SECOND,
        "process_time_ns": lambda: clock.elapsed_ns("time.process_time_ns", process_time_ns),
    }
    for name, function in replaced.items():
        function.__name__ = name
        setattr(time, name, function)
    _replace_defaults(clock)
    sleep = time.sleep

    def advancing_sleep(secs: float) -> None:
        sleep(secs)
        clock.sleep(secs)

    time.sleep = advancing_sleep
    if hasattr(time, "clock_gettime"):
        gettime, gettime_ns = time.clock_gettime, time.clock_gettime_ns
        wall = {time.CLOCK_REALTIME, getattr(time, "CLOCK_REALTIME_COARSE", time.CLOCK_REALTIME)}

        def clock_gettime(clk_id: int) -> float:
            return clock.wall_ns("time.clock_gettime") / _SECOND if clk_id in wall else gettime(clk_id)

        def clock_gettime_ns(clk_id: int) -> int:
            return clock.wall_ns("time.clock_gettime_ns") if clk_id in wall else gettime_ns(clk_id)

        time.clock_gettime = clock_gettime
        time.clock_gettime_ns = clock_gettime_ns


def _replace_defaults(clock: Clock) -> None:
    """The functions that take the present when they are given no time."""
    for name in ("localtime", "gmtime", "ctime"):
        setattr(time, name, _of_now(clock, name, getattr(time, name)))
    real_strftime, real_asctime = time.strftime, time.asctime

    def strftime(format: str, *when: Any) -> str:  # noqa: A002  # as it is called in `time`
        return real_strftime(format, *(when or (time.localtime(),)))

    def asctime(*when: Any) -> str:
        return real_asctime(*(when or (time.localtime(),)))

    time.strftime = strftime
    time.asctime = asctime


def _of_now(clock: Clock, name: str, real: Callable[[float], Any]) -> Callable[..., Any]:
    def function(secs: float | None = None, /) -> Any:
        return real(clock.wall_ns(f"time.{name}") / _SECOND if secs is None else secs)

    return function


def _replace_datetime(clock: Clock) -> None:
    def now(cls: Any, tz: dt.tzinfo | None = None) -> Any:
        moment = _moment(cls, clock.wall_ns("datetime.now"))
        if tz is None:
            return moment
        return tz.fromutc(moment.replace(tzinfo=tz))

    def utcnow(cls: Any) -> Any:
        return _moment(cls, clock.wall_ns("datetime.utcnow"))

    def today(cls: Any) -> Any:
        return _moment(cls, clock.wall_ns("datetime.today"))

    def date_today(cls: Any) -> Any:
        return cls.fromordinal(_moment(dt.datetime, clock.wall_ns("date.today")).toordinal())

    _set(dt.datetime, now=now, utcnow=utcnow, today=today)
    _set(dt.date, today=date_today)


def _moment(cls: Any, ns: int) -> Any:
    """A naive time in UTC, which is also the local time of a smoke run."""
    moment = _EPOCH + dt.timedelta(microseconds=ns // 1000)
    if cls is dt.datetime:
        return moment
    fields = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second, moment.microsecond)
    return cls(*fields)


def _set(cls: type, **methods: Callable[..., Any]) -> None:
    """Replace class methods of a built-in type, whose dictionary Python code cannot assign to."""
    referents: list[Any] = gc.get_referents(cls.__dict__)
    members: Any = next(found for found in referents if type(found) is dict)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    originals = {name: members.get(name) for name in methods}

    def put(functions: dict[str, Any]) -> None:
        for name, function in functions.items():
            if function is None:
                del members[name]  # inherited
            else:
                members[name] = function
        ctypes.pythonapi.PyType_Modified(ctypes.py_object(cls))

    put({name: classmethod(method) for name, method in methods.items()})
    atexit.register(put, originals)  # built-in types outlive what Python code left in them
