"""Which NautilusTrader version a project targets: its configuration, lock file, requirements or pyproject."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion, Version

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_NAME = re.compile(r"nautilus[-_.]trader", re.IGNORECASE)
_MAX_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Target:
    """`version` is the exact one or the lowest allowed; None when nothing says. `origin` is the file that says it."""

    version: Version | None
    origin: str
    exact: bool = False


def find_target(root: Path, override: str | None = None) -> Target:
    """The first that says something: configuration, lock files, requirements files, pyproject.toml."""
    if override is not None:
        return Target(_version(override), "configuration", exact=True)
    bounds: list[Target] = []
    for path, requirement in _requirements(root):
        exact = next((s.version for s in requirement.specifier if s.operator in {"==", "==="}), None)
        lower = next((s.version for s in requirement.specifier if s.operator in {">=", "~=", ">"}), None)
        version = _version((exact or lower or "").removesuffix(".*"))
        if version is not None and exact is not None:
            return Target(version, path, exact=True)
        if version is not None:
            bounds.append(Target(version, path))
    return bounds[0] if bounds else Target(None, "")


def _requirements(root: Path) -> Iterator[tuple[str, Requirement]]:
    for name in ("uv.lock", "poetry.lock", "pdm.lock"):
        packages = _toml(root / name).get("package", [])
        for package in cast("list[Any]", packages if isinstance(packages, list) else []):
            match package:
                case {"name": str(found), "version": str(version)} if _NAME.fullmatch(found):
                    yield name, Requirement(f"nautilus_trader=={version}")
                case _:
                    pass
    for path in sorted(root.glob("requirements*.txt")):
        for line in _text(path).splitlines():
            yield from _parsed(path.name, line.partition("#")[0].strip())
    yield from _pyproject(_toml(root / "pyproject.toml"))


def _pyproject(table: dict[str, Any]) -> Iterator[tuple[str, Requirement]]:
    project: Any = table.get("project", {})
    groups: Any = table.get("dependency-groups", {})
    lines: list[Any] = []
    if isinstance(project, dict):
        known = cast("dict[str, Any]", project)
        lines += cast("list[Any]", known.get("dependencies") or [])
        extras: Any = known.get("optional-dependencies") or {}
        groups = {**cast("dict[str, Any]", groups), **cast("dict[str, Any]", extras)}
    for group in cast("dict[str, Any]", groups).values():
        lines += group if isinstance(group, list) else []
    for line in lines:
        if isinstance(line, str):
            yield from _parsed("pyproject.toml", line)
    match table:
        case {"tool": {"poetry": {"dependencies": {**dependencies}}}}:
            for name, wanted in cast("dict[str, Any]", dependencies).items():
                pin: Any = cast("dict[str, Any]", wanted).get("version") if isinstance(wanted, dict) else wanted
                if _NAME.fullmatch(name) and isinstance(pin, str):
                    bound = pin.strip()
                    operator = "" if bound[:1] in "<>=~!" else ">=" if bound.startswith("^") else "=="
                    yield from _parsed("pyproject.toml", f"nautilus_trader{operator}{bound.lstrip('^')}")
        case _:
            pass


def _parsed(path: str, line: str) -> Iterator[tuple[str, Requirement]]:
    if not _NAME.match(line):
        return
    try:
        yield path, Requirement(line.partition(" --")[0])
    except InvalidRequirement:
        return


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _text(path: Path) -> str:
    """What can't be read says nothing of the version; files that matter are reported where sources are loaded."""
    try:
        return path.read_text("utf-8", "replace") if path.stat().st_size <= _MAX_BYTES else ""
    except OSError:
        return ""


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
