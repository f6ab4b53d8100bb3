"""From a project to a report: discover, load, check, suppress, sort. Prints nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lintkit.analysis import SKIPPED, UNPARSABLE, Analysis
from lintkit.cache import Cache
from lintkit.checks import pyright, ruff
from lintkit.checks.background import Background
from lintkit.config import Config
from lintkit.decoding import decode
from lintkit.discover import Discovered, File, discover, is_excluded, kind_of, stamp
from lintkit.errors import ConfigError, LintkitError
from lintkit.finding import Confidence, Finding, Severity, Span
from lintkit.formats.entry import FormatError
from lintkit.report import Report
from lintkit.rules_folder import builtin_rules
from lintkit.suppress import MALFORMED, UNUSED, apply
from lintkit.text import Lines

__all__ = ["Report", "check"]

_EXCERPT_LINES = 3
_MAX_EXCERPT = 400
_OWN = (UNPARSABLE, SKIPPED, UNUSED, MALFORMED)
_OTHERS = {"ruff": ruff.run, "pyright": pyright.run}


@dataclass(frozen=True, slots=True)
class _Project:
    root: Path
    discovered: Discovered
    paths: frozenset[PurePosixPath] | None
    """The files to report; None reports all."""


def check(
    root: Path,
    config: Config,
    *,
    paths: Iterable[Path] = (),
    pedantic: bool = False,
    others: bool = True,
    cache: bool = False,
    changed: Iterable[PurePosixPath] | None = None,
) -> Report:
    """Check the project at `root`. Facts always come from the whole project; `paths` only limits what is reported.

    `others` runs ruff and pyright too where the project asks for them. `cache` keeps what was found in the project's
    `.lintkit_cache`. `changed` limits what is reported further, to these files.
    """
    project = _project(root, config, tuple(paths), changed)
    commands = [name for name in _OTHERS if others and _wanted(name, root, config)]
    reported = [f for f in project.discovered.files if _reported(f.path, project)]
    with Background() as background:
        for name in commands:
            background.start(_OTHERS[name], root, reported)
        analysis = _analysis(root, config, project.discovered.files, cache=cache)
        found = [*(_skipped(*one) for one in project.discovered.skipped), *analysis.findings, *background.findings()]
    marks = [mark for mark in analysis.marks if _reported(mark.path, project)]
    checked = frozenset(analysis.rules) | frozenset(commands)
    found = [f for f in found if _reported(f.path, project) and _selected(f.rule, config)]
    kept, suppressed = apply(found, marks, checked)
    kept = sorted({f for f in kept if (pedantic or not f.pedantic) and _selected(f.rule, config)})
    return Report(
        findings=tuple(kept),
        files=len(project.discovered.files) if project.paths is None else len(project.paths),
        suppressed=suppressed,
        checks=("lintkit", *commands),
        excerpts=_excerpts(kept, project),
        rules=analysis.rules,
        overview=analysis.overview,
    )


def _analysis(root: Path, config: Config, files: Sequence[File], *, cache: bool) -> Analysis:
    """What is remembered if it still holds, else what is found; parsers and rules are imported only for the latter."""
    memory = Cache(root, config, builtin_rules()) if cache else None
    known = memory.load(files) if memory else None
    if known is not None:
        return known
    from lintkit.analyse import analyse  # noqa: PLC0415
    from lintkit.registry import load_rules  # noqa: PLC0415

    every = load_rules()
    ids = {rule.id for rule in every} | {rule for rule, _ in _OWN}
    for name in (*config.select, *config.ignore):
        if ":" not in name and not any(rule.startswith(name) for rule in ids):
            raise ConfigError(f"no rule is called `{name}`", hint="`lintkit rules` lists them")
    analysis = analyse(root, config, files, [rule for rule in every if _selected(rule.id, config)])
    if memory:
        memory.save(files, analysis)
    return analysis


def _skipped(path: PurePosixPath, reason: str) -> Finding:
    message = f"not checked: {reason}"
    return Finding(path, Span(1, 1, 1, 1), *SKIPPED, message, Severity.NOTE, Confidence.CERTAIN)


def _selected(rule: str, config: Config) -> bool:
    """By id or its beginning, as `CLK`; what cannot be read is always reported unless ignored."""
    if any(rule.startswith(prefix) for prefix in config.ignore):
        return False
    is_own = any(rule == own for own, _ in _OWN)
    return is_own or not config.select or any(rule.startswith(prefix) for prefix in config.select)


def _project(root: Path, config: Config, paths: Sequence[Path], changed: Iterable[PurePosixPath] | None) -> _Project:
    project = _named(root, config, paths)
    if changed is None:
        return project
    known = {file.path for file in project.discovered.files} if project.paths is None else project.paths
    return _Project(root, project.discovered, frozenset(known) & frozenset(changed))


def _named(root: Path, config: Config, paths: Sequence[Path]) -> _Project:
    discovered = discover(root, config.exclude)
    if not paths:
        return _Project(root, discovered, None)
    top = root.resolve()
    files = {file.path: file for file in discovered.files}
    wanted: set[PurePosixPath] = set()
    for path in paths:
        if not path.exists():
            raise LintkitError("no such file or folder", path=path)
        absolute = path.resolve()
        if not absolute.is_relative_to(top):
            raise LintkitError(f"not inside the project {root}", path=path, hint="name its folder instead")
        relative = PurePosixPath(absolute.relative_to(top).as_posix())
        if path.is_dir():
            wanted |= {f for f in files if f.is_relative_to(relative)}
        elif is_excluded(relative, config.exclude):
            continue
        elif (kind := kind_of(relative)) is not None:
            files.setdefault(relative, File(relative, absolute, kind, stamp(absolute.stat())))
            wanted.add(relative)
    everything = Discovered(tuple(files[path] for path in sorted(files)), discovered.skipped)
    return _Project(root, everything, frozenset(wanted))


def _reported(path: PurePosixPath, project: _Project) -> bool:
    return project.paths is None or path in project.paths


def _wanted(name: str, root: Path, config: Config) -> bool:
    asked = config.ruff if name == "ruff" else config.pyright
    return asked if asked is not None else (ruff if name == "ruff" else pyright).is_configured(root)


def _excerpts(findings: Sequence[Finding], project: _Project) -> dict[PurePosixPath, dict[int, str]]:
    """The lines around each finding, cut to a length that a report can show."""
    files = {file.path: file for file in project.discovered.files}
    lines: dict[PurePosixPath, Lines] = {}
    found: dict[PurePosixPath, dict[int, str]] = {}
    for finding in findings:
        file = files.get(finding.path)
        if file is None:
            continue
        text = lines.setdefault(finding.path, lines.get(finding.path) or Lines(_text(file)))
        last = min(finding.span.end_line, finding.span.line + 20) + _EXCERPT_LINES
        shown = found.setdefault(finding.path, {})
        for number in range(max(1, finding.span.line - _EXCERPT_LINES), min(last, len(text)) + 1):
            shown[number] = text.line(number)[:_MAX_EXCERPT]
    return found


def _text(file: File) -> str:
    """A file as it is shown, whatever its bytes; empty when it has gone in the meantime."""
    try:
        data = file.absolute.read_bytes()
    except OSError:
        return ""
    try:
        return decode(data, file.kind)
    except FormatError:
        return data.decode("utf-8", "replace")
