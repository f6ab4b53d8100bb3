"""Applies fixes to text. A fix whose edits overlap an earlier one waits for the next run."""

from collections.abc import Iterable

from lintkit.finding import Edit, Fix
from lintkit.text import Lines


def fix_text(text: str, fixes: Iterable[Fix]) -> str:
    """The text with as many fixes as fit together, in the order of their places."""
    lines = Lines(text)
    taken: list[tuple[int, int, str]] = []
    for fix in sorted(fixes, key=lambda f: f.edits[0].span):
        edits = [_offsets(lines, edit) for edit in fix.edits]
        new = [edit for edit in edits if edit[0] < edit[1] or edit not in taken]  # two fixes may want the same import
        if not any(start < end_ and start_ < end for start, end, _ in new for start_, end_, _ in taken):
            taken += new
    return _replaced(text, taken)


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits that do not overlap."""
    lines = Lines(text)
    return _replaced(text, [_offsets(lines, edit) for edit in edits])


def _replaced(text: str, taken: list[tuple[int, int, str]]) -> str:
    for start, end, replacement in sorted(taken, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def _offsets(lines: Lines, edit: Edit) -> tuple[int, int, str]:
    span = edit.span
    return lines.offset(span.line, span.column), lines.offset(span.end_line, span.end_column), edit.text
