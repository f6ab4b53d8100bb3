"""What a run says as a whole: the findings and what a reader needs to understand them. Plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from lintkit.finding import Finding, Severity


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """What a report may say of a rule: `title` is one line, `why` what the mistake costs and how to mend it."""

    id: str
    name: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What was looked at. `strategies` are (class name, path, line); `version` is NautilusTrader's."""

    strategies: tuple[tuple[str, PurePosixPath, int], ...] = ()
    version: str | None = None
    version_from: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """`findings` are sorted. `excerpts` has the lines that they stand on, with neighbours: path -> line -> text."""

    findings: tuple[Finding, ...]
    files: int
    suppressed: int = 0
    baselined: int = 0
    remarks: tuple[str, ...] = ()
    """What the reader should know of the run itself, as what could not be checked."""
    checks: tuple[str, ...] = ("lintkit",)
    excerpts: Mapping[PurePosixPath, Mapping[int, str]] = field(default_factory=dict[PurePosixPath, Mapping[int, str]])
    rules: Mapping[str, RuleInfo] = field(default_factory=dict[str, RuleInfo])
    overview: Overview = field(default_factory=Overview)

    def count(self, severity: Severity) -> int:
        return sum(f.severity is severity for f in self.findings)

    @property
    def failed(self) -> bool:
        """Whether anything was found that should stop a deployment; notes do not."""
        return any(f.severity > Severity.NOTE for f in self.findings)
