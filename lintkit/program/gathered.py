"""What each file adds to what a rule says of the whole program, as plain data: it can be kept from one run to the next.

A rule that reads every file for one statement would have all of them made into nodes whenever any of them changes. With
this it reads only those that changed since, and is looked at again only where the sum of what they add differs.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from lintkit.reads import Questions, traced
from lintkit.source import PythonSource

Find: TypeAlias = Callable[[PythonSource], Iterable[Any]]
Piece: TypeAlias = tuple[list[Any], int]
"""What a file adds, and what that was derived from."""


class Gathered:
    def __init__(self, sources: Iterable[PythonSource], questions: Questions) -> None:
        self._sources, self._questions = tuple(sources), questions
        self._finders: dict[str, Find] = {}
        self.kept: dict[tuple[str, int], Piece] = {}
        """By the name under which it is gathered and the number of the file."""
        questions.define("gathered", self._all)

    def know(self, name: str, find: Find) -> None:
        """How a file's part is found, should it be asked for: lists, texts, numbers and None."""
        self._finders.setdefault(name, find)

    def of(self, name: str) -> list[Any]:
        """What all files add, in their order."""
        self._questions.ask("gathered", name)
        return self._all(name)

    def _all(self, name: str) -> list[Any]:
        return [one for found in traced(lambda: tuple(self._pieces(name)))[0] for one in found]

    def _pieces(self, name: str) -> Iterator[list[Any]]:
        for source in self._sources:
            key = (name, source.number)
            if key not in self.kept:
                found, read = traced(lambda source=source: list(self._finders[name](source)))
                self.kept[key] = (json.loads(json.dumps(found)), read | source.bit)
            yield self.kept[key][0]
