"""Ends the data at a given time, for the engine and for the tables that the script reads.

Settings: `at_ns`, and `span_ns`, the first and last time of the data in an uncut run; without `at_ns` nothing is cut,
and only the span is told. The engine goes on to the first datum at or after `at_ns`: what happens at a timer in between
must still happen. Tables, and lists of data that the script gave to the engine and may have kept, end at `at_ns`.
"""

from collections.abc import Callable, Iterable
from typing import Any

from lintkit.smoke.inside import lines, tables
from lintkit.smoke.inside.engines import extend, to_ns
from lintkit.smoke.inside.places import Places


def install(settings: dict[str, Any], places: Places, tell: Callable[..., None]) -> None:
    del places
    at_ns: int | None = settings.get("at_ns")
    if at_ns is not None:
        first, last = settings["span_ns"]
        cut = tables.Cut(at_ns, first, last, tell)
        tables.install(cut)
        lines.install(cut)

    def members(original: Any) -> dict[str, Any]:
        def add_data(self: Any, data: Any, *args: Any, **kwargs: Any) -> Any:
            result = original.add_data(self, data, *args, **kwargs)
            self.__dict__.setdefault("_drill_data", []).append(data)
            return result

        def clear_data(self: Any) -> Any:
            self.__dict__.pop("_drill_data", None)
            return original.clear_data(self)

        def run(self: Any, start: Any = None, end: Any = None, *args: Any, **kwargs: Any) -> Any:
            given: list[Any] = self.__dict__.get("_drill_data", [])
            times = sorted(item.ts_init for data in given for item in data)
            end_ns = to_ns(end)
            if at_ns is None or not times:
                tell("span", first=times[0] if times else None, last=times[-1] if times else None, until=end_ns)
                return original.run(self, start, end, *args, **kwargs)
            until = next((time for time in times if time >= at_ns), times[-1])
            tell("span", first=times[0], last=times[-1], until=until)
            for data in given:
                _shorten(data, at_ns)
            if until < (to_ns(start) or 0) or (end_ns is not None and end_ns < until):
                return original.run(self, start, end, *args, **kwargs)
            return original.run(self, start, until, *args, **kwargs)

        return {"add_data": add_data, "clear_data": clear_data, "run": run}

    extend(members)


def _shorten(data: Iterable[Any], at_ns: int) -> None:
    """The engine has its own copy; who kept the list looks ahead no more."""
    if isinstance(data, list):  # also what the wranglers give
        data[:] = [item for item in data if item.ts_init <= at_ns]  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
