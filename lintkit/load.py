"""Bytes to sources. What cannot be read becomes a finding at the right line, never a crash and never silence."""

import codecs
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from lintkit.discover import Discovered, File
from lintkit.finding import Confidence, Finding, Severity, Span
from lintkit.formats import json, notebook, toml, yaml
from lintkit.formats.entry import Entry, FormatError
from lintkit.index import File as Parsed
from lintkit.index import read, relevant
from lintkit.source import ConfigSource, Kind, PythonSource, Source
from lintkit.source import read as parse

UNPARSABLE = ("SRC001", "unparsable-file")
SKIPPED = ("SRC002", "skipped-file")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_READERS = {Kind.YAML: yaml.read, Kind.TOML: toml.read, Kind.JSON: json.read}


@dataclass(frozen=True, slots=True)
class Loaded:
    """`sources` are what rules look into, `others` Python files on which only ruff and pyright have something to say.

    `files` counts every file that was read.
    """

    sources: tuple[Source, ...]
    others: tuple[PythonSource, ...]
    findings: tuple[Finding, ...]
    files: int


def load(discovered: Discovered, config_words: re.Pattern[str]) -> Loaded:
    """Read every file. Config files are parsed when they mention one of `config_words`.

    Python files that have no way to NautilusTrader through imports are checked for syntax only.
    """
    findings = [_skipped(path, reason) for path, reason in discovered.skipped]
    sources: list[Source] = []
    python: list[PythonSource] = []
    for file, parsed in _read(discovered.files):
        try:
            if file.kind is Kind.PYTHON:
                source = _python(file, parsed)
                if source.file.error is None:
                    python.append(source)
                else:
                    message, line, column = source.file.error
                    findings.append(_unparsable(file.path, line, column, message))
                continue
            text = decode(file.absolute.read_bytes(), file.kind)
            if file.kind is Kind.NOTEBOOK:
                source, broken = _notebook(file, text)
                python.append(source)
                findings += broken
            elif config_words.search(text):
                sources.append(ConfigSource(file.path, text, file.kind, _READERS[file.kind](text)))
        except FormatError as error:
            findings.append(_unparsable(file.path, error.line, getattr(error, "column", 1), error.message))
        except OSError as error:
            findings.append(_unparsable(file.path, 1, 1, error.strerror or str(error)))
    matters = relevant([source.file for source in python], [_name(source.path) for source in python])
    sources += [source for source, keep in zip(python, matters, strict=True) if keep]
    others = tuple(source for source, keep in zip(python, matters, strict=True) if not keep)
    return Loaded(tuple(sorted(sources, key=lambda s: s.path)), others, tuple(findings), len(discovered.files))


def _read(files: Sequence[File]) -> Iterator[tuple[File, Parsed | None]]:
    """Every file; Python files with what the index makes of them, if it can read them."""
    python = [file for file in files if file.kind is Kind.PYTHON]
    parsed = dict(zip(python, read([file.absolute for file in python]), strict=True))
    return ((file, parsed.get(file)) for file in files)


def _python(file: File, parsed: Parsed | None) -> PythonSource:
    if parsed is None:  # another encoding than UTF-8, or not to be read
        return PythonSource(file.path, decode(file.absolute.read_bytes(), file.kind))
    return PythonSource(file.path, parsed.text, file=parsed)


def _name(path: PurePosixPath) -> str:
    """The last part of a module's name."""
    return path.parent.name if path.stem == "__init__" else path.stem


def encoding_of(data: bytes, kind: Kind) -> str:
    """By byte-order mark, PEP 263 declaration (Python) or UTF-8."""
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    if kind is Kind.PYTHON and encoding in {"utf-8", "utf-8-sig"}:
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        except SyntaxError as error:
            raise FormatError(error.msg or "unknown encoding", _bad_line(data, "utf-8")) from None
    return encoding


def decode(data: bytes, kind: Kind) -> str:
    """The text without its byte-order mark."""
    encoding = encoding_of(data, kind)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        hint = "; declare the encoding in line 1 or save the file as UTF-8" if kind is Kind.PYTHON else ""
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatError(f"byte 0x{data[error.start]:02x} is not {encoding}{hint}", line) from None


def _bad_line(data: bytes, encoding: str) -> int:
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    return 1


def _notebook(file: File, text: str) -> tuple[PythonSource, list[Finding]]:
    book = notebook.read(text, _syntax_error)
    broken = [_unparsable(file.path, line, column, f"cell is not Python: {why}") for line, column, why in book.broken]
    return PythonSource(file.path, book.text, book, file_text=text), broken


def _syntax_error(text: str) -> tuple[int, str] | None:
    error = parse(text).error
    return (error[1], error[0]) if error else None


def _unparsable(path: PurePosixPath, line: int, column: int, why: str) -> Finding:
    place = Span(line, column, line, column)
    message = f"nothing in this file was checked because it cannot be read: {' '.join(why.split())}"
    return Finding(path, place, *UNPARSABLE, message, Severity.ERROR, Confidence.CERTAIN)


def _skipped(path: PurePosixPath, reason: str) -> Finding:
    message = f"not checked: {reason}"
    return Finding(path, Span(1, 1, 1, 1), *SKIPPED, message, Severity.NOTE, Confidence.CERTAIN)


def entries_of(kind: Kind, text: str) -> tuple[Entry, ...]:
    """The entries of a config text."""
    return _READERS[kind](text)
