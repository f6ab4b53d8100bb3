"""SARIF 2.1.0, for code scanning."""

import json
from typing import Any
from urllib.parse import quote

from lintkit.finding import Finding, Severity
from lintkit.report import Report

_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(report: Report) -> str:
    ids = sorted({finding.rule for finding in report.findings} | set(report.rules))
    names = {finding.rule: finding.name for finding in report.findings}
    rules: list[dict[str, Any]] = []
    for rule in ids:
        info = report.rules.get(rule)
        described: dict[str, Any] = {"id": rule, "name": info.name if info else names[rule]}
        if info:
            described |= {"shortDescription": {"text": info.title}, "fullDescription": {"text": info.why}}
        rules.append(described)
    run = {
        "tool": {"driver": {"name": "lintkit", "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, ids.index(finding.rule)) for finding in report.findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _result(finding: Finding, index: int) -> dict[str, Any]:
    span = finding.span
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVEL[finding.severity],
        "message": {"text": finding.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(str(finding.path)), "uriBaseId": "%SRCROOT%"},
                    "region": region,
                }
            }
        ],
    }
