"""What a rule is. Everything that a rule file needs of ours is imported from here."""

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import libcst as cst

from lintkit.finding import Confidence, Edit, Finding, Fix, Severity, Span
from lintkit.formats.entry import Container, Entry
from lintkit.imports import naming
from lintkit.program import Program, api, reference
from lintkit.program.arguments import Arguments
from lintkit.program.classes import Class
from lintkit.program.instruments import Definition
from lintkit.program.nodes import Node
from lintkit.source import ConfigSource, Kind, PythonSource, Source

__all__ = [
    "Arguments", "Class", "Confidence", "ConfigSource", "Container", "Definition", "Edit", "Entry", "Example",
    "Finding", "Fix", "Kind", "Node", "Program", "PythonSource", "Rule", "Severity", "Source", "Span", "api",
    "reference",
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

    A rule overrides `check_python`, `check_config` or, when it looks at the whole program, `check_whole` or
    `check_program`; these are looked at again when any file changes that they read.
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
        yield from distinct(self, self._everywhere(program))

    def _everywhere(self, program: Program) -> Iterator[Finding]:
        for source in program.mentioning(self.mentions):
            yield from self.check_python(source, program)
        for config in program.configs:
            yield from self.check_config(config, program)
        yield from self.check_whole(program)

    def check_whole(self, program: Program) -> Iterator[Finding]:
        """What there is to say beside what is said of each file."""
        del program
        yield from ()

    def gather(self, source: PythonSource, program: Program) -> Iterable[Any]:
        """What a file adds to what the rule knows of the whole program: lists, texts, numbers and None.

        It is kept while the file and what was asked for it stay the same, so that `check_whole` reads no file for it.
        """
        del source, program
        return ()

    def gathered(self, program: Program) -> list[Any]:
        """What all files add, in their order."""
        program.gathered.know(self.id, lambda source: self.gather(source, program))
        return program.gathered.of(self.id)

    def once(self, finding: Finding) -> Hashable | None:
        """Of findings with an equal answer only the first of the program is reported; None: all of them."""
        del finding

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

    def calling(
        self,
        source: PythonSource,
        node: cst.CSTNode,
        module: str,
        name: str,
        title: str,
        *,
        safe: bool,
        form: str = "{}",
    ) -> Fix | None:
        """A fix that puts `form`, with `name` of `module` for its braces, in a node's place, and imports the name.

        None where the file means something else by the name.
        """
        found = naming(source, node, module, name)
        if found is None:
            return None
        text, imports = found
        return Fix(title, (Edit(source.span(node), form.format(text)), *imports), safe)

    def adding(
        self,
        source: PythonSource,
        call: cst.Call,
        forms: Sequence[str],
        title: str,
        *,
        safe: bool,
        calls: Sequence[tuple[str, str]] = (),
    ) -> Fix | None:
        """A fix that gives a call more arguments, one a form; the names of `calls` go where they have `{0}`, `{1}`.

        `calls` are modules and what is imported from them.
        """
        found = [one for module, name in calls if (one := naming(source, call, module, name)) is not None]
        at = _after_last(source, call)
        if len(found) < len(calls) or at is None:
            return None
        offset, has_comma = at
        texts = [form.format(*(name for name, _ in found)) for form in forms]
        text = ", ".join(texts)
        if call.args:
            first = source.span(call.args[0])
            apart = source.span(call).end_line > source.span(call.args[-1]).end_line
            gap = f"\n{' ' * (first.column - 1)}" if apart else " "
            # Another fix may add to the same call at the same place: the pieces have to fit in any order.
            text = "".join(f"{gap}{one}," if has_comma else f",{gap}{one}" for one in texts)
            place = source.lines.span(offset, offset)
        else:
            place, text = source.lines.span(source.text.rfind("(", 0, offset), offset + 1), f"({text})"
        imports = (edit for _, edits in found for edit in edits)
        return Fix(title, (Edit(place, text), *imports), safe)


_REST = re.compile(r"[\s)]*(,?)\s*")


def _after_last(source: PythonSource, call: cst.Call) -> tuple[int, bool] | None:
    """The offset where a call's next argument goes, and whether a comma stands before it; None where it is unclear."""
    if source.kind is Kind.NOTEBOOK or (call.args and call.args[-1].star == "**"):
        return None
    end = source.span(call)
    bracket = source.lines.offset(end.end_line, end.end_column) - 1
    if not call.args:
        return bracket, True
    last = source.span(call.args[-1].value)
    start = source.lines.offset(last.end_line, last.end_column)
    rest = _REST.fullmatch(source.text, start, bracket)
    if rest is None:
        return None
    return (rest.end(1), True) if rest[1] else (start + len(source.text[start:bracket].rstrip()), False)


def distinct(rule: Rule, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings of a rule without those that it reports once."""
    said: set[Hashable] = set()
    for finding in findings:
        key = rule.once(finding)
        if key is None or key not in said:
            said.add(key)
            yield finding


def _span(source: Source, node: cst.CSTNode) -> Span:
    if isinstance(source, ConfigSource):
        raise TypeError("a config file has no tree")
    return source.span(node)
