"""Which Python files can matter: those that mention NautilusTrader, and all that could share an import path with them.

Exact in the sense that it never leaves out too much: a file can only import another one by a word of its name, so two
files are linked as soon as one holds the other's name as a word anywhere, and every link is followed both ways.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import PurePosixPath

_WORD = re.compile(r"[^\W\d]\w*")


def relevant(texts: Mapping[PurePosixPath, str]) -> frozenset[PurePosixPath]:
    """The paths that have to be analysed."""
    words = {path: frozenset(_WORD.findall(text)) for path, text in texts.items()}
    names = {path: path.parent.name if path.stem == "__init__" else path.stem for path in texts}
    by_name: dict[str, list[PurePosixPath]] = defaultdict(list)
    for path, name in names.items():
        by_name[name].append(path)
    users: dict[str, list[PurePosixPath]] = defaultdict(list)
    for path, used in words.items():
        for name in used & by_name.keys():
            users[name].append(path)
    todo = [path for path, used in words.items() if "nautilus_trader" in used]
    found = set(todo)
    while todo:
        path = todo.pop()
        linked = [p for name in words[path] & by_name.keys() for p in by_name[name]] + users[names[path]]
        for other in linked:
            if other not in found:
                found.add(other)
                todo.append(other)
    return frozenset(found)
