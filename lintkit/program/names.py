"""What a name means: scopes, imports under any alias, re-exports and star imports across files.

A local variable or parameter hides an import of the same name, as in Python; where a name may mean several things the
answer is None.
"""

import builtins
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import libcst as cst
from libcst.helpers import get_full_name_for_node

from lintkit.program.modules import Modules
from lintkit.reads import now, traced
from lintkit.source import Comprehension, PythonSource, ScopeNode

_BUILTINS = frozenset(dir(builtins))
_MAX_HOPS = 25
_NAMED = {cst.Name, cst.Attribute}
_NOTHING: dict[str, list["Binding"]] = {}


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something with a name at module level.

    Of the project: `source` and the dotted name inside it, empty for the module itself. Of anybody else: no source and
    the full dotted name.
    """

    source: PythonSource | None
    name: str

    def child(self, name: str) -> "Symbol":
        return Symbol(self.source, f"{self.name}.{name}" if self.name else name)


@dataclass(frozen=True, slots=True)
class Imported:
    """`dots` and `module` as in `from ..module import name`; without a name it is `import module`."""

    dots: int
    module: str
    name: str | None
    node: cst.CSTNode


@dataclass(frozen=True, slots=True)
class Defined:
    node: cst.FunctionDef | cst.ClassDef


@dataclass(frozen=True, slots=True)
class Assigned:
    """`value` is the expression of a plain assignment to this one name; None for loops, `with`, unpacking and such."""

    value: cst.BaseExpression | None
    annotation: cst.Annotation | None
    node: cst.CSTNode


@dataclass(frozen=True, slots=True)
class Parameter:
    node: cst.Param


Binding = Imported | Defined | Assigned | Parameter


class Names:
    def __init__(self, sources: Iterable[PythonSource], modules: Modules) -> None:
        self._modules = modules
        self._sources = dict.fromkeys(sources)
        self._tables: dict[PythonSource, _Table] = {}
        # By identity: libcst's nodes hash in Python, and an `isinstance` that fails costs more than what it guards.
        self._resolved: dict[int, Symbol | None] = {}
        self._external: dict[int, str | None] = {}
        self._bound: dict[int, tuple[ScopeNode, tuple[Binding, ...]] | None] = {}
        self._read: dict[int, int] = {}
        """What an answer was derived from, where that is more than the file of the name."""

    def resolve(self, source: PythonSource, node: cst.CSTNode, hops: int = 0) -> Symbol | None:
        """What a name or dotted name means at this place."""
        if hops == 0 and type(node) in _NAMED:
            key = id(node)
            if key not in self._resolved:
                self._resolved[key], read = traced(lambda: self._resolve(source, node, 0))
                if read & ~source.bit:
                    self._read[key] = read
            now.bits |= source.bit | self._read.get(key, 0)
            return self._resolved[key]
        return self._resolve(source, node, hops)

    def _resolve(self, source: PythonSource, node: cst.CSTNode, hops: int) -> Symbol | None:
        attributes: list[str] = []
        while type(node) is cst.Attribute:
            attributes.append(node.attr.value)
            node = node.value
        if type(node) is not cst.Name:
            return None
        found = self._name(source, node, hops)
        for name in reversed(attributes):
            found = self.member(found, name, hops) if found else None
        return found

    def external(self, source: PythonSource, node: cst.CSTNode) -> str | None:
        """The full dotted name of something that is not of the project: `time.time`, `builtins.int`."""
        key = id(node)
        if key in self._external:
            now.bits |= source.bit | self._read.get(key, 0)
            return self._external[key]
        found = self.resolve(source, node)
        name = found.name if found and found.source is None else None
        if key in self._resolved:  # of a node that is kept: no other one gets its address
            self._external[key] = name
        return name

    def member(self, owner: Symbol, name: str, hops: int = 0) -> Symbol | None:
        """What `owner.name` means, followed through re-exports."""
        if owner.source is None or owner.name:
            if owner.source is None and (module := self._project_module(owner, name)):
                return Symbol(module, "")
            return owner.child(name)
        return self.top_level(owner.source, name, hops + 1) or self._submodule(owner.source, name)

    def top_level(self, source: PythonSource, name: str, hops: int = 0) -> Symbol | None:
        """What `name` means at module level of a source; None when the module has no such name."""
        table = self._table(source)
        if hops > _MAX_HOPS or table is None:
            return None
        bindings = table.top.get(name)
        if bindings:
            return self._meaning(source, name, bindings, hops)
        return self._starred(source, name, hops) if table.stars and not name.startswith("_") else None

    def _starred(self, source: PythonSource, name: str, hops: int) -> Symbol | None:
        """The first module that binds the name of those that star imports bring in, at any distance."""
        seen = {source}
        todo = [source]
        foreign: list[str] = []
        for module in todo:
            table = self._table(module)
            if table is None:
                continue
            bindings = table.top.get(name) if module is not source else None
            if bindings:
                return self._meaning(module, name, bindings, hops + 1)
            for star in table.stars:
                found = self._module(module, star.dots, star.module)
                if found is None:
                    foreign.append(star.module)
                elif found not in seen and found in self._sources:
                    seen.add(found)
                    todo.append(found)
        only = foreign[0] if len(foreign) == 1 and name not in _BUILTINS else ""
        return Symbol(None, f"{only}.{name}") if only.startswith("nautilus_trader") else None

    def bindings(self, source: PythonSource, node: cst.Name) -> tuple[ScopeNode, tuple[Binding, ...]] | None:
        """The scope that a name belongs to at this place and everything that binds it there."""
        now.bits |= source.bit
        key = id(node)
        if key not in self._bound:
            self._bound[key] = self._bindings(source, node)
        return self._bound[key]

    def _bindings(self, source: PythonSource, node: cst.Name) -> tuple[ScopeNode, tuple[Binding, ...]] | None:
        table = self._table(source)
        name = node.value
        if table is None or name not in table.bound:
            return None
        for scope in visible_scopes(source, node):
            key = id(scope)
            if table.globals and name in table.globals.get(key, ()):
                found = table.top.get(name, [])
                return source.tree, tuple(found)
            found = table.scopes.get(key, _NOTHING).get(name)
            if found:
                return scope, tuple(found)
        return None

    def scope(self, source: PythonSource, scope: ScopeNode) -> dict[str, list[Binding]]:
        table = self._table(source)
        return table.scopes.get(id(scope), {}) if table else {}

    def _table(self, source: PythonSource) -> "_Table | None":
        now.bits |= source.bit
        table = self._tables.get(source)
        if table is None and source in self._sources:
            table = self._tables[source] = _Table(source)
        return table

    def definition(self, symbol: Symbol) -> cst.FunctionDef | cst.ClassDef | None:
        """The function or class that a symbol of the project names."""
        if symbol.source is None or not symbol.name:
            return None
        scope: ScopeNode = symbol.source.tree
        found: cst.FunctionDef | cst.ClassDef | None = None
        for part in symbol.name.split("."):
            bindings = self.scope(symbol.source, scope).get(part, [])
            found = next((b.node for b in reversed(bindings) if isinstance(b, Defined)), None)
            if found is None:
                return None
            scope = found
        return found

    def _name(self, source: PythonSource, node: cst.Name, hops: int) -> Symbol | None:
        if hops > _MAX_HOPS:
            return None
        bound = self.bindings(source, node)
        if bound is None:
            found = self.top_level(source, node.value, hops + 1)
            return found or (Symbol(None, f"builtins.{node.value}") if node.value in _BUILTINS else None)
        scope, bindings = bound
        if isinstance(scope, cst.Module):
            return self._meaning(source, node.value, list(bindings), hops)
        return self._local(source, scope, node.value, bindings, hops)

    def _meaning(self, source: PythonSource, name: str, bindings: list[Binding], hops: int) -> Symbol | None:
        imported = [b for b in bindings if isinstance(b, Imported)]
        if imported:
            return self._import(source, imported[0], hops)
        last = bindings[-1]
        if isinstance(last, Assigned) and len(bindings) == 1 and isinstance(last.value, (cst.Name, cst.Attribute)):
            alias = self.resolve(source, last.value, hops + 1)
            if alias is not None:
                return alias
        return Symbol(source, name)

    def _local(
        self, source: PythonSource, scope: ScopeNode, name: str, bindings: tuple[Binding, ...], hops: int
    ) -> Symbol | None:
        first = bindings[0]
        real = [b for b in bindings if not (isinstance(b, Assigned) and _is_none(b.value))]
        if real and all(isinstance(b, Imported) for b in real):
            return self._import(source, real[0], hops) if isinstance(real[0], Imported) else None
        if len(bindings) > 1:
            return None
        if isinstance(first, Defined):
            return Symbol(source, f"{qualified_name(source, scope)}.{name}")
        if isinstance(first, Assigned) and isinstance(first.value, (cst.Name, cst.Attribute)):
            return self.resolve(source, first.value, hops + 1)
        return None

    def _import(self, source: PythonSource, binding: Imported, hops: int) -> Symbol | None:
        module = self._module(source, binding.dots, binding.module)
        if binding.name is None:
            return Symbol(module, "") if module else Symbol(None, binding.module)
        if module is not None:
            return self.top_level(module, binding.name, hops + 1) or self._submodule(module, binding.name)
        if binding.dots:
            found = self._modules.relative(source, binding.dots, f"{binding.module}.{binding.name}".lstrip("."))
            return Symbol(found, "") if found else None
        found = self._modules.find(f"{binding.module}.{binding.name}", source)
        return Symbol(found, "") if found else Symbol(None, f"{binding.module}.{binding.name}")

    def _module(self, source: PythonSource, dots: int, name: str) -> PythonSource | None:
        return self._modules.relative(source, dots, name) if dots else self._modules.find(name, source)

    def _submodule(self, package: PythonSource, name: str) -> Symbol | None:
        found = self._modules.submodule(package, name)
        return Symbol(found, "") if found else None

    def _project_module(self, owner: Symbol, name: str) -> PythonSource | None:
        """`import a.b` of a folder without `__init__.py`: `a` is nobody's file, `a.b` is one."""
        anyone = next(iter(self._sources), None)
        return self._modules.find(f"{owner.name}.{name}", anyone) if anyone else None


