"""From a project to a report: discover, load, check, suppress, sort. Prints nothing."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from inspect import cleandoc
from pathlib import Path, PurePosixPath

from lintkit import baseline
from lintkit.checks import pyright, ruff, rules
from lintkit.config import Config
from lintkit.discover import Discovered, File, discover, is_excluded, kind_of
from lintkit.errors import LintkitError
from lintkit.finding import Finding
from lintkit.load import SKIPPED, UNPARSABLE, load
from lintkit.policy import Policy
from lintkit.program import Program
from lintkit.registry import rules_of
from lintkit.report import Overview, Report, RuleInfo
from lintkit.rule import Rule
from lintkit.source import Source
from lintkit.suppress import MALFORMED, UNUSED, apply, ignores
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
    use_baseline: bool = True,
    curated: bool = False,
) -> Report:
    """Check the project at `root`. Facts always come from the whole project; `paths` only limits what is reported.

    `others` runs ruff and pyright too where the project asks for them; `curated` ruff also where nobody asks, with
    the rules that we chose.
    """
    every = rules_of(root / folder for folder in config.rules)
    policy = Policy(config, (rule.id for rule in every), (rule for rule, _ in _OWN))
    chosen = tuple(rule for rule in every if policy.wants(rule.id))
    project = _project(root, config, tuple(paths))
    commands = [name for name in _OTHERS if others and _wanted(name, root, config, curated=curated)]
    with ThreadPoolExecutor(max_workers=max(len(commands), 1)) as pool:
        running = [
            pool.submit(_OTHERS[name], root, [f for f in project.discovered.files if _reported(f.path, project)])
            for name in commands
        ]
        loaded = load(project.discovered, _config_words(chosen))
        program = Program(loaded.sources, root, config.nautilus_version)
        findings = [*loaded.findings, *rules.run(program, chosen)]
        outcomes = [future.result() for future in running]
    ours = {(f.path, f.span.line) for f in findings if f.rule.startswith("CLK")}
    findings += [f for o in outcomes for f in o.findings if not (_is_clock(f) and (f.path, f.span.line) in ours)]
    marks = [m for source in (*loaded.sources, *loaded.others) for m in ignores(source) if _reported(m.path, project)]
    checked = frozenset([rule.id for rule in chosen]) | frozenset(commands)
    findings = [f for f in findings if _reported(f.path, project) and policy.wants_in(f.rule, f.path)]
    kept, suppressed = apply(findings, marks, checked)
    shown = {policy.graded(f) for f in kept if (pedantic or not f.pedantic) and policy.wants_in(f.rule, f.path)}
    path = root / (config.baseline or baseline.DEFAULT)
    known = baseline.load(path) if use_baseline else Counter[baseline.Key]()
    parted = baseline.compare(sorted(shown), known, line_reader(root))
    remarks = [remark for o in outcomes for remark in o.remarks]
    if parted.gone and project.paths is None and not config.select:
        remarks.append(f"{parted.gone} findings of the baseline are gone: `lintkit baseline` takes them out")
    kept = parted.new
    return Report(
        findings=tuple(kept),
        files=loaded.files if project.paths is None else len(project.paths),
        suppressed=suppressed,
        baselined=len(parted.known),
        remarks=tuple(remarks),
        checks=("lintkit", *commands),
        excerpts=_excerpts(kept, project, loaded.sources),
        rules={rule.id: _info(rule) for rule in chosen},
        overview=_overview(program),
    )


def line_reader(root: Path) -> Callable[[PurePosixPath, int], str]:
    """Reads lines of the project's files, each file once."""

    @cache
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


def _project(root: Path, config: Config, paths: Sequence[Path]) -> _Project:
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
            files.setdefault(relative, File(relative, absolute, kind))
            wanted.add(relative)
    everything = Discovered(tuple(files[path] for path in sorted(files)), discovered.skipped)
    return _Project(root, everything, frozenset(wanted))


def _reported(path: PurePosixPath, project: _Project) -> bool:
    return project.paths is None or path in project.paths


def _wanted(name: str, root: Path, config: Config, *, curated: bool) -> bool:
    """Ruff is quick and runs wherever it is installed; pyright takes its time and wants to be asked or configured."""
    asked = config.ruff if name == "ruff" else config.pyright
    if asked is not None:
        return asked
    return (
        (ruff.is_configured(root) or (curated and ruff.is_there())) if name == "ruff" else pyright.is_configured(root)
    )


def _config_words(chosen: Sequence[type[Rule]]) -> re.Pattern[str]:
    words = [rule.config_words.pattern for rule in chosen if rule.config_words is not None]
    patterns = [r"lintkit\s*:\s*ignore", *words]
    return re.compile("|".join(patterns), re.IGNORECASE)


def _info(rule: type[Rule]) -> RuleInfo:
    title, _, why = cleandoc(rule.__doc__ or "").partition("\n")
    return RuleInfo(rule.id, rule.name, title.rstrip("."), why.strip())


def _overview(program: Program) -> Overview:
    components = program.classes.components
    strategies = sorted((one.name, one.source.path, one.source.span(one.node.name).line) for one in components)
    version = program.target.version
    return Overview(tuple(strategies), str(version) if version else None, program.target.origin)


def _excerpts(
    findings: Sequence[Finding], project: _Project, sources: Sequence[Source]
) -> dict[PurePosixPath, dict[int, str]]:
    """The lines around each finding, cut to a length that a report can show."""
    lines = {source.path: source.lines for source in sources}
    files = {file.path: file for file in project.discovered.files}
    found: dict[PurePosixPath, dict[int, str]] = {}
    for finding in findings:
        if finding.path not in lines and finding.path in files:
            data = files[finding.path].absolute.read_bytes()
            lines[finding.path] = Lines(data.decode("utf-8", "replace"))
        text = lines.get(finding.path)
        if text is None:
            continue
        last = min(finding.span.end_line, finding.span.line + 20) + _EXCERPT_LINES
        shown = found.setdefault(finding.path, {})
        for number in range(max(1, finding.span.line - _EXCERPT_LINES), min(last, len(text)) + 1):
            shown[number] = text.line(number)[:_MAX_EXCERPT]
    return found
