"""What every config format is read into: a flat list of entries, each a path of keys, a value and where both stand."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from lintkit.finding import Span

MAX_DEPTH = 100


class Container(Enum):
    """Stands for a value whose content has entries of its own, or (`ALIAS`) is written elsewhere in the file."""

    MAPPING = "mapping"
    SEQUENCE = "sequence"
    ALIAS = "alias"


@dataclass(frozen=True, slots=True)
class Opaque:
    """A scalar that no rule looks into, such as a date."""

    text: str


Value: TypeAlias = str | int | float | bool | Opaque | Container | None
Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """`path` ends in the entry's own key, or its index in a sequence; several YAML documents start with their number.

    `key` is None in a sequence. `raw` is the value as written, empty for containers.
    """

    path: Path
    key: Span | None
    value: Value
    span: Span
    raw: str


class FormatError(Exception):
    """The text is not of the format. `line` and `column` are 1-based."""

    def __init__(self, message: str, line: int, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
