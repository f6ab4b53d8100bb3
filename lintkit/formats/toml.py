"""TOML with places. `tomllib` decides what is valid and what a value is; the scan here only says where it stands."""

import re
import sys
from collections.abc import Iterator
from typing import Any

from lintkit.formats.entry import MAX_DEPTH, Container, Entry, FormatError, Opaque, Path, Value
from lintkit.text import Lines

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\r\n]*)*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\r\n]|\\.)*"|'[^'\r\n]*'""")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|' r"'''.*?'{3,5}|" r'"(?:[^"\\\r\n]|\\.)*"|' r"'[^'\r\n]*'",
    re.DOTALL,
)
_BARE = re.compile(r"[^,\]}#\r\n]+")


def read(text: str) -> tuple[Entry, ...]:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+), column (\d+)", str(error))
        line, column = (int(at[1]), int(at[2])) if at else (max(1, len(text.splitlines())), 1)
        raise FormatError(str(error).split(" (at ")[0], line, column) from None
    except RecursionError:
        raise FormatError("nested too deeply", 1) from None
    return tuple(_Reader(text).document())


class _Reader:
    """Walks text that is known to be valid TOML."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = Lines(text)
        self.position = 0
        self.counts: dict[Path, int] = {}  # how many tables each array of tables has so far

    def document(self) -> Iterator[Entry]:
        prefix: Path = ()
        while self._skip(_BLANK) < len(self.text):
            start = self.position
            if self.text.startswith("[", start):
                array = self.text.startswith("[[", start)
                self.position += 2 if array else 1
                names, _ = self._dotted()
                self.position = self.text.index("]", self.position) + (2 if array else 1)
                prefix = self._table(names, array=array)
                yield Entry(prefix, None, Container.MAPPING, self.lines.span(start, self.position), "")
            else:
                yield from self._pair(prefix, 0)

    def _table(self, names: list[str], *, array: bool) -> Path:
        path: Path = ()
        for index, name in enumerate(names):
            path = (*path, name)
            if array and index == len(names) - 1:
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path = (*path, self.counts[path])
        return path

    def _pair(self, prefix: Path, depth: int) -> Iterator[Entry]:
        names, (start, end) = self._dotted()
        self.position = self.text.index("=", self.position) + 1
        self._skip(_SPACE)
        yield from self._value((*prefix, *names), (start, end), depth)

    def _dotted(self) -> tuple[list[str], tuple[int, int]]:
        names: list[str] = []
        self._skip(_SPACE)
        start = self.position
        while True:
            self._skip(_SPACE)
            match = _KEY.match(self.text, self.position)
            if match is None:
                raise self._lost()
            names.append(_string(match[0]))
            self.position = end = match.end()
            self._skip(_SPACE)
            if not self.text.startswith(".", self.position):
                return names, (start, end)
            self.position += 1

    def _value(self, path: Path, key: tuple[int, int] | None, depth: int) -> Iterator[Entry]:
        start = self.position
        opener = self.text[start : start + 1]
        if depth > MAX_DEPTH:
            raise FormatError(f"nested deeper than {MAX_DEPTH} levels", *self.lines.at(start))
        if opener in {"[", "{"}:
            yield self._entry(path, key, Container.SEQUENCE if opener == "[" else Container.MAPPING, start, start + 1)
            self.position += 1
            closer, index = "]" if opener == "[" else "}", 0
            while not self.text.startswith(closer, self._skip(_BLANK)):
                if opener == "[":
                    yield from self._value((*path, index), None, depth + 1)
                    index += 1
                else:
                    yield from self._pair(path, depth + 1)
                self._skip(_BLANK)
                if self.text.startswith(",", self.position):
                    self.position += 1
            self.position += 1
            return
        match = _STRING.match(self.text, start) or _BARE.match(self.text, start)
        if match is None:
            raise self._lost()
        raw = match[0].rstrip()
        self.position = start + len(raw)
        yield self._entry(path, key, _scalar(raw), start, self.position)

    def _entry(self, path: Path, key: tuple[int, int] | None, value: Value, start: int, end: int) -> Entry:
        raw = "" if isinstance(value, Container) else self.text[start:end]
        return Entry(path, self.lines.span(*key) if key else None, value, self.lines.span(start, end), raw)

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.position)
        self.position = match.end() if match else self.position
        return self.position

    def _lost(self) -> FormatError:
        return FormatError("cannot be read here", *self.lines.at(self.position))


def _string(raw: str) -> str:
    return _load(raw) if raw[0] in "\"'" else raw


def _scalar(raw: str) -> Value:
    value = _load(raw)
    return value if isinstance(value, (str, bool, int, float)) else Opaque(raw)


def _load(raw: str) -> Any:
    return tomllib.loads(f"value = {raw}")["value"]
