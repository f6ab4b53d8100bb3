"""Checks real repositories against labelled lines: what is found, what is missed, what is a false alarm.

    python -m tests.ecosystem CHECKOUTS LABELS [--repo OWNER/NAME ...] [--select ID ...] [--unlabelled FILE]

CHECKOUTS holds one folder `owner+name` per repository. LABELS is JSON lines with `repo`, `path`, `line`, `category`,
`verdict` (TRUE-BUG, FINE, DEBATABLE), `why` and `vendored`. A label counts as reported when a rule of its category
reports at warning or above within a few lines of it. With `--unlabelled` every other finding of warning and above is
written with the code around it, for a person to judge; repositories without labels are checked for that only. All
fixes are applied in memory, and what they make of a file has to parse.
"""

import argparse
import ast
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from lintkit.config import Config
from lintkit.discover import kind_of
from lintkit.errors import LintkitError
from lintkit.finding import Finding, Severity
from lintkit.fixing import Change, fix_files
from lintkit.formats.entry import FormatError
from lintkit.load import entries_of
from lintkit.report import Report
from lintkit.runner import check
from lintkit.source import Kind, read

_SLACK = 3
"""Lines: a label names a statement, a finding its part."""

RULES = {
    "wall_clock": ("CLK",),
    "wall_clock_indirect": ("CLK",),
    "zero_latency": ("VEN001", "VEN017"),
    "latency_model_zero": ("VEN001", "VEN002"),
    "flush_on_start": ("STA001",),
    "no_persistence": ("STA002", "STA005"),
    "save_without_enable": ("STA003", "STA004", "STA005"),
    "reconciliation_off": ("STA007",),
    "blocking_call": ("HND005",),
    "file_io": ("HND005",),
    "dead_handler": ("HND003",),
    "look_ahead": ("LAH",),
    "time_unit": ("UNI", "CFG"),
    "instrument": ("INS", "VEN009"),
    "indicator_scale": ("IND",),
    "price_from_str": ("ORD",),
    "hard_precision": ("ORD", "INS"),
    "missing_method": ("API",),
    "bad_config_kw": ("API", "CFG"),
    "version_drift": ("API",),
    "id_in_config": ("CFG", "STA"),
    "logger_kwargs": ("API", "HND"),
}
"""Which rules answer for a category, by id or its beginning."""


@dataclass(frozen=True)
class Label:
    repo: str
    path: PurePosixPath
    line: int
    category: str
    verdict: str
    why: str

    last: int = 0
    """The last line of the statement that starts there: an instrument's definition has thirty."""

    def matches(self, finding: Finding) -> bool:
        last = max(self.line, self.last)
        near = finding.span.line - _SLACK <= last and self.line <= finding.span.end_line + _SLACK
        return finding.path == self.path and near and finding.rule.startswith(RULES.get(self.category, ()))

    def __str__(self) -> str:
        return f"{self.category}: {self.repo}: {self.path}:{self.line}: {self.why}"


@dataclass(frozen=True)
class Checked:
    repo: str
    root: Path
    report: Report
    seconds: float


def main() -> int:
    parser = argparse.ArgumentParser(description="Check real repositories against labelled lines.")
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--repo", action="append", default=[], help="only these (owner/name)")
    parser.add_argument("--select", action="append", default=[], help="only these rules")
    parser.add_argument("--vendored", action="store_true", help="count labels in copied code too")
    parser.add_argument("--unlabelled", type=Path, help="write the findings that have no label to this file")
    args = parser.parse_args()
    labels = read_labels(args.labels, vendored=args.vendored)
    repos = args.repo or sorted(folder.name.replace("+", "/") for folder in args.checkouts.iterdir())
    checked: list[Checked] = []
    failed = 0
    for repo in repos:
        root = args.checkouts / repo.replace("/", "+")
        if not root.is_dir():
            say(f"{repo}: not there")
            continue
        started = time.perf_counter()
        try:
            report = check(root, Config(root, select=tuple(args.select)), others=False)
        except LintkitError as error:
            failed += 1
            say(f"{repo}: {error}")
            continue
        checked.append(Checked(repo, root, report, time.perf_counter() - started))
        say(f"{repo}: {report.files} files, {len(report.findings)} findings, {checked[-1].seconds:.1f} s")
        failed += fixes(checked[-1])
    labels = [whole(label, args.checkouts) for label in labels if label.repo in {c.repo for c in checked}]
    summarise(labels, checked)
    if args.unlabelled:
        args.unlabelled.write_text("".join(unlabelled(labels, checked)), "utf-8")
    return 1 if failed else 0


