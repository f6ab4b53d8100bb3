"""Who calls whom, and what the kernel can reach: from handlers, timers, message-bus and indicator callbacks."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Generic, TypeAlias, TypeVar

import libcst as cst

from lintkit.program import api
from lintkit.program.classes import Class, Classes
from lintkit.program.mentions import Mentions
from lintkit.program.names import Names, Symbol, enclosing_scope
from lintkit.program.shapes import FunctionShape, Shapes, SiteShape
from lintkit.program.types import Types, is_property
from lintkit.reads import Derived, Questions, traced
from lintkit.source import PythonSource, Words

T = TypeVar("T")
FunctionId: TypeAlias = tuple[int, int, str, int]


class Function:
    """A function of the project, the `count`th of its file; `owner` is the class that it is a method of."""

    def __init__(self, source: PythonSource, count: int, shape: FunctionShape, owner: Class | None) -> None:
        self.source = source
        self.count = count
        self.name = shape.name
        self.owner = owner
        self.id: FunctionId = (source.number, count, shape.name, shape.owner)

    @Derived
    def node(self) -> cst.FunctionDef:
        return self.source.nth(cst.FunctionDef, self.count)

    def seen_from(self, other: "Function") -> str:
        """How to name it in a path whose last step was `other`: with its module or class where that changes."""
        if self.owner is not None and self.owner is not other.owner and self.source is not other.source:
            return f"{self.owner.name}.{self.name}"
        return self.name if self.source is other.source else f"{self.source.path.stem}.{self.name}"


_CALLED, _TIMER, _ELSEWHERE, _ARGUMENT = 1, 2, 4, 8


class Site:
    """A place that calls a function, or hands it on to be called."""

    __slots__ = ("_flags", "_place", "caller", "source")

    def __init__(self, source: PythonSource, caller: Function | None, place: int, flags: int) -> None:
        self.source = source
        self.caller = caller
        self._place = place
        self._flags = flags

    @property
    def node(self) -> cst.CSTNode:
        return self.source.at(self._place)

    @property
    def call(self) -> cst.Call | None:
        """None where the function is handed on, and for properties."""
        parent = self.source.parent(self.node) if self.is_call else None
        return parent if isinstance(parent, cst.Call) else None

    @property
    def is_call(self) -> bool:
        return bool(self._flags & _CALLED)

    @property
    def is_timer(self) -> bool:
        """Whether a component hands it to a timer."""
        return bool(self._flags & _TIMER)

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is handed to a thread, a process or an executor."""
        return bool(self._flags & _ELSEWHERE)

    @property
    def is_argument(self) -> bool:
        return bool(self._flags & _ARGUMENT)

    @property
    def plain(self) -> tuple[object, ...]:
        """All that can be seen of it without a look into its file."""
        return self.caller.id if self.caller else None, self.source.number, self._flags


class Asked(Mapping[Function, T], Generic[T]):
    """Something about functions that comes from the whole program: each look-up is a question."""

    def __init__(
        self, questions: Questions, kind: str, find: Callable[[], dict[Function, T]], plain: Callable[[T], object],
        known: Callable[[FunctionId], Function | None],
    ) -> None:  # fmt: skip
        """`find` gives everything, `plain` all that an answer says, `known` the function of an id."""
        self._questions, self._kind, self._find = questions, kind, find
        questions.define(kind, lambda *about: self._answer(known(about), plain))
        questions.define(f"all {kind}", lambda: [(f.id, plain(found)) for f, found in self.all.items()])

    @cached_property
    def all(self) -> dict[Function, T]:
        """For those who answer questions about the whole program."""
        return traced(self._find)[0]

    def __getitem__(self, function: Function) -> T:
        self._questions.ask(self._kind, *function.id)
        return self.all[function]

    def __contains__(self, function: object) -> bool:
        return isinstance(function, Function) and self.get(function) is not None

    def __iter__(self) -> Iterator[Function]:
        self._questions.ask(f"all {self._kind}")
        return iter(self.all)

    def __len__(self) -> int:
        self._questions.ask(f"all {self._kind}")
        return len(self.all)

    def _answer(self, function: Function | None, plain: Callable[[T], object]) -> object:
        found = self.all.get(function) if function is not None else None
        return plain(found) if found is not None else None


