"""`# lintkit: ignore[CLK001] reason` on a finding's lines, or on a line of its own just above."""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from lintkit.finding import Confidence, Finding, Severity, Span
from lintkit.kind import Kind

if TYPE_CHECKING:
    from lintkit.source import Source

UNUSED = ("SUP001", "unused-ignore")
MALFORMED = ("SUP002", "malformed-ignore")

_MARK = re.compile(r"#\s*lintkit\s*:\s*ignore\b(?P<rest>[^#\r\n]*)")
_REST = re.compile(r"\s*\[(?P<ids>[^\]]*)\]\s*(?P<reason>.*)")
_ID = re.compile(r"[A-Za-z][\w:.-]*")


@dataclass(frozen=True, slots=True)
class Ignore:
    """One comment. `lines` are the 1-based lines whose findings it takes."""

    path: PurePosixPath
    span: Span
    ids: tuple[str, ...]
    reason: str
    lines: tuple[int, ...]


def ignores(source: "Source") -> tuple[Ignore, ...]:
    """The ignore comments of a file, also those that are not well formed (they have no ids)."""
    text = source.text
    if "lintkit" not in text:
        return ()
    comments = ((line, column, text) for line, column, text in _comments(source) if _MARK.search(text))
    return tuple(_read(source, *comment) for comment in comments)


def apply(findings: Iterable[Finding], marks: Iterable[Ignore], checked: frozenset[str]) -> tuple[list[Finding], int]:
    """The findings that stay plus those about the ignores themselves, and how many were suppressed.

    `checked` are the ids of the rules that ran: an ignore of another rule can't be called unused.
    """
    by_line: dict[tuple[PurePosixPath, int], list[Ignore]] = {}
    every = list(marks)
    for mark in every:
        for line in mark.lines:
            by_line.setdefault((mark.path, line), []).append(mark)
    used: set[tuple[PurePosixPath, Span, str]] = set()
    kept: list[Finding] = []
    suppressed = 0
    for finding in findings:
        lines = range(finding.span.line, max(finding.span.end_line, finding.span.line) + 1)
        taking = [m for line in lines for m in by_line.get((finding.path, line), ()) if finding.rule in m.ids]
        used |= {(m.path, m.span, finding.rule) for m in taking}
        suppressed += bool(taking)
        if not taking:
            kept.append(finding)
    for mark in every:
        kept += _about(mark, [i for i in mark.ids if (mark.path, mark.span, i) not in used and _could_run(i, checked)])
    return kept, suppressed


def _could_run(rule: str, checked: frozenset[str]) -> bool:
    return rule in checked or (":" in rule and rule.partition(":")[0] in checked)


def _about(mark: Ignore, unused: list[str]) -> Iterator[Finding]:
    if not mark.ids:
        message = "an ignore without rule ids hides nothing: write `# lintkit: ignore[RULE001] reason`"
        yield _finding(mark, MALFORMED, message)
    elif not mark.reason:
        message = f"an ignore needs a reason: say after `ignore[{', '.join(mark.ids)}]` why this is fine here"
        yield _finding(mark, MALFORMED, message)
    if unused:
        ids = ", ".join(f"`{i}`" for i in unused)
        yield _finding(mark, UNUSED, f"nothing here is reported by {ids}: remove the ignore")


def _finding(mark: Ignore, rule: tuple[str, str], message: str) -> Finding:
    return Finding(mark.path, mark.span, *rule, message, Severity.WARNING, Confidence.CERTAIN)


def _read(source: "Source", line: int, column: int, comment: str) -> Ignore:
    match = _MARK.search(comment)
    start, end = match.span() if match else (0, len(comment))
    span = Span(line, column + start, line, column + len(comment[:end].rstrip()))
    rest = _REST.match(match["rest"]) if match else None
    ids = tuple(i for i in _ID.findall(rest["ids"])) if rest else ()
    from lintkit.source import PythonSource  # noqa: PLC0415  # libcst: not for those who only apply ignores

    if isinstance(source, PythonSource):
        own_line = not source.python_line(line)[: column - 1].strip()
        after = range(line + 1, line + 50)
        below = next((n for n in after if not source.python_line(n).lstrip().startswith("#")), line + 1)
        placed = source.place(span)
        lines = (placed.line, source.place(Span(below, 1, below, 1)).line) if own_line else (placed.line,)
        return Ignore(source.path, placed, ids, rest["reason"].strip() if rest else "", lines)
    own_line = not source.lines.line(line)[: column - 1].strip()
    lines = (line, line + 1) if own_line else (line,)
    return Ignore(source.path, span, ids, rest["reason"].strip() if rest else "", lines)


def _comments(source: "Source") -> Iterator[tuple[int, int, str]]:
    """Line, column and text of each comment; places are those of the Python text in a notebook."""
    import tokenize  # noqa: PLC0415

    from lintkit.source import PythonSource  # noqa: PLC0415

    if isinstance(source, PythonSource):
        try:
            for token in tokenize.generate_tokens(io.StringIO(source.text, newline="").readline):
                if token.type == tokenize.COMMENT:
                    yield token.start[0], token.start[1] + 1, token.string
        except (tokenize.TokenError, SyntaxError):  # grammar newer than this interpreter's
            yield from _by_line(source.text)
    elif source.kind is not Kind.JSON:
        yield from _by_line(source.text)


def _by_line(text: str) -> Iterator[tuple[int, int, str]]:
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if match := _MARK.search(line):
            yield number, match.start() + 1, line[match.start() :]
