"""Under which words a name can be spoken of: its aliases and what derives from it, in any file."""

import re
from collections.abc import Iterable

from lintkit.source import PythonSource


def spread(words: frozenset[str], sources: Iterable[PythonSource]) -> frozenset[str]:
    """The words with every word that a file binds to one of them: `import a as b`, `b = x.a`, `class b(a)`."""
    found, todo = words, words
    while todo:
        names = "|".join(sorted(todo))
        pattern = re.compile(
            rf"\b(?:{names})[ \t]+as[ \t]+(\w+)"
            rf"|^[ \t]*(\w+)[ \t]*=[ \t]*(?:\w+\.)*(?:{names})[ \t]*$"
            rf"|^[ \t]*class[ \t]+(\w+)[ \t]*\([^)]*\b(?:{names})\b",
            re.MULTILINE,
        )
        texts = (source.text for source in sources if not todo.isdisjoint(source.words))
        new = {name for text in texts for match in pattern.findall(text) for name in match if name}
        todo = frozenset(new) - found
        found |= todo
    return found