class Functions(Mapping[cst.FunctionDef, Function]):
    """The project's functions by their nodes."""

    def __init__(
        self, sources: Iterable[PythonSource], classes: Classes, shapes: Shapes, opened: Sequence[PythonSource]
    ) -> None:
        self._sources = {source.number: source for source in sources}
        self._classes, self._shapes, self._opened = classes, shapes, opened
        self._within: dict[int, tuple[Function, ...]] = {}
        self._by_node: dict[cst.FunctionDef, Function] = {}
        self._registered = 0

    def of_file(self, number: int) -> tuple[Function, ...]:
        """In source order."""
        if number not in self._within:
            source = self._sources[number]
            classes = self._classes.of_file(number)
            self._within[number] = tuple(
                Function(source, count, shape, classes[shape.owner] if shape.owner >= 0 else None)
                for count, shape in enumerate(self._shapes.of(source).functions)
            )
        return self._within[number]

    def known(self, about: FunctionId) -> Function | None:
        """The function of an id that may be of another state of the program."""
        found = self.of_file(about[0]) if about[0] in self._sources else ()
        return found[about[1]] if about[1] < len(found) and found[about[1]].id == about else None

    def method(self, one: Class, name: str) -> Function | None:
        """As `Class.method`, for those who answer questions about the whole program."""
        for base in one.mro:
            if name in base.shape.methods:
                return self.of_file(base.source.number)[base.shape.methods[name]]
        return None

    def names(self) -> frozenset[str]:
        """Of all functions, for those who answer questions about the whole program."""
        return frozenset(shape.name for s in self._sources.values() for shape in self._shapes.of(s).functions)

    def __getitem__(self, node: cst.FunctionDef) -> Function:
        if node not in self._by_node:
            self._register()
        return self._by_node[node]

    def __iter__(self) -> Iterator[cst.FunctionDef]:
        return (f.node for number in self._sources for f in self.of_file(number))

    def __len__(self) -> int:
        return sum(len(self.of_file(number)) for number in self._sources)

    def _register(self) -> None:
        """Find the nodes of the functions of files whose nodes have been made since."""
        while self._registered < len(self._opened):
            source = self._opened[self._registered]
            self._registered += 1
            nodes = traced(lambda source=source: tuple(source.find(cst.FunctionDef)))[0]
            self._by_node |= zip(nodes, self.of_file(source.number), strict=True)


class Calls:
    def __init__(
        self, sources: Iterable[PythonSource], names: Names, classes: Classes, types: Types, mentions: Mentions,
        shapes: Shapes, questions: Questions, opened: Sequence[PythonSource],
    ) -> None:  # fmt: skip
        self._sources = tuple(sources)
        self._names, self._classes, self._types = names, classes, types
        self._mentions, self._shapes, self._questions = mentions, shapes, questions
        questions.define("callable", self._has_name)
        self.functions = Functions(self._sources, classes, shapes, opened)
        known = self.functions.known
        self.sites = Asked(questions, "sites", self._all_sites, lambda sites: [site.plain for site in sites], known)
        """Everything that calls or hands on a function, in source order."""
        self.called_by = Asked(questions, "calls", self._all_calls, lambda called: [f.id for f in called], known)
        """What each function calls or hands on."""
        self.reached: Asked[tuple[str, ...]] = Asked(questions, "reached", self._all_reached, lambda path: path, known)
        """Every function that the kernel can reach, with the shortest way there: the handler first."""

    @cached_property
    def callable(self) -> frozenset[str]:
        """The names of all functions, for those who answer questions about the whole program."""
        return self.functions.names()

    @cached_property
    def _words(self) -> Words:
        return Words(list(self.callable))

    @cached_property
    def spoken(self) -> frozenset[str]:
        """Every word that a call of a function or class of the project can end in; as `callable`."""
        classes = (one.name for source in self._sources for one in self._classes.of_file(source.number))
        return self._mentions.everywhere(self.callable.union(classes))

    def know_words(self, callable_: frozenset[str], spoken: frozenset[str]) -> None:
        """What these are, where an earlier run has found out."""
        self.callable, self.spoken = callable_, spoken

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

    def _all_sites(self) -> dict[Function, tuple[Site, ...]]:
        found: dict[Function, list[Site]] = defaultdict(list)
        for source in self._sources:
            own = self.functions.of_file(source.number)
            for shape in self.site_shapes(source):
                target = self.functions.of_file(shape.file)[shape.function]
                caller = own[shape.caller] if shape.caller >= 0 else None
                found[target].append(Site(source, caller, shape.place, shape.flags))
        return {function: tuple(sites) for function, sites in found.items()}

    def site_shapes(self, source: PythonSource) -> tuple[SiteShape, ...]:
        """The places of a file, for those who answer questions about the whole program."""
        return self._shapes.sites(source, lambda: tuple(self._sites(source)))

    def _sites(self, source: PythonSource) -> Iterator[SiteShape]:
        for node in sorted(self._interesting(source), key=source.order):
            parent = source.parent(node)
            called = parent if isinstance(parent, cst.Call) and parent.func is node else None
            targets = self.targets(source, called) if called else self._handed_on(source, node)
            if targets:
                caller = self.function_of(source, node)
                flags = self._flags(source, node, parent, caller)
                for target in targets:
                    number = caller.count if caller is not None else -1
                    yield SiteShape(target.source.number, target.count, number, source.order(node), flags)

    def _flags(
        self, source: PythonSource, node: cst.CSTNode, parent: cst.CSTNode | None, caller: Function | None
    ) -> int:
        is_call = isinstance(parent, cst.Call) and parent.func is node
        flags = _CALLED if is_call else 0
        flags |= _ELSEWHERE if is_elsewhere(source, node) else 0
        flags |= _ARGUMENT if isinstance(parent, cst.Arg) else 0
        return flags | (_TIMER if _is_timer(source, node, caller) else 0)

    def _all_calls(self) -> dict[Function, tuple[Function, ...]]:
        found: dict[Function, dict[Function, None]] = defaultdict(dict)
        for target, sites in self.sites.all.items():
            for site in sites:
                if site.caller is not None:
                    found[site.caller][target] = None
        return {caller: tuple(sorted(targets, key=in_order)) for caller, targets in found.items()}

    def _all_reached(self) -> dict[Function, tuple[str, ...]]:
        found: dict[Function, tuple[str, ...]] = {}
        queue: deque[Function] = deque()
        for function, label in self._entries():
            if function not in found:
                found[function] = (label,)
                queue.append(function)
        while queue:
            function = queue.popleft()
            for target in self.called_by.all.get(function, ()):
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
            names = sorted({name for base in one.mro for name in base.shape.methods if name.startswith("on_")})
            for name in names:
                method = self.functions.method(one, name)
                if method is not None:
                    yield method, name
        for one in self._classes.indicators:
            for name in sorted(api.INDICATOR_HANDLERS & one.shape.methods.keys()):
                yield self.functions.of_file(one.source.number)[one.shape.methods[name]], f"{one.name}.{name}"
        for function, sites in self.sites.all.items():
            if any(self._is_timer(site) for site in sites):
                yield function, f"{function.name} (timer)"
        for function, sites in self.sites.all.items():
            if function.owner is not None and any(self._is_kept(site) for site in sites):
                yield function, f"{function.name} (callback)"

    def _is_kept(self, site: Site) -> bool:
        """Whether the constructor of a component keeps a method to call it later: in a table, in an attribute."""
        caller = site.caller if not site.is_call and not site.is_elsewhere else None
        is_born = caller is not None and caller.name == "__init__" and caller.owner is not None
        return (
            is_born and caller is not None and caller.owner is not None and caller.owner.derives_from(*api.COMPONENTS)
        )

    def _is_timer(self, site: Site) -> bool:
        owner = site.caller.owner if site.is_timer and site.caller is not None else None
        return owner is not None and owner.derives_from(*api.COMPONENTS)

    def _interesting(self, source: PythonSource) -> Iterator[cst.Name | cst.Attribute]:
        """What can name a function of the project: the functions called, and names of functions used as values."""
        called: set[int] = set()
        for call in source.find(cst.Call):
            func = call.func
            word = func.attr.value if isinstance(func, cst.Attribute) else func.value if type(func) is cst.Name else ""
            if word in self.spoken and isinstance(func, (cst.Name, cst.Attribute)):
                called.add(id(func))
                yield func
        yield from (one for one in source.attributes(self._words) if id(one) not in called)
        for name in source.names(self._words):
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
            if not self._is_callable(name):
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
        found = self._inherited(symbol)
        if isinstance(definition, cst.FunctionDef):
            found = (self.functions[definition],)
        if found and isinstance(node, cst.Attribute) and node.attr.value != found[0].name:
            self._questions.ask("callable", node.attr.value)
        return found

    def _is_callable(self, word: str) -> bool:
        """Whether a function of the project has this name; another name of one is followed only then."""
        if word not in self.callable:
            self._questions.ask("callable", word)
            return False
        return True

    def _has_name(self, word: str) -> bool:
        return word in self.callable

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


