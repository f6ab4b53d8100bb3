"""From files to what our rules find in them: load, facts, rules. The only way to the parsers and to libcst."""

import gc
import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lintkit import lean  # noqa: F401  # pyright: ignore[reportUnusedImport]  # first: it imports libcst
from lintkit.analysis import Analysis
from lintkit.cards import Card
from lintkit.checks import rules
from lintkit.config import Config
from lintkit.discover import File
from lintkit.index import ChangedError
from lintkit.load import load
from lintkit.memory import Memory
from lintkit.program import Program
from lintkit.report import Overview
from lintkit.resume import Kept, keep, resume
from lintkit.suppress import ignores

_last: list[Program] = []
"""It stays until there is another one: a process that ends without being taken apart never pays for its removal."""


def analyse(
    root: Path,
    config: Config,
    files: Sequence[File],
    chosen: Sequence[Card],
    every: Sequence[Card],
    memory: Memory | None = None,
    kept: Kept | None = None,
) -> Analysis:
    """Everything that the chosen rules say about the whole project. `every` are all rules.

    `kept` is what an earlier run has left in `memory`, which gets what this one leaves.
    """
    with _without_collector():
        try:
            return _analyse(root, config, files, chosen, every, memory, kept)
        except ChangedError:  # while it was checked: what an earlier run has kept of it is of no use
            return _analyse(root, config, files, chosen, every, None, None)


def _analyse(
    root: Path,
    config: Config,
    files: Sequence[File],
    chosen: Sequence[Card],
    every: Sequence[Card],
    memory: Memory | None,
    kept: Kept | None,
) -> Analysis:
    loaded = load(files, _config_words(chosen), memory.known if memory else None)
    program = Program(loaded.sources, root, config.nautilus_version)
    _last[:] = [program]
    contents = {str(source.path): loaded.digests[source.path] or "" for source in loaded.sources}
    for card in chosen:
        if "gather" in card.looks:
            program.gathered.know(card.id, lambda source, card=card: card.rule.gather(source, program))
    results = rules.run(program, chosen, resume(program, contents, kept) if kept else None)
    if memory:
        memory.save(keep(program, contents, results, tuple(every)), loaded.plain, loaded.digests)
    findings = [*loaded.findings, *rules.findings(chosen, results)]
    return Analysis(
        findings=tuple(sorted(set(findings))),
        marks=tuple(mark for source in (*loaded.sources, *loaded.others) for mark in ignores(source)),
        overview=_overview(program),
        rules={card.id: card.info for card in chosen},
        ids=tuple(card.id for card in every),
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


def _config_words(chosen: Sequence[Card]) -> re.Pattern[str]:
    words = [card.config_words for card in chosen if card.config_words is not None]
    patterns = [r"lintkit\s*:\s*ignore", *words]
    return re.compile("|".join(patterns), re.IGNORECASE)


def _overview(program: Program) -> Overview:
    components = program.classes.components
    strategies = sorted((one.name, one.source.path, one.shape.line) for one in components)
    version = program.target.version
    return Overview(tuple(strategies), str(version) if version else None, program.target.origin)