class _Table:
    """The scopes of one file and what binds each name in them."""

    def __init__(self, source: PythonSource) -> None:
        self.scopes: dict[int, dict[str, list[Binding]]] = defaultdict(dict)
        self.globals: dict[int, set[str]] = defaultdict(set)
        self.bound: set[str] = set()
        """Every name that is bound or declared global anywhere in the file."""
        self.stars: list[Imported] = []
        self._source = source
        for node in source.find(cst.Import):
            for alias in node.names:
                module = alias.evaluated_name
                if alias.evaluated_alias:
                    self._bind(node, alias.evaluated_alias, Imported(0, module, None, node))
                else:
                    root = module.partition(".")[0]
                    self._bind(node, root, Imported(0, root, None, node))
        for node in source.find(cst.ImportFrom):
            self._import_from(node)
        for node in source.find(cst.FunctionDef):
            self._bind(node, node.name.value, Defined(node))
        for node in source.find(cst.ClassDef):
            self._bind(node, node.name.value, Defined(node))
        for node in source.find(cst.Param):
            scope = source.enclosing(node, cst.FunctionDef, cst.Lambda)
            if scope is not None:
                self._add(scope, node.name.value, Parameter(node))
        for node in source.find(cst.Global):
            scope = enclosing_scope(source, node)
            self.globals[id(scope)] |= {item.name.value for item in node.names}
            self.bound |= self.globals[id(scope)]
        self._assignments()
        for scope, names in self.globals.items():  # what a function declares global it binds in the module
            for name in sorted(names):
                moved = self.scopes[scope].pop(name, [])
                self.top.setdefault(name, []).extend(moved)

    @property
    def top(self) -> dict[str, list[Binding]]:
        """What the module binds."""
        return self.scopes[id(self._source.tree)]

    def _import_from(self, node: cst.ImportFrom) -> None:
        module = get_full_name_for_node(node.module) if node.module else ""
        dots = len(node.relative)
        if isinstance(node.names, cst.ImportStar):
            self.stars.append(Imported(dots, module or "", None, node))
            return
        for alias in node.names:
            name = alias.evaluated_alias or alias.evaluated_name
            self._bind(node, name, Imported(dots, module or "", alias.evaluated_name, node))

    def _assignments(self) -> None:
        source = self._source
        for node in source.find(cst.Assign):
            for target in node.targets:
                self._target(node, target.target, node.value, None)
        for node in source.find(cst.AnnAssign):
            self._target(node, node.target, node.value, node.annotation)
        for node in source.find(cst.AugAssign):
            self._target(node, node.target, None, None)
        for node in source.find(cst.NamedExpr):
            self._target(node, node.target, node.value, None)
        for node in source.find(cst.For):
            self._target(node, node.target, None, None)
        for node in source.find(cst.CompFor):
            self._target(node, node.target, None, None)
        for node in source.find(cst.AsName):
            if not isinstance(source.parent(node), cst.ImportAlias):
                self._target(node, node.name, None, None)
        for node in source.find(cst.MatchAs):
            if node.name is not None:
                self._target(node, node.name, None, None)
        for node in source.find(cst.MatchStar):
            if node.name is not None:
                self._target(node, node.name, None, None)

    def _target(
        self, node: cst.CSTNode, target: cst.CSTNode, value: cst.BaseExpression | None, note: cst.Annotation | None
    ) -> None:
        if isinstance(target, cst.Name):
            self._bind(node, target.value, Assigned(value, note, node))
        elif isinstance(target, (cst.Tuple, cst.List)):
            for element in target.elements:
                self._target(node, element.value, None, None)

    def _bind(self, node: cst.CSTNode, name: str, binding: Binding) -> None:
        scope = enclosing_scope(self._source, node)
        if isinstance(scope, Comprehension) and isinstance(node, cst.NamedExpr):
            scope = next(s for s in visible_scopes(self._source, node) if not isinstance(s, Comprehension))
        self._add(scope, name, binding)

    def _add(self, scope: ScopeNode, name: str, binding: Binding) -> None:
        self.scopes[id(scope)].setdefault(name, []).append(binding)
        self.bound.add(name)


def enclosing_scope(source: PythonSource, node: cst.CSTNode) -> ScopeNode:
    """The scope that code at `node` runs in."""
    return source.scope(node)


def visible_scopes(source: PythonSource, node: cst.CSTNode) -> Iterator[ScopeNode]:
    """The scopes in which a name at `node` is looked up, innermost first."""
    scope = source.scope(node)
    yield scope
    module = source.tree
    while scope is not module:
        scope = source.scope(scope)
        if type(scope) is not cst.ClassDef:
            yield scope


def qualified_name(source: PythonSource, node: cst.CSTNode) -> str:
    """The dotted name of a function or class inside its module."""
    parts = [node.name.value] if isinstance(node, (cst.FunctionDef, cst.ClassDef)) else []
    parts += [up.name.value for up in source.parents(node) if isinstance(up, (cst.FunctionDef, cst.ClassDef))]
    return ".".join(reversed(parts))


def _is_none(value: cst.BaseExpression | None) -> bool:
    return isinstance(value, cst.Name) and value.value == "None"
