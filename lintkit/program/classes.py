"""Which classes there are and what each derives from, across files, aliases and mixins."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import groupby

import libcst as cst

from lintkit.program import api
from lintkit.program.names import Names, Symbol, qualified_name
from lintkit.source import PythonSource


class Class:
    """A class of the project. `external` are the full names of the bases that are not."""

    def __init__(self, source: PythonSource, node: cst.ClassDef) -> None:
        self.source = source
        self.node = node
        self.name = node.name.value
        self.qualified = qualified_name(source, node)
        self.bases: tuple[Class, ...] = ()
        self.external: tuple[str, ...] = ()
        self.unknown_base = False

    def __repr__(self) -> str:
        return f"Class({self.source.path}:{self.qualified})"

    @cached_property
    def methods(self) -> dict[str, cst.FunctionDef]:
        """The functions in the class body, also those under `if`; the last definition of a name counts."""
        return {f.name.value: f for f in _functions(self.node.body)}

    @cached_property
    def fields(self) -> frozenset[str]:
        """The names that the class body annotates: the fields of a configuration or dataclass."""
        lines = [line for line in self.node.body.body if isinstance(line, cst.SimpleStatementLine)]
        small = [s for line in lines for s in line.body if isinstance(s, cst.AnnAssign)]
        return frozenset(s.target.value for s in small if isinstance(s.target, cst.Name))

    @cached_property
    def defaults(self) -> dict[str, cst.BaseExpression]:
        """The values that the class body gives to its annotated names."""
        lines = [line for line in self.node.body.body if isinstance(line, cst.SimpleStatementLine)]
        small = [s for line in lines for s in line.body if isinstance(s, cst.AnnAssign)]
        return {s.target.value: s.value for s in small if isinstance(s.target, cst.Name) and s.value is not None}

    @cached_property
    def mro(self) -> tuple["Class", ...]:
        """The project's classes in lookup order: depth first, which is what matters to us of Python's order."""
        found: list[Class] = []
        todo: list[Class] = [self]
        while todo:
            one = todo.pop(0)
            if one not in found:
                found.append(one)
                todo = [*one.bases, *todo]
        return tuple(found)

    @cached_property
    def all_external(self) -> frozenset[str]:
        return frozenset(name for one in self.mro for name in one.external)

    @cached_property
    def has_unknown_base(self) -> bool:
        return any(one.unknown_base for one in self.mro)

    def method(self, name: str) -> tuple["Class", cst.FunctionDef] | None:
        return next(((one, one.methods[name]) for one in self.mro if name in one.methods), None)

    def derives_from(self, *short_names: str) -> bool:
        """Whether a base is one of NautilusTrader's classes of these names."""
        return any(api.short(name) in short_names for name in self.all_external)


class Classes:
    def __init__(self, sources: Iterable[PythonSource], names: Names) -> None:
        self._names = names
        self.all: tuple[Class, ...] = tuple(Class(s, node) for s in sources for node in s.find(cst.ClassDef))
        self._by_node = {one.node: one for one in self.all}
        for one in self.all:
            self._link(one)
        self._subclasses: dict[Class, list[Class]] = defaultdict(list)
        for one in self.all:
            for base in one.mro[1:]:
                self._subclasses[base].append(one)

    def of(self, node: cst.ClassDef) -> Class:
        return self._by_node[node]

    def named(self, symbol: Symbol | None) -> Class | None:
        """The class that a symbol names."""
        node = self._names.definition(symbol) if symbol else None
        return self._by_node.get(node) if isinstance(node, cst.ClassDef) else None

    def subclasses(self, one: Class) -> tuple[Class, ...]:
        """All classes that derive from this one, at any distance."""
        return tuple(self._subclasses.get(one, ()))

    @cached_property
    def components(self) -> tuple[Class, ...]:
        """Strategies, actors and execution algorithms: what the kernel calls."""
        return tuple(one for one in self.all if one.derives_from(*api.COMPONENTS))

    def components_in(self, source: PythonSource) -> tuple[Class, ...]:
        return self._components_by_file.get(source, ())

    @cached_property
    def _components_by_file(self) -> dict[PythonSource, tuple[Class, ...]]:
        return {source: tuple(ones) for source, ones in groupby(self.components, key=lambda one: one.source)}

    @cached_property
    def indicators(self) -> tuple[Class, ...]:
        return tuple(one for one in self.all if one.derives_from("Indicator"))

    @cached_property
    def strategies(self) -> tuple[Class, ...]:
        return tuple(one for one in self.components if one.derives_from(*api.STRATEGIES))

    def _link(self, one: Class) -> None:
        bases: list[Class] = []
        external: list[str] = []
        for argument in one.node.bases:
            value = argument.value
            while isinstance(value, cst.Subscript):  # Generic[T], Base[T]
                value = value.value
            symbol = self._names.resolve(one.source, value)
            base = self.named(symbol)
            if base is not None and base is not one:
                bases.append(base)
            elif symbol is not None and symbol.source is None:
                external.append(symbol.name)
            else:
                one.unknown_base = True
        one.bases, one.external = tuple(bases), tuple(external)


def _functions(body: cst.CSTNode) -> list[cst.FunctionDef]:
    found: list[cst.FunctionDef] = []
    todo: list[cst.CSTNode] = [body]
    while todo:
        node = todo.pop(0)
        if isinstance(node, cst.FunctionDef):
            found.append(node)
        elif isinstance(node, (cst.IndentedBlock, cst.If, cst.Else, cst.Try)):
            todo = [*node.children, *todo]
    return found
