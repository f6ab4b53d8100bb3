"""ruff's findings, as `ruff:F401`, with the project's own ruff configuration.

A project without one gets the few rules that find mistakes in any strategy and leave style alone.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from lintkit.checks.external import Outcome, executable, find, relative, run_json
from lintkit.config import pyproject_has
from lintkit.discover import File
from lintkit.errors import LintkitError
from lintkit.finding import Confidence, Finding, Severity, Span
from lintkit.kind import Kind

CURATED = (
    "F632", "F7", "F82", "PLE", "B006", "B015", "B018", "B020", "B023", "B030", "B035", "ASYNC210", "ASYNC220",
    "ASYNC221", "ASYNC222", "ASYNC230", "ASYNC251", "RUF006",
)  # fmt: skip
"""Undefined names, comparisons and expressions without effect, shared defaults, late-bound loop variables, blocking
calls and lost tasks in async code. Times without a zone (DTZ) are left to our rules on the clock."""


def is_configured(root: Path) -> bool:
    return any((root / name).is_file() for name in ("ruff.toml", ".ruff.toml")) or pyproject_has(root, "ruff")


def is_there() -> bool:
    return find("ruff") is not None


def run(root: Path, files: Sequence[File]) -> Outcome:
    if not any(file.kind in {Kind.PYTHON, Kind.NOTEBOOK} for file in files):
        return Outcome()
    own = is_configured(root)
    chosen = [] if own else ["--isolated", "--select", ",".join(CURATED)]
    options = ["--output-format", "json", "--no-cache", "--exit-zero", "--quiet"]
    command = [executable("ruff"), "check", *options, *chosen, "."]
    try:
        rows = cast("list[dict[str, object]]", run_json(command, root, ok=(0,)) or [])
    except LintkitError as error:
        if own:
            raise
        return Outcome(remarks=(f"ruff found nothing because it failed: {error.message}",))
    # What does not parse at all is reported by lintkit itself.
    return Outcome(tuple(_finding(row, root) for row in rows if own or row.get("code") not in {None, "invalid-syntax"}))


def _finding(row: dict[str, object], root: Path) -> Finding:
    match row:
        case {
            "filename": str(path), "message": str(message),
            "location": {"row": int(line), "column": int(column)},
            "end_location": {"row": int(end_line), "column": int(end_column)},
        }:  # fmt: skip
            code = row.get("code")
            rule = f"ruff:{code}" if isinstance(code, str) else "ruff:syntax"
            severity = Severity.WARNING if isinstance(code, str) and code != "invalid-syntax" else Severity.ERROR
            span = Span(line, column, end_line, end_column)
            return Finding(relative(path, root), span, rule, "ruff", message.rstrip("."), severity, Confidence.CERTAIN)
        case _:
            raise ValueError(f"ruff answered in an unknown form: {sorted(row)}")
