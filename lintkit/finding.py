"""What a check says: a finding at a place, perhaps with a fix. Plain data; imports nothing of ours."""

from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import PurePosixPath


class Severity(IntEnum):
    """How bad it is if true."""

    NOTE = 1
    WARNING = 2
    ERROR = 3


class Confidence(IntEnum):
    """How sure we are that it is true."""

    LIKELY = 1
    CERTAIN = 2


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open; lines and columns 1-based, columns counted in characters (code points)."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace what stands at `span` by `text`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that belong together. An unsafe fix may change what the program does."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One mistake at one place. `path` is relative to the project root, with forward slashes."""

    path: PurePosixPath
    span: Span
    rule: str
    name: str
    message: str
    severity: Severity = field(compare=False)
    confidence: Confidence = field(compare=False)
    fix: Fix | None = field(default=None, compare=False)
    pedantic: bool = field(default=False, compare=False)
    """Shown only when asked for: true, but seldom worth a change."""
