"""Remembers what the analysis of a project gave, for as long as nothing that went into it changes.

One file a configuration, in `.lintkit_cache/`. What it was made from is in it: the project's files by size, time and
inode, and by a digest of what was read where those differ. The name is the digest of everything else: our version, our
own files, the rules' content, what was selected. A file that is damaged, of another form or of other inputs is as good
as none. Files appear whole or not at all, so runs at the same time and kills do no harm.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from lintkit import __version__
from lintkit.analysis import Analysis
from lintkit.config import Config
from lintkit.decoding import digest
from lintkit.discover import File, stamp
from lintkit.finding import Confidence, Edit, Finding, Fix, Severity, Span
from lintkit.kind import Kind
from lintkit.manifests import installed, manifests
from lintkit.report import Overview, RuleInfo
from lintkit.suppress import Ignore

FOLDER = ".lintkit_cache"
_FORM = 2
_MAX_FILES = 16
_MAX_BYTES = 64 << 20
RECENT_NANOS = 2_000_000_000
"""A file changed this shortly before the cache was written could have changed again without a trace in its time."""

_PACKAGE = Path(__file__).parent


class Store:
    """One file of the cache. It appears whole or not at all, and a damaged one is as good as none."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def read(self) -> Any:
        """What was written; raises OSError or ValueError where that cannot be had."""
        return json.loads(self.read_bytes())

    def read_bytes(self) -> bytes:
        check, _, payload = self.file.read_bytes().partition(b"\n")
        if check.decode("ascii", "replace") != digest(payload):
            raise ValueError("damaged")
        return payload

    def write(self, document: Any) -> None:
        """A folder that cannot be written to means the next run has to look again."""
        self.write_bytes(json.dumps(document, separators=(",", ":")).encode())

    def write_bytes(self, data: bytes) -> None:
        if len(data) <= _MAX_BYTES:
            with suppress(OSError):
                self._write(f"{digest(data)}\n".encode() + data)

    def _write(self, data: bytes) -> None:
        folder = self.file.parent
        if not folder.is_dir():
            folder.mkdir()
            (folder / ".gitignore").write_text("*\n", encoding="utf-8")
            (folder / "CACHEDIR.TAG").write_text("Signature: 8a477f597d28d172789f06886806bc55\n", encoding="utf-8")
        handle, name = tempfile.mkstemp(dir=folder, prefix=".new-")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            temporary.replace(self.file)
        finally:
            temporary.unlink(missing_ok=True)
        self._prune()

    def _prune(self) -> None:
        """Keep the newest; leftovers of killed runs go with the oldest."""
        folder = self.file.parent
        files = [path for path in folder.iterdir() if path.suffix == ".json" or path.name.startswith(".new-")]
        files.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for path in files[_MAX_FILES:]:
            path.unlink(missing_ok=True)


class Cache:
    """The remembered analysis of one project under one configuration. `rules` are the folders of the rules.

    `curated` says that ruff's findings are among them. `parts` is for what can still hold once something has changed.
    """

    def __init__(self, root: Path, config: Config, rules: Sequence[Path], *, curated: bool = False) -> None:
        self._root = root
        name = _name(root, config, rules, curated=curated)
        self._whole = Store(root / FOLDER / f"{name}.json")
        self.parts = Store(root / FOLDER / f"{name}-parts.json")

    def load(self, files: Sequence[File]) -> Analysis | None:
        """What is remembered, if it was made from exactly these files as they are now."""
        try:
            written = self._whole.file.stat().st_mtime_ns
            known, analysis = _read(self._whole.read())
        except (OSError, ValueError, LookupError, TypeError):
            return None
        inputs = self._inputs(files)
        if known.keys() != inputs.keys():
            return None
        doubtful = [
            file
            for path, file in inputs.items()
            if known[path][0] != file.stamp or file.stamp is None or file.stamp[1] > written - RECENT_NANOS
        ]
        if any(_digest(file) != known[str(file.path)][1] for file in doubtful):
            return None
        if doubtful:
            self.save(files, analysis)
        return analysis

    def save(self, files: Sequence[File], analysis: Analysis) -> None:
        digests = {str(path): found for path, found in analysis.digests.items()}
        known: dict[str, Any] = {}
        for path, file in self._inputs(files).items():
            content = digests[path] if path in digests else _digest(file)
            if content is None:
                return
            known[path] = [file.stamp, content]
        self._whole.write({"form": _FORM, "files": known, "analysis": _plain(analysis)})

    def _inputs(self, files: Sequence[File]) -> dict[str, File]:
        found = {str(file.path): file for file in files}
        for path in manifests(self._root):
            name = path.relative_to(self._root).as_posix()
            if name not in found and path.is_file():
                found[name] = File(PurePosixPath(name), path, Kind.TOML, stamp(path.stat()))
        return found


