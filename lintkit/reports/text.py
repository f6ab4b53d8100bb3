"""For people. Plain text is stable and without colours; the same in colours goes to a terminal."""

import re
from collections.abc import Iterator
from io import StringIO

from rich.console import Console
from rich.text import Text

from lintkit.finding import Finding, Severity
from lintkit.report import Report
from lintkit.reports.outline import facts, groups

_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold blue"}
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_MAX_WIDTH = 160


def render(report: Report, *, color: bool = False, width: int = 100) -> str:
    """`width` only matters in colour, where long messages are wrapped."""
    lines = [line for finding in report.findings for line in _finding(report, finding)]
    lines += [Text(f"note: {clean(remark)}") for remark in report.remarks]
    lines.append(summary(report))
    if not color:
        return "".join(f"{line.plain}\n" for line in lines)
    buffer = StringIO()
    console = Console(file=buffer, force_terminal=True, width=width, highlight=False)
    for line in lines:
        console.print(line)
    return buffer.getvalue()


def render_audit(report: Report, title: str, *, color: bool = False, width: int = 100) -> str:
    """The facts, the findings by rule with what each costs, then every finding."""
    lines = [f"lintkit audit: {clean(title)}", ""]
    lines += [f"{name + ':':<24}{clean(value)}" for name, value in facts(report)]
    for group in groups(report):
        lines += ["", f"{group.info.id} {group.info.title} ({group.severity.name.lower()}, {len(group.findings)})"]
        lines += [f"    {line}".rstrip() for line in group.info.why.splitlines()]
    return "\n".join(lines) + "\n\n" + render(report, color=color, width=width)


def summary(report: Report) -> Text:
    """One line: what was found in how many files."""
    files = f"{report.files} file{'' if report.files == 1 else 's'}"
    suppressed = f", {report.suppressed} ignored" if report.suppressed else ""
    suppressed += f", {report.baselined} in the baseline" if report.baselined else ""
    with_ = f" with {' and '.join(report.checks[1:])}" if report.checks[1:] else ""
    if not report.findings:
        return Text(f"No findings in {files} checked{with_}{suppressed}.", "bold green")
    counts = [(report.count(s), s.name.lower()) for s in sorted(Severity, reverse=True)]
    found = ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for n, name in counts if n)
    return Text(f"{found} in {files} checked{with_}{suppressed}.", "bold")


def _finding(report: Report, finding: Finding) -> Iterator[Text]:
    span = finding.span
    yield Text.assemble(
        (f"{clean(str(finding.path))}:{span.line}:{span.column}", "bold"),
        ": ",
        (finding.severity.name.lower(), _STYLE[finding.severity]),
        f" {finding.rule} ",
        *_message(clean(finding.message)),
    )
    source = report.excerpts.get(finding.path, {}).get(span.line)
    if source is None or not source.strip():
        yield Text("")
        return
    end = span.end_column if span.end_line == span.line else len(source) + 1
    cut = max(0, span.column - 1 - _MAX_WIDTH // 2) if len(source) > _MAX_WIDTH else 0
    shown = clean(source.replace("\t", " "))[cut : cut + _MAX_WIDTH]
    gutter = f"{span.line:>5} | "
    carets = "^" * max(1, min(end - span.column, len(shown) - (span.column - 1 - cut)))
    yield Text.assemble((gutter, "blue"), shown)
    yield Text.assemble((" " * 5 + " | ", "blue"), " " * (span.column - 1 - cut), (carets, _STYLE[finding.severity]))
    yield Text("")


def _message(message: str) -> Iterator[str | tuple[str, str]]:
    for index, part in enumerate(message.split("`")):
        yield (f"`{part}`", "bold") if index % 2 else part


def clean(text: str) -> str:
    """Without characters that could move a terminal's cursor or reorder a line."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
