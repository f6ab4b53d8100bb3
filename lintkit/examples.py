"""The examples of rule files as programs, and what is wrong with a rule by its own examples."""

import re
from collections.abc import Iterable, Iterator
from inspect import cleandoc
from pathlib import PurePosixPath
from textwrap import dedent

from lintkit.discover import kind_of
from lintkit.finding import Fix
from lintkit.fix import fix_text
from lintkit.imports import without_unused
from lintkit.kind import Kind
from lintkit.load import entries_of
from lintkit.program import Program
from lintkit.rule import Example, Rule
from lintkit.source import ConfigSource, PythonSource, Source

_FILE = re.compile(r"^# --- (\S+)\n", re.MULTILINE)
_ID = re.compile(r"[A-Z]{2,}\d{3}")


def files(example: Example) -> dict[str, str]:
    """The files of an example, the first one under its default name."""
    return split(example.code)


def split(code: str) -> dict[str, str]:
    first, *rest = _FILE.split(dedent(code).lstrip("\n"))
    named = dict(zip(rest[::2], rest[1::2], strict=True))
    return {**({"strategy.py": first} if first.strip() else {}), **named}


def source(name: str, text: str) -> Source:
    path = PurePosixPath(name)
    kind = kind_of(path)
    if kind is None or kind is Kind.PYTHON:
        return PythonSource(path, text)
    return ConfigSource(path, text, kind, entries_of(kind, text))


def program(texts: dict[str, str], version: str | None = None) -> Program:
    return Program([source(name, text) for name, text in sorted(texts.items())], nautilus_version=version)


def marked(texts: dict[str, str]) -> list[tuple[str, int]]:
    """The lines that end in `# !`, or for JSON `// !`."""
    return sorted(
        (name, number)
        for name, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if line.rstrip().endswith(("# !", "// !"))
    )


def fixed(name: str, text: str, fixes: Iterable[Fix]) -> str:
    """What fixes make of one file of an example."""
    after = fix_text(text, fixes)
    return without_unused(text, after) if name.endswith(".py") else after


def problems(rule: type[Rule]) -> Iterator[str]:
    """What does not hold of a rule: its form, and for each example the lines that it reports and the text it mends."""
    if not _ID.fullmatch(rule.id):
        yield f"the id `{rule.id}` is not of the form ABC001"
    if len(cleandoc(rule.__doc__ or "")) < len("A title."):
        yield "it has no docstring, which is its documentation"
    if not rule.invalid or not rule.valid:
        yield "it needs an example in `invalid` and one in `valid`"
    for example in (*rule.invalid, *rule.valid):
        yield from _example(rule, example)


def _example(rule: type[Rule], example: Example) -> Iterator[str]:
    texts = files(example)
    found = [f for f in rule().check_program(program(texts, example.version)) if not f.pedantic]
    reported, wanted = sorted((str(f.path), f.span.line) for f in found), marked(texts)
    for path, line in wanted:
        if (path, line) not in reported:
            yield f"`{example.title}`: {path} line {line} is marked and not reported"
    for finding in found:
        if (str(finding.path), finding.span.line) not in wanted:
            yield f"`{example.title}`: {finding.path} line {finding.span.line} is reported: {finding.message}"
    if example.fixed is not None:
        name = next(iter(texts))
        own = [f.fix for f in found if str(f.path) == name and f.fix is not None and f.fix.safe]
        if fixed(name, texts[name], own) != split(example.fixed)[name]:
            yield f"`{example.title}`: the safe fixes make something else of it than `fixed` says"
