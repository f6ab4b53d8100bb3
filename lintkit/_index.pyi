"""The index of Python files, in Rust."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from typing_extensions import final

KINDS: list[tuple[str, str]]
"""libcst's node classes and the fields of each that hold code; `*` marks sequences."""

@final
class File:
    """One Python text that has been read."""

    def __new__(cls, text: str) -> File: ...
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
    def parents(self) -> bytes:
        """The parent of each node, as 32-bit numbers in the machine's order."""
    def scopes(self) -> bytes:
        """The scope that code at each node runs in, likewise; the module is in itself."""
    @property
    def renames(self) -> list[tuple[str, str]]:
        """What the file calls by another name: `import a as b`, `b = x.a`, `class b(a)`, as pairs (a, b)."""
    def nodes(self, recipes: list[Any]) -> tuple[list[Any], dict[type, list[Any]]]:
        """The nodes as objects, in order, and by kind; see `lintkit.nodes`."""

def read(paths: Sequence[Path]) -> list[File | None]:
    """Read and parse files in parallel. None for what is not plain UTF-8 or cannot be read at all."""

def relevant(files: Sequence[File], names: Iterable[str]) -> list[bool]:
    """Whether each file has to be analysed; `names` are the last parts of their module names."""
