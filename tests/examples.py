"""Turns the examples of rule files into programs."""

import re
from pathlib import PurePosixPath
from textwrap import dedent

from lintkit.discover import kind_of
from lintkit.load import entries_of
from lintkit.program import Program
from lintkit.rule import Example
from lintkit.source import ConfigSource, Kind, PythonSource, Source

_FILE = re.compile(r"^# --- (\S+)\n", re.MULTILINE)


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
