"""What the strategy saw last before its tape parts from the accepted one. Runs in the worker, in a run of its own.

Standard library only.
"""

import os
import sys
from typing import Any

KINDS = 3


class Watch:
    """Remembers the last datum of each kind; tells of them and ends at body line `line` or after `time_ns`."""

    def __init__(self, line: int, time_ns: int, tell: Any) -> None:
        self._line = line
        self._time_ns = time_ns
        self._tell = tell
        self._last: dict[str, Any] = {}

    def on_data(self, data: Any) -> None:
        if getattr(data, "ts_init", 0) > self._time_ns:
            self.end()
        if hasattr(data, "price_increment"):
            return  # what an instrument is like is not news
        kind = type(data).__name__
        self._last.pop(kind, None)  # the latest last
        self._last[kind] = data

    def on_line(self, number: int) -> None:
        if number >= self._line:
            self.end()

    def end(self) -> None:
        """The script itself has nothing more to do here."""
        for kind, data in list(self._last.items())[-KINDS:]:
            self._tell("saw", text=f"{kind} {data}"[:200])
        sys.stdout.flush()
        os._exit(0)
