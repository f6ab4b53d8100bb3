"""GitHub's workflow commands: each finding becomes an annotation on the line of a pull request."""

from lintkit.finding import Finding, Severity
from lintkit.report import Report

_COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Report) -> str:
    return "".join(f"{_line(finding)}\n" for finding in report.findings)


def _line(finding: Finding) -> str:
    span = finding.span
    fields = {
        "file": str(finding.path),
        "line": str(span.line),
        "endLine": str(span.end_line),
        "title": f"{finding.rule} {finding.name}",
    }
    if span.line == span.end_line:  # GitHub refuses columns on an annotation of several lines
        fields |= {"col": str(span.column), "endColumn": str(span.end_column)}
    properties = ",".join(f"{key}={_escape(value, ':,')}" for key, value in fields.items())
    return f"::{_COMMAND[finding.severity]} {properties}::{_escape(finding.message)}"


def _escape(text: str, more: str = "") -> str:
    """As the runner reads it back: percent and line ends always, separators inside properties."""
    return "".join(f"%{ord(c):02X}" if c in "%\r\n" + more else c for c in text)
