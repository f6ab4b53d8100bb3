"""Which NautilusTrader version a project targets, by its own files. Nothing is executed and no index is asked."""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from lintkit.manifests import LOCKS, TEXTS, files, folders, installed

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_NAME = re.compile(r"nautilus[-_.]trader", re.IGNORECASE)
_IN_TEXT = re.compile(
    r"""\bnautilus[-_.]trader(?:\[[\w,\s.-]*\])?\s*(?P<bound>(?:[=<>~!]=?=?\s*[\w.*+!-]+\s*,?\s*)+)""", re.IGNORECASE
)
_LOCKED = re.compile(
    r"""^name = "nautilus[-_.]trader"\r?\nversion = "(?P<version>[^"]+)\"""", re.IGNORECASE | re.MULTILINE
)
_MAX_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Target:
    """`version` is the exact one or the lowest allowed; None when nothing says. `origin` is the file that says it."""

    version: Version | None
    origin: str
    exact: bool = False
    allowed: SpecifierSet | None = None

    def spans(self, release: str) -> bool:
        """Whether the project may run before a release as well as on it, as nothing pins it to one side."""
        border = Version(release)
        below = self.version is not None and not self.exact and self.version < border
        return below and self.allowed is not None and self.allowed.contains(border)


def find_target(root: Path | None, override: str | None = None) -> Target:
    """The first that says something: configuration, lock files, pins, the installed package, lower bounds.

    Files in the root come before those of its folders. An unpinned project targets what is installed beside it. A
    lock file that no longer meets the requirements beside it is one that somebody forgot to renew.
    """
    if override is not None:
        is_range = override[:1] in {">", "~"}
        found = _target("configuration", SpecifierSet(override)) if is_range else None
        return found or Target(_version(override), "configuration", exact=True)
    if root is None:
        return Target(None, "")
    bounds: list[Target] = []
    for folder in folders(root):
        prefix = "" if folder == root else f"{folder.relative_to(root).as_posix()}/"
        required = tuple(_required(folder))
        for name, specifier in (*(lock for lock in _locked(folder) if not _is_stale(lock[1], required)), *required):
            found = _target(f"{prefix}{name}", specifier)
            if found is not None and found.exact:
                return found
            bounds += [found] if found is not None else []
    return _installed(root) or (bounds[0] if bounds else Target(None, ""))


def _target(origin: str, specifier: SpecifierSet) -> Target | None:
    exact = next((s.version for s in specifier if s.operator in {"==", "==="} and not s.version.endswith(".*")), None)
    lower = next((s.version for s in specifier if s.operator in {">=", "~=", ">", "=="}), None)
    version = _version((exact or lower or "").removesuffix(".*"))
    return Target(version, origin, exact is not None, specifier) if version is not None else None


def _is_stale(lock: SpecifierSet, required: Sequence[tuple[str, SpecifierSet]]) -> bool:
    locked = _target("", lock)
    version = locked.version if locked is not None else None
    return version is not None and any(not wanted.contains(version, prereleases=True) for _, wanted in required)


def _locked(folder: Path) -> Iterator[tuple[str, SpecifierSet]]:
    for name in LOCKS:  # a lock file is too long to be read as TOML for one entry
        for found in _LOCKED.finditer(_text(folder / name)):
            yield from _specified(name, f"=={found['version']}")
    try:
        lock: Any = json.loads(_text(folder / "Pipfile.lock") or "null")
    except ValueError:
        lock = None
    for group in ("default", "develop"):
        match lock:
            case {**groups} if isinstance(packages := cast("dict[str, Any]", groups).get(group), dict):
                for found, package in cast("dict[str, Any]", packages).items():
                    version = cast("dict[str, Any]", package).get("version") if isinstance(package, dict) else None
                    if _NAME.fullmatch(found) and isinstance(version, str):
                        yield from _specified("Pipfile.lock", version)
            case _:
                pass


def _required(folder: Path) -> Iterator[tuple[str, SpecifierSet]]:
    for path in (*files(folder, "requirements*.txt"), *files(folder, "requirements/*.txt")):
        for line in _text(path).splitlines():
            yield from _parsed(path.relative_to(folder).as_posix(), line.partition("#")[0].strip())
    yield from _pyproject(_toml(folder / "pyproject.toml"))
    yield from _pipfile(_toml(folder / "Pipfile"))
    for pattern in TEXTS:
        for path in files(folder, pattern):
            text = "\n".join(line for line in _text(path).splitlines() if not line.lstrip().startswith("#"))
            for found in _IN_TEXT.finditer(text):
                bound = re.sub(r"^=(?!=)", "==", found["bound"].strip().rstrip(","))  # conda writes a single =
                yield from _specified(path.name, bound)


def _installed(root: Path) -> Target | None:
    path = installed(root, "nautilus_trader")
    version = _version(path.name.removesuffix(".dist-info").partition("-")[2]) if path is not None else None
    return Target(version, path.relative_to(root).as_posix(), exact=True) if path is not None and version else None


def _pyproject(table: dict[str, Any]) -> Iterator[tuple[str, SpecifierSet]]:
    project: Any = table.get("project", {})
    groups: Any = table.get("dependency-groups", {})
    lines: list[Any] = []
    if isinstance(project, dict):
        known = cast("dict[str, Any]", project)
        lines += _list(known.get("dependencies"))
        groups = {**_dict(groups), **_dict(known.get("optional-dependencies"))}
    for group in _dict(groups).values():
        lines += _list(group)
    for line in lines:
        if isinstance(line, str):
            yield from _parsed("pyproject.toml", line)
    poetry = _dict(_dict(table.get("tool")).get("poetry"))
    tables = [_dict(poetry.get("dependencies")), _dict(poetry.get("dev-dependencies"))]
    tables += [_dict(_dict(group).get("dependencies")) for group in _dict(poetry.get("group")).values()]
    for dependencies in tables:
        for name, wanted in dependencies.items():
            yield from _poetry("pyproject.toml", name, wanted)


def _pipfile(table: dict[str, Any]) -> Iterator[tuple[str, SpecifierSet]]:
    for group in ("packages", "dev-packages"):
        for name, wanted in _dict(table.get(group)).items():
            yield from _poetry("Pipfile", name, wanted)


def _poetry(origin: str, name: str, wanted: Any) -> Iterator[tuple[str, SpecifierSet]]:
    pin = _dict(wanted).get("version") if isinstance(wanted, dict) else wanted
    if _NAME.fullmatch(name) and isinstance(pin, str) and pin.strip() != "*":
        bound = pin.strip()
        operator = "" if bound[:1] in "<>=~!" else ">=" if bound.startswith("^") else "=="
        bound = re.sub(r"^~(?!=)", "~=", bound.lstrip("^"))
        yield from _specified(origin, f"{operator}{bound}")


def _parsed(origin: str, line: str) -> Iterator[tuple[str, SpecifierSet]]:
    if not _NAME.match(line):
        return
    try:
        yield origin, Requirement(line.partition(" --")[0]).specifier
    except InvalidRequirement:
        return


def _specified(origin: str, bound: str) -> Iterator[tuple[str, SpecifierSet]]:
    try:
        yield origin, SpecifierSet(bound)
    except ValueError:
        return


def _dict(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _toml(path: Path) -> dict[str, Any]:
    text = _text(path)
    if not _NAME.search(text):
        return {}
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _text(path: Path) -> str:
    """What can't be read says nothing of the version; files that matter are reported where sources are loaded."""
    try:
        return path.read_text("utf-8", "replace") if path.is_file() and path.stat().st_size <= _MAX_BYTES else ""
    except OSError:
        return ""


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