_OTHERS = frozenset({
    "run_in_executor", "queue_for_executor", "to_thread", "Thread", "submit", "Process", "Timer", "start_new_thread",
    "apply_async", "map_async", "run_coroutine_threadsafe",
})  # fmt: skip
"""What is given to these runs on another thread or in another process."""


def is_elsewhere(source: PythonSource, node: cst.CSTNode) -> bool:
    """Whether code is handed to a thread, a process or an executor: as it is, or in a lambda or `partial`."""
    for up in source.parents(node):
        if isinstance(up, cst.FunctionDef):
            return False
        if isinstance(up, cst.Call) and up.func is not node:
            func = up.func
            name = func.attr.value if isinstance(func, cst.Attribute) else getattr(func, "value", "")
            if name in _OTHERS:
                return True
    return False


def in_order(function: Function) -> tuple[int, int]:
    """The place of a function in the program."""
    return function.source.number, function.count


def _is_timer(source: PythonSource, node: cst.CSTNode, caller: Function | None) -> bool:
    """Whether a timer gets a function: as it is, by `partial`, or in a lambda that does nothing but call it."""
    if caller is None or caller.owner is None:
        return False
    call = source.enclosing(node, cst.Call)
    if call is not None and call.func is node:
        parent = source.parent(call)
        call = source.enclosing(parent, cst.Call) if isinstance(parent, cst.Lambda) else None
    elif call is not None and _word(call.func) == "partial":
        call = source.enclosing(call, cst.Call)
    return call is not None and isinstance(call.func, cst.Attribute) and call.func.attr.value in api.TIMERS


def _word(node: cst.BaseExpression) -> str:
    name = node.attr if isinstance(node, cst.Attribute) else node
    return name.value if isinstance(name, cst.Name) else ""
