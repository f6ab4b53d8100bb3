"""What the strategy saw last before its tape parts from the accepted one. Runs in the worker, in a run of its own.

Standard library only.
"""

import os
import sys
from typing import Any

KINDS = 3


class Watch:
    """Remembers the last datum of each kind; tells of them and ends at body line `line` or after `time_ns`.

    Of data of other instruments than `instrument` only where there are none of that one.
    """

    def __init__(self, line: int, time_ns: int, instrument: str, tell: Any) -> None:
        self._line = line
        self._time_ns = time_ns
        self._instrument = instrument
        self._tell = tell
        self._last: dict[str, Any] = {}
        self._others: dict[str, Any] = {}

    def on_data(self, data: Any) -> None:
        if getattr(data, "ts_init", 0) > self._time_ns:
            self.end()
        if hasattr(data, "price_increment"):
            return  # what an instrument is like is not news
        kind = type(data).__name__
        of = getattr(getattr(data, "bar_type", data), "instrument_id", "")
        last = self._last if str(of) == self._instrument else self._others
        last.pop(kind, None)  # the latest last
        last[kind] = data

    def on_line(self, number: int) -> None:
        if number >= self._line:
            self.end()

    def end(self) -> None:
        """The script itself has nothing more to do here."""
        for kind, data in list((self._last or self._others).items())[-KINDS:]:
            time_ns = getattr(data, "ts_event", 0)
            text = str(data).removesuffix(f",{time_ns}")
            self._tell("saw", time_ns=time_ns, text=f"{kind} {text}"[:200])
        sys.stdout.flush()
        os._exit(0)
