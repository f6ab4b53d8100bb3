"""From a project to a report: discover, load, check, suppress, sort. Prints nothing."""

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from lintkit import baseline
from lintkit.analysis import SKIPPED, UNPARSABLE, Analysis
from lintkit.cache import Cache
from lintkit.checks import pyright, ruff
from lintkit.checks.background import Background
from lintkit.config import Config
from lintkit.decoding import decode
from lintkit.discover import Discovered, File, Skipped, discover, is_excluded, kind_of, stamp
from lintkit.errors import LintkitError
from lintkit.finding import Confidence, Finding, Severity, Span
from lintkit.formats.entry import FormatError
from lintkit.policy import Policy
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
    unknown: tuple[Path, ...] = ()
    """Files that were named and are of no kind that is checked."""


def check(
    root: Path,
    config: Config,
    *,
    paths: Iterable[Path] = (),
    pedantic: bool = False,
    others: bool = True,
    cache: bool = False,
    changed: Iterable[PurePosixPath] | None = None,
    use_baseline: bool = True,
    curated: bool = False,
) -> Report:
    """Check the project at `root`. Facts always come from the whole project; `paths` only limits what is reported.

    `others` runs ruff and pyright too where the project asks for them; `curated` ruff also where nobody asks, with
    the rules that we chose. `cache` keeps what was found in the project's
    `.lintkit_cache`. `changed` limits what is reported further, to these files.
    """
    project = _project(root, config, tuple(paths), changed)
    commands = [name for name in _OTHERS if others and _wanted(name, root, config)]
    curated = others and curated and config.ruff is None and "ruff" not in commands and ruff.is_there()
    reported = [f for f in project.discovered.files if _reported(f.path, project)]
    with Background() as background:
        for name in commands:
            background.start(_OTHERS[name], root, reported)
        policy = Policy(config, (rule for rule, _ in _OWN))
        analysis = _analysis(root, config, policy, project.discovered.files, cache=cache, curated=curated)
        outcomes = background.outcomes()
    found = [*(_skipped(one) for one in project.discovered.skipped), *analysis.findings]
    clocks = {(f.path, f.span.line) for f in found if f.rule.startswith("CLK")}
    found += [f for o in outcomes for f in o.findings if not (_is_clock(f) and (f.path, f.span.line) in clocks)]
    marks = [mark for mark in analysis.marks if _reported(mark.path, project)]
    names = ("ruff", *commands) if curated else tuple(commands)
    checked = frozenset(analysis.rules) | frozenset(names)
    found = [f for f in found if _reported(f.path, project) and policy.wants_in(f.rule, f.path)]
    known = (
        frozenset(analysis.ids) | {rule for rule, _ in _OWN} if others else None
    )  # an audit loads no rules of theirs
    kept, suppressed = apply(found, marks, checked, known)
    shown = {policy.graded(f) for f in kept if (pedantic or not f.pedantic) and policy.wants_in(f.rule, f.path)}
    remarks = [f"{path}: not a Python, notebook or config file, so not checked" for path in project.unknown]
    remarks += [remark for o in outcomes for remark in o.remarks]
    parted = _parted(root, config, sorted(shown)) if use_baseline else baseline.Sorted(tuple(sorted(shown)))
    if parted.gone and project.paths is None and not config.select:
        remarks.append(f"{parted.gone} findings of the baseline are gone: `lintkit baseline` takes them out")
    kept = parted.new
    return Report(
        findings=tuple(kept),
        files=len(project.discovered.files) if project.paths is None else len(project.paths),
        suppressed=suppressed,
        baselined=len(parted.known),
        remarks=tuple(remarks),
        checks=("lintkit", *names),
        excerpts=_excerpts(kept, project),
        rules=analysis.rules,
        overview=analysis.overview,
    )


def _parted(root: Path, config: Config, findings: Sequence[Finding]) -> baseline.Sorted:
    path = root / (config.baseline or baseline.DEFAULT)
    return (
        baseline.compare(findings, baseline.load(path), line_reader(root))
        if path.is_file()
        else baseline.Sorted(tuple(findings))
    )


