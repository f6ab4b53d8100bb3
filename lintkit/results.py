"""What rules found, by rule and file, with what each finding was derived from."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TypeAlias

from lintkit.finding import Finding

WHOLE = -1
"""In place of a file's number where a rule looks at the whole program at once."""

Reads: TypeAlias = dict[int, int]
"""What was read for what is said of each file, by number."""


class Results:
    def __init__(self) -> None:
        self.reads: dict[str, Reads] = defaultdict(dict)
        self.findings: dict[str, dict[int, tuple[Finding, ...]]] = defaultdict(dict)
        """Only of those files of which anything is said."""

    def add(self, rule: str, number: int, findings: tuple[Finding, ...], read: int) -> None:
        self.reads[rule][number] = read
        if findings:
            self.findings[rule][number] = findings

    def of(self, rule: str) -> Iterator[Finding]:
        """By file, the whole program last."""
        found = self.findings.get(rule, {})
        for number in sorted(found, key=lambda number: (number == WHOLE, number)):
            yield from found[number]

    def without(self, different: int) -> "Results":
        """Those that were derived from nothing of this."""
        same = {read: not read & different for reads in self.reads.values() for read in reads.values()}
        kept = Results()
        for rule, reads in self.reads.items():
            kept.reads[rule] = {number: read for number, read in reads.items() if same[read]}
        for rule, found in self.findings.items():
            kept.findings[rule] = {number: one for number, one in found.items() if number in kept.reads[rule]}
        return kept
