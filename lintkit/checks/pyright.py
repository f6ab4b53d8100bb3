"""pyright's findings, as `pyright:reportAttributeAccessIssue`, with the project's own pyright configuration."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from lintkit.checks.external import Outcome, executable, relative, run_json
from lintkit.config import pyproject_has
from lintkit.discover import File
from lintkit.finding import Confidence, Finding, Severity, Span
from lintkit.kind import Kind

_PACKAGE = "nautilus_trader"
_MISSING = frozenset({"pyright:reportMissingImports", "pyright:reportMissingModuleSource"})
_SEVERITY = {"error": Severity.ERROR, "warning": Severity.WARNING, "information": Severity.NOTE}


def is_configured(root: Path) -> bool:
    return (root / "pyrightconfig.json").is_file() or pyproject_has(root, "pyright")


def run(root: Path, files: Sequence[File]) -> Outcome:
    if not any(file.kind is Kind.PYTHON for file in files):
        return Outcome()
    interpreter = _interpreter(root)
    report = run_json([executable("pyright"), "--outputjson", *interpreter], root, ok=(0, 1))
    findings = tuple(_finding(row, root) for row in report["generalDiagnostics"])
    if _has_nautilus(interpreter):
        return Outcome(findings)
    kept = tuple(f for f in findings if not (f.rule in _MISSING and f'"{_PACKAGE}' in f.message))
    if len(kept) == len(findings):
        return Outcome(findings)
    where = f"`{interpreter[1]}`" if interpreter else "the environment that pyright sees"
    remark = (
        f"pyright could not check what comes from {_PACKAGE}: {where} does not have it; install it there, or name the"
        " environment in pyright's configuration"
    )
    return Outcome(kept, (remark,))


def _has_nautilus(interpreter: Sequence[str]) -> bool:
    """Whether the environment has the package, by its folders; nothing of it is run."""
    python = Path(interpreter[1]) if interpreter else Path(shutil.which("python") or "python")
    environment = python.parent.parent
    return (
        any(environment.glob(f"lib/python*/site-packages/{_PACKAGE}"))
        or (environment / "Lib" / "site-packages" / _PACKAGE).is_dir()
    )


def _interpreter(root: Path) -> list[str]:
    """The project's own environment: without it, every import of the user's packages would look missing."""
    for folder in (root / ".venv", Path(os.environ.get("VIRTUAL_ENV") or root / ".venv")):
        for python in (folder / "bin" / "python", folder / "Scripts" / "python.exe"):
            if python.is_file():
                return ["--pythonpath", str(python.absolute())]
    return []


def _finding(row: dict[str, object], root: Path) -> Finding:
    match row:
        case {
            "file": str(path), "severity": str(severity), "message": str(message),
            "range": {
                "start": {"line": int(line), "character": int(column)},
                "end": {"line": int(end_line), "character": int(end_column)},
            },
        }:  # fmt: skip
            rule = f"pyright:{row.get('rule', 'syntax')}"
            span = Span(line + 1, column + 1, end_line + 1, end_column + 1)
            text = " ".join(message.split()).rstrip(".")
            return Finding(
                relative(path, root), span, rule, "pyright", text, _SEVERITY.get(severity, Severity.WARNING),
                Confidence.CERTAIN,
            )  # fmt: skip
        case _:
            raise ValueError(f"pyright answered in an unknown form: {sorted(row)}")
