"""From files to what our rules find in them: load, facts, rules. The only way to the parsers and to libcst."""

import gc
import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from inspect import cleandoc
from pathlib import Path

from lintkit import lean  # noqa: F401  # pyright: ignore[reportUnusedImport]  # first: it imports libcst
from lintkit.analysis import Analysis
from lintkit.checks import rules
from lintkit.config import Config
from lintkit.discover import File
from lintkit.index import ChangedError
from lintkit.load import load
from lintkit.memory import Memory
from lintkit.program import Program
from lintkit.report import Overview, RuleInfo
from lintkit.resume import keep, resume
from lintkit.rule import Rule
from lintkit.suppress import ignores


def analyse(
    root: Path,
    config: Config,
    files: Sequence[File],
    chosen: Sequence[type[Rule]],
    ids: Sequence[str],
    memory: Memory | None = None,
) -> Analysis:
    """Everything that the chosen rules say about the whole project. `ids` are those of all rules.

    `memory` has what an earlier run has left, and gets what this one leaves.
    """
    with _without_collector():
        try:
            return _analyse(root, config, files, chosen, ids, memory)
        except ChangedError:  # while it was checked: what an earlier run has kept of it is of no use
            return _analyse(root, config, files, chosen, ids, None)


def _analyse(
    root: Path,
    config: Config,
    files: Sequence[File],
    chosen: Sequence[type[Rule]],
    ids: Sequence[str],
    memory: Memory | None,
) -> Analysis:
    kept = memory.load() if memory else None
    loaded = load(files, _config_words(chosen), memory.known if memory else None)
    program = Program(loaded.sources, root, config.nautilus_version)
    contents = {str(source.path): loaded.digests[source.path] or "" for source in loaded.sources}
    for rule in chosen:
        rule().know(program)
    results = rules.run(program, chosen, resume(program, contents, kept) if kept else {})
    if memory:
        memory.save(keep(program, contents, results), loaded.plain, loaded.digests)
    findings = [*loaded.findings, *rules.findings(chosen, results)]
    return Analysis(
        findings=tuple(sorted(set(findings))),
        marks=tuple(mark for source in (*loaded.sources, *loaded.others) for mark in ignores(source)),
        overview=_overview(program),
        rules={rule.id: _info(rule) for rule in chosen},
        ids=tuple(ids),
        digests=loaded.digests,
    )


@contextmanager
def _without_collector() -> Generator[None, None, None]:
    """Trees and facts live until the end: a collector would walk them again and again and find nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _config_words(chosen: Sequence[type[Rule]]) -> re.Pattern[str]:
    words = [rule.config_words.pattern for rule in chosen if rule.config_words is not None]
    patterns = [r"lintkit\s*:\s*ignore", *words]
    return re.compile("|".join(patterns), re.IGNORECASE)


def _info(rule: type[Rule]) -> RuleInfo:
    title, _, why = cleandoc(rule.__doc__ or "").partition("\n")
    return RuleInfo(rule.id, rule.name, title.rstrip("."), why.strip())


def _overview(program: Program) -> Overview:
    components = program.classes.components
    strategies = sorted((one.name, one.source.path, one.shape.line) for one in components)
    version = program.target.version
    return Overview(tuple(strategies), str(version) if version else None, program.target.origin)
