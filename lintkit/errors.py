"""Errors that a user can act on. Each prints as one line: where, what, what to do next; exit code 2."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class LintkitError(Exception):
    """Bad input, configuration or environment.

    `path` and `line` (1-based) say where, `message` what is wrong, `hint` what to do next.
    """

    def __init__(self, message: str, *, path: "Path | None" = None, line: int | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.hint = hint

    def seen_from(self, root: "Path") -> "LintkitError":
        """The same with a path relative to the project, as everything else in a report of it is."""
        if self.path is not None and self.path.is_absolute() and self.path.is_relative_to(root):
            self.path = self.path.relative_to(root)
        return self

    def __str__(self) -> str:
        where = "" if self.path is None else f"{self.path}: " if self.line is None else f"{self.path}:{self.line}: "
        hint = f" ({self.hint})" if self.hint else ""
        return " ".join(f"{where}{self.message}{hint}".split())


class ConfigError(LintkitError):
    """A bad value in `[tool.lintkit]`."""


class SourceError(LintkitError):
    """A file that cannot be read or parsed."""


class SmokeError(LintkitError):
    """A smoke run that gave no verdict: the script failed, timed out, or left the supported surface."""
