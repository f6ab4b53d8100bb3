"""Which files a project has. Links are never followed; folders that hold other people's code are left out."""

import os
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from stat import S_ISREG

from lintkit.errors import SourceError
from lintkit.kind import Kind

MAX_BYTES = {Kind.PYTHON: 2 << 20, Kind.NOTEBOOK: 16 << 20, Kind.YAML: 2 << 20, Kind.TOML: 2 << 20, Kind.JSON: 2 << 20}
"""Larger files are reported as skipped."""

_KINDS = {
    ".py": Kind.PYTHON,
    ".pyi": Kind.PYTHON,
    ".ipynb": Kind.NOTEBOOK,
    ".yaml": Kind.YAML,
    ".yml": Kind.YAML,
    ".toml": Kind.TOML,
    ".json": Kind.JSON,
}
_OTHERS_CODE = {"__pycache__", "node_modules", "site-packages", "build", "dist", "target", "venv", "env"}


@dataclass(frozen=True, slots=True)
class File:
    """`path` is relative to the project root, `absolute` where to read it.

    `stamp` is size, time of the last change (ns) and inode: while it stays, so does the content; None if not known.
    """

    path: PurePosixPath
    absolute: Path
    kind: Kind
    stamp: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True, order=True)
class Skipped:
    """A file that was not read, and why. `is_code`: Python of the project's own that nobody has looked at."""

    path: PurePosixPath
    reason: str
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Discovered:
    files: tuple[File, ...]
    skipped: tuple[Skipped, ...]


def discover(root: Path, exclude: tuple[str, ...] = ()) -> Discovered:
    """Every readable source under `root`, sorted by path."""
    if not root.is_dir():
        raise SourceError("no such folder", path=root)
    top = root.resolve()
    files: list[File] = []
    skipped: list[Skipped] = []
    folders = [(top, PurePosixPath())]
    while folders:
        folder, relative = folders.pop()
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda e: e.name)
        except OSError as error:
            skipped.append(Skipped(relative, f"the folder cannot be read: {error.strerror}"))
            continue
        for entry in entries:
            path = relative / entry.name
            if is_excluded(path, exclude):
                continue
            if entry.is_dir(follow_symlinks=False):
                if not _is_foreign(Path(entry.path), entry.name):
                    folders.append((Path(entry.path), path))
            elif isinstance(one := _look(entry, path, top), File):
                files.append(one)
            elif one:
                skipped.append(one)
    return Discovered(tuple(sorted(files, key=lambda f: f.path)), tuple(sorted(skipped)))


def stamp(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ino


def kind_of(path: PurePosixPath) -> Kind | None:
    return _KINDS.get(path.suffix.lower())


def is_excluded(path: PurePosixPath, patterns: tuple[str, ...]) -> bool:
    """A pattern without a slash matches any name on the way; one with a slash the path from the root."""
    for pattern in patterns:
        plain = pattern.strip("/")
        if "/" in plain:
            if any(fnmatchcase(str(p), plain) for p in (path, *path.parents)):
                return True
        elif any(fnmatchcase(part, plain) for part in path.parts):
            return True
    return False


def _is_foreign(folder: Path, name: str) -> bool:
    if name.startswith(".") or name in _OTHERS_CODE or name.endswith(".egg-info"):
        return True
    return (folder / "pyvenv.cfg").is_file()


def _look(entry: os.DirEntry[str], path: PurePosixPath, top: Path) -> File | Skipped | None:
    """None for a file that nobody would expect to be checked."""
    if entry.is_symlink():
        reason = _link(Path(entry.path), top)
        return Skipped(path, reason) if reason else None
    kind = kind_of(path)
    if kind is None:
        return None
    status = entry.stat(follow_symlinks=False)
    if reason := _unreadable(status, kind):
        return Skipped(path, reason, kind is Kind.PYTHON)
    return File(path, Path(entry.path), kind, stamp(status))


def _unreadable(status: os.stat_result, kind: Kind) -> str:
    """Why a file that one might expect to be checked is not read; empty when it is."""
    if not S_ISREG(status.st_mode):
        return "it has the name of a file to check, but is a pipe, a socket or a device"
    if status.st_size > MAX_BYTES[kind]:
        return f"{status.st_size:,} bytes, more than the {MAX_BYTES[kind]:,} that are read"
    return ""


def _link(path: Path, top: Path) -> str:
    """Why a link matters to the user: what it points to is not read under any other path."""
    if kind_of(PurePosixPath(path.name)) is None and not path.is_dir():
        return ""
    try:
        target = path.resolve()
    except (OSError, RuntimeError):
        return "a link to itself"
    if not target.is_relative_to(top):
        return "a link that leaves the project"
    return "" if target.exists() else "a link to nothing"
