"""Which Python the user's code runs in: named, or found as the tools of the project would find it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lintkit.errors import ConfigError

_BINARY = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
_TOOL_SECS = 10.0


@dataclass(frozen=True, slots=True)
class Interpreter:
    """`why` says in words where it was found."""

    path: str
    why: str


def find(root: Path, named: str | None = None, configured: str | None = None) -> Interpreter:
    """The interpreter for a project's code.

    Named on the command line or in the configuration; else that of the active environment, unless lintkit itself lives
    there (pre-commit and pipx activate lintkit's own for it); of the project's folder; of its tool; else lintkit's.
    `named` and `configured` may be an interpreter or the folder of an environment.
    """
    if named:
        return Interpreter(_executable(Path(named)), "named by --python")
    if configured:
        return Interpreter(_executable(root / configured), "`python` of [tool.lintkit.smoke]")
    for folder, why in _environments(root):
        if not _is_ours(folder) and os.access(path := _binary(folder), os.X_OK):
            return Interpreter(str(path), why)
    return Interpreter(sys.executable, "lintkit's own")


def _executable(path: Path) -> str:
    if path.is_dir() and _binary(path).exists():
        return str(_binary(path))
    if path.is_file() or os.sep not in str(path):
        return str(path)  # a bare name is looked up on the PATH when it starts
    raise ConfigError(f"no Python interpreter at {path}", hint="name an interpreter, or the folder of an environment")


def _binary(folder: Path) -> Path:
    binary = folder.joinpath(*_BINARY)
    return folder / "python.exe" if os.name == "nt" and not binary.exists() else binary  # conda on Windows


def _is_ours(folder: Path) -> bool:
    return folder.resolve() == Path(sys.prefix).resolve()


def _environments(root: Path) -> Iterator[tuple[Path, str]]:
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if folder := os.environ.get(variable):
            yield Path(folder), f"the active environment ({variable})"
    if folder := os.environ.get("UV_PROJECT_ENVIRONMENT"):
        yield root / folder, "uv's project environment"
    for name in (".venv", "venv", "env", ".pixi/envs/default"):
        yield root / name, f"the project's {name}"
    if (marker := root / ".pdm-python").is_file():
        yield Path(marker.read_text(encoding="utf-8").strip()).parent.parent, "pdm's environment"
    yield from _asked(root)


def _asked(root: Path) -> Iterator[tuple[Path, str]]:
    """Environments that only a tool can tell. Asked last: each costs a start of that tool."""
    if _mentions(root, "poetry") and (poetry := shutil.which("poetry")):
        path = _output([poetry, "env", "info", "--path"], root)
        if path:
            yield Path(path), "poetry's environment"
    if (root / "Pipfile").is_file() and (pipenv := shutil.which("pipenv")):
        path = _output([pipenv, "--venv"], root)
        if path:
            yield Path(path), "pipenv's environment"
    if name := _conda_name(root):
        for base in filter(None, (os.environ.get("MAMBA_ROOT_PREFIX"), _conda_base())):
            yield Path(base, "envs", name), f"the conda environment `{name}`"


def _mentions(root: Path, tool: str) -> bool:
    if (root / f"{tool}.lock").is_file():
        return True
    try:
        return f"[tool.{tool}]" in (root / "pyproject.toml").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def _conda_name(root: Path) -> str | None:
    for name in ("environment.yml", "environment.yaml"):
        try:
            match = re.search(r"^name:\s*([\w.-]+)\s*$", (root / name).read_text(encoding="utf-8"), re.MULTILINE)
        except (OSError, UnicodeDecodeError):
            continue
        if match:
            return match[1]
    return None


def _conda_base() -> str | None:
    conda = os.environ.get("CONDA_EXE") or shutil.which("conda")
    return str(Path(conda).resolve().parent.parent) if conda else None


def _output(command: list[str], root: Path) -> str:
    """What a tool prints; nothing where it fails, which says that it knows no environment."""
    try:
        done = subprocess.run(  # noqa: S603  # a tool of the user's, by its full path
            command, cwd=root, capture_output=True, text=True, timeout=_TOOL_SECS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
