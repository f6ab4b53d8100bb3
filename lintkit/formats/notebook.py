"""A Jupyter notebook as one Python text, with the way back from each of its characters to the file.

A cell that is not Python (`%%bash`) or does not parse leaves blank lines, so that the others are still read.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from lintkit.formats.entry import Container, Entry, FormatError
from lintkit.formats.json import read as read_json

_MAGIC = re.compile(r"^(?P<indent>\s*)(?:(?P<target>[\w.,\s]+=\s*)?[%!]|\?|[\w.]+\?\??\s*$).*$")
_PYTHON_CELL_MAGICS = {"%%time", "%%timeit", "%%capture", "%%prun"}
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}(?:\\u[dD][c-fC-F][0-9a-fA-F]{2})?|.)|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of the Python text that one JSON string holds. `start` is its offset there.

    `indent` stands before the lines of a cell that is indented as a whole, and behind them in the Python text.
    """

    start: int
    text: str
    line: int
    column: int
    raw: str
    indent: str

    def written(self, place: int) -> int:
        """Where in `text` stands what stands at a place of the Python text."""
        first = self.text.rfind("\n", 0, place) + 1
        line = self.text[first:].partition("\n")[0].rstrip("\r")
        moved = self.indent and line.startswith(self.indent) and place - first <= len(line) - len(self.indent)
        return place + len(self.indent) if moved else place


@dataclass(frozen=True, slots=True)
class Notebook:
    """`broken` are the places (line, column, message) of cells that are not Python and should be."""

    text: str
    pieces: tuple[Piece, ...]
    broken: tuple[tuple[int, int, str], ...]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column in the file of an offset in `text`."""
        piece = next((p for p in reversed(self.pieces) if p.start <= offset), None)
        if piece is None:
            return 1, 1
        wanted = piece.written(min(offset - piece.start, len(piece.text)))
        written = islice(_ESCAPE.finditer(piece.raw[1:-1]), wanted)
        return piece.line, piece.column + 1 + sum(len(escape[0]) for escape in written)


def read(text: str, syntax_error: Callable[[str], tuple[int, str] | None]) -> Notebook:
    """`syntax_error` gives line (1-based) and message when a text is not Python."""
    entries = read_json(text)
    by_path = {entry.path: entry for entry in entries}
    language = by_path.get(("metadata", "language_info", "name")) or by_path.get(("metadata", "kernelspec", "language"))
    cells = by_path.get(("cells",))
    if cells is None:
        raise FormatError("not a notebook: it has no `cells`", 1)
    if cells.value is not Container.SEQUENCE:
        raise FormatError("not a notebook: its `cells` are no list", cells.span.line, cells.span.column)
    if language is not None and str(language.value).lower() not in {"python", "ipython"}:
        return Notebook("", (), ())
    pieces: list[Piece] = []
    broken: list[tuple[int, int, str]] = []
    parts: list[str] = []
    offset = 0
    for strings in _code_cells(entries):
        cell = "".join(str(s.value) for s in strings)
        python, problem, indent = _python(cell, syntax_error)
        if problem is not None:
            line, message = problem
            at = strings[min(line, len(strings)) - 1]
            broken.append((at.span.line, at.span.column, message))
        position = 0
        for string in strings:
            value = str(string.value)
            pieces.append(Piece(offset + position, value, string.span.line, string.span.column, string.raw, indent))
            position += len(value)
        parts.append(python + "\n")
        offset += len(python) + 1
    return Notebook("".join(parts), tuple(pieces), tuple(broken))


def _code_cells(entries: tuple[Entry, ...]) -> Iterator[list[Entry]]:
    kinds: dict[object, object] = {}
    sources: dict[object, list[Entry]] = {}
    for entry in entries:
        match entry.path:
            case ("cells", int() as index, "cell_type"):
                kinds[index] = entry.value
            case ("cells", int() as index, "source") | ("cells", int() as index, "source", int()):
                if not isinstance(entry.value, Container):
                    sources.setdefault(index, []).append(entry)
            case _:
                pass
    return (strings for index, strings in sources.items() if kinds.get(index) == "code")


def _python(
    cell: str, syntax_error: Callable[[str], tuple[int, str] | None]
) -> tuple[str, tuple[int, str] | None, str]:
    """The cell with its magics blanked out, of the same length; blank when it is not Python. And what indents it."""
    blank = re.sub(r"[^\r\n]", " ", cell)
    if cell.lstrip().startswith("%%") and cell.split(None, 1)[0] not in _PYTHON_CELL_MAGICS:
        return blank, None, ""
    if syntax_error(cell) is None:
        return cell, None, ""
    indent = _indent(cell)
    cell = _without(cell, indent)
    python = "".join(_without_magic(line) for line in cell.splitlines(keepends=True))
    problem = syntax_error(python)
    return (python, None, indent) if problem is None else (blank, problem, indent)


def _indent(cell: str) -> str:
    """What a cell is indented with as a whole: IPython takes it away."""
    first = next((line for line in cell.splitlines() if line.strip()), "")
    return first[: len(first) - len(first.lstrip(" \t"))]


def _without(cell: str, indent: str) -> str:
    """The blanks go to the ends of the lines."""
    lines = cell.splitlines(keepends=True)
    return "".join(_moved(line, indent) if indent and line.startswith(indent) else line for line in lines)


def _moved(line: str, indent: str) -> str:
    body = line.rstrip("\r\n")
    return body[len(indent) :] + indent + line[len(body) :]


def _without_magic(line: str) -> str:
    body = line.rstrip("\r\n")
    match = _MAGIC.match(body)
    if match is None:
        return line
    kept = (match["indent"] or "") + (match["target"] or "")
    return (kept + "0").ljust(len(body))[: max(len(body), len(kept) + 1)] + line[len(body) :]
