"""One file as rules see it: Python and notebooks as a libcst tree, config files as entries; both with exact places.

libcst's own metadata providers cost several times the parse; one walk of our own gives kinds and parents for a tenth
of it. Positions stay with libcst and are computed only for files with findings.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields
from enum import Enum
from functools import cache, cached_property
from pathlib import PurePosixPath
from typing import TypeVar, cast

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from lintkit.errors import SourceError
from lintkit.finding import Span
from lintkit.formats.entry import Entry
from lintkit.formats.notebook import Notebook
from lintkit.syntax import parse
from lintkit.text import Lines

N = TypeVar("N", bound=cst.CSTNode)
WORD = re.compile(r"[^\W\d]\w*")
Scope = cst.Module | cst.FunctionDef | cst.Lambda | cst.ClassDef


class Kind(Enum):
    PYTHON = "python"
    NOTEBOOK = "notebook"
    YAML = "yaml"
    TOML = "toml"
    JSON = "json"


class ConfigSource:
    """A YAML, TOML or JSON file. `path` is relative to the project root."""

    def __init__(self, path: PurePosixPath, text: str, kind: Kind, entries: tuple[Entry, ...]) -> None:
        self.path = path
        self.text = text
        self.kind = kind
        self.entries = entries
        self.lines = Lines(text)

    @cached_property
    def _children(self) -> dict[tuple[str | int, ...], list[Entry]]:
        found: dict[tuple[str | int, ...], list[Entry]] = defaultdict(list)
        for entry in self.entries:
            found[entry.path[:-1]].append(entry)
        return dict(found)

    def children(self, path: tuple[str | int, ...]) -> tuple[Entry, ...]:
        """The entries directly inside the container at `path`."""
        return tuple(self._children.get(path, ()))


class PythonSource:
    """A Python file or a notebook's code cells. `path` is relative to the project root; nodes are equal by identity."""

    def __init__(
        self, path: PurePosixPath, text: str, notebook: Notebook | None = None, *, file_text: str = ""
    ) -> None:
        """`text` is Python; `file_text` is what a notebook's file holds."""
        self.path = path
        self.text = text
        self.kind = Kind.NOTEBOOK if notebook else Kind.PYTHON
        self.lines = Lines(file_text if notebook else text)
        self._notebook = notebook
        self._python_lines = Lines(text) if notebook else self.lines

    @cached_property
    def tree(self) -> cst.Module:
        return parse(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every identifier-like word of the text, comments and strings included."""
        return frozenset(WORD.findall(self.text))

    def find(self, kind: type[N]) -> Iterator[N]:
        """Every node of exactly this kind, in source order."""
        return iter(cast("list[N]", self._walked[0].get(kind, [])))

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        return self._walked[1].get(node)

    def parents(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around this one, innermost first."""
        above = self._walked[1]
        while (up := above.get(node)) is not None:
            yield up
            node = up

    def enclosing(self, node: cst.CSTNode, *kinds: type[N]) -> N | None:
        """The innermost node of one of these kinds around this one."""
        return next((up for up in self.parents(node) if isinstance(up, kinds)), None)

    def contains(self, node: cst.CSTNode) -> bool:
        return node is self.tree or node in self._walked[1]

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node stands in the file."""
        at = self._positions[node]
        return self.place(Span(at.start.line, at.start.column + 1, at.end.line, at.end.column + 1))

    def order(self, node: cst.CSTNode) -> int:
        """The place of a node in source order; cheap, unlike `span`."""
        return self._order.get(node, -1)

    def python_line(self, number: int) -> str:
        """A line of the Python text; in a notebook not that of the file."""
        return self._python_lines.line(number)

    def place(self, span: Span) -> Span:
        """A span of the Python text as one of the file; they differ in notebooks."""
        if self._notebook is None:
            return span
        start = self._python_lines.offset(span.line, span.column)
        end = self._python_lines.offset(span.end_line, span.end_column)
        line, column = self._notebook.place(start)
        last, _ = self._notebook.place(max(end - 1, start))
        end_column = self._notebook.place(max(end - 1, start))[1] + 1
        return Span(line, column, last, end_column)

    @cached_property
    def _positions(self) -> dict[cst.CSTNode, CodeRange]:
        try:
            resolved = MetadataWrapper(self.tree, unsafe_skip_copy=True).resolve(PositionProvider)
        except RecursionError:
            raise SourceError("nested too deeply to be read", hint="split the expression") from None
        return cast("dict[cst.CSTNode, CodeRange]", resolved)

    @cached_property
    def _order(self) -> dict[cst.CSTNode, int]:
        return {node: index for index, node in enumerate(self._walked[1])}

    @cached_property
    def _walked(self) -> tuple[dict[type[cst.CSTNode], list[cst.CSTNode]], dict[cst.CSTNode, cst.CSTNode]]:
        by_kind: dict[type[cst.CSTNode], list[cst.CSTNode]] = defaultdict(list)
        parents: dict[cst.CSTNode, cst.CSTNode] = {}
        for node, parent in walk(self.tree):
            by_kind[type(node)].append(node)
            if parent is not None:
                parents[node] = parent
        return dict(by_kind), parents


Source = PythonSource | ConfigSource


def walk(root: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode | None]]:
    """Every node under `root` that can hold code, with its parent, in source order and without recursion."""
    stack: list[tuple[cst.CSTNode, cst.CSTNode | None]] = [(root, None)]
    while stack:
        node, parent = stack.pop()
        yield node, parent
        for name in _fields(type(node)):
            value = getattr(node, name)
            if isinstance(value, cst.CSTNode):
                stack.append((value, node))
            elif isinstance(value, (tuple, list)):
                children = cast("list[object]", value)
                stack.extend((child, node) for child in reversed(children) if isinstance(child, cst.CSTNode))


_LAYOUT = {
    "leading_lines", "lines_after_decorators", "header", "footer", "lpar", "rpar", "lbracket", "rbracket", "comma",
    "semicolon", "equal", "dot", "colon",
}  # fmt: skip


@cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields of a node that can hold code, as against layout; last first, as a stack wants them."""
    return tuple(f.name for f in reversed(fields(kind)) if f.name not in _LAYOUT and "whitespace" not in f.name)
