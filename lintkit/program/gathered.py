"""What each file adds to what a rule says of the whole program, as plain data: it can be kept from one run to the next.

A rule that reads every file for one statement would have all of them made into nodes whenever any of them changes. With
this it reads only those that changed since, and is looked at again only where the sum of what they add differs.
"""

import json
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, TypeAlias

from lintkit.reads import Questions, traced
from lintkit.source import PythonSource

Find: TypeAlias = Callable[[PythonSource], Iterable[Any]]


class Piece:
    """What a file adds, as JSON, and what that was derived from."""

    def __init__(self, kept: bytes, read: int) -> None:
        self.kept, self.read = kept, read

    @cached_property
    def plain(self) -> list[Any]:
        return json.loads(self.kept)


class Gathered:
    def __init__(self, sources: Iterable[PythonSource], questions: Questions) -> None:
        self._sources, self._questions = {source.number: source for source in sources}, questions
        self._finders: dict[str, Find] = {}
        self.pieces: dict[tuple[str, int], Piece] = {}
        """By the name under which it is gathered and the number of the file."""
        questions.define("gathered", self._all)

    def know(self, name: str, find: Find) -> None:
        """How a file's part is found, should it be asked for: lists, texts, numbers and None."""
        self._finders[name] = find

    def of(self, name: str) -> list[Any]:
        """What all files add, in their order."""
        self._questions.ask("gathered", name)
        return self._all(name)

    def piece(self, name: str, number: int) -> Piece:
        """What a file adds, for those who answer questions about the whole program."""
        key = (name, number)
        if key not in self.pieces:
            source = self._sources[number]
            found, read = traced(lambda: list(self._finders[name](source)))
            self.pieces[key] = Piece(json.dumps(found, separators=(",", ":")).encode(), read | source.bit)
        return self.pieces[key]

    def _all(self, name: str) -> list[Any]:
        return [one for number in self._sources for one in traced(lambda n=number: self.piece(name, n))[0].plain]
