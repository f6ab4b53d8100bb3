"""Other checkers as child processes: their findings in our form. None of them runs the code that it reads."""

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from lintkit.errors import ConfigError, LintkitError
from lintkit.finding import Finding

TIMEOUT_SECS = 300.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a checker found, and what the reader should know of its run."""

    findings: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()


def find(name: str) -> str | None:
    """The program beside our interpreter, else the one on PATH."""
    return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)


def executable(name: str) -> str:
    """The program beside our interpreter, else the one on PATH."""
    found = find(name)
    if found is None:
        hint = f"`pip install {name}`, or set `{name} = false` in [tool.lintkit]"
        raise ConfigError(f"`{name}` is asked for but not installed", hint=hint)
    return found


def run_json(command: Sequence[str], root: Path, ok: tuple[int, ...]) -> Any:
    """Run in `root` and read JSON from its standard output. Exit codes outside `ok` are errors."""
    import subprocess

    name = Path(command[0]).stem
    try:
        done = subprocess.run(  # noqa: S603  # a fixed program and arguments of ours, no shell
            command, cwd=root, capture_output=True, timeout=TIMEOUT_SECS, check=False
        )
    except subprocess.TimeoutExpired:
        raise LintkitError(f"`{name}` took longer than {TIMEOUT_SECS:g} seconds", path=root) from None
    if done.returncode not in ok:
        why = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
        said = why[0] if why else "nothing on standard error"
        raise LintkitError(f"`{name}` failed with exit code {done.returncode}: {said}", path=root)
    try:
        return json.loads(done.stdout or b"null")
    except ValueError:
        raise LintkitError(f"`{name}` did not answer in JSON", path=root, hint=f"update {name}") from None


def relative(path: str, root: Path) -> PurePosixPath:
    """An absolute path as one relative to the project."""
    real = Path(path).resolve()
    top = root.resolve()
    return PurePosixPath((real.relative_to(top) if real.is_relative_to(top) else real).as_posix())
