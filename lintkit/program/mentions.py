"""Under which words a name can be spoken of: its aliases and what derives from it, in any file."""

from collections import defaultdict
from collections.abc import Iterable

from lintkit.source import PythonSource


class Mentions:
    def __init__(self, sources: Iterable[PythonSource]) -> None:
        self._renamed: dict[str, set[str]] = defaultdict(set)
        for source in sources:
            for old, new in source.file.renames:
                self._renamed[old].add(new)

    def spread(self, words: frozenset[str]) -> frozenset[str]:
        """The words with every word that a file binds to one of them: `import a as b`, `b = x.a`, `class b(a)`."""
        found = set(words)
        todo = list(words)
        while todo:
            new = self._renamed.get(todo.pop(), set()) - found
            found |= new
            todo += new
        return frozenset(found)
