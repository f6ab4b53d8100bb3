"""The tape: everything a backtest did, as text that is compared byte by byte and reads well in a pull request.

A header, then a line for each run of an engine and, in the order of publication, for each order event, position event
and account state. An event line is a time, a kind and an id, followed by logfmt pairs:

    # lintkit tape 1
    # script: backtest.py
    @ engine 1 run 1
    2024-03-04T09:15:49.275000000Z OrderFilled O-1 side=SELL last_qty=400000 last_px=0.65573 commission="5.25 USD"

Times are UTC with nanoseconds. A value with a character outside printable ASCII, or with a space, quote, backslash or
equals sign, is a JSON string. The body holds nothing that depends on the engine, the machine or the Python version.

Standard library only: the worker loads this file under interpreters that have no lintkit.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property, lru_cache

FORMAT = "# lintkit tape 1"

_SECOND = 1_000_000_000
_BARE = re.compile(r"[!#-<>-\[\]-~]+")
_VALUE = r'(?:[!#-<>-\[\]-~]+|"(?:[^"\\]|\\.)*")'
_EVENT = re.compile(
    rf"(\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{{9}})Z ([A-Za-z]\w*) ({_VALUE})((?: [a-z]\w*={_VALUE})*)", re.ASCII
)
_PAIR = re.compile(rf" ([a-z]\w*)=({_VALUE})", re.ASCII)
_RUN = re.compile(r"@ engine ([1-9]\d*) run ([1-9]\d*)", re.ASCII)
_HEADER = re.compile(rf"# ([a-z][a-z ]*): ({_VALUE}(?: {_VALUE})*)", re.ASCII)


class TapeError(ValueError):
    """Text that is not a tape. `line` is 1-based."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Event:
    """One event, as published. `subject` is the id of the order, position or account; a field may occur repeatedly."""

    time_ns: int
    kind: str
    subject: str
    fields: tuple[tuple[str, str], ...] = ()

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    @cached_property
    def values(self) -> dict[str, str]:
        """The first value of each field."""
        return dict(reversed(self.fields))


@dataclass(frozen=True)
class Run:
    """The start of one `run()` of one engine of the script; both count from 1."""

    engine: int
    run: int


@dataclass(frozen=True)
class Tape:
    """`header` says where the tape comes from and is not compared; `lines` is the body."""

    lines: tuple[str, ...] = ()
    header: tuple[tuple[str, str], ...] = ()

    @cached_property
    def entries(self) -> tuple[Event | Run, ...]:
        """The body, read. Raises `TapeError` at the first line that is no entry."""
        entries: list[Event | Run] = []
        for index, line in enumerate(self.lines):
            try:
                entries.append(parse_line(line))
            except ValueError as error:
                raise TapeError(str(error), self.line_of(index)) from error
        return tuple(entries)

    def line_of(self, index: int) -> int:
        """Where body line `index`, counted from 0, stands in the file, counted from 1."""
        return 2 + len(self.header) + index

    def render(self) -> str:
        head = (f"# {key}: {value}" for key, value in self.header)
        return "".join(f"{line}\n" for line in (FORMAT, *head, *self.lines))


def parse(text: str) -> Tape:
    """Take a tape's file apart; the body is read where it is needed. Raises `TapeError` where the file is no tape."""
    lines = text.split("\n")
    if lines[0] != FORMAT:
        raise TapeError(f"not a tape of this version: the first line must be `{FORMAT}`", 1)
    if lines.pop() != "":
        raise TapeError("the last line is cut off", len(lines) + 1)
    header: list[tuple[str, str]] = []
    for line in lines[1:]:
        if not (match := _HEADER.fullmatch(line)):
            break
        header.append((match[1], match[2]))
    return Tape(tuple(lines[1 + len(header) :]), tuple(header))


def parse_line(line: str) -> Event | Run:
    """Read one line of a body; `ValueError` says what is wrong."""
    if match := _RUN.fullmatch(line):
        return Run(int(match[1]), int(match[2]))
    if not (match := _EVENT.fullmatch(line)):
        raise ValueError(f"not an event: {line[:60]!r}")
    seconds = datetime.fromisoformat(f"{match[1]}+00:00")
    time_ns = int(seconds.timestamp()) * _SECOND + int(match[2])
    fields = tuple((key, unquote(value)) for key, value in _PAIR.findall(match[5]))
    return Event(time_ns, match[3], unquote(match[4]), fields)


def format_line(entry: Event | Run) -> str:
    if isinstance(entry, Run):
        return f"@ engine {entry.engine} run {entry.run}"
    pairs = "".join(f" {key}={quote(value)}" for key, value in entry.fields)
    return f"{format_time(entry.time_ns)} {entry.kind} {quote(entry.subject)}{pairs}"


def format_time(time_ns: int) -> str:
    seconds, fraction = divmod(time_ns, _SECOND)
    return f"{_format_seconds(seconds)}.{fraction:09d}Z"


@lru_cache  # events come in bunches of the same second
def _format_seconds(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")


def quote(value: str) -> str:
    return value if _BARE.fullmatch(value) else json.dumps(value)


def unquote(text: str) -> str:
    return json.loads(text) if text.startswith('"') else text


def command_line(words: Iterable[str]) -> str:
    """The words of a command as one header value."""
    return " ".join(map(quote, words))
