"""The audit as Markdown, for an issue or a pull request. What files hold is fenced, never interpreted."""

import re
from collections.abc import Iterator

from lintkit.finding import Finding
from lintkit.report import Report
from lintkit.reports.outline import excerpt, facts, groups
from lintkit.reports.text import clean

_SPECIAL = re.compile(r"([\\*_\[\]<>#|~$])")


def render(report: Report, title: str) -> str:
    return "\n".join(_lines(report, title)) + "\n"


def _lines(report: Report, title: str) -> Iterator[str]:
    yield f"# lintkit audit: {_plain(title)}"
    yield ""
    yield "| | |"
    yield "|---|---|"
    for name, value in facts(report):
        yield f"| {name} | {_plain(value)} |"
    found = groups(report)
    if not found:
        yield ""
        yield "No findings."
        return
    yield ""
    yield "| rule | severity | findings | about |"
    yield "|---|---|---:|---|"
    for group in found:
        severity, number = group.severity.name.lower(), len(group.findings)
        yield f"| {_plain(group.info.id)} | {severity} | {number} | {_plain(group.info.title)} |"
    for group in found:
        yield ""
        yield f"## {_plain(group.info.id)} {_plain(group.info.title)}"
        if group.info.why:
            yield ""
            yield group.info.why
        for finding in group.findings:
            yield from _finding(report, finding)


def _finding(report: Report, finding: Finding) -> Iterator[str]:
    span = finding.span
    yield ""
    yield f"### {_plain(str(finding.path))}:{span.line}:{span.column}"
    yield ""
    yield f"**{finding.severity.name.lower()}**: {_message(finding.message)}"
    lines = [f"{number:>5} {'>' if hit else ' '} {clean(text)}" for number, text, hit in excerpt(report, finding)]
    if lines:
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", "\n".join(lines))), default=0))
        yield ""
        yield f"{fence}text"
        yield from lines
        yield fence


def _message(message: str) -> str:
    """Code spans stay, everything around them is plain text."""
    parts = clean(message).split("`")
    return "`".join(part if index % 2 else _plain(part) for index, part in enumerate(parts))


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", clean(text).replace("`", "'"))
