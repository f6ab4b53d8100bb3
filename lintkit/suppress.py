"""`# lintkit: ignore[CLK001] reason` on a finding's lines, at its statement's end, or on a line of its own above."""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
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
    from lintkit.source import PythonSource  # libcst: not for those who only apply ignores

    if not (source.file.holds(["lintkit"]) if isinstance(source, PythonSource) else "lintkit" in source.text):
        return ()
    return tuple(_read(source, comment) for comment in _comments(source) if _MARK.search(comment.text))


def apply(
    findings: Iterable[Finding],
    marks: Iterable[Ignore],
    checked: frozenset[str],
    known: frozenset[str] | None = None,
) -> tuple[list[Finding], int]:
    """The findings that stay plus those about the ignores themselves, and how many were suppressed.

    `checked` are the ids of the rules that ran: an ignore of another rule can't be called unused. `known` are the ids
    of all rules that there are, where that can be said.
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
        unused = [i for i in mark.ids if (mark.path, mark.span, i) not in used and _could_run(i, checked)]
        unknown = [i for i in mark.ids if known is not None and ":" not in i and i not in known]
        kept += _about(mark, unused)
        kept += [_finding(mark, MALFORMED, _unknown(i, known or ())) for i in unknown]
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


def _unknown(name: str, known: Iterable[str]) -> str:
    every = sorted(known)
    begun = [rule for rule in every if rule.startswith(name.upper())]
    near = begun[:1] if begun else get_close_matches(name.upper(), every, n=1)
    instead = f": did you mean `{near[0]}`?" if near else ": `lintkit rules` lists them"
    if begun and name.upper() != begun[0]:
        instead = f": an ignore takes whole ids, as `{begun[0]}`"
    return f"this hides nothing: no rule is called `{name}`{instead}"


def _finding(mark: Ignore, rule: tuple[str, str], message: str) -> Finding:
    return Finding(mark.path, mark.span, *rule, message, Severity.WARNING, Confidence.CERTAIN)


@dataclass(frozen=True, slots=True)
class _Comment:
    """Places are those of the Python text in a notebook. `first` is where the statement begins that it ends."""

    line: int
    column: int
    text: str
    first: int


def _read(source: "Source", comment: _Comment) -> Ignore:
    line, column, text = comment.line, comment.column, comment.text
    match = _MARK.search(text)
    start, end = match.span() if match else (0, len(text))
    span = Span(line, column + start, line, column + len(text[:end].rstrip()))
    rest = _REST.match(match["rest"]) if match else None
    ids = tuple(i for i in _ID.findall(rest["ids"])) if rest else ()
    from lintkit.source import PythonSource

    if isinstance(source, PythonSource):
        own_line = not source.python_line(line)[: column - 1].strip()
        after = range(line + 1, line + 50)
        below = next((n for n in after if not source.python_line(n).lstrip().startswith("#")), line + 1)
        placed = source.place(span)
        of = (line, below) if own_line else range(comment.first, line + 1)
        lines = tuple(source.place(Span(n, 1, n, 1)).line for n in of)
        return Ignore(source.path, placed, ids, rest["reason"].strip() if rest else "", lines)
    own_line = not source.lines.line(line)[: column - 1].strip()
    lines = (line, line + 1) if own_line else (line,)
    return Ignore(source.path, span, ids, rest["reason"].strip() if rest else "", lines)


def _comments(source: "Source") -> Iterable[_Comment]:
    from lintkit.source import PythonSource

    if isinstance(source, PythonSource):
        return _of_python(source.text)
    return () if source.kind is Kind.JSON else _by_line(source.text)


def _of_python(text: str) -> Iterable[_Comment]:
    import tokenize

    found: list[_Comment] = []
    first: int | None = None
    comment: tokenize.TokenInfo | None = None
    layout = (tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.ENDMARKER)
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            if comment is not None:
                line, column = comment.start
                begin = first if first is not None and token.type == tokenize.NEWLINE else line
                found.append(_Comment(line, column + 1, comment.string, begin))
            comment = token if token.type == tokenize.COMMENT else None
            if token.type == tokenize.NEWLINE:
                first = None
            elif first is None and token.type not in layout:
                first = token.start[0]
    except (tokenize.TokenError, SyntaxError):  # grammar newer than this interpreter's
        return _by_line(text)
    return found


def _by_line(text: str) -> Iterator[_Comment]:
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if match := _MARK.search(line):
            yield _Comment(number, match.start() + 1, line[match.start() :], number)
