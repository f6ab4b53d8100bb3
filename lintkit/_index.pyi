"""The index of Python files, in Rust."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from libcst import Attribute, CSTNode, Name
from typing_extensions import final

_N = TypeVar("_N", bound=CSTNode)

KINDS: list[tuple[str, str]]
"""libcst's node classes and the fields of each that hold code; `*` marks sequences."""

class ChangedError(Exception):
    """A file is not what it was when the run began."""

@final
class File:
    """One Python text: read at once, or known from an earlier run and read when its text or nodes are asked for."""

    def __new__(cls, text: str) -> File: ...
    @staticmethod
    def known(path: Path, size: int, nanos: int, kept: str) -> File:
        """A file of an earlier run, with its size and the time of its last change.

        `kept` is what that run has kept of it. Raises `ChangedError` once it is read and is another one.
        """
    @property
    def kept(self) -> str:
        """What a later run needs to know of the file without reading it."""
    @property
    def text(self) -> str: ...
    @property
    def error(self) -> tuple[str, int, int] | None:
        """Why the text is not Python: message, line and column; None when it is."""
    @property
    def words(self) -> list[str]: ...
    def holds(self, words: Sequence[str]) -> bool:
        """Whether the text holds one of these words."""
    def span(self, node: int) -> tuple[int, int, int, int]:
        """Line, column, last line and last column (exclusive), 1-based, of a node by its place in the order."""
    def code(self, node: int) -> str:
        """The source of a node."""
    @property
    def renames(self) -> list[tuple[str, str]]:
        """What the file calls by another name: `import a as b`, `b = x.a`, `class b(a)`, as pairs (a, b)."""
    def nodes(self, recipes: list[Any]) -> Nodes:
        """The nodes as objects; see `lintkit.nodes`."""

@final
class Nodes:
    """A file's nodes as libcst objects, in libcst's order. Nodes are known by identity."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int) -> CSTNode:
        """A node by its place in the order."""
    def of(self, kind: type[_N]) -> list[_N]:
        """Every node of exactly this class."""
    def order(self, node: CSTNode) -> int:
        """The place of a node in the order; -1 for a node of another file."""
    def parent(self, node: CSTNode) -> CSTNode | None: ...
    def parents(self, node: CSTNode) -> list[CSTNode]:
        """The nodes around one, innermost first."""
    def enclosing(self, node: CSTNode, kinds: bytes) -> Any:
        """The innermost node around one whose kind is among `kinds`, a byte for each of `KINDS`."""
    def scope(self, node: CSTNode) -> Any:
        """The scope that code at a node runs in: the module is in itself."""
    def names(self, words: Words) -> list[Name]:
        """Every name that is one of `words`, in order."""
    def attributes(self, words: Words) -> list[Attribute]:
        """Every attribute whose name is one of `words`, in order."""
    def named(self, name: str) -> list[Name]: ...
    def attributes_named(self, name: str) -> list[Attribute]: ...
    def span(self, node: CSTNode) -> tuple[int, int, int, int]:
        """As `File.span`, by node."""
    def code(self, node: CSTNode) -> str: ...

@final
class Words:
    """A set of words to look names up in."""

    def __new__(cls, words: Sequence[str]) -> Words: ...

def read(paths: Sequence[Path]) -> list[File | None]:
    """Read and parse files in parallel. None for what is not plain UTF-8 or cannot be read at all."""

def holding(files: Sequence[File], words: Sequence[str]) -> list[bool]:
    """Whether each file holds one of these words."""

def relevant(files: Sequence[File], names: Iterable[str]) -> list[bool]:
    """Whether each file has to be analysed; `names` are the last parts of their module names."""
