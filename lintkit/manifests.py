"""The files in which a project says what it depends on. Standard library only: a run from the cache needs them too."""

import os
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

LOCKS = ("uv.lock", "poetry.lock", "pdm.lock")
TEXTS = (
    "setup.cfg", "setup.py", "environment*.yml", "environment*.yaml", "conda*.yml", "conda*.yaml", "Dockerfile*",
    "*.dockerfile",
)  # fmt: skip
"""Files of many forms, in which the package is looked for by name."""

_OTHERS = ("Pipfile.lock", "requirements*.txt", "pyproject.toml", "Pipfile")
_MANIFEST = re.compile(
    r"(?:uv|poetry|pdm|Pipfile)\.lock|Pipfile|requirements.*|pyproject\.toml|setup\.(?:cfg|py)"
    r"|(?:environment|conda).*\.ya?ml|Dockerfile.*|.*\.dockerfile"
)
_SKIPPED = {"node_modules", "site-packages", "target", "build", "dist", "__pycache__"}
_MAX_FOLDERS = 400


def folders(root: Path) -> Iterator[Path]:
    """The root, then folders of up to two levels below it that could be projects of their own."""
    yield root
    level, seen = [root], 0
    for _ in range(2):
        inner = [entry for folder in level for entry in _subfolders(folder)]
        for folder in inner:
            seen += 1
            if seen > _MAX_FOLDERS:
                return
            if any(_MANIFEST.fullmatch(name) for name in _entries(folder)):
                yield folder
        level = inner


def manifests(root: Path) -> Iterator[Path]:
    """Every file that can say which release a project targets."""
    for folder in folders(root):
        for name, is_folder in sorted(_entries(folder).items()):
            if is_folder and name == "requirements":
                yield from files(folder / name, "*.txt")
            elif not is_folder and any(fnmatch(name, pattern) for pattern in (*LOCKS, *_OTHERS, *TEXTS)):
                yield folder / name


def installed(root: Path, package: str) -> Path | None:
    """The metadata folder of a package in the project's own environment."""
    for environment in (root / ".venv", root / "venv", root / "env"):
        for packages in (*files(environment, "lib/python*/site-packages"), environment / "Lib" / "site-packages"):
            for path in files(packages, f"{package}-*.dist-info"):
                return path
    return None


def files(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(folder.glob(pattern)) if folder.is_dir() else []
    except OSError:
        return []


def _subfolders(folder: Path) -> list[Path]:
    return [folder / name for name, is_folder in sorted(_entries(folder).items()) if is_folder and name not in _SKIPPED]


def _entries(folder: Path) -> dict[str, bool]:
    """What is directly in a folder, and whether it is a folder itself; links and hidden ones are left out."""
    try:
        with os.scandir(folder) as entries:
            return {e.name: e.is_dir(follow_symlinks=False) for e in entries if e.name[0] != "." and not e.is_symlink()}
    except OSError:
        return {}
