"""Under which words a name can be spoken of: its aliases and what derives from it, in any file."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

_AS = re.compile(r" as (\w+)")
_ASSIGNED = re.compile(r"^[ \t]*(?:self\.)?(\w+)[ \t]*=[ \t]*(?:\w+\.)*(\w+)[ \t]*$", re.MULTILINE)
_CLASS = re.compile(r"^[ \t]*class[ \t]+(\w+)[ \t]*\(([^)]*)\)", re.MULTILINE)
_LAST_WORD = re.compile(r"(\w+)[ \t]*$")
_WORD = re.compile(r"\w+")


def links(texts: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """The names that files bind to each word: `import a as b`, `b = x.a`, `class b(a)`."""
    found: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        for match in _AS.finditer(text):
            old = _LAST_WORD.search(text, max(0, match.start() - 80), match.start())
            if old is not None:
                found[old[1]].add(match[1])
        for new, old in _ASSIGNED.findall(text):
            found[old].add(new)
        for new, bases in _CLASS.findall(text):
            for old in _WORD.findall(bases):
                found[old].add(new)
    return {old: frozenset(new) for old, new in found.items()}


def spread(words: frozenset[str], names: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The words and, at any distance, the names that are bound to them."""
    found, todo = set(words), list(words)
    while todo:
        new = names.get(todo.pop(), frozenset()) - found
        found |= new
        todo += new
    return frozenset(found)
