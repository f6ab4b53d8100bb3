"""Which backtests a project has that nobody named: scripts that run an engine, and strategies. Reads, never runs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

import libcst as cst
from libcst.helpers import get_full_name_for_node

from lintkit.config import Config, StrategyTarget, Target
from lintkit.discover import discover
from lintkit.load import load
from lintkit.program import Program
from lintkit.program.calls import Function
from lintkit.program.classes import Class
from lintkit.source import PythonSource
from lintkit.usage import Usage, names_instrument

_ENGINES = {"BacktestEngine", "BacktestNode"}
_LIVE = {"TradingNode", "LiveNode"}
_NOTHING = re.compile(r"(?!)")
_FILE = re.compile(r"(?:\./)?[\w-][\w./ -]*\.\w+")
_PATH_HACK = re.compile(r"\bsys\.path\b|\bsite\.addsitedir\b")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A target, and why it looks like one. `is_covered`: a strategy that a proposed script names."""

    target: Target
    why: str
    is_covered: bool = False


def propose(config: Config) -> tuple[Proposal, ...]:
    """Scripts first, then the strategies; each in the order of their paths."""
    sources = load(discover(config.root, config.exclude).files, _NOTHING).sources
    program = Program(sources, config.root, config.nautilus_version)
    names = _Names()
    runners = _Runners(program)
    scripts: list[Proposal] = []
    covered: set[Class] = set()
    for source in program.python:
        if source.path.suffix == ".py" and not program.is_test(source) and (engine := runners.engine(source)):
            scripts.append(_script(program, config.root, source, engine, names))
            covered.update(runners.named(source))
    usage = Usage(program)
    found = _strategies(program)
    return (*scripts, *(_strategy(program, usage, one, names, is_covered=one in covered) for one in found))


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


class _Runners:
    """Which files run a backtest engine when they are run: by themselves, or through functions that they call."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._makes: dict[Function | None, dict[PythonSource, set[str]]] = {}
        for source in program.python:
            if any(name in source.text for name in _ENGINES | _LIVE):
                for call in source.find(cst.Call):
                    if (name := self._made(source, call)) is not None:
                        function = program.calls.function_of(source, call)
                        self._makes.setdefault(function, {}).setdefault(source, set()).add(name)

    def _made(self, source: PythonSource, call: cst.Call) -> str | None:
        """The engine or node of NautilusTrader's that a call makes."""
        function = call.func
        name = function.value if isinstance(function, cst.Name) else ""
        if isinstance(function, cst.Attribute):
            name = function.attr.value
        if name not in _ENGINES | _LIVE:
            return None
        symbol = self._program.names.resolve(source, function)
        return name if symbol is None or symbol.source is None else None  # not a class of the project's own

    def engine(self, source: PythonSource) -> str | None:
        """The engine that a file makes when it is run; None for one that may trade live."""
        if not _starts(source):
            return None
        made = self._makes.get(None, {}).get(source, set[str]()).copy()
        for function in self._reached(source):
            for names in self._makes.get(function, {}).values():
                made |= names
        if not made:  # who calls what in a file of its own may be beyond us
            made = {name for places in self._makes.values() for name in places.get(source, ())}
        return next((name for name in sorted(_ENGINES) if name in made), None) if not made & _LIVE else None

    def named(self, source: PythonSource) -> set[Class]:
        """The classes that a script, or what it calls, speaks of."""
        program = self._program
        found = {program.classes.named(program.names.resolve(source, name)) for name in source.find(cst.Name)}
        for function in self._reached(source):
            found |= {
                program.classes.named(program.names.resolve(function.source, name)) for name in _names_in(function.node)
            }
        return {one for one in found if one is not None}

    def _reached(self, source: PythonSource) -> dict[Function, None]:
        """The functions that run when a file is run."""
        found: dict[Function, None] = {}
        for function in self._started.get(source, ()):
            found.update(dict.fromkeys(self._program.calls.reachable_from(function)))
        return found

    @cached_property
    def _started(self) -> dict[PythonSource, dict[Function, None]]:
        """The functions that each file calls when it is run."""
        found: dict[PythonSource, dict[Function, None]] = {}
        if self._makes:
            for function, sites in self._program.calls.sites.items():
                for site in sites:
                    if site.caller is None:
                        found.setdefault(site.source, {})[function] = None
        return found


def _names_in(node: cst.CSTNode) -> Iterator[cst.Name]:
    if isinstance(node, cst.Name):
        yield node
    for child in node.children:
        yield from _names_in(child)


def _starts(source: PythonSource) -> bool:
    return "__main__" in source.text or any(_acts(statement) for statement in source.tree.body)


def _acts(statement: cst.CSTNode) -> bool:
    """Whether a statement at the top of a module does more than to define."""
    if isinstance(statement, cst.SimpleStatementLine):
        return any(isinstance(one, cst.Expr) and isinstance(one.value, cst.Call) for one in statement.body)
    return isinstance(statement, (cst.For, cst.With, cst.While))


