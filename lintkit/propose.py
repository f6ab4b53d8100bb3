"""Which backtests a project has that nobody named: scripts that run an engine, and strategies. Reads, never runs."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

import libcst as cst

from lintkit.config import Config, StrategyTarget, Target
from lintkit.discover import discover
from lintkit.load import load
from lintkit.program import Program
from lintkit.program.classes import Class
from lintkit.source import PythonSource

_ENGINES = {"BacktestEngine", "BacktestNode"}
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A target, and why it looks like one."""

    target: Target
    why: str


def propose(config: Config) -> tuple[Proposal, ...]:
    """Scripts first, then the strategies that none of them names; each in the order of their paths."""
    sources = load(discover(config.root, config.exclude).files, _NOTHING).sources
    program = Program(sources, config.root, config.nautilus_version)
    names = _Names()
    proposals: list[Proposal] = []
    covered: set[Class] = set()
    for source in program.python:
        if source.path.suffix == ".py" and not program.is_test(source) and (engine := _runs(source)):
            path = source.path.as_posix()
            name = names.free(source.path.stem)
            proposals.append(Proposal(Target(name, path, (), f"tapes/{name}.tape"), f"runs a {engine}"))
            covered.update(_named(program, source))
    paths = {source.path for source in program.python}
    left = [one for one in _strategies(program) if one not in covered]
    return (*proposals, *(_strategy(one, names, paths) for one in left))


def strategies(config: Config) -> tuple[Target, ...]:
    """A target for every strategy of the project."""
    sources = load(discover(config.root, config.exclude).files, _NOTHING).sources
    program = Program(sources, config.root, config.nautilus_version)
    names, paths = _Names(), {source.path for source in program.python}
    return tuple(_strategy(one, names, paths).target for one in _strategies(program))


class _Names:
    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, wanted: str) -> str:
        name, number = wanted, 1
        while name in self._taken:
            number += 1
            name = f"{wanted}-{number}"
        self._taken.add(name)
        return name


def _runs(source: PythonSource) -> str | None:
    """The engine that a file makes and runs when it is run."""
    made: str | None = None
    runs = False
    for call in source.find(cst.Call):
        function = call.func
        name = function.value if isinstance(function, cst.Name) else ""
        if isinstance(function, cst.Attribute):
            name = function.attr.value
            runs = runs or name == "run"
        if name in _ENGINES:
            made = name
    starts = "__main__" in source.text or any(_acts(statement) for statement in source.tree.body)
    return made if runs and starts else None


def _acts(statement: cst.CSTNode) -> bool:
    """Whether a statement at the top of a module does more than to define."""
    if isinstance(statement, cst.SimpleStatementLine):
        return any(isinstance(one, cst.Expr) and isinstance(one.value, cst.Call) for one in statement.body)
    return isinstance(statement, (cst.For, cst.With, cst.While))


def _named(program: Program, source: PythonSource) -> set[Class]:
    found = {program.classes.named(program.names.resolve(source, name)) for name in source.find(cst.Name)}
    return {one for one in found if one is not None}


def _strategies(program: Program) -> list[Class]:
    """Those that are meant to run: not of tests, and no base of another one."""
    every = [one for one in program.classes.strategies if not program.is_test(one.source)]
    found = [
        one
        for one in every
        if one.source.path.suffix == ".py"
        and one.name == one.qualified
        and not one.name.startswith("_")
        and not program.classes.subclasses(one)
    ]
    return sorted(found, key=lambda one: (one.source.path, one.name))


def _strategy(one: Class, names: _Names, paths: set[PurePosixPath]) -> Proposal:
    path = one.source.path
    folder = path.parent
    while folder != PurePosixPath() and folder / "__init__.py" in paths:
        folder = folder.parent
    if folder / "__init__.py" not in paths and path.parent == folder and folder.parts[:1] != ("src",):
        folder = folder if not all(part.isidentifier() for part in path.parts[:-1]) else PurePosixPath()
    module = ".".join(path.relative_to(folder).with_suffix("").parts)
    name = names.free(one.name)
    folders = tuple(dict.fromkeys((folder.as_posix(), ".", path.parent.as_posix())))
    described = StrategyTarget(f"{module}:{one.name}", folders=folders)
    return Proposal(Target(name, "", (), f"tapes/{name}.tape", strategy=described), f"a strategy, in {path}")
