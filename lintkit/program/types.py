"""Which project classes an expression can be an instance of: by construction, annotation and assignment."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import libcst as cst

from lintkit.program import api
from lintkit.program.classes import Class, Classes
from lintkit.program.containers import Put, constant_key, entries_of, stores_into
from lintkit.program.names import Assigned, Defined, Names, Parameter, Symbol
from lintkit.program.shapes import owner_class
from lintkit.reads import now, traced
from lintkit.source import PythonSource

_MAX_DEPTH = 12
_MAX_ROUNDS = 4
_CONTAINERS = {"dict", "Dict", "defaultdict", "DefaultDict", "OrderedDict", "Mapping", "MutableMapping", "list", "List",
               "Sequence", "deque", "Deque", "set", "Set"}  # fmt: skip
_WRAPPERS = {"Optional", "Final", "ClassVar", "Annotated", "Union"}


@dataclass(frozen=True, slots=True)
class _Attribute:
    source: PythonSource
    value: cst.BaseExpression | None
    annotation: cst.Annotation | None


_Attributes: TypeAlias = dict[Class, dict[str, list[_Attribute]]]


class Types:
    def __init__(self, names: Names, classes: Classes) -> None:
        self._names, self._classes = names, classes
        self._attributes: dict[PythonSource, _Attributes] = {}
        self._selves: dict[int, Class | None] = {}
        self._puts: dict[PythonSource, list[Put]] = {}
        self._known: dict[Hashable, tuple[tuple[Class, ...], int]] = {}
        self._trial: dict[Hashable, tuple[Class, ...]] = {}
        self._open: set[Hashable] = set()
        self._is_whole = True

    def of(self, source: PythonSource, node: cst.CSTNode, depth: int = 0) -> tuple[Class, ...]:
        """The classes that the value of an expression may have; empty when nothing is known."""
        return self._solve(id(node), lambda: self._of(source, node, depth))

    def _solve(self, key: Hashable, compute: Callable[[], tuple[Class, ...]]) -> tuple[Class, ...]:
        """The answer to a question whose parts may lead back to it.

        What is still open answers as far as it is known, and the first question is asked again until its answer
        stays. Other answers are kept only when they did not depend on an open one, so that the order of questions
        does not matter.
        """
        if key in self._known:
            value, read = self._known[key]
            now.bits |= read
            return value
        if key in self._open:
            self._is_whole = False
            return self._trial.get(key, ())
        if self._open:
            if key not in self._trial:
                self._open.add(key)
                self._trial[key] = compute()
                self._open.discard(key)
            return self._trial[key]
        found, read = traced(lambda: self._settle(key, compute))
        now.bits |= read
        if self._is_whole:
            self._known |= {other: (value, read) for other, value in self._trial.items()}
        self._known[key] = (found, read)
        return found

    def _settle(self, key: Hashable, compute: Callable[[], tuple[Class, ...]]) -> tuple[Class, ...]:
        """The answer to the first question. What is answered on the way counts as derived from all that it reads."""
        found: tuple[Class, ...] = ()
        self._open.add(key)
        for _ in range(_MAX_ROUNDS):
            self._is_whole, self._trial = True, {key: found}
            before, found = found, compute()
            if self._is_whole or found == before:
                break
        self._open.discard(key)
        return found

    def _of(self, source: PythonSource, node: cst.CSTNode, depth: int) -> tuple[Class, ...]:
        if depth > _MAX_DEPTH:
            self._is_whole = False
            return ()
        if isinstance(node, cst.Name):
            return self._name(source, node, depth)
        if isinstance(node, cst.Attribute):
            owners = self.of(source, node.value, depth + 1)
            if owners:
                return _unique(c for owner in owners for c in self.attribute(owner, node.attr.value, depth + 1))
            return self._symbol(self._names.resolve(source, node), depth)
        if isinstance(node, cst.Call):
            return self._call(source, node, depth)
        if isinstance(node, cst.Subscript):
            return self._item(source, node.value, constant_key(node), depth)
        if isinstance(node, cst.Await):
            return self.of(source, node.expression, depth + 1)
        if isinstance(node, cst.NamedExpr):
            return self.of(source, node.value, depth + 1)
        if isinstance(node, cst.BooleanOperation):
            return _unique([*self.of(source, node.left, depth + 1), *self.of(source, node.right, depth + 1)])
        if isinstance(node, cst.IfExp):
            return _unique([*self.of(source, node.body, depth + 1), *self.of(source, node.orelse, depth + 1)])
        return ()

    def attribute(self, owner: Class, name: str, depth: int = 0) -> tuple[Class, ...]:
        """The classes of `instance.name`."""
        return self._solve((owner, name), lambda: self._attribute(owner, name, depth))

    def assigned(
        self, source: PythonSource, node: cst.Attribute
    ) -> tuple[tuple[PythonSource, cst.BaseExpression], ...]:
        """What is assigned to `instance.name`, by the class of the instance or of `self` around it."""
        owners = self.of(source, node.value)
        places = [p for o in owners for one in o.mro for p in self._written(one).get(node.attr.value, ())]
        return tuple((place.source, place.value) for place in places if place.value is not None)

    def self_class(self, source: PythonSource, node: cst.CSTNode) -> Class | None:
        """The class whose instance the function around `node` gets as its first parameter."""
        now.bits |= source.bit
        inner = function = source.enclosing(node, cst.FunctionDef)
        if inner is None or id(inner) in self._selves:
            return self._selves[id(inner)] if inner is not None else None
        owner = None
        while function is not None and owner is None:
            owner = owner_class(source, function)
            function = source.enclosing(function, cst.FunctionDef)
        found = self._selves[id(inner)] = self._classes.of(owner) if owner is not None else None
        return found

    def returned(self, source: PythonSource, function: cst.FunctionDef) -> tuple[Class, ...]:
        """By annotation only."""
        return self._annotation(source, function.returns)

    def _attribute(self, owner: Class, name: str, depth: int) -> tuple[Class, ...]:
        found: list[Class] = []
        for one in (*owner.mro, *self._classes.subclasses(owner)):
            for place in self._written(one).get(name, ()):
                noted = self._annotation(place.source, place.annotation)
                found += noted or (self.of(place.source, place.value, depth + 1) if place.value else ())
        method = owner.method(name)
        if method is not None and is_property(method[1]):
            found += self.returned(method[0].source, method[1])
        return _unique(found)

    def _name(self, source: PythonSource, node: cst.Name, depth: int) -> tuple[Class, ...]:
        bound = self._names.bindings(source, node)
        if bound is None:
            return self._symbol(self._names.resolve(source, node), depth)
        found: list[Class] = []
        for binding in bound[1]:
            if isinstance(binding, Assigned):
                noted = self._annotation(source, binding.annotation)
                found += noted or (self.of(source, binding.value, depth + 1) if binding.value is not None else ())
                if binding.value is None and isinstance(binding.node, (cst.For, cst.CompFor)):
                    found += self._looped(source, node, binding.node, depth)
            elif isinstance(binding, Parameter):
                found += self._parameter(source, binding.node)
            elif not isinstance(binding, Defined):
                found += self._symbol(self._names.resolve(source, node), depth)
        return _unique(found)

    def _parameter(self, source: PythonSource, node: cst.Param) -> tuple[Class, ...]:
        noted = self._annotation(source, node.annotation)
        if noted:
            return noted
        function = source.enclosing(node, cst.FunctionDef)
        owner = owner_class(source, function) if function else None
        if function is None or owner is None or has_decorator(function, "staticmethod"):
            return ()
        first = next(iter((*function.params.posonly_params, *function.params.params)), None)
        return (self._classes.of(owner),) if first is node else ()

    def _item(self, source: PythonSource, node: cst.BaseExpression, key: object, depth: int) -> tuple[Class, ...]:
        """What a container holds: by its annotation, as it is written, and by what is put into it."""
        places: list[_Attribute] = []
        puts: list[Put] = []
        if isinstance(node, cst.Attribute):
            for owner in self.of(source, node.value, depth + 1):
                for one in (*owner.mro, *self._classes.subclasses(owner)):
                    places += self._written(one).get(node.attr.value, ())
                    puts += [p for p in self._put(one.source) if p.owner is one.node and p.name == node.attr.value]
        elif isinstance(node, cst.Name):
            bound = self._names.bindings(source, node)
            assigned = [b for b in bound[1] if isinstance(b, Assigned)] if bound is not None else []
            places = [_Attribute(source, b.value, b.annotation) for b in assigned]
        found: list[Class] = []
        for place in places:
            found += self._element(place.source, place.annotation.annotation) if place.annotation else ()
            entries = entries_of(place.source, place.value, key) if place.value is not None else None
            found += [c for where, value in entries or () for c in self.of(where, value, depth + 1)]
        for put in puts:
            if put.value is not None and (key is None or put.key in {None, key}):
                found += self.of(put.source, put.value, depth + 1)
        return _unique(found)

    def _put(self, source: PythonSource) -> list[Put]:
        now.bits |= source.bit
        if source not in self._puts:
            self._puts[source] = stores_into(source)
        return self._puts[source]

    def _element(self, source: PythonSource, note: cst.BaseExpression) -> tuple[Class, ...]:
        """The values of `dict[K, V]`, the items of `list[V]`."""
        if not isinstance(note, cst.Subscript):
            return ()
        wrapper = (self._names.external(source, note.value) or "").rpartition(".")[2]
        inner = [e.slice.value for e in note.slice if isinstance(e.slice, cst.Index)]
        return self._noted(source, inner[-1], 0) if wrapper in _CONTAINERS and inner else ()

    def _looped(
        self, source: PythonSource, name: cst.Name, loop: cst.For | cst.CompFor, depth: int
    ) -> tuple[Class, ...]:
        """The variable of a loop over a container, its `values()` or its `items()`."""
        table, target, view = loop.iter, loop.target, ""
        if isinstance(table, cst.Call) and isinstance(table.func, cst.Attribute) and not table.args:
            view, table = table.func.attr.value, table.func.value
        if view == "items" and isinstance(target, cst.Tuple) and len(target.elements) == 2:  # noqa: PLR2004
            target = target.elements[1].value
        elif view not in {"", "values"}:
            return ()
        is_own = isinstance(target, cst.Name) and target.value == name.value
        return self._item(source, table, None, depth + 1) if is_own else ()

    def _symbol(self, symbol: Symbol | None, depth: int) -> tuple[Class, ...]:
        """An instance that stands at module level, here or in another file."""
        if symbol is None or symbol.source is None or not symbol.name or "." in symbol.name:
            return ()
        found: list[Class] = []
        for binding in self._names.scope(symbol.source, symbol.source.tree).get(symbol.name, ()):
            if isinstance(binding, Assigned):
                noted = self._annotation(symbol.source, binding.annotation)
                value = binding.value
                found += noted or (self.of(symbol.source, value, depth + 1) if value is not None else ())
        return _unique(found)

    def _call(self, source: PythonSource, call: cst.Call, depth: int) -> tuple[Class, ...]:
        symbol = self._names.resolve(source, call.func)
        made = self._classes.named(symbol)
        if made is not None:
            return (made,)
        definition = self._names.definition(symbol) if symbol else None
        if isinstance(definition, cst.FunctionDef) and symbol is not None and symbol.source is not None:
            return self.returned(symbol.source, definition)
        if isinstance(call.func, cst.Attribute):
            owners = self.of(source, call.func.value, depth + 1)
            if not owners and call.func.attr.value in {"get", "pop", "setdefault"} and call.args:
                return self._item(source, call.func.value, None, depth + 1)
            methods = [m for o in owners if (m := o.method(call.func.attr.value)) is not None]
            return _unique(c for owner, method in methods for c in self.returned(owner.source, method))
        return ()

    def _annotation(self, source: PythonSource, annotation: cst.Annotation | None) -> tuple[Class, ...]:
        return self._noted(source, annotation.annotation, 0) if annotation else ()

    def _noted(self, source: PythonSource, node: cst.BaseExpression, depth: int) -> tuple[Class, ...]:
        if depth > _MAX_DEPTH:
            return ()
        if isinstance(node, cst.SimpleString):
            name = str(node.evaluated_value).partition("[")[0].partition("|")[0].strip()
            symbol = self._names.top_level(source, name)
            found = self._classes.named(symbol)
            return (found,) if found else ()
        if isinstance(node, cst.BinaryOperation):
            return _unique([*self._noted(source, node.left, depth + 1), *self._noted(source, node.right, depth + 1)])
        if isinstance(node, cst.Subscript):
            wrapper = self._names.external(source, node.value) or ""
            if wrapper.rpartition(".")[2] not in _WRAPPERS:
                found = self._classes.named(self._names.resolve(source, node.value))
                return (found,) if found else ()
            inner = [e.slice.value for e in node.slice if isinstance(e.slice, cst.Index)]
            return _unique(c for value in inner for c in self._noted(source, value, depth + 1))
        found = self._classes.named(self._names.resolve(source, node))
        return (found,) if found else ()

    def _written(self, one: Class) -> Mapping[str, list[_Attribute]]:
        """What the methods of a class assign to its attributes, and what its body annotates."""
        source = one.source
        now.bits |= source.bit
        if source not in self._attributes:
            found = self._attributes[source] = {}
            for assign in source.find(cst.Assign):
                for target in assign.targets:
                    self._record(found, source, target.target, assign.value, None)
            for annotated in source.find(cst.AnnAssign):
                self._record(found, source, annotated.target, annotated.value, annotated.annotation)
        return self._attributes[source].get(one, {})

    def _record(
        self,
        found: "_Attributes",
        source: PythonSource,
        target: cst.CSTNode,
        value: cst.BaseExpression | None,
        note: cst.Annotation | None,
    ) -> None:
        if isinstance(target, cst.Attribute) and isinstance(target.value, cst.Name) and target.value.value == "self":
            owner = self.self_class(source, target)
            if owner is not None:
                found.setdefault(owner, {}).setdefault(target.attr.value, []).append(_Attribute(source, value, note))
        elif isinstance(target, cst.Name) and note is not None:
            body = source.enclosing(target, cst.ClassDef, cst.FunctionDef)
            if isinstance(body, cst.ClassDef):
                found.setdefault(self._classes.of(body), {}).setdefault(target.value, []).append(
                    _Attribute(source, value, note)
                )


class ExternalTypes:
    """Which of NautilusTrader's classes, by own name, an expression can be an instance of."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._attributes: dict[PythonSource, dict[str, list[cst.BaseExpression]]] = {}

    def of(self, source: PythonSource, node: cst.CSTNode, depth: int = 0) -> frozenset[str]:
        """By construction or annotation; attributes (`self.engine`) by what the same file assigns to that name."""
        if depth > _MAX_DEPTH:
            return frozenset()
        if isinstance(node, cst.Call):
            name = api.short(self._names.external(source, node.func))
            return frozenset({name} if name else ())
        if isinstance(node, cst.Attribute):
            values = self._written(source).get(node.attr.value, [])
            return frozenset(name for value in values for name in self.of(source, value, depth + 1))
        bound = self._names.bindings(source, node) if isinstance(node, cst.Name) else None
        found: set[str] = set()
        for binding in bound[1] if bound else ():
            note = binding.node.annotation if isinstance(binding, Parameter) else None
            if isinstance(binding, Assigned):
                note = binding.annotation
                found |= self.of(source, binding.value, depth + 1) if binding.value is not None else frozenset()
            name = api.short(self._names.external(source, note.annotation)) if note else None
            found |= {name} if name else set()
        return frozenset(found)

    def _written(self, source: PythonSource) -> dict[str, list[cst.BaseExpression]]:
        """What a file assigns to attributes, by their names."""
        now.bits |= source.bit
        if source not in self._attributes:
            found = self._attributes[source] = defaultdict(list)
            for assign in source.find(cst.Assign):
                for target in assign.targets:
                    if isinstance(target.target, cst.Attribute):
                        found[target.target.attr.value].append(assign.value)
        return self._attributes[source]


def has_decorator(function: cst.FunctionDef, *names: str) -> bool:
    for decorator in function.decorators:
        node = decorator.decorator.func if isinstance(decorator.decorator, cst.Call) else decorator.decorator
        last = node.attr.value if isinstance(node, cst.Attribute) else node.value if isinstance(node, cst.Name) else ""
        if last in names:
            return True
    return False


def is_property(function: cst.FunctionDef) -> bool:
    return has_decorator(function, "property", "cached_property")


def _unique(found: Iterable[Class]) -> tuple[Class, ...]:
    return tuple(dict.fromkeys(found))
