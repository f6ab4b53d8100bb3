"""Orders that nobody promised: of the project's imports, and of the names in a folder.

Settings: `seed`; `imports` and `listings`, which of them to shuffle; `script`; `only` (for listings). The third order
of that kind, of sets, comes from PYTHONHASHSEED, which only the parent can set.
"""

import ast
import os
import random
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from lintkit.smoke.inside.places import Places, Readings


def install(settings: dict[str, Any], places: Places, tell: Callable[..., None]) -> None:
    shuffler = random.Random(settings["seed"])  # noqa: S311  # a repeatable shuffle
    if settings.get("listings"):
        _shuffle_listings(shuffler, Readings("hash", places, tell, settings))
    if settings.get("imports") and "only" not in settings:
        script = Path(settings["script"])
        skipped = _import_shuffled(places.root / script, places, shuffler)
        if skipped:
            tell("skipped", drill="hash", modules=skipped)


def _shuffle_listings(shuffler: random.Random, readings: Readings) -> None:
    listdir: Callable[..., list[Any]] = os.listdir
    scandir: Callable[..., Any] = os.scandir

    def shuffled_listdir(path: Any = ".") -> list[Any]:
        names = sorted(listdir(path))
        if readings.note("os.listdir"):
            shuffler.shuffle(names)
        return names

    def shuffled_scandir(path: Any = ".") -> Any:
        return _Scan(scandir(path), shuffler if readings.note("os.scandir") else None)

    os.listdir = shuffled_listdir
    os.scandir = shuffled_scandir  # pyright: ignore[reportAttributeAccessIssue]  # what `os.walk` and `glob` use of it


class _Scan:
    """What `os.scandir` gives: an iterator that is a context manager too."""

    def __init__(self, entries: Any, shuffler: random.Random | None) -> None:
        with entries:
            self._entries = sorted(entries, key=lambda entry: entry.name)
        if shuffler:
            shuffler.shuffle(self._entries)
        self._rest = iter(self._entries)

    def __enter__(self) -> Iterator[Any]:
        return self._rest

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Any]:
        return self._rest

    def __next__(self) -> Any:
        return next(self._rest)

    def close(self) -> None:
        self._rest = iter(())


def _import_shuffled(script: Path, places: Places, shuffler: random.Random) -> list[str]:
    """Import what the script imports of the project beforehand, in another order; the names that refused."""
    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, str(script.parent))  # as the worker does for the script, and takes back here
    names = sorted(_project_modules(script))
    shuffler.shuffle(names)
    skipped: list[str] = []
    try:
        for name in names:
            before = set(sys.modules)
            try:
                import_module(name)
            except Exception:  # noqa: BLE001  # it needs what the script does first: then there is one order only
                skipped.append(name)
                for half in set(sys.modules) - before:
                    if places.is_users(getattr(sys.modules[half], "__file__", None) or "<none>"):
                        del sys.modules[half]
    finally:
        if not getattr(sys.flags, "safe_path", False):
            sys.path.remove(str(script.parent))
    return skipped


def _project_modules(script: Path) -> set[str]:
    """The modules beside the script that it imports at module level, and theirs."""
    found: set[str] = set()
    waiting = [(script, "")]
    while waiting:
        path, package = waiting.pop()
        for name in _imported(path, package):
            if name in found:
                continue
            if (file := _file(script.parent, name)) is not None:
                found.add(name)
                waiting.append((file, name if file.name == "__init__.py" else name.rpartition(".")[0]))
    return found


def _imported(path: Path, package: str) -> Iterator[str]:
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, OSError, ValueError):  # the script's own run will say so
        return
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*filter(None, base), *filter(None, [node.module])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _file(folder: Path, name: str) -> Path | None:
    if not all(part.isidentifier() for part in name.split(".")):
        return None
    path = folder.joinpath(*name.split("."))
    candidates = (path / "__init__.py", path.with_suffix(".py"))
    return next((file for file in candidates if file.is_file()), None)