def line_reader(root: Path) -> Callable[[PurePosixPath, int], str]:
    """Reads lines of the project's files, each file once."""

    @functools.cache
    def lines(path: PurePosixPath) -> Lines:
        try:
            return Lines((root / path).read_bytes().decode("utf-8", "replace"))
        except OSError:
            return Lines("")

    def line(path: PurePosixPath, number: int) -> str:
        text = lines(path)
        return text.line(number) if 1 <= number <= len(text) else ""

    return line


def _is_clock(finding: Finding) -> bool:
    """Ruff's own word on naive or local times, which our rules on the clock have said better."""
    return finding.rule.startswith("ruff:DTZ")


def _analysis(
    root: Path, config: Config, policy: Policy, files: Sequence[File], *, cache: bool, curated: bool
) -> Analysis:
    """What is remembered if it still holds, else what is found; parsers and rules are imported only for the latter."""
    folders = [root / folder for folder in config.rules]
    memory = Cache(root, config, [builtin_rules(), *folders], curated=curated) if cache else None
    known = memory.load(files) if memory else None
    if known is not None:
        return known
    from lintkit.analyse import analyse
    from lintkit.cards import cards_of
    from lintkit.memory import Memory

    parts = Memory(memory.parts) if memory else None
    kept = parts.load() if parts else None
    every = kept.cards if kept else cards_of(folders)
    policy.check(card.id for card in every)
    with Background() as background:  # ruff's own choice depends on nothing but the files, and is remembered with ours
        if curated:
            background.start(ruff.run, root, files)
        chosen = [card for card in every if policy.wants(card.id)]
        analysis = analyse(root, config, files, chosen, every, parts, kept)
        outcomes = background.outcomes()
    paths = {file.path for file in files}
    extra = [f for outcome in outcomes for f in outcome.findings if f.path in paths]
    analysis = replace(analysis, findings=tuple(sorted({*analysis.findings, *extra})))
    if memory and not any(outcome.remarks for outcome in outcomes):
        memory.save(files, analysis)
    return analysis


def _skipped(one: Skipped) -> Finding:
    severity = Severity.WARNING if one.is_code else Severity.NOTE
    return Finding(one.path, Span(1, 1, 1, 1), *SKIPPED, f"not checked: {one.reason}", severity, Confidence.CERTAIN)


def _project(root: Path, config: Config, paths: Sequence[Path], changed: Iterable[PurePosixPath] | None) -> _Project:
    project = _named(root, config, paths)
    if changed is None:
        return project
    known = {file.path for file in project.discovered.files} if project.paths is None else project.paths
    return replace(project, paths=frozenset(known) & frozenset(changed))


def _named(root: Path, config: Config, paths: Sequence[Path]) -> _Project:
    discovered = discover(root, (*config.exclude, config.baseline or baseline.DEFAULT))
    if not discovered.files and not discovered.skipped:
        raise _empty(root, config)
    if not paths:
        return _Project(root, discovered, None)
    top = root.resolve()
    files = {file.path: file for file in discovered.files}
    wanted: set[PurePosixPath] = set()
    unknown: list[Path] = []
    for path in paths:
        if not path.exists():
            raise LintkitError("no such file or folder", path=path)
        absolute = path.resolve()
        if not absolute.is_relative_to(top):
            raise LintkitError(f"not inside the project {root}", path=path, hint="name its folder instead")
        relative = PurePosixPath(absolute.relative_to(top).as_posix())
        if path.is_dir():
            inside = {f for f in files if f.is_relative_to(relative)}
            if not inside:
                raise _empty(path, config)
            wanted |= inside
        elif is_excluded(relative, config.exclude):
            continue
        elif (kind := kind_of(relative)) is not None:
            files.setdefault(relative, File(relative, absolute, kind, stamp(absolute.stat())))
            wanted.add(relative)
        else:
            unknown.append(path)
    everything = Discovered(tuple(files[path] for path in sorted(files)), discovered.skipped)
    return _Project(root, everything, frozenset(wanted), tuple(unknown))


def _empty(path: Path, config: Config) -> LintkitError:
    hint = "name the project's folder, or `exclude` less" if config.exclude else "name the project's folder"
    return LintkitError("no Python, notebook or config file to check", path=path, hint=hint)


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
