"""Which classes there are and what each derives from, across files, aliases and mixins."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple, TypeAlias

import libcst as cst

from lintkit.program import api
from lintkit.program.names import Names, Symbol
from lintkit.program.shapes import ClassShape, LinkShape, Shapes, body_functions
from lintkit.reads import Derived, Questions, now, traced
from lintkit.source import PythonSource

ClassId: TypeAlias = tuple[int, int, str]


class Links(NamedTuple):
    """What a class derives from: classes of the project, full names of others, and whether there is more."""

    bases: tuple["Class", ...]
    external: tuple[str, ...]
    unknown_base: bool


class Class:
    """A class of the project: the `count`th of its file."""

    def __init__(self, classes: "Classes", source: PythonSource, count: int, shape: ClassShape) -> None:
        self._classes = classes
        self.source = source
        self.count = count
        self.shape = shape
        self.name = shape.name
        self.qualified = shape.qualified
        self.id: ClassId = (source.number, count, shape.qualified)

    def __repr__(self) -> str:
        return f"Class({self.source.path}:{self.qualified})"

    @Derived
    def node(self) -> cst.ClassDef:
        return self.source.nth(cst.ClassDef, self.count)

    @property
    def bases(self) -> tuple["Class", ...]:
        return self._classes.links(self).bases

    @property
    def external(self) -> tuple[str, ...]:
        """The full names of the bases that are not of the project."""
        return self._classes.links(self).external

    @property
    def unknown_base(self) -> bool:
        return self._classes.links(self).unknown_base

    @Derived
    def methods(self) -> dict[str, cst.FunctionDef]:
        """The functions in the class body, also those under `if`; the last definition of a name counts."""
        return {f.name.value: f for f in body_functions(self.node)}

    @Derived
    def fields(self) -> frozenset[str]:
        """The names that the class body annotates: the fields of a configuration or dataclass."""
        lines = [line for line in self.node.body.body if isinstance(line, cst.SimpleStatementLine)]
        small = [s for line in lines for s in line.body if isinstance(s, cst.AnnAssign)]
        return frozenset(s.target.value for s in small if isinstance(s.target, cst.Name))

    @Derived
    def defaults(self) -> dict[str, cst.BaseExpression]:
        """The values that the class body gives to its annotated names."""
        lines = [line for line in self.node.body.body if isinstance(line, cst.SimpleStatementLine)]
        small = [s for line in lines for s in line.body if isinstance(s, cst.AnnAssign)]
        return {s.target.value: s.value for s in small if isinstance(s.target, cst.Name) and s.value is not None}

    @Derived
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

    @Derived
    def all_external(self) -> frozenset[str]:
        return frozenset(name for one in self.mro for name in one.external)

    @Derived
    def has_unknown_base(self) -> bool:
        return any(one.unknown_base for one in self.mro)

    def method(self, name: str) -> tuple["Class", cst.FunctionDef] | None:
        return next(((one, one.methods[name]) for one in self.mro if name in one.methods), None)

    def derives_from(self, *short_names: str) -> bool:
        """Whether a base is one of NautilusTrader's classes of these names."""
        return any(api.short(name) in short_names for name in self.all_external)