def whole(label: Label, checkouts: Path) -> Label:
    """A label with the extent of the plain statement that starts at its line."""
    path = checkouts / label.repo.replace("/", "+") / label.path
    try:
        tree = ast.parse(path.read_text("utf-8", "replace")) if path.suffix == ".py" else ast.Module([], [])
    except (OSError, SyntaxError):
        return label
    plain = (n for n in ast.walk(tree) if isinstance(n, (ast.Assign, ast.AnnAssign, ast.Expr, ast.Return)))
    ends = [n.end_lineno or 0 for n in plain if n.lineno == label.line]
    return replace(label, last=max(ends, default=0))


def fixes(one: Checked) -> int:
    """Apply every fix in memory, safe or not: how many files can't be read afterwards."""
    changes = fix_files(one.root, one.report.findings, unsafe=True)
    broken = [change for change in changes if not parses(change)]
    for change in broken:
        say(f"  fixes break {change.path}\n{change.diff()}")
    if changes:
        say(f"  fixes change {len(changes)} files, all of which parse" if not broken else "")
    return len(broken)


def parses(change: Change) -> bool:
    kind = kind_of(change.path) or Kind.PYTHON
    if kind is Kind.PYTHON:
        return read(change.after).error is None
    try:
        entries_of(kind, change.after)
    except FormatError:
        return False
    return True


def read_labels(path: Path, *, vendored: bool) -> list[Label]:
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [
        Label(r["repo"], PurePosixPath(r["path"]), r["line"], r["category"], r["verdict"], r["why"])
        for r in rows
        if vendored or not r["vendored"]
    ]


def serious(report: Report) -> Iterator[Finding]:
    return (f for f in report.findings if f.severity >= Severity.WARNING)


def summarise(labels: Iterable[Label], checked: Iterable[Checked]) -> None:
    """Per category: bugs found of all bugs, false alarms of all fine lines, debatable lines reported of all."""
    found = {c.repo: list(serious(c.report)) for c in checked}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    lines: list[str] = []
    for label in labels:
        hits = [f for f in found.get(label.repo, []) if label.matches(f)]
        counts[label.category][label.verdict] += 1
        counts[label.category][f"{label.verdict} reported"] += bool(hits)
        if label.verdict == "TRUE-BUG" and not hits:
            lines.append(f"missed       {label}")
        if label.verdict == "FINE" and hits:
            lines.append(f"false alarm  {label}\n             {hits[0].rule}: {hits[0].message}")
    say(f"\n{'category':22} {'bugs found':>12} {'false alarms':>13} {'debatable':>10}")
    for category, count in sorted(counts.items()):
        say(_row(category, count))
    say(_row("all", sum(counts.values(), Counter[str]())) + "\n")
    for line in lines:
        say(line)


def _row(name: str, count: Counter[str]) -> str:
    def part(verdict: str) -> str:
        return f"{count[f'{verdict} reported']}/{count[verdict]}"

    return f"{name:22} {part('TRUE-BUG'):>12} {part('FINE'):>13} {part('DEBATABLE'):>10}"


def unlabelled(labels: list[Label], checked: Iterable[Checked]) -> Iterator[str]:
    for one in checked:
        known = [label for label in labels if label.repo == one.repo]
        for finding in serious(one.report):
            if any(label.matches(finding) for label in known):
                continue
            span = finding.span
            yield f"=== {one.repo} {finding.path}:{span.line} {finding.rule} {finding.severity.name}\n{finding.message}\n"
            excerpt = one.report.excerpts.get(finding.path, {})
            for number in range(span.line - 3, min(span.end_line, span.line + 8) + 4):
                if number in excerpt:
                    yield f"{'>' if number == span.line else ' '} {number:5} {excerpt[number]}\n"


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
