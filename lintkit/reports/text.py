"""For people. Plain text is stable and without colours; the same in colours goes to a terminal."""

import re
from collections.abc import Iterator
from typing import TypeAlias

from lintkit.finding import Finding, Severity
from lintkit.report import Report
from lintkit.reports.outline import facts, groups

_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold blue"}
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_MAX_WIDTH = 160

Line: TypeAlias = tuple[tuple[str, str], ...]
"""Pieces of text with their style; empty for none."""


def render(report: Report, *, color: bool = False, width: int = 100) -> str:
    """`width` only matters in colour, where long messages are wrapped."""
    lines = [line for finding in report.findings for line in _finding(report, finding)]
    lines += [((f"note: {clean(remark)}", ""),) for remark in report.remarks]
    lines.append(((summary(report), "bold" if report.findings else "bold green"),))
    if not color:
        return "".join(f"{''.join(piece for piece, _ in line)}\n" for line in lines)
    return _colored(lines, width)


def _colored(lines: list[Line], width: int) -> str:
    from io import StringIO

    from rich.console import Console  # half of the start-up of a run without findings
    from rich.text import Text

    buffer = StringIO()
    console = Console(file=buffer, force_terminal=True, width=width, highlight=False)
    for line in lines:
        console.print(Text.assemble(*line))
    return buffer.getvalue()


def render_audit(report: Report, title: str, *, color: bool = False, width: int = 100) -> str:
    """The facts, the findings by rule with what each costs, then every finding."""
    lines = [f"lintkit audit: {clean(title)}", ""]
    lines += [f"{name + ':':<24}{clean(value)}" for name, value in facts(report)]
    for group in groups(report):
        lines += ["", f"{group.info.id} {group.info.title} ({group.severity.name.lower()}, {len(group.findings)})"]
        lines += [f"    {line}".rstrip() for line in group.info.why.splitlines()]
    return "\n".join(lines) + "\n\n" + render(report, color=color, width=width)


def summary(report: Report) -> str:
    """One line: what was found in how many files."""
    files = f"{report.files} file{'' if report.files == 1 else 's'}"
    suppressed = f", {report.suppressed} ignored" if report.suppressed else ""
    suppressed += f", {report.baselined} in the baseline" if report.baselined else ""
    with_ = f" with {' and '.join(report.checks[1:])}" if report.checks[1:] else ""
    if not report.findings:
        return f"No findings in {files} checked{with_}{suppressed}."
    counts = [(report.count(s), s.name.lower()) for s in sorted(Severity, reverse=True)]
    found = ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for n, name in counts if n)
    return f"{found} in {files} checked{with_}{suppressed}."


def _finding(report: Report, finding: Finding) -> Iterator[Line]:
    span = finding.span
    yield (
        (f"{clean(str(finding.path))}:{span.line}:{span.column}", "bold"),
        (": ", ""),
        (finding.severity.name.lower(), _STYLE[finding.severity]),
        (f" {finding.rule} ", ""),
        *_message(clean(finding.message)),
    )
    source = report.excerpts.get(finding.path, {}).get(span.line)
    if source is None or not source.strip():
        yield ()
        return
    end = span.end_column if span.end_line == span.line else len(source) + 1
    cut = max(0, span.column - 1 - _MAX_WIDTH // 2) if len(source) > _MAX_WIDTH else 0
    shown = clean(source.replace("\t", " "))[cut : cut + _MAX_WIDTH]
    gutter = f"{span.line:>5} | "
    carets = "^" * max(1, min(end - span.column, len(shown) - (span.column - 1 - cut)))
    yield (gutter, "blue"), (shown, "")
    yield (" " * 5 + " | ", "blue"), (" " * (span.column - 1 - cut), ""), (carets, _STYLE[finding.severity])
    yield ()


def _message(message: str) -> Iterator[tuple[str, str]]:
    for index, part in enumerate(message.split("`")):
        yield (f"`{part}`", "bold") if index % 2 else (part, "")


def clean(text: str) -> str:
    """Without characters that could move a terminal's cursor or reorder a line."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
