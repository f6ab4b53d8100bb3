"""Where a value goes: through names, attributes, calls and returns, and through the branches that it decides.

The answer errs on the quiet side: a way that the analysis can't follow (an attribute of an object of unknown class)
adds nothing. Work is bounded; when the bound is met the value counts as state.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import libcst as cst
from libcst.helpers import get_full_name_for_node

from lintkit.program import api
from lintkit.program.calls import Calls, Function
from lintkit.program.classes import Class, Classes
from lintkit.program.effects import Effect, command_name, effect
from lintkit.program.names import Names
from lintkit.program.trading import is_test
from lintkit.program.types import Types, has_decorator
from lintkit.reads import Memo
from lintkit.source import PythonSource, walk

_MAX_STEPS = 4_000


_ENDS = frozenset({"self.stop", "self.shutdown_system", "self.degrade", "self.fault"})
"""What takes a component out of the market."""

_END = "decides whether `{}` is called"
_END_WORDS = frozenset(_END.format(name) for name in _ENDS)


class Reach(IntEnum):
    """The most that a value does."""

    TALK = 1
    """Nothing but logs, metrics, elapsed times."""
    RECORD = 2
    """It is written to a file."""
    STATE = 3
    """It changes what the program keeps, or goes to code that is not known."""
    COMMAND = 4
    """It is in, or decides about, a subscription, a request or a timer."""
    ORDER = 5
    """It is in an order, or decides about one."""


@dataclass(frozen=True, slots=True)
class Use:
    """`words` complete the sentence "the value ..."."""

    reach: Reach
    words: str

    @property
    def is_command(self) -> bool:
        return self.reach >= Reach.COMMAND

    @property
    def is_end(self) -> bool:
        """Whether the most it does is to take a component out of the market."""
        return self.reach is Reach.STATE and self.words in _END_WORDS

    @property
    def is_state(self) -> bool:
        return self.reach is Reach.STATE

    @property
    def is_record(self) -> bool:
        return self.reach is Reach.RECORD


@dataclass(frozen=True, slots=True)
class _Step:
    """A place that the value has come to.

    `came_from` is the call whose argument it entered the function by. With `key` the value is only that entry of the
    dict at this place. `decided` once the value has been reduced to a choice: what is chosen is more than a time stamp.
    """

    source: PythonSource
    node: cst.CSTNode
    came_from: tuple[PythonSource, cst.Call] | None = None
    key: str | None = None
    decided: bool = False
    whether: bool = False
    """It decided which `return` of a function ran: whether there is something to write, not what it is."""

    elapsed: bool = False
    """The difference of two times, as profiling takes it."""

    def to(self, node: cst.CSTNode) -> "_Step":
        return replace(self, node=node)


_MEMO = re.compile(r"cached|cache_|_cache\b|CACHE")
"""In the test of a branch: it chooses between a stored copy and a new one; not the kernel's `self.cache`."""

_CARRIERS = (
    cst.BinaryOperation, cst.UnaryOperation, cst.BooleanOperation, cst.IfExp, cst.FormattedString,
    cst.FormattedStringExpression, cst.ConcatenatedString, cst.Element, cst.StarredElement, cst.Tuple, cst.List,
    cst.Set, cst.Dict, cst.DictElement, cst.StarredDictElement, cst.Subscript, cst.SubscriptElement, cst.Index,
    cst.Slice,
    cst.Await, cst.GeneratorExp, cst.ListComp, cst.SetComp, cst.DictComp, cst.CompFor, cst.Lambda, cst.Attribute,
)  # fmt: skip


_TESTS = (cst.Comparison, cst.ComparisonTarget, cst.UnaryOperation, cst.If, cst.While, cst.CompIf)
"""Where only the truth of a dict counts, not what its entries are."""


