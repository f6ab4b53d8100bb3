"""Bytes to sources. What cannot be read becomes a finding at the right line, never a crash and never silence."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeAlias

from lintkit.analysis import UNPARSABLE
from lintkit.decoding import decode, digest
from lintkit.discover import File
from lintkit.finding import Confidence, Finding, Severity, Span
from lintkit.formats import json, notebook, toml
from lintkit.formats.entry import Entry, FormatError
from lintkit.index import File as Parsed
from lintkit.index import read, relevant
from lintkit.kind import Kind
from lintkit.source import ConfigSource, PythonSource, Source
from lintkit.source import read as parse

_PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\$\{?[A-Za-z_]\w*")


Known: TypeAlias = Callable[[File], tuple[Parsed, str] | None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """`sources` are what rules look into, `others` Python files on which only ruff and pyright have something to say.

    `digests` tell the contents that were read; None for what could not be. `plain` are the files of Python that is
    UTF-8 and has no error in it: a later run can know them without reading them.
    """

    sources: tuple[Source, ...]
    others: tuple[PythonSource, ...]
    findings: tuple[Finding, ...]
    digests: dict[PurePosixPath, str | None]
    plain: dict[File, Parsed]


def load(files: Sequence[File], config_words: re.Pattern[str], known: Known | None = None) -> Loaded:
    """Read every file. Config files are parsed when they mention one of `config_words`.

    Python files that have no way to NautilusTrader through imports are checked for syntax only. `known` gives those of
    an earlier run that need not be read, with the digest of their contents.
    """
    findings: list[Finding] = []
    sources: list[Source] = []
    python: list[PythonSource] = []
    plain: dict[File, Parsed] = {}
    digests: dict[PurePosixPath, str | None] = {}
    held = {file: one for file in files if (one := known(file)) is not None} if known is not None else {}
    for file, parsed in _read(files, held):
        digests[file.path] = None
        text = ""
        try:
            data = b"" if parsed is not None else file.absolute.read_bytes()
            content = held[file][1] if file in held else digest(parsed.text.encode() if parsed is not None else data)
            digests[file.path] = content
            if file.kind is Kind.PYTHON:
                source = PythonSource(file.path, parsed or decode(data, file.kind))
                if source.file.error is None:
                    python.append(source)
                    if parsed is not None:
                        plain[file] = parsed
                else:
                    message, line, column = source.file.error
                    is_template = _is_template(source.text, line)
                    findings.append(_unparsable(file.path, line, column, message, is_template=is_template))
                continue
            text = decode(data, file.kind)
            if not text.strip():
                continue  # an empty notebook, as Jupyter leaves it behind
            if file.kind is Kind.NOTEBOOK:
                source, broken = _notebook(file, text)
                python.append(source)
                findings += broken
            elif config_words.search(text):
                sources.append(ConfigSource(file.path, text, file.kind, entries_of(file.kind, text)))
        except FormatError as error:
            is_template = _is_template(text, error.line)
            column = getattr(error, "column", 1)
            findings.append(_unparsable(file.path, error.line, column, error.message, is_template=is_template))
        except OSError as error:
            findings.append(_unparsable(file.path, 1, 1, error.strerror or str(error)))
    matters = relevant([source.file for source in python], [_name(source.path) for source in python])
    sources += [source for source, keep in zip(python, matters, strict=True) if keep]
    others = tuple(source for source, keep in zip(python, matters, strict=True) if not keep)
    return Loaded(tuple(sorted(sources, key=lambda s: s.path)), others, tuple(findings), digests, plain)


def _read(files: Sequence[File], held: Mapping[File, tuple[Parsed, str]]) -> Iterator[tuple[File, Parsed | None]]:
    """Every file; Python files with what the index makes of them, if it can read them: they are UTF-8."""
    python = [file for file in files if file.kind is Kind.PYTHON and file not in held]
    parsed = dict(zip(python, read([file.absolute for file in python]), strict=True))
    return ((file, held[file][0] if file in held else parsed.get(file)) for file in files)


def _name(path: PurePosixPath) -> str:
    """The last part of a module's name."""
    return path.parent.name if path.stem == "__init__" else path.stem


def _notebook(file: File, text: str) -> tuple[PythonSource, list[Finding]]:
    book = notebook.read(text, _syntax_error)
    broken = [_unparsable(file.path, line, column, why, what="cell") for line, column, why in book.broken]
    return PythonSource(file.path, book.text, book, file_text=text), broken


def _syntax_error(text: str) -> tuple[int, str] | None:
    error = parse(text).error
    return (error[1], error[0]) if error else None


def _is_template(text: str, line: int) -> bool:
    """Whether what cannot be read there is a placeholder that a generator fills in."""
    lines = text.splitlines()
    return line <= len(lines) and _PLACEHOLDER.search(lines[line - 1]) is not None


def _unparsable(
    path: PurePosixPath, line: int, column: int, why: str, *, is_template: bool = False, what: str = "file"
) -> Finding:
    place = Span(line, column, line, column)
    message = f"nothing in this {what} was checked because it cannot be read: {' '.join(why.split())}"
    if is_template:
        message = "nothing in this template was checked: run `lintkit` over what is made from it"
    severity = Severity.NOTE if is_template else Severity.ERROR
    return Finding(path, place, *UNPARSABLE, message, severity, Confidence.CERTAIN)


def entries_of(kind: Kind, text: str) -> tuple[Entry, ...]:
    """The entries of a config text."""
    if kind is Kind.YAML:
        from lintkit.formats import yaml  # PyYAML: only where there is something to read

        return yaml.read(text)
    return (toml if kind is Kind.TOML else json).read(text)
