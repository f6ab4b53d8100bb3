"""What looking at a whole project gives, before anybody asks for a part of it. Plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from lintkit.finding import Finding
from lintkit.report import Overview, RuleInfo
from lintkit.suppress import Ignore

UNPARSABLE = ("SRC001", "unparsable-file")
SKIPPED = ("SRC002", "skipped-file")


@dataclass(frozen=True, slots=True)
class Analysis:
    """All findings of our rules, also pedantic and ignored ones; `rules` are those that ran, `ids` of all that there
    are. `digests` tell the contents of the files that were read, None where one could not be read.
    """

    findings: tuple[Finding, ...]
    marks: tuple[Ignore, ...]
    overview: Overview
    rules: Mapping[str, RuleInfo]
    ids: tuple[str, ...]
    digests: Mapping[PurePosixPath, str | None]
