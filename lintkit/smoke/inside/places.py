"""Which line of the user's is to blame for a call, and what is told of it."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_OURS = str(Path(__file__).resolve().parents[2])


class Places:
    """Finds the innermost line of the project's own code on the stack."""

    def __init__(self, root: str) -> None:
        self.root = Path(root).resolve()
        self._known: dict[str, str | None] = {}

    def caller(self) -> str | None:
        """`strategies/maker.py:41`; None when no line of the project's is on this thread's stack."""
        frame = sys._getframe(1)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        while frame is not None:
            if (path := self._path(frame.f_code.co_filename)) is not None:
                return f"{path}:{frame.f_lineno}"
            frame = frame.f_back
        return None

    def is_users(self, filename: str) -> bool:
        """Whether a source file belongs to the project."""
        return self._path(filename) is not None

    def _path(self, filename: str) -> str | None:
        if (path := self._known.get(filename, "")) == "":
            path = self._known[filename] = self._relative(filename)
        return path

    def _relative(self, filename: str) -> str | None:
        if filename.startswith("<"):
            return None
        path = Path(filename).resolve()
        if not path.is_relative_to(self.root) or "site-packages" in path.parts or path.is_relative_to(_OURS):
            return None
        return path.relative_to(self.root).as_posix()


class Readings:
    """Tells the parent where the script read something that a drill changes: often enough, never without end.

    With `only`, no more than the readings at those places are changed: that is how a suspect is convicted.
    """

    def __init__(self, kind: str, places: Places, tell: Callable[..., None], settings: dict[str, Any]) -> None:
        self._kind = kind
        self._places = places
        self._tell = tell
        only: list[str] | None = settings.get("only")
        self._only = None if only is None else frozenset(only)
        self._counts: dict[tuple[str, str], int] = {}

    def is_users(self, filename: str) -> bool:
        return self._places.is_users(filename)

    def note(self, what: str) -> bool:
        """Record a reading of `what` by whoever calls; whether it is to be changed."""
        place = self._places.caller()
        if place is not None:
            count = self._counts[place, what] = self._counts.get((place, what), 0) + 1
            if count & (count - 1) == 0:  # the 1st, 2nd, 4th, ...: an endless loop of readings fills no disk
                self._tell("reading", drill=self._kind, place=place, what=what, count=count)
        return self._only is None or place in self._only