class Flow:
    def __init__(
        self, sources: Iterable[PythonSource], names: Names, classes: Classes, types: Types, calls: Calls
    ) -> None:
        self.sources = tuple(s for s in sources if not is_test(s.path))
        self.names, self.classes, self.types, self.calls = names, classes, types, calls
        self._commands: Memo[Function, str | None] = Memo()
        self._own: Memo[Function, tuple[str, ...]] = Memo()

    def of(self, source: PythonSource, node: cst.CSTNode) -> Use:
        """The furthest use of the value of an expression."""
        tracker = _Tracker(self)
        tracker.push(_Step(source, node))
        return tracker.run()

    def attribute_reads(self, name: str) -> Iterator[tuple[PythonSource, cst.Attribute]]:
        """Every place that reads an attribute of this name."""
        for source in self.sources:
            for node in source.named(cst.Attribute, name):
                if not isinstance(source.parent(node), cst.AssignTarget):
                    yield source, node

    def name_reads(self, source: PythonSource, name: str) -> Iterator[cst.Name]:
        """Every place in a file that reads a variable of this name."""
        for node in source.named(cst.Name, name):
            parent = source.parent(node)
            is_label = (isinstance(parent, cst.Attribute) and parent.attr is node) or (
                isinstance(parent, cst.Arg) and parent.keyword is node
            )
            is_written = isinstance(parent, (cst.AssignTarget, cst.Param, cst.FunctionDef, cst.ClassDef))
            if not is_label and not is_written:
                yield node

    def command_in(self, function: Function) -> str | None:
        """What a function can come to: the first order command, else the first data or timer command."""
        return self._commands.get(function, lambda: self._command_in(function))

    def _command_in(self, function: Function) -> str | None:
        found = [name for one in self.calls.reachable_from(function) for name in self._own_commands(one)]
        return next((n for n in found if _reach(n) is Reach.ORDER), found[0] if found else None)

    def _own_commands(self, function: Function) -> tuple[str, ...]:
        return self._own.get(function, lambda: _commands_of(function))


def _commands_of(function: Function) -> tuple[str, ...]:
    calls = (node for node, _ in walk(function.node.body) if isinstance(node, cst.Call))
    return tuple(name for call in calls if (name := command_name(call)))


