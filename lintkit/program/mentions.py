"""Under which words a name can be spoken of: its aliases and what derives from it, in any file."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from lintkit.reads import Questions
from lintkit.source import PythonSource, holding


class Mentions:
    def __init__(self, sources: Sequence[PythonSource], questions: Questions) -> None:
        self._sources, self._questions = sources, questions
        self._known: dict[frozenset[str], tuple[PythonSource, ...]] = {}
        questions.define("spread", lambda *words: sorted(self.everywhere(frozenset(words))))
        questions.define("mentioning", lambda *words: [s.number for s in self.holding(frozenset(words))])
        questions.define("word", self._holders)

    def _holders(self, word: str) -> list[int]:
        return [source.number for source in holding(self._sources, [word])]

    def mentioning(self, words: frozenset[str]) -> tuple[PythonSource, ...]:
        """The sources that hold one of these words, or an alias or subclass."""
        self._questions.ask("mentioning", *sorted(words))
        return self.holding(words)

    def spread(self, words: frozenset[str]) -> frozenset[str]:
        """The words with every word that a file binds to one of them: `import a as b`, `b = x.a`, `class b(a)`."""
        self._questions.ask("spread", *sorted(words))
        return self.everywhere(words)

    def holding(self, words: frozenset[str]) -> tuple[PythonSource, ...]:
        """As `mentioning`, for those who answer questions about the whole program."""
        if words not in self._known:
            self._known[words] = holding(self._sources, self.everywhere(words))
        return self._known[words]

    def everywhere(self, words: frozenset[str]) -> frozenset[str]:
        """As `spread`, for those who answer questions about the whole program."""
        found = set(words)
        todo = list(words)
        while todo:
            new = self._renamed.get(todo.pop(), set()) - found
            found |= new
            todo += new
        return frozenset(found)

    @cached_property
    def _renamed(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for source in self._sources:
            for old, new in source.file.renames:
                found[old].add(new)
        return found