def clean(root: Path) -> bool:
    """Forget everything about a project; False when there was nothing. Only files that are ours are removed."""
    folder = root / FOLDER
    if folder.is_symlink() or not folder.is_dir():
        return False
    for path in folder.iterdir():
        if path.suffix == ".json" or path.name.startswith((".new-", ".gitignore", "CACHEDIR.TAG")):
            path.unlink(missing_ok=True)
    with suppress(OSError):  # somebody else's file is in it
        folder.rmdir()
    return True


def _name(root: Path, config: Config, rules: Sequence[Path], *, curated: bool) -> str:
    parts: list[object] = [_FORM, __version__, sys.version_info[:3], config.select, config.ignore, config.exclude]
    parts += [
        curated,
        config.nautilus_version,
        config.per_file_ignores,
        config.severity,
        installed(root, "nautilus_trader"),
    ]
    parts += [(str(path), digest(path.read_bytes())) for folder in rules for path in sorted(folder.glob("*.py"))]
    parts += [(str(path.relative_to(_PACKAGE)), path.stat().st_size, path.stat().st_mtime_ns) for path in _own_files()]
    return digest(repr(parts).encode())


def _own_files() -> Iterable[Path]:
    """Our own code and data, as far as an analysis depends on it."""
    for folder in ("", "program", "formats", "checks", "data"):
        yield from sorted(path for path in (_PACKAGE / folder).iterdir() if path.is_file())


def _digest(file: File) -> str | None:
    try:
        return digest(file.absolute.read_bytes())
    except OSError:
        return None


def _read(document: Any) -> tuple[dict[str, tuple[tuple[int, int, int] | None, str]], Analysis]:
    if document["form"] != _FORM:
        raise ValueError("another form")
    known = {path: (tuple(at) if at else None, str(content)) for path, (at, content) in document["files"].items()}
    return known, _analysis(document["analysis"], {PurePosixPath(path): known[path][1] for path in known})


def _plain(analysis: Analysis) -> dict[str, Any]:
    overview = analysis.overview
    return {
        "findings": [plain_finding(finding) for finding in analysis.findings],
        "marks": [[str(m.path), _plain_span(m.span), m.ids, m.reason, m.lines] for m in analysis.marks],
        "strategies": [[name, str(path), line] for name, path, line in overview.strategies],
        "version": [overview.version, overview.version_from],
        "rules": [[info.id, info.name, info.title, info.why] for info in analysis.rules.values()],
        "ids": analysis.ids,
    }


def _analysis(plain: Any, digests: dict[PurePosixPath, str | None]) -> Analysis:
    marks = [
        Ignore(PurePosixPath(path), Span(*span), tuple(ids), reason, tuple(lines))
        for path, span, ids, reason, lines in plain["marks"]
    ]
    strategies = tuple((name, PurePosixPath(path), line) for name, path, line in plain["strategies"])
    rules = {one[0]: RuleInfo(*one) for one in plain["rules"]}
    findings = tuple(finding_of(one) for one in plain["findings"])
    overview = Overview(strategies, *plain["version"])
    return Analysis(findings, tuple(marks), overview, rules, tuple(plain["ids"]), digests)


def _plain_span(span: Span) -> list[int]:
    return [span.line, span.column, span.end_line, span.end_column]


def plain_finding(one: Finding) -> list[Any]:
    fix = one.fix
    edits = [fix.title, fix.safe, [[_plain_span(edit.span), edit.text] for edit in fix.edits]] if fix else None
    return [
        str(one.path), _plain_span(one.span), one.rule, one.name, one.message, int(one.severity), int(one.confidence),
        edits, one.pedantic,
    ]  # fmt: skip


def finding_of(plain: Any) -> Finding:
    path, span, rule, name, message, severity, confidence, edits, pedantic = plain
    fix = None
    if edits is not None:
        title, safe, changes = edits
        fix = Fix(title, tuple(Edit(Span(*at), text) for at, text in changes), safe)
    return Finding(
        PurePosixPath(path), Span(*span), rule, name, message, Severity(severity), Confidence(confidence), fix, pedantic
    )
