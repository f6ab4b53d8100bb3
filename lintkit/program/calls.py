"""Who calls whom, and what the kernel can reach: from handlers, timers, message-bus and indicator callbacks."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from lintkit.program import api
from lintkit.program.classes import Class, Classes
from lintkit.program.mentions import Mentions
from lintkit.program.names import Names, Symbol, enclosing_scope
from lintkit.program.types import Types, is_property, owner_class
from lintkit.source import PythonSource, Words


@dataclass(frozen=True, eq=False, slots=True)
class Function:
    """A function of the project; `owner` is the class that it is a method of."""

    source: PythonSource
    node: cst.FunctionDef
    owner: Class | None

    @property
    def name(self) -> str:
        return self.node.name.value

    def seen_from(self, other: "Function") -> str:
        """How to name it in a path whose last step was `other`: with its module or class where that changes."""
        if self.owner is not None and self.owner is not other.owner and self.source is not other.source:
            return f"{self.owner.name}.{self.name}"
        return self.name if self.source is other.source else f"{self.source.path.stem}.{self.name}"


@dataclass(frozen=True, slots=True)
class Site:
    """A place that calls a function, or hands it on to be called. `call` is None for the latter and for properties."""

    caller: Function | None
    source: PythonSource
    node: cst.CSTNode
    call: cst.Call | None


class Calls:
    def __init__(
        self, sources: Iterable[PythonSource], names: Names, classes: Classes, types: Types, mentions: Mentions
    ) -> None:
        self._sources = tuple(sources)
        self._names, self._classes, self._types = names, classes, types
        self.functions: dict[cst.FunctionDef, Function] = {}
        for source in self._sources:
            for node in source.find(cst.FunctionDef):
                owner = owner_class(source, node)
                self.functions[node] = Function(source, node, classes.of(owner) if owner else None)
        self._callable = frozenset(f.name for f in self.functions.values())
        self._functions = Words(list(self._callable))
        self._spoken = mentions.spread(self._callable | {one.name for one in classes.all})
        """Every word that a call of a function or class of the project can end in."""

    def function_of(self, source: PythonSource, node: cst.CSTNode) -> Function | None:
        """The function whose body runs `node`; lambdas and comprehensions belong to the function around them."""
        scope = enclosing_scope(source, node)
        while not isinstance(scope, (cst.FunctionDef, cst.Module)):
            scope = enclosing_scope(source, scope)
        return self.functions.get(scope) if isinstance(scope, cst.FunctionDef) else None

    def targets(self, source: PythonSource, call: cst.Call) -> tuple[Function, ...]:
        """The project's functions that a call can run."""
        found = self._named(source, call.func)
        if found:
            return found
        made = self._classes.named(self._names.resolve(source, call.func))
        if made is not None:
            methods = [made.method("__init__"), made.method("__post_init__")]
            return tuple(self.functions[m[1]] for m in methods if m is not None)
        return ()

    @cached_property
    def sites(self) -> dict[Function, tuple[Site, ...]]:
        """Everything that calls or hands on a function, in source order."""
        found: dict[Function, list[Site]] = defaultdict(list)
        for source in self._sources:
            for node in sorted(self._interesting(source), key=source.order):
                parent = source.parent(node)
                called = parent if isinstance(parent, cst.Call) and parent.func is node else None
                targets = self.targets(source, called) if called else self._handed_on(source, node)
                for target in targets:
                    found[target].append(Site(self.function_of(source, node), source, node, called))
        return {function: tuple(sites) for function, sites in found.items()}

    @cached_property
    def called_by(self) -> dict[Function, tuple[Function, ...]]:
        """What each function calls or hands on."""
        found: dict[Function, dict[Function, None]] = defaultdict(dict)
        for target, sites in self.sites.items():
            for site in sites:
                if site.caller is not None:
                    found[site.caller][target] = None
        order = {function: index for index, function in enumerate(self.functions.values())}
        return {caller: tuple(sorted(targets, key=order.__getitem__)) for caller, targets in found.items()}

    @cached_property
    def reached(self) -> dict[Function, tuple[str, ...]]:
        """Every function that the kernel can reach, with the shortest way there: the handler first."""
        found: dict[Function, tuple[str, ...]] = {}
        queue: deque[Function] = deque()
        for function, label in self._entries():
            if function not in found:
                found[function] = (label,)
                queue.append(function)
        while queue:
            function = queue.popleft()
            for target in self.called_by.get(function, ()):
                if target not in found:
                    found[target] = (*found[function], target.seen_from(function))
                    queue.append(target)
        return found

    def reachable_from(self, function: Function) -> tuple[Function, ...]:
        """A function and all that it can call, at any distance."""
        found: dict[Function, None] = {function: None}
        todo = [function]
        while todo:
            for target in self.called_by.get(todo.pop(), ()):
                if target not in found:
                    found[target] = None
                    todo.append(target)
        return tuple(found)

    def _entries(self) -> Iterator[tuple[Function, str]]:
        for one in self._classes.components:
            names = sorted({name for base in one.mro for name in base.methods if name.startswith("on_")})
            for name in names:
                method = one.method(name)
                if method is not None:
                    yield self.functions[method[1]], name
        for one in self._classes.indicators:
            for name in sorted(api.INDICATOR_HANDLERS & one.methods.keys()):
                yield self.functions[one.methods[name]], f"{one.name}.{name}"
        for function, sites in self.sites.items():
            if function.owner is not None and any(self._is_timer(site) for site in sites):
                yield function, f"{function.name} (timer)"

    def _is_timer(self, site: Site) -> bool:
        if site.call is not None or site.caller is None or site.caller.owner is None:
            return False
        call = site.source.enclosing(site.node, cst.Call)
        is_timer = call is not None and isinstance(call.func, cst.Attribute) and call.func.attr.value in api.TIMERS
        return is_timer and site.caller.owner.derives_from(*api.COMPONENTS)

    def _interesting(self, source: PythonSource) -> Iterator[cst.Name | cst.Attribute]:
        """What can name a function of the project: the functions called, and names of functions used as values."""
        called: set[int] = set()
        for call in source.find(cst.Call):
            func = call.func
            word = func.attr.value if isinstance(func, cst.Attribute) else func.value if type(func) is cst.Name else ""
            if word in self._spoken and isinstance(func, (cst.Name, cst.Attribute)):
                called.add(id(func))
                yield func
        yield from (one for one in source.attributes(self._functions) if id(one) not in called)
        for name in source.names(self._functions):
            if id(name) not in called and isinstance(source.parent(name), (cst.Arg, cst.Assign)):
                yield name

    def _handed_on(self, source: PythonSource, node: cst.Name | cst.Attribute) -> tuple[Function, ...]:
        found = self._named(source, node)
        if isinstance(node, cst.Name):
            return found
        is_target = isinstance(source.parent(node), (cst.AssignTarget, cst.AugAssign, cst.AnnAssign))
        return tuple(f for f in found if not (is_target and is_property(f.node)))

    def _named(self, source: PythonSource, node: cst.CSTNode) -> tuple[Function, ...]:
        if isinstance(node, cst.Attribute):
            value, name = node.value, node.attr.value
            if name not in self._callable:
                return ()
            if isinstance(value, cst.Call) and isinstance(value.func, cst.Name) and value.func.value == "super":
                owner = self._types.self_class(source, node)
                found = next((b.methods[name] for b in owner.mro[1:] if name in b.methods), None) if owner else None
                return (self.functions[found],) if found else ()
            owners = self._types.of(source, value)
            if owners:
                return tuple(dict.fromkeys(f for owner in owners for f in self._virtual(owner, name)))
        symbol = self._names.resolve(source, node)
        definition = self._names.definition(symbol) if symbol else None
        if isinstance(definition, cst.FunctionDef):
            return (self.functions[definition],)
        return self._inherited(symbol)

    def _inherited(self, symbol: Symbol | None) -> tuple[Function, ...]:
        """`Base.method` where the method stands in a base of `Base`."""
        if symbol is None or symbol.source is None or "." not in symbol.name:
            return ()
        owner, _, name = symbol.name.rpartition(".")
        one = self._classes.named(Symbol(symbol.source, owner))
        method = one.method(name) if one else None
        return (self.functions[method[1]],) if method else ()

    def _virtual(self, owner: Class, name: str) -> Iterator[Function]:
        """The method of a class and those of its subclasses that override it."""
        for one in (owner, *self._classes.subclasses(owner)):
            method = one.method(name)
            if method is not None:
                yield self.functions[method[1]]