class Classes:
    def __init__(
        self,
        sources: Iterable[PythonSource],
        names: Names,
        shapes: Shapes,
        questions: Questions,
        opened: Sequence[PythonSource],
    ) -> None:
        self._sources = {source.number: source for source in sources}
        self._names, self._shapes, self._questions, self._opened = names, shapes, questions, opened
        self._within: dict[int, tuple[Class, ...]] = {}
        self._links: dict[int, tuple[Links, ...]] = {}
        self._by_node: dict[cst.ClassDef, Class] = {}
        self._registered = 0
        questions.define("links", lambda *about: _plain(self._links_of(self._known(about))))
        questions.define("subclasses", lambda *about: ids(self._subclasses.get(self._known(about), ())))
        questions.define("classes", lambda: ids(self._all()))
        questions.define("components", lambda: ids(self._components))
        questions.define("indicators", lambda: ids(self._indicators))

    @property
    def all(self) -> tuple[Class, ...]:
        self._questions.ask("classes")
        return self._all()

    def within(self, source: PythonSource) -> tuple[Class, ...]:
        """The classes of a file, in source order."""
        now.bits |= source.bit
        return self.of_file(source.number)

    def of_file(self, number: int) -> tuple[Class, ...]:
        """As `within`, for those who answer questions about the whole program."""
        if number not in self._within:
            source = self._sources[number]
            shapes = self._shapes.of(source).classes
            self._within[number] = tuple(Class(self, source, count, shape) for count, shape in enumerate(shapes))
        return self._within[number]

    def of(self, node: cst.ClassDef) -> Class:
        found = self._registered_at(node)
        if found is None:
            raise KeyError(node)
        return found

    def named(self, symbol: Symbol | None) -> Class | None:
        """The class that a symbol names."""
        node = self._names.definition(symbol) if symbol else None
        return self._registered_at(node) if isinstance(node, cst.ClassDef) else None

    def subclasses(self, one: Class) -> tuple[Class, ...]:
        """All classes that derive from this one, at any distance."""
        self._questions.ask("subclasses", *one.id)
        return traced(lambda: self._subclasses)[0].get(one, ())

    @property
    def components(self) -> tuple[Class, ...]:
        """Strategies, actors and execution algorithms: what the kernel calls."""
        self._questions.ask("components")
        return traced(lambda: self._components)[0]

    def components_in(self, source: PythonSource) -> tuple[Class, ...]:
        return tuple(one for one in self.within(source) if one.derives_from(*api.COMPONENTS))

    @property
    def indicators(self) -> tuple[Class, ...]:
        self._questions.ask("indicators")
        return traced(lambda: self._indicators)[0]

    @property
    def strategies(self) -> tuple[Class, ...]:
        return tuple(one for one in self.components if one.derives_from(*api.STRATEGIES))

    def links(self, one: Class) -> Links:
        """What a class derives from."""
        self._questions.ask("links", *one.id)
        found = self._links_of(one)
        if found is None:
            raise KeyError(one)
        return found

    def _all(self) -> tuple[Class, ...]:
        return tuple(one for number in self._sources for one in self.of_file(number))

    @cached_property
    def _components(self) -> tuple[Class, ...]:
        return tuple(one for one in self._all() if one.derives_from(*api.COMPONENTS))

    @cached_property
    def _indicators(self) -> tuple[Class, ...]:
        return tuple(one for one in self._all() if one.derives_from("Indicator"))

    @cached_property
    def _subclasses(self) -> dict[Class | None, tuple[Class, ...]]:
        found: dict[Class | None, list[Class]] = defaultdict(list)
        for one in self._all():
            for base in one.mro[1:]:
                found[base].append(one)
        return {base: tuple(classes) for base, classes in found.items()}

    def known(self, number: int, count: int, qualified: str) -> Class | None:
        """The class of an id that may be of another state of the program."""
        found = self.of_file(number) if number in self._sources else ()
        return found[count] if count < len(found) and found[count].qualified == qualified else None

    def _known(self, about: ClassId) -> Class | None:
        return self.known(*about)

    def _registered_at(self, node: cst.ClassDef) -> Class | None:
        if node not in self._by_node:
            self._register()
        return self._by_node.get(node)

    def _register(self) -> None:
        """Find the nodes of the classes of files whose nodes have been made since."""
        while self._registered < len(self._opened):
            source = self._opened[self._registered]
            self._registered += 1
            nodes = traced(lambda source=source: tuple(source.find(cst.ClassDef)))[0]
            self._by_node |= zip(nodes, self.of_file(source.number), strict=True)

    def _links_of(self, one: Class | None) -> Links | None:
        if one is None:
            return None
        number = one.source.number
        if number not in self._links:
            self._links[number] = tuple(
                Links(tuple(self.of_file(file)[count] for file, count in bases), tuple(external), bool(unknown))
                for bases, external, unknown in self.link_shapes(number)
            )
        return self._links[number][one.count]

    def link_shapes(self, number: int) -> tuple[LinkShape, ...]:
        """What the classes of a file derive from, for those who answer questions about the whole program."""
        source = self._sources[number]
        return self._shapes.links(source, lambda: tuple(self._link(each) for each in self.of_file(number)))

    def _link(self, one: Class) -> LinkShape:
        bases: list[tuple[int, int]] = []
        external: list[str] = []
        unknown = False
        for argument in one.node.bases:
            value = argument.value
            while isinstance(value, cst.Subscript):  # Generic[T], Base[T]
                value = value.value
            symbol = self._names.resolve(one.source, value)
            base = self.named(symbol)
            if base is not None and base is not one:
                bases.append((base.source.number, base.count))
            elif symbol is not None and symbol.source is None:
                external.append(symbol.name)
            else:
                unknown = True
        return LinkShape(tuple(bases), tuple(external), unknown)


def ids(classes: Iterable[Class]) -> list[ClassId]:
    return [one.id for one in classes]


def _plain(links: Links | None) -> object:
    return (ids(links.bases), links.external, links.unknown_base) if links else None
