"""Fixes on files: what would change, and writing it."""

import difflib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lintkit.decoding import decode, encoding_of
from lintkit.discover import kind_of
from lintkit.files import write
from lintkit.finding import Finding, Fix
from lintkit.fix import fix_text
from lintkit.imports import without_unused
from lintkit.kind import Kind


@dataclass(frozen=True, slots=True)
class Change:
    """One file's text before and after. It is written in the encoding it was read in, line ends kept."""

    path: PurePosixPath
    file: Path
    before: str
    after: str
    encoding: str

    def diff(self) -> str:
        lines = difflib.unified_diff(
            self.before.splitlines(keepends=True),
            self.after.splitlines(keepends=True),
            f"a/{self.path}",
            f"b/{self.path}",
        )
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)

    def write(self) -> None:
        """`LintkitError`: it cannot be written."""
        write(self.file, self.after.encode(self.encoding))


def fix_files(root: Path, findings: Iterable[Finding], *, unsafe: bool) -> list[Change]:
    """What the findings' fixes make of their files. Notebooks are left alone: their cells hold escaped text."""
    fixes: dict[PurePosixPath, list[Fix]] = defaultdict(list)
    for finding in findings:
        if finding.fix is not None and (finding.fix.safe or unsafe) and kind_of(finding.path) is not Kind.NOTEBOOK:
            fixes[finding.path].append(finding.fix)
    changes: list[Change] = []
    for path, wanted in sorted(fixes.items()):
        file = root / path
        kind = kind_of(path) or Kind.PYTHON
        data = file.read_bytes()
        before = decode(data, kind)
        after = fix_text(before, wanted)
        if kind is Kind.PYTHON:
            after = without_unused(before, after)
        if after != before:
            changes.append(Change(path, file, before, after, encoding_of(data, kind)))
    return changes
