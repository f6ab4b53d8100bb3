"""ruff's findings, as `ruff:F401`, with the project's own ruff configuration."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from lintkit.checks.external import executable, relative, run_json
from lintkit.config import pyproject_has
from lintkit.discover import File
from lintkit.finding import Confidence, Finding, Severity, Span
from lintkit.kind import Kind


def is_configured(root: Path) -> bool:
    return any((root / name).is_file() for name in ("ruff.toml", ".ruff.toml")) or pyproject_has(root, "ruff")


def run(root: Path, files: Sequence[File]) -> list[Finding]:
    if not any(file.kind in {Kind.PYTHON, Kind.NOTEBOOK} for file in files):
        return []
    command = [executable("ruff"), "check", "--output-format", "json", "--no-cache", "--exit-zero", "--quiet", "."]
    rows = cast("list[dict[str, object]]", run_json(command, root, ok=(0,)) or [])
    return [_finding(row, root) for row in rows]


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
