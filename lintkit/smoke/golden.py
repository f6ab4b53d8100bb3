"""The accepted tapes, in the user's repo. Only `--accept` writes them, and a write is all or nothing."""

from collections.abc import Iterable
from pathlib import Path

from lintkit.config import Config, Target
from lintkit.errors import ConfigError, SmokeError
from lintkit.files import write
from lintkit.smoke.archive import dump
from lintkit.smoke.archive import load as read
from lintkit.smoke.tape import Tape, TapeError

_HEAD = 4096
"""Bytes: a merge may have put its marks above the first line."""


def path_of(target: Target, root: Path) -> Path:
    """Where the target's accepted tape lives: always inside the project."""
    path = root / target.golden
    if not path.resolve().is_relative_to(root.resolve()):
        raise ConfigError(f"`golden` of the smoke target `{target.name}` is outside the project: {target.golden}")
    return path


def owner_of(path: Path, config: Config, targets: Iterable[Target] = ()) -> str | None:
    """The target whose accepted tape lives there, of those that are configured and the further `targets`."""
    every = (*config.smoke.targets, *targets)
    return next((one.name for one in every if path_of(one, config.root).resolve() == path.resolve()), None)


def load(path: Path) -> Tape | None:
    """The accepted tape; None when there is none yet."""
    try:
        return read(path.read_bytes())
    except FileNotFoundError:
        return None
    except TapeError as error:
        raise damaged(path, error) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SmokeError(f"cannot be read: {error}", path=path) from error


def is_tape(path: Path) -> bool:
    """Whether it is one of ours, however damaged: anything else that a `golden` names is never replaced."""
    with path.open("rb") as file:
        return b"# lintkit tape " in file.read(_HEAD)


def damaged(path: Path, error: TapeError) -> SmokeError:
    hint = "restore it from version control, or record it anew with `lintkit smoke --accept`"
    return SmokeError(str(error), path=path, line=error.line, hint=hint)


def save(path: Path, tape: Tape) -> None:
    """Replace the accepted tape; its folder is made."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SmokeError(f"cannot be made: {error.strerror}", path=path.parent) from error
    write(path, dump(tape))
