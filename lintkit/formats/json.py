"""JSON with places: a scanner that keeps its own stack, so that depth costs memory and not the interpreter's stack.

Comments and trailing commas, as in the settings files of many editors, are accepted: they change no value.
"""

import json
import re
from collections.abc import Iterator

from lintkit.formats.entry import MAX_DEPTH, Container, Entry, FormatError, Path, Value
from lintkit.text import Lines

_SKIP = re.compile(r"(?:[ \t\r\n]+|//[^\r\n]*|/\*.*?\*/)*", re.DOTALL)
_TOKEN = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"|-?\d[\d.eE+-]*|-?[A-Za-z]+|[\[\]{}:,]')
_WORDS: dict[str, Value] = {
    "true": True,
    "false": False,
    "null": None,
    "NaN": float("nan"),
    "Infinity": float("inf"),
    "-Infinity": float("-inf"),
}


def read(text: str) -> tuple[Entry, ...]:
    return tuple(_Reader(text).entries())


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = Lines(text)
        self.position = 0

    def entries(self) -> Iterator[Entry]:
        path: list[str | int] = []
        closers: list[str] = []
        key: tuple[int, int] | None = None
        while True:
            start, symbol = self._next()
            if closers and symbol == closers[-1] and key is None:  # empty container, or a comma before the closer
                closers.pop()
                path.pop()
                key = None
            elif closers and closers[-1] == "}" and key is None:
                if not symbol.startswith('"'):
                    raise self._error(f"expected a key, found `{symbol}`", start)
                key = (start, self.position)
                path[-1] = self._string(symbol, start)
                colon_at, colon = self._next()
                if colon != ":":
                    raise self._error("expected `:`", colon_at)
                continue
            elif symbol in {"{", "["}:
                if len(closers) >= MAX_DEPTH:
                    raise self._error(f"nested deeper than {MAX_DEPTH} levels", start)
                kind = Container.MAPPING if symbol == "{" else Container.SEQUENCE
                yield self._entry(tuple(path), key, kind, start, start + 1)
                closers.append("}" if symbol == "{" else "]")
                path.append("" if symbol == "{" else 0)
                key = None
                continue
            else:
                yield self._entry(tuple(path), key, self._scalar(symbol, start), start, self.position)
                key = None
            while closers:  # after a value: a comma goes on, closers close
                start, symbol = self._next()
                if symbol == ",":
                    if closers[-1] == "]":
                        path[-1] = self._index(path) + 1
                    break
                if symbol != closers[-1]:
                    raise self._error(f"expected `,` or `{closers[-1]}`, found `{symbol}`", start)
                closers.pop()
                path.pop()
            if not closers:
                self.position = self._skip()
                if self.position < len(self.text):
                    raise self._error("text after the end of the document", self.position)
                return

    @staticmethod
    def _index(path: Path | list[str | int]) -> int:
        last = path[-1]
        return last if isinstance(last, int) else 0

    def _entry(self, path: Path, key: tuple[int, int] | None, value: Value, start: int, end: int) -> Entry:
        key_span = self.lines.span(*key) if key else None
        raw = "" if isinstance(value, Container) else self.text[start:end]
        return Entry(path, key_span, value, self.lines.span(start, end), raw)

    def _skip(self) -> int:
        match = _SKIP.match(self.text, self.position)
        return match.end() if match else self.position

    def _next(self) -> tuple[int, str]:
        self.position = self._skip()
        match = _TOKEN.match(self.text, self.position)
        if match is None:
            found = self.text[self.position : self.position + 1]
            raise self._error(f"unexpected `{found}`" if found else "the file ends too early", self.position)
        self.position = match.end()
        return match.start(), match[0]

    def _scalar(self, symbol: str, start: int) -> Value:
        if symbol.startswith('"'):
            return self._string(symbol, start)
        if symbol in _WORDS:
            return _WORDS[symbol]
        try:
            return int(symbol) if re.fullmatch(r"-?\d+", symbol) else float(symbol)
        except ValueError:
            raise self._error(f"`{symbol[:40]}` is not a value", start) from None

    def _string(self, symbol: str, start: int) -> str:
        try:
            return json.loads(symbol)
        except ValueError:
            raise self._error("bad escape in a string", start) from None

    def _error(self, message: str, offset: int) -> FormatError:
        return FormatError(message, *self.lines.at(min(offset, len(self.text))))
