"""One file as rules see it: Python and notebooks as a libcst tree, config files as entries; both with exact places.

The tree has libcst's nodes but is made from the index, at a small part of what libcst's parser and metadata cost. It
has no layout: comments, white space and the code of a node are found in the text, by `span` and `code`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar, cast

import libcst as cst

from lintkit import index
from lintkit.errors import SourceError
from lintkit.finding import Span
from lintkit.formats.entry import Entry
from lintkit.formats.notebook import Notebook
from lintkit.index import File, Nodes, Words
from lintkit.kind import Kind
from lintkit.nodes import chosen, recipes
from lintkit.reads import Questions, now
from lintkit.text import Lines

__all__ = ["ConfigSource", "Kind", "PythonSource", "Source", "Words", "holding", "read", "walk"]

N = TypeVar("N", bound=cst.CSTNode)
T = TypeVar("T")
Comprehension = cst.ListComp | cst.SetComp | cst.DictComp | cst.GeneratorExp
ScopeNode = cst.Module | cst.FunctionDef | cst.Lambda | cst.ClassDef | Comprehension


class ConfigSource:
    """A YAML, TOML or JSON file. `path` is relative to the project root."""

    def __init__(self, path: PurePosixPath, text: str, kind: Kind, entries: tuple[Entry, ...]) -> None:
        self.path = path
        self.kind = kind
        self.number = self.bit = 0
        self._text = text
        self._entries = entries
        self._lines = Lines(text)

    @property
    def text(self) -> str:
        now.bits |= self.bit
        return self._text

    @property
    def entries(self) -> tuple[Entry, ...]:
        now.bits |= self.bit
        return self._entries

    @property
    def lines(self) -> Lines:
        now.bits |= self.bit
        return self._lines

    @cached_property
    def _children(self) -> dict[tuple[str | int, ...], list[Entry]]:
        found: dict[tuple[str | int, ...], list[Entry]] = defaultdict(list)
        for entry in self._entries:
            if entry.path:  # the file's own value is nobody's child
                found[entry.path[:-1]].append(entry)
        return dict(found)

    def children(self, path: tuple[str | int, ...]) -> tuple[Entry, ...]:
        """The entries directly inside the container at `path`."""
        now.bits |= self.bit
        return tuple(self._children.get(path, ()))


class _Held(AbstractSet[str]):
    """The words of a file, which stay in the index."""

    __slots__ = ("_source",)

    def __init__(self, source: "PythonSource") -> None:
        self._source = source

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and word.isprintable() and self._source.holds([word])  # no lone surrogates

    def __iter__(self) -> Iterator[str]:
        now.bits |= self._source.bit
        return iter(self._source.file.words)

    def __len__(self) -> int:
        now.bits |= self._source.bit
        return len(self._source.file.words)

    @classmethod
    def _from_iterable(cls, it: Iterable[T]) -> frozenset[T]:
        return frozenset(it)


class PythonSource:
    """A Python file or a notebook's code cells. `path` is relative to the project root; nodes are equal by identity."""

    def __init__(
        self,
        path: PurePosixPath,
        text: str | File,
        notebook: Notebook | None = None,
        *,
        file_text: str = "",
    ) -> None:
        """`text` is Python, or what the index has of it; `file_text` is what a notebook's file holds."""
        self.path = path
        self.kind = Kind.NOTEBOOK if notebook else Kind.PYTHON
        self.file = text if isinstance(text, File) else read(text)
        self.number = self.bit = 0
        """The place among the program's files, and the bit that says that the file was read."""
        self.questions = Questions()
        """Of the program; whether a file holds a word is one."""
        self.opened: list[PythonSource] = []
        """The files of the program whose nodes were made."""
        if isinstance(text, str):
            self._text = text
        self._file_text = file_text
        self._notebook = notebook

    @cached_property
    def _text(self) -> str:
        return self.file.text

    @cached_property
    def _python_lines(self) -> Lines:
        return Lines(self._text)

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self._file_text) if self._notebook else self._python_lines

    @property
    def text(self) -> str:
        now.bits |= self.bit
        return self._text

    @property
    def lines(self) -> Lines:
        now.bits |= self.bit
        return self._lines

    @property
    def tree(self) -> cst.Module:
        """The module, without layout: use `code` instead of `code_for_node`."""
        now.bits |= self.bit
        return cast("cst.Module", self._nodes[0])

    @property
    def words(self) -> AbstractSet[str]:
        """Every identifier-like word of the text, comments and strings included."""
        return _Held(self)

    def holds(self, words: Iterable[str]) -> bool:
        """Whether the text holds one of these words."""
        wanted = list(words)
        if self.bit and not now.bits & self.bit:  # of another file than the one that is looked at
            for word in wanted:
                self.questions.ask("word", word)
        return self.file.holds(wanted)

    def find(self, kind: type[N]) -> Iterator[N]:
        """Every node of exactly this kind, in source order."""
        now.bits |= self.bit
        return iter(self._nodes.of(kind))

    def named(self, kind: type[cst.Name] | type[cst.Attribute], name: str) -> Sequence[Any]:
        """Every name, or every attribute, that is spelled so, in source order."""
        if not self.holds([name]):
            return ()
        now.bits |= self.bit
        return self._nodes.named(name) if kind is cst.Name else self._nodes.attributes_named(name)

    def names(self, words: Words) -> list[cst.Name]:
        """Every name that is one of `words`, in source order."""
        now.bits |= self.bit
        return self._nodes.names(words)

    def attributes(self, words: Words) -> list[cst.Attribute]:
        """Every attribute whose name is one of `words`, in source order."""
        now.bits |= self.bit
        return self._nodes.attributes(words)

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        now.bits |= self.bit
        return self._nodes.parent(node)

    def parents(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around this one, innermost first."""
        now.bits |= self.bit
        return iter(self._nodes.parents(node))

    def enclosing(self, node: cst.CSTNode, *kinds: type[N]) -> N | None:
        """The innermost node of one of these kinds around this one."""
        now.bits |= self.bit
        return self._nodes.enclosing(node, chosen(kinds))

    def scope(self, node: cst.CSTNode) -> ScopeNode:
        """The scope that code at `node` runs in: decorators, defaults and base classes run outside what they belong to.

        A module, function, class, lambda or comprehension; the module is in itself.
        """
        now.bits |= self.bit
        return self._nodes.scope(node)

    def contains(self, node: cst.CSTNode) -> bool:
        return self._nodes.order(node) >= 0

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node stands in the file: without parentheses around it, decorators, comments."""
        now.bits |= self.bit
        return self.place(Span(*self._nodes.span(node)))

    def code(self, node: cst.CSTNode) -> str:
        """What is written at the node's span."""
        now.bits |= self.bit
        return self._nodes.code(node)

    def order(self, node: cst.CSTNode) -> int:
        """The place of a node in source order; cheap, unlike `span`."""
        return self._nodes.order(node)

    def at(self, order: int) -> cst.CSTNode:
        """The node at a place in source order."""
        now.bits |= self.bit
        return self._nodes[order]

    def nth(self, kind: type[N], count: int) -> N:
        """One of the nodes of exactly this kind, by its number in source order."""
        now.bits |= self.bit
        return self._nodes.of(kind)[count]

    def python_line(self, number: int) -> str:
        """A line of the Python text; in a notebook not that of the file."""
        now.bits |= self.bit
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
    def _nodes(self) -> Nodes:
        if self.file.error is not None:
            raise SourceError(f"not Python: {self.file.error[0]}", path=Path(self.path), line=self.file.error[1])
        self.opened.append(self)
        return self.file.nodes(recipes())


def holding(sources: Sequence[PythonSource], words: Iterable[str]) -> tuple[PythonSource, ...]:
    """The sources whose text holds one of these words."""
    held = index.holding([source.file for source in sources], list(words))
    return tuple(source for source, holds in zip(sources, held, strict=True) if holds)


def read(text: str) -> File:
    """Parse a text; lone surrogates, which no file holds but a notebook's string may, count as question marks."""
    try:
        return File(text)
    except UnicodeEncodeError:
        return File(text.encode("utf-8", "replace").decode())


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
    "leading_lines", "lines_after_decorators", "header", "footer", "lpar", "rpar", "lbracket", "rbracket", "lbrace",
    "rbrace", "comma", "trailing_comma", "semicolon", "equal", "dot", "colon", "first_colon", "second_colon",
    "separator", "relative", "asynchronous",
}  # fmt: skip


@cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields of a node that can hold code, as against layout; last first, as a stack wants them."""
    return tuple(f.name for f in reversed(fields(kind)) if f.name not in _LAYOUT and "whitespace" not in f.name)