class _Tracker:
    """Follows one value; thrown away afterwards."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.best = Use(Reach.TALK, "is only logged or measured")
        self.todo: deque[_Step] = deque()
        self.seen: set[tuple[cst.CSTNode, str | None, bool]] = set()
        self.attributes: set[tuple[Class, str, str | None, bool]] = set()
        self.regions: set[cst.CSTNode] = set()

    def push(self, step: _Step) -> None:
        state = (step.node, step.key, step.decided)
        if state not in self.seen:
            self.seen.add(state)
            self.todo.append(step)

    def run(self) -> Use:
        steps = 0
        while self.todo and self.best.reach is not Reach.ORDER:
            steps += 1
            if steps > _MAX_STEPS:
                self.use(Reach.STATE, "spreads too far to be followed")
                break
            self.climb(self.todo.popleft())
        return self.best

    def use(self, reach: Reach, words: str) -> None:
        if reach > self.best.reach:
            self.best = Use(reach, words)

    def climb(self, step: _Step) -> None:
        source, node = step.source, step.node
        parent = source.parent(node)
        if step.key is not None and self.keyed(step, parent):
            return
        if not step.decided and _asks_whether_set(parent, node):
            return
        if isinstance(parent, cst.Arg):
            call = source.parent(parent)
            if isinstance(call, cst.Call):
                self.argument(step, call, parent)
        elif isinstance(parent, cst.Call):  # a method of the value, or the value called
            if effect(source, parent, self.flow.names) is not Effect.TALK:
                self.push(step.to(parent))
        elif isinstance(parent, cst.Subscript) and parent.value is not node and self.is_target(source, parent):
            self.store(step, parent.value)
        elif isinstance(parent, cst.DictElement) and parent.value is node and (key := _text(parent.key)) is not None:
            self.push(replace(step, node=parent, key=key))
        elif isinstance(parent, (cst.Comparison, cst.ComparisonTarget, cst.CompIf)):
            self.push(replace(step, node=parent, decided=True))
        elif isinstance(parent, cst.BinaryOperation) and isinstance(parent.operator, cst.Subtract):
            self.push(replace(step, node=parent, elapsed=True))
        elif isinstance(parent, _CARRIERS):
            if isinstance(parent, cst.IfExp) and parent.test is node:
                self.chooses(step, parent.body, parent.orelse)
            elif isinstance(parent, cst.BooleanOperation) and parent.left is node:
                self.chooses(step, parent.right)
            self.push(step.to(parent))
        elif isinstance(parent, cst.NamedExpr):
            self.store(step, parent.target)
            self.push(step.to(parent))
        elif isinstance(parent, cst.Assign):
            for target in parent.targets:
                self.store(step, target.target)
        elif isinstance(parent, (cst.AnnAssign, cst.AugAssign)):
            self.store(step, parent.target)
        elif isinstance(parent, cst.AssignTarget):
            if isinstance(node, cst.Subscript):
                self.store(step, node.value)
        elif isinstance(parent, (cst.Return, cst.Yield)):
            self.returned(step)
        elif isinstance(parent, (cst.If, cst.While)):
            self.decides(replace(step, decided=True), parent)
        elif isinstance(parent, cst.Match) and parent.subject is node:
            for case in parent.cases:
                self.region(replace(step, decided=True), case.body)
        elif isinstance(parent, cst.MatchCase) and parent.guard is node:
            self.region(replace(step, decided=True), parent.body)
        elif isinstance(parent, cst.For) and parent.iter is node:
            self.store(step, parent.target)

    def keyed(self, step: _Step, parent: cst.CSTNode | None) -> bool:
        """Handle a dict of which only one entry is the value; False where it goes on like any value."""
        source, node = step.source, step.node
        if isinstance(parent, cst.Subscript) and parent.value is node:
            index = parent.slice[0].slice if len(parent.slice) == 1 else None
            key = _text(index.value) if isinstance(index, cst.Index) else None
            if self.is_target(source, parent):
                return True
            if key is None:  # one of several dicts: its entry is still what matters
                self.push(step.to(parent))
            elif key == step.key:
                self.push(replace(step, node=parent, key=None))
            return True
        if isinstance(parent, cst.Attribute):
            call = source.parent(parent)
            if isinstance(call, cst.Call) and call.func is parent and call.args:
                key = _text(call.args[0].value)
                if parent.attr.value in {"get", "pop", "setdefault"} and key in {None, step.key}:
                    self.push(replace(step, node=call, key=step.key if key is None else None))
            return True
        return isinstance(parent, _TESTS)

    def is_target(self, source: PythonSource, node: cst.CSTNode) -> bool:
        parent = source.parent(node)
        return isinstance(parent, cst.AssignTarget) or (
            isinstance(parent, (cst.AugAssign, cst.AnnAssign)) and parent.target is node
        )

    def argument(self, step: _Step, call: cst.Call, argument: cst.Arg) -> None:
        source = step.source
        what = effect(source, call, self.flow.names)
        words = get_full_name_for_node(call.func) or "an unnamed function"
        if what is Effect.COMMAND:
            self.use(_reach(command_name(call)), f"goes into `{command_name(call) or words}`")
            return
        if what is Effect.TALK:
            return
        targets = self.flow.calls.targets(source, call)
        made = self.flow.classes.named(self.flow.names.resolve(source, call.func))
        if targets:
            for target in targets:
                self.enter(step, call, argument, target)
        elif made is not None:
            self.field(step, call, argument, made)
        elif what is Effect.PURE:
            is_made = words.rpartition(".")[2][:1].isupper()  # an object made of the dict: all of it counts
            self.push(replace(step, node=call, key=None) if is_made else step.to(call))
        elif what is Effect.MUTATE and isinstance(call.func, cst.Attribute):
            self.store(step, call.func.value)
        elif what is Effect.SEND:
            return
        elif what is Effect.RECORD:
            if step.decided and not step.whether:
                self.use(Reach.STATE, f"decides what is passed to `{words}`")
            elif not step.elapsed and not step.decided:
                self.use(Reach.RECORD, f"is written by `{words}` as a time of the run")
        else:
            self.use(Reach.STATE, f"{'decides what' if step.decided else ''} is passed to `{words}`".strip())
            self.push(step.to(call))

    def enter(self, step: _Step, call: cst.Call, argument: cst.Arg, target: Function) -> None:
        """The value becomes a parameter."""
        parameters = [*target.node.params.posonly_params, *target.node.params.params]
        if target.owner is not None and not has_decorator(target.node, "staticmethod"):
            parameters = parameters[1:]
        named = [*parameters, *target.node.params.kwonly_params]
        if argument.keyword is not None:
            found = next((p for p in named if p.name.value == argument.keyword.value), None)
        else:
            index = list(call.args).index(argument)
            found = parameters[index] if index < len(parameters) else None
        if found is not None:
            inside = replace(step, source=target.source, came_from=(step.source, call))
            self.names(inside, target.node, found.name.value)

    def field(self, step: _Step, call: cst.Call, argument: cst.Arg, made: Class) -> None:
        """The value becomes a field of a class without `__init__` in the project, as a dataclass."""
        name = argument.keyword.value if argument.keyword else None
        if name is None:
            fields = [
                small.target.value
                for one in reversed(made.mro)
                for line in one.node.body.body
                if isinstance(line, cst.SimpleStatementLine)
                for small in line.body
                if isinstance(small, cst.AnnAssign) and isinstance(small.target, cst.Name)
            ]
            index = list(call.args).index(argument)
            name = fields[index] if index < len(fields) else None
        if name is not None:
            self.attribute(step, made, name)

    def store(self, step: _Step, target: cst.CSTNode) -> None:
        """The value is kept under a name, in an attribute or inside a container."""
        source = step.source
        while isinstance(target, cst.Subscript):
            index = target.slice[0].slice if len(target.slice) == 1 else None
            key = _text(index.value) if isinstance(index, cst.Index) else None
            step, target = replace(step, key=key if key is not None else step.key), target.value
        if isinstance(target, cst.Name):
            bound = self.flow.names.bindings(source, target)
            if bound is not None:
                self.names(step, bound[0], target.value)
        elif isinstance(target, cst.Attribute):
            owners = self.flow.types.of(source, target.value)
            for owner in owners:
                self.attribute(step, owner, target.attr.value)
            if not owners:
                self.use(Reach.STATE, f"is stored in `{get_full_name_for_node(target) or target.attr.value}`")
        elif isinstance(target, (cst.Tuple, cst.List)):
            for element in target.elements:
                self.store(step, element.value)

    def names(self, step: _Step, scope: cst.CSTNode, name: str) -> None:
        """Every read of a variable."""
        for read in self.flow.name_reads(step.source, name):
            bound = self.flow.names.bindings(step.source, read)
            if bound is not None and bound[0] is scope:
                self.push(step.to(read))

    def attribute(self, step: _Step, owner: Class, name: str) -> None:
        """Every read of an attribute of the class or its relatives."""
        if (owner, name, step.key, step.decided) in self.attributes:
            return
        family = {*owner.mro, *(sub for one in owner.mro for sub in self.flow.classes.subclasses(one))}
        self.attributes |= {(one, name, step.key, step.decided) for one in family}
        for source, read in self.flow.attribute_reads(name):
            if family & set(self.flow.types.of(source, read.value)):
                self.push(replace(step, source=source, node=read, came_from=None))

    def returned(self, step: _Step) -> None:
        function = self.flow.calls.function_of(step.source, step.node)
        if function is None:
            return
        if step.came_from is not None and function in self.flow.calls.targets(*step.came_from):
            source, call = step.came_from
            self.push(replace(step, source=source, node=call, came_from=None))
            return
        for site in self.flow.calls.sites.get(function, ()):
            if not is_test(site.source.path):
                self.push(replace(step, source=site.source, node=site.call or site.node, came_from=None))

    def chooses(self, step: _Step, *values: cst.BaseExpression) -> None:
        """The value decides which of these expressions are evaluated."""
        for value in values:
            for node, _ in walk(value):
                if isinstance(node, cst.Call):
                    self.controlled_call(replace(step, decided=True), node)

    def decides(self, step: _Step, branch: cst.If | cst.While) -> None:
        """The value decides which statements run."""
        source = step.source
        if _MEMO.search(source.code(branch.test)):  # how old a stored copy may be, not what is in it
            return
        blocks: list[cst.CSTNode] = [branch.body]
        orelse = branch.orelse
        blocks += [orelse] if orelse is not None else []
        leaves = any(_leaves(block) for block in blocks)
        if leaves:
            blocks += _after(source, branch)
        for block in blocks:
            self.region(step, block)

    def region(self, step: _Step, block: cst.CSTNode) -> None:
        """Statements that run or not depending on the value."""
        if block in self.regions:
            return
        self.regions.add(block)
        source = step.source
        for node, _ in walk(block):
            if self.best.reach is Reach.ORDER:
                return
            if isinstance(node, cst.Call):
                self.controlled_call(step, node)
            elif isinstance(node, (cst.AssignTarget, cst.AugAssign, cst.AnnAssign)):
                self.store(step, node.target)
            elif isinstance(node, cst.Return):
                self.controlled_return(step, source, node)

    def controlled_return(self, step: _Step, source: PythonSource, node: cst.Return) -> None:
        function = self.flow.calls.function_of(source, node)
        if function is None:
            return
        returns = [n for n, _ in walk(function.node.body) if isinstance(n, cst.Return)]
        if any(r.value is not None and not _is_none(r.value) for r in returns):
            self.returned(replace(step, node=node, whether=True))

    def controlled_call(self, step: _Step, call: cst.Call) -> None:
        source = step.source
        what = effect(source, call, self.flow.names)
        if what is Effect.COMMAND:
            self.use(_reach(command_name(call)), f"decides whether `{command_name(call)}` is called")
            return
        if what is Effect.TALK:
            return
        if get_full_name_for_node(call.func) in _ENDS:
            self.use(Reach.STATE, _END.format(get_full_name_for_node(call.func)))
        for target in self.flow.calls.targets(source, call):
            command = self.flow.command_in(target)
            if command is not None:
                self.use(_reach(command), f"decides whether `{target.name}` runs, which calls `{command}`")
        if what is Effect.MUTATE and isinstance(call.func, cst.Attribute):
            self.store(step, call.func.value)
        elif what is Effect.TRADE and not self.flow.calls.targets(source, call):
            self.use(Reach.STATE, f"decides whether `{get_full_name_for_node(call.func)}` is called")


def _reach(command: str | None) -> Reach:
    is_order = command in api.ORDER_COMMANDS or (command or "").startswith("order_factory.")
    return Reach.ORDER if is_order else Reach.COMMAND


def _leaves(block: cst.CSTNode) -> bool:
    return any(isinstance(node, (cst.Return, cst.Continue, cst.Break, cst.Raise)) for node, _ in walk(block))


def _after(source: PythonSource, branch: cst.CSTNode) -> list[cst.CSTNode]:
    """The statements behind a branch that may leave: those after it in its block and in the blocks around that."""
    found: list[cst.CSTNode] = []
    child = branch
    for up in source.parents(branch):
        if isinstance(up, (cst.IndentedBlock, cst.Module)):
            body: Sequence[cst.CSTNode] = up.body
            later = body[_position(body, child) + 1 :]
            found += [s for s in later if not isinstance(s, (cst.FunctionDef, cst.ClassDef))]
        if isinstance(up, (cst.FunctionDef, cst.Lambda, cst.ClassDef)):
            break
        child = up
    return found


def _position(body: Sequence[cst.CSTNode], child: cst.CSTNode) -> int:
    return next((i for i, statement in enumerate(body) if statement is child), len(body))


def _asks_whether_set(parent: cst.CSTNode | None, node: cst.CSTNode) -> bool:
    """`if self.since`, `since is None`: whether there is a time, not which."""
    if isinstance(parent, cst.Comparison):
        return any(isinstance(c.operator, (cst.Is, cst.IsNot)) for c in parent.comparisons)
    if isinstance(parent, cst.UnaryOperation):
        return isinstance(parent.operator, cst.Not)
    return isinstance(parent, (cst.If, cst.While)) and parent.test is node


def _text(node: cst.CSTNode) -> str | None:
    value = node.evaluated_value if isinstance(node, cst.SimpleString) else None
    return value if isinstance(value, str) else None


def _is_none(value: cst.BaseExpression) -> bool:
    return isinstance(value, cst.Name) and value.value == "None"
