"""The tape: everything a backtest did, as text that is compared byte by byte and reads well in a pull request.

A header, then a line for each run of an engine and, in the order of publication, for each order event, position event
and account state. An event line is a time, a kind and an id, followed by logfmt pairs:

    # lintkit tape 2
    # script: backtest.py
    # place 1: strategies/ema.py:83 self.submit_order(order)
    @ engine 1 run 1
    2024-03-04T09:15:49.275000000Z OrderInitialized O-1 side=SELL type=MARKET quantity=400000 @1
    2024-03-04T09:15:49.275000000Z OrderFilled O-1 side=SELL last_qty=400000 last_px=0.65573 commission="5.25 USD"

Times are UTC with nanoseconds. A value with a character outside printable ASCII, or with a space, quote, backslash or
equals sign, is a JSON string. `@1` is the place in the user's code that sent the order. The header and these marks are
not compared; the rest of the body holds nothing that depends on the engine, the machine or the Python version.

Format 1 has no places and fewer header lines; it is read as it is.

Standard library only: the worker loads this file under interpreters that have no lintkit.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import cached_property, lru_cache

FORMAT = "# lintkit tape 2"
FORMATS = ("# lintkit tape 1", FORMAT)

_SECOND = 1_000_000_000
_BARE = re.compile(r"[!#-<>-\[\]-~]+")
_VALUE = r'(?:[!#-<>-\[\]-~]+|"(?:[^"\\]|\\.)*")'
_EVENT = re.compile(
    rf"(\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{{9}})Z ([A-Za-z]\w*) ({_VALUE})((?: [a-z]\w*={_VALUE})*)", re.ASCII
)
_PAIR = re.compile(rf" ([a-z]\w*)=({_VALUE})", re.ASCII)
_RUN = re.compile(r"@ engine ([1-9]\d*) run ([1-9]\d*)", re.ASCII)
_HEADER = re.compile(r"# ([a-z]+(?: [^\s:]+)*): ([ -~]*)", re.ASCII)
_MARK = re.compile(r" @([1-9]\d*)$", re.ASCII)
_PLACE = re.compile(r'("(?:[^"\\]|\\.)*"|\S+?):(\d+)(?: (.*))?', re.ASCII)


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
class Place:
    """A line of the user's code. `path` is relative to the project; `text` is the line as it was then."""

    path: str
    line: int
    text: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class Tape:
    """`header` says where the tape comes from and is not compared; `lines` is the body, without its marks.

    `marks` says which place, counted from 1, a body line was sent from.
    """

    lines: Sequence[str] = ()
    header: tuple[tuple[str, str], ...] = ()
    marks: Mapping[int, int] = field(default_factory=dict[int, int], compare=False)

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

    @property
    def first_run(self) -> list[Event]:
        """The events of the first run. What later ones do may depend on what it came to."""
        runs = [at for at, entry in enumerate(self.entries) if isinstance(entry, Run)]
        end = runs[1] if len(runs) > 1 else len(self.entries)
        return [entry for entry in self.entries[:end] if isinstance(entry, Event)]

    def line_of(self, index: int) -> int:
        """Where body line `index`, counted from 0, stands in the file, counted from 1."""
        return 2 + len(self.header) + index

    def get(self, key: str) -> str | None:
        """A value of the header."""
        return next((value for name, value in self.header if name == key), None)

    def place_of(self, index: int) -> Place | None:
        """Where in the user's code body line `index` comes from, where the tape says so."""
        if not 0 <= index < len(self.lines) or not self.lines[index] or index not in self.marks:
            return None
        match = _PLACE.fullmatch(self.get(f"place {self.marks[index]}") or "")
        return Place(unquote(match[1]), int(match[2]), match[3] or "") if match else None

    def render_header(self) -> str:
        return "".join(f"{line}\n" for line in (FORMAT, *(f"# {key}: {value}" for key, value in self.header)))

    def render_lines(self, start: int = 0, stop: int | None = None) -> str:
        marks = self.marks
        return "".join(
            f"{line} @{marks[index]}\n" if index in marks else f"{line}\n"
            for index, line in enumerate(self.lines[start:stop], start)
        )

    def render(self) -> str:
        return self.render_header() + self.render_lines()


def parse(text: str) -> Tape:
    """Take a tape's file apart; the body is read where it is needed. Raises `TapeError` where the file is no tape."""
    lines = text.split("\n")
    if lines[0] not in FORMATS:
        raise TapeError(f"not a tape of this version: the first line must be `{FORMAT}`", 1)
    if lines.pop() != "":
        raise TapeError("the last line is cut off", len(lines) + 1)
    header = parse_header(lines)
    body, marks = split_marks(lines[1 + len(header) :])
    return Tape(body, header, marks)


def parse_header(lines: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The header of a file's lines; the first of them is the format."""
    header: list[tuple[str, str]] = []
    for line in lines[1:]:
        if not (match := _HEADER.fullmatch(line)):
            break
        header.append((match[1], match[2]))
    return tuple(header)


def split_marks(lines: Sequence[str], start: int = 0) -> tuple[tuple[str, ...], dict[int, int]]:
    """Body lines without their marks, and the marks by index, counted from `start`."""
    body: list[str] = []
    marks: dict[int, int] = {}
    for index, line in enumerate(lines, start):
        # Values have no spaces, strings end in a quote, and two spaces stand before an event's id: only a mark is left.
        if " @" in line and (match := _MARK.search(line)) and line.count(" ", 0, match.start()) > 1:
            marks[index] = int(match[1])
            line = line[: match.start()]  # noqa: PLW2901
        body.append(line)
    return tuple(body), marks


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


@lru_cache(maxsize=4096)  # most values of a tape come again and again
def quote(value: str) -> str:
    return value if _BARE.fullmatch(value) else json.dumps(value)


def unquote(text: str) -> str:
    return json.loads(text) if text.startswith('"') else text


def command_line(words: Iterable[str]) -> str:
    """The words of a command as one header value."""
    return " ".join(map(quote, words))
