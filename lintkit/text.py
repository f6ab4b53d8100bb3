"""Text as lines: offsets to lines and columns. Lines end where Python ends them, not where `str.splitlines` does."""

import re
from bisect import bisect_right
from functools import cached_property

from lintkit.finding import Span

_LINE_END = re.compile(r"\r\n|\n|\r")


class Lines:
    """The lines of one text. Lines and columns are 1-based, columns count code points, offsets are 0-based."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(end.end() for end in _LINE_END.finditer(self.text))]

    def __len__(self) -> int:
        return len(self._starts)

    def line(self, number: int) -> str:
        """The text of one line without its end; empty past the last line."""
        starts = self._starts
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def offset(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column - 1

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        return Span(*self.at(start), *self.at(end))
