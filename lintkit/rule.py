"""What a rule is. Everything that a rule file needs of ours is imported from here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import libcst as cst

from lintkit.finding import Confidence, Edit, Finding, Fix, Severity, Span
from lintkit.formats.entry import Container, Entry
from lintkit.program import Program, api, reference
from lintkit.program.classes import Class
from lintkit.program.instruments import Definition
from lintkit.program.nodes import Node
from lintkit.source import ConfigSource, Kind, PythonSource, Source

__all__ = [
    "Class", "Confidence", "ConfigSource", "Container", "Definition", "Edit", "Entry", "Example", "Finding", "Fix",
    "Kind", "Node", "Program", "PythonSource", "Rule", "Severity", "Source", "Span", "api", "reference",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """Code shown in the docs and run as a test.

    A line that the rule must report ends in `# !`. Several files are separated by lines `# --- path`; without one the
    code is `strategy.py`. `fixed` is the first file after the safe fixes. `version` is the NautilusTrader release that
    the project of the example pins, or the releases that it allows (`>=1.221`).
    """

    title: str
    code: str
    fixed: str | None = None
    version: str | None = None


class Rule:
    """One thing that is checked. The docstring is its documentation: a title line, what it costs, what to do.

    A rule overrides `check_python`, `check_config` or, when it looks at the whole program, `check_program`.
    """

    id: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity]
    confidence: ClassVar[Confidence] = Confidence.CERTAIN
    since: ClassVar[str]
    config_words: ClassVar[re.Pattern[str] | None] = None
    """Config files are read only when they match a rule's pattern."""
    mentions: ClassVar[frozenset[str]] = frozenset()
    """Identifiers of which a Python file must hold one, or an alias, for the rule to report in it; empty: any file.

    A promise that lets other files stay unparsed. Whole-program rules use it through `program.mentioning`.
    """
    invalid: ClassVar[list[Example]]
    valid: ClassVar[list[Example]]

    def check_program(self, program: Program) -> Iterator[Finding]:
        for source in program.mentioning(self.mentions):
            yield from self.check_python(source, program)
        for config in program.configs:
            yield from self.check_config(config, program)

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        del source, program
        yield from ()

    def check_config(self, source: ConfigSource, program: Program) -> Iterator[Finding]:
        del source, program
        yield from ()

    def finding(
        self,
        source: Source,
        place: cst.CSTNode | Span,
        message: str,
        *,
        severity: Severity | None = None,
        confidence: Confidence | None = None,
        fix: Fix | None = None,
        pedantic: bool = False,
    ) -> Finding:
        """A finding of this rule; severity and confidence are the rule's own unless given."""
        span = place if isinstance(place, Span) else _span(source, place)
        return Finding(
            source.path, span, self.id, self.name, message, severity or self.severity, confidence or self.confidence,
            fix, pedantic,
        )  # fmt: skip

    def replace(self, source: PythonSource, node: cst.CSTNode, text: str, title: str, *, safe: bool) -> Fix:
        """A fix that puts `text` in a node's place."""
        return Fix(title, (Edit(source.span(node), text),), safe)


def _span(source: Source, node: cst.CSTNode) -> Span:
    if isinstance(source, ConfigSource):
        raise TypeError("a config file has no tree")
    return source.span(node)