def _script(program: Program, root: Path, source: PythonSource, engine: str, names: _Names) -> Proposal:
    """Run as `python file.py` would run it; as `python -m package.file` where it imports from its own package."""
    path = source.path
    name = names.free(path.stem)
    golden, why = f"tapes/{name}.tape", f"runs a {engine}"
    folders = _roots(program, source)
    top = _top(program, path)
    words = path.relative_to(top).with_suffix("").parts
    if _levels(source) and all(word.isidentifier() for word in words):
        folders = tuple(dict.fromkeys((top.as_posix(), *folders)))
        return Proposal(Target(name, "", (), golden, module=".".join(words), folders=folders), why)
    own = path.parent.as_posix()
    if _PATH_HACK.search(source.text):  # it sees to that itself
        folders = ()
    folders = tuple(folder for folder in folders if folder != own)
    return Proposal(Target(name, path.as_posix(), (), golden, cwd=_cwd(root, source), folders=folders), why)


def _cwd(root: Path, source: PythonSource) -> str:
    """Where a script is to be started: in its own folder if a file that it names is there, and not in the project's."""
    folder = source.path.parent
    for literal in source.find(cst.SimpleString):
        text = literal.raw_value
        found = _FILE.fullmatch(text) and (root / folder / text).exists() and not (root / text).exists()
        if found and not _is_joined(source, literal):
            return folder.as_posix()
    return "."


def _is_joined(source: PythonSource, literal: cst.SimpleString) -> bool:
    """Whether a file's name is put after a folder's, so that it does not matter where the script is started."""
    call = source.enclosing(literal, cst.Call)
    joins = call is not None and isinstance(call.func, cst.Attribute) and call.func.attr.value in ("join", "joinpath")
    return joins or isinstance(source.parent(literal), cst.BinaryOperation)


def _top(program: Program, path: PurePosixPath) -> PurePosixPath:
    """The folder that holds a file's outermost package."""
    paths = {source.path for source in program.python}
    return next(folder for folder in path.parents if folder == PurePosixPath() or folder / "__init__.py" not in paths)


def _levels(source: PythonSource) -> int:
    """How many packages up a file's relative imports reach."""
    return max((len(node.relative) for node in source.find(cst.ImportFrom)), default=0)


def _roots(program: Program, source: PythonSource) -> tuple[str, ...]:
    """The folders that a file and what it imports of the project import from, the first needed one first."""
    packages = {one.path.parent for one in program.python if one.path.stem == "__init__"}
    seen, todo = {source}, [source]
    roots: dict[str, None] = {}
    while todo:
        importer = todo.pop(0)
        for name, found in _imported(program, importer):
            whole = found.path.parent if found.path.stem == "__init__" else found.path.with_suffix("")
            root = PurePosixPath(*whole.parts[: len(whole.parts) - name.count(".") - 1])
            above = importer.path.parents
            # Not any folder that happens to hold such a name: that may be an installed package's.
            if name and (root in packages or not (root in above or (root.name == "src" and root.parent in above))):
                continue
            if name:
                roots[root.as_posix()] = None
            if found not in seen:
                seen.add(found)
                todo.append(found)
    return tuple(roots)


def _imported(program: Program, source: PythonSource) -> Iterator[tuple[str, PythonSource]]:
    """The files of the project that a file imports, and by which absolute name; by none when it is relative."""
    modules = program.modules
    names = [alias.evaluated_name for node in source.find(cst.Import) for alias in node.names]
    for node in source.find(cst.ImportFrom):
        module = get_full_name_for_node(node.module) or "" if node.module else ""
        inside = () if isinstance(node.names, cst.ImportStar) else [alias.evaluated_name for alias in node.names]
        if node.relative:
            for name in (module, *(f"{module}.{one}".lstrip(".") for one in inside)):
                if found := modules.relative(source, len(node.relative), name):
                    yield "", found
        else:
            names += [module, *(f"{module}.{one}" for one in inside)]
    yield from ((name, found) for name in names if (found := modules.find(name, source)))


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


def _strategy(program: Program, usage: Usage, one: Class, names: _Names, *, is_covered: bool) -> Proposal:
    path = one.source.path
    folder = _top(program, path)
    if path.parent == folder and folder.parts[:1] != ("src",) and all(part.isidentifier() for part in folder.parts):
        folder = PurePosixPath()
    elif levels := max(0, _levels(one.source) - len(path.parent.relative_to(folder).parts)):
        folder = path.parents[min(levels, len(path.parents) - 1)]
    module = ".".join(path.relative_to(folder).with_suffix("").parts)
    name = names.free(one.name)
    folders = tuple(dict.fromkeys((folder.as_posix(), *_roots(program, one.source), ".", path.parent.as_posix())))
    config = usage.config(one)
    instruments = () if any(names_instrument(value) for value in config.values()) else usage.instruments(one)
    described = StrategyTarget(f"{module}:{one.name}", config=config, instruments=instruments)
    target = Target(name, "", (), f"tapes/{name}.tape", strategy=described, folders=folders)
    return Proposal(target, f"a strategy, in {path}", is_covered)
