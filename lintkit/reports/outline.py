"""What the one-shot reports have in common: findings by rule with what each rule is about, and the code around them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from lintkit.finding import Finding, Severity
from lintkit.report import Report, RuleInfo

_FALLBACK = {
    "SRC001": ("File that cannot be read", "Nothing in it was checked. Repair it, or exclude it if it is not code."),
    "SRC002": ("File that was left out", "Nothing in it was checked."),
    "SUP001": ("Ignore comment that hides nothing", "Remove it, so that it cannot hide the next mistake."),
    "SUP002": ("Ignore comment without ids or reason", "Say which rule is ignored and why."),
}
_MAX_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Group:
    """All findings of one rule, worst rule first."""

    info: RuleInfo
    severity: Severity
    findings: tuple[Finding, ...]


def groups(report: Report) -> tuple[Group, ...]:
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        by_rule[finding.rule].append(finding)
    found = [
        Group(_info(report, rule, findings[0].name), max(f.severity for f in findings), tuple(findings))
        for rule, findings in by_rule.items()
    ]
    return tuple(sorted(found, key=lambda g: (-g.severity, g.info.id)))


def excerpt(report: Report, finding: Finding) -> Iterator[tuple[int, str, bool]]:
    """Line number, text and whether the finding stands on it."""
    lines = report.excerpts.get(finding.path, {})
    first, last = finding.span.line, max(finding.span.end_line, finding.span.line)
    for number in range(first - 2, min(last, first + _MAX_SHOWN) + 3):
        if number in lines:
            yield number, lines[number], first <= number <= last


def facts(report: Report) -> Iterator[tuple[str, str]]:
    """The summary as rows of name and value."""
    yield "Files checked", str(report.files)
    names = [name for name, _, _ in report.overview.strategies]
    shown = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")  # noqa: PLR2004
    yield "Strategies and actors", f"{len(names)}: {shown}" if names else "none found"
    version = report.overview.version
    yield "NautilusTrader version", f"{version} ({report.overview.version_from})" if version else "not stated"
    for severity in sorted(Severity, reverse=True):
        yield f"{severity.name.capitalize()}s", str(report.count(severity))


def _info(report: Report, rule: str, name: str) -> RuleInfo:
    known = report.rules.get(rule)
    if known is not None:
        return known
    title, why = _FALLBACK.get(rule, (name, ""))
    return RuleInfo(rule, name, title, why)
