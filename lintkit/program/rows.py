"""The passes through a piece of code that can be told apart: loops over literal tables, calls with literal arguments.

`for symbol, tick in [("A", "0.1"), ("B", "0.01")]:` runs its body with two sets of values, and so does a function that
is called with both.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import cast

import libcst as cst

from lintkit.program.arguments import bind
from lintkit.program.names import Assigned, Names, Parameter
from lintkit.program.values import UNKNOWN, Known, Row, Value, Values
from lintkit.reads import Memo
from lintkit.source import Comprehension, PythonSource

_MOST = 64
_MAX_CALLS_DEEP = 2
_VIEWS = {"items", "keys", "values"}


class Rows:
    def __init__(self, sources: Iterable[PythonSource], names: Names, values: Values) -> None:
        self._sources, self._names, self._values = tuple(sources), names, values
        self._calls: Memo[int, tuple[tuple[PythonSource, cst.Call], ...]] = Memo()

    def of(self, source: PythonSource, node: cst.CSTNode, depth: int = 0) -> tuple[Row, ...]:
        """The passes through `node`; a single one of which nothing is known where there is no table to see."""
        rows = (Row(),)
        for up in reversed(list(source.parents(node))):
            if isinstance(up, cst.FunctionDef):
                rows = tuple(islice(self._called(source, up, depth), _MOST)) or (Row(),)
            elif isinstance(up, cst.For) and _is_in(source, node, up.body):
                rows = tuple(islice(self._looped(source, up, up.target, up.iter, rows), _MOST))
            elif isinstance(up, Comprehension):
                loop = up.for_in
                if loop.inner_for_in is None and not _is_in(source, node, loop):
                    rows = tuple(islice(self._looped(source, loop, loop.target, loop.iter, rows), _MOST))
        return rows

    def _looped(
        self,
        source: PythonSource,
        loop: cst.For | cst.CompFor,
        target: cst.BaseExpression,
        table: cst.BaseExpression,
        rows: Iterable[Row],
    ) -> Iterator[Row]:
        for row in rows:
            items = self._items(source, table, row)
            if items is None:
                yield row
                continue
            for item in items:
                bound = {(id(scope), name): value for scope, name, value in self._bound(source, loop, target, item)}
                yield Row({**row.bound, **bound}, row.loops | {id(loop)})

    def _items(self, source: PythonSource, table: cst.BaseExpression, row: Row) -> list[object] | None:
        view = table.func.attr.value if isinstance(table, cst.Call) and isinstance(table.func, cst.Attribute) else ""
        if isinstance(table, cst.Call) and isinstance(table.func, cst.Attribute) and view in _VIEWS and not table.args:
            value = self._values.evaluate(source, table.func.value, row)
        else:
            view, value = "", self._values.evaluate(source, table, row)
        inner = value.value if isinstance(value, Known) else None
        if isinstance(inner, dict):
            entries = cast("dict[object, object]", inner)
            return list(entries.items() if view == "items" else entries.values() if view == "values" else entries)
        return list(cast("tuple[object, ...]", inner)) if isinstance(inner, tuple) and not view else None

    def _bound(
        self, source: PythonSource, loop: cst.For | cst.CompFor, target: cst.CSTNode, item: object
    ) -> Iterator[tuple[object, str, Value]]:
        """The scope, name and value of each variable; not of those that are bound elsewhere as well."""
        if isinstance(target, cst.Name):
            found = self._names.bindings(source, target)
            if found is not None and all(isinstance(b, Assigned) and b.node is loop for b in found[1]):
                yield found[0], target.value, Known(item)
        elif isinstance(target, (cst.Tuple, cst.List)) and isinstance(item, tuple):
            parts = cast("tuple[object, ...]", item)
            if len(parts) == len(target.elements):
                for element, part in zip(target.elements, parts, strict=True):
                    yield from self._bound(source, loop, element.value, part)

    def _called(self, source: PythonSource, function: cst.FunctionDef, depth: int) -> Iterator[Row]:
        """A row for each call of the function that can be found."""
        if depth >= _MAX_CALLS_DEEP:
            return
        parameters = [*function.params.posonly_params, *function.params.params]
        is_method = isinstance(source.enclosing(function, cst.ClassDef, cst.FunctionDef), cst.ClassDef)
        if is_method and parameters and parameters[0].name.value in {"self", "cls"}:
            del parameters[0]
        positional = [one.name.value for one in parameters]
        parameters += function.params.kwonly_params
        own = [one for one in parameters if self._is_fixed(source, function, one)]
        for where, call in self._calls_of(source, function) if own else ():
            arguments = bind(call, positional)
            for row in self.of(where, call, depth + 1):
                bound: dict[tuple[int, str], Value] = {}
                for parameter in own:
                    given = arguments.value(parameter.name.value)
                    if given is not None:
                        value = self._values.evaluate(where, given, row)
                    else:
                        default = None if arguments.unpacked else parameter.default
                        value = self._values.evaluate(source, default)
                    bound[id(function), parameter.name.value] = value
                if any(value is not UNKNOWN for value in bound.values()):
                    yield Row(bound)

    def _is_fixed(self, source: PythonSource, function: cst.FunctionDef, parameter: cst.Param) -> bool:
        """Whether a parameter keeps what it is given."""
        found = self._names.scope(source, function).get(parameter.name.value, [])
        return all(isinstance(one, Parameter) for one in found)

    def _calls_of(self, source: PythonSource, function: cst.FunctionDef) -> tuple[tuple[PythonSource, cst.Call], ...]:
        return self._calls.get(id(function), lambda: tuple(islice(self._find_calls(source, function), _MOST)))

    def _find_calls(self, source: PythonSource, function: cst.FunctionDef) -> Iterator[tuple[PythonSource, cst.Call]]:
        name = function.name.value
        is_method = isinstance(source.enclosing(function, cst.ClassDef, cst.FunctionDef), cst.ClassDef)
        for where in self._sources:
            if name not in where.words:
                continue
            for attribute in where.named(cst.Attribute, name) if is_method and where is source else ():
                owner, call = attribute.value, where.parent(attribute)
                if isinstance(call, cst.Call) and isinstance(owner, cst.Name) and owner.value in {"self", "cls"}:
                    yield where, call
            for used in where.named(cst.Name, name) if not is_method else ():
                func = where.parent(used) if isinstance(where.parent(used), cst.Attribute) else used
                call = where.parent(func) if func is not None else None
                if not (isinstance(call, cst.Call) and call.func is func and func is not None):
                    continue
                symbol = self._names.resolve(where, func)
                if symbol is not None and self._names.definition(symbol) is function:
                    yield where, call


def _is_in(source: PythonSource, node: cst.CSTNode, block: cst.CSTNode) -> bool:
    return any(up is block for up in source.parents(node))
