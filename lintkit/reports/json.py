"""The machine form. Keys are a contract: they may be added, never changed. Lines and columns are 1-based."""

import json
from typing import Any

from lintkit.finding import Finding, Severity
from lintkit.report import Report


def render(report: Report) -> str:
    document = {
        "findings": [row(finding) for finding in report.findings],
        "summary": {
            "errors": report.count(Severity.ERROR),
            "warnings": report.count(Severity.WARNING),
            "notes": report.count(Severity.NOTE),
            "suppressed": report.suppressed,
            "baselined": report.baselined,
            "files": report.files,
            "checks": list(report.checks),
            "remarks": list(report.remarks),
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def row(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity.name.lower(),
        "confidence": finding.confidence.name.lower(),
        "path": str(finding.path),
        "line": finding.span.line,
        "column": finding.span.column,
        "end_line": finding.span.end_line,
        "end_column": finding.span.end_column,
        "message": finding.message,
    }
