"""Where in the user's code an order was sent. Runs in the worker; costs a walk over a few frames per order.

Standard library only.
"""

import linecache
import os
import sys
from types import CodeType, FrameType  # noqa: TC003  # no annotation here is a string
from typing import Any

from lintkit.smoke.tape import quote

TEXT_LIMIT = 100
_OURS = os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(__file__))), "")  # noqa: PTH118, PTH120


class Places:
    """Numbers places from 1, and tells of each new one: number, path relative to the project, line, text."""

    def __init__(self, root: str, tell: Any) -> None:
        self._base = os.path.join(os.path.realpath(root), "")  # noqa: PTH118
        self._tell = tell
        self._paths: dict[CodeType, str | None] = {}
        self._numbers: dict[tuple[str, int], int] = {}

    def mark(self) -> int | None:
        """The number of the innermost line of the user's code that is running; None where none is."""
        frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        while frame is not None:
            code = frame.f_code
            if code not in self._paths:
                self._paths[code] = self._path(code.co_filename)
            if path := self._paths[code]:
                return self._number(path, frame.f_lineno, code.co_filename)
            frame = frame.f_back
        return None

    def _path(self, filename: str) -> str | None:
        path = os.path.realpath(filename)
        if not path.startswith(self._base) or path.startswith(_OURS) or "site-packages" in path:
            return None
        return path.removeprefix(self._base).replace(os.sep, "/")

    def _number(self, path: str, line: int, filename: str) -> int:
        number = self._numbers.get((path, line))
        if number is None:
            number = self._numbers[path, line] = len(self._numbers) + 1
            text = linecache.getline(filename, line).strip()[:TEXT_LIMIT]
            value = f"{quote(path)}:{line} {text.encode('ascii', 'backslashreplace').decode()}"
            self._tell("place", number=number, value=value.replace("\t", " ").rstrip())
        return number
