"""The live trading nodes that a program sets up, and how."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

import libcst as cst

from lintkit.program import api
from lintkit.program.arguments import bind
from lintkit.program.mentions import Mentions
from lintkit.program.names import Assigned, Names
from lintkit.program.unpacked import Given, unpacked
from lintkit.program.values import Known, Member, Values, truth_of
from lintkit.reads import Memo
from lintkit.source import PythonSource

_WORDS = frozenset({"TradingNodeConfig"})
_MAX_STEPS = 4


class Execution(Enum):
    """Where a node's orders go."""

    VENUE = "venue"
    TESTNET = "testnet"
    SANDBOX = "sandbox"
    NOWHERE = "nowhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Node:
    """A call of `TradingNodeConfig`. `arguments` has those of unpacked dicts too; with `is_open` there may be more."""

    source: PythonSource
    call: cst.Call
    arguments: Mapping[str, Given]
    is_open: bool
    execution: Execution

    @property
    def risks_money(self) -> bool:
        """False where the orders surely go to a sandbox, a testnet or nowhere."""
        return self.execution in {Execution.VENUE, Execution.UNKNOWN}

    def lacks(self, name: str) -> bool:
        """Whether an argument is surely not given."""
        return name not in self.arguments and not self.is_open

    def is_true(self, name: str, values: Values) -> bool:
        """Whether an argument is given and known to be true."""
        given = self.arguments.get(name)
        return given is not None and truth_of(values.evaluate(given.source, given.value)).is_true


class Nodes:
    def __init__(self, names: Names, values: Values, mentions: Mentions) -> None:
        self._names, self._values, self._mentions = names, values, mentions
        self._known: Memo[PythonSource, tuple[Node, ...]] = Memo()

    def of(self, source: PythonSource) -> tuple[Node, ...]:
        """In source order."""
        if source not in self._mentions.mentioning(_WORDS):
            return ()
        return self._known.get(source, lambda: tuple(self._find(source)))

    def has_database(self, node: Node) -> bool | None:
        """Whether the node's cache has a database; None when that is not known."""
        if node.lacks("cache"):
            return False
        given = node.arguments.get("cache")
        if given is None:
            return None
        if self._is_none(given.source, given.value):
            return False
        made = self.made(given.source, given.value)
        if made is None or api.short(self._names.external(made[0], made[1].func)) != "CacheConfig":
            return None
        cache = bind(made[1], ("database",))
        database = cache.value("database")
        if database is None:
            return None if cache.unpacked else False
        if self._is_none(made[0], database):
            return False
        return True if self.made(made[0], database) is not None else None

    def _is_none(self, source: PythonSource, node: cst.BaseExpression) -> bool:
        value = self._values.evaluate(source, node)
        return isinstance(value, Known) and value.value is None

    def written(self, source: PythonSource, node: cst.BaseExpression) -> tuple[PythonSource, cst.BaseExpression]:
        """The one expression that a name stands for, also where a loop gives it a new value each time."""
        where, value = self._values.origin(source, node)
        bound = self._names.bindings(where, value) if isinstance(value, cst.Name) else None
        only = bound[1][0] if bound is not None and len(bound[1]) == 1 else None
        return (where, only.value) if isinstance(only, Assigned) and only.value is not None else (where, value)

    def made(self, source: PythonSource, node: cst.BaseExpression | None) -> tuple[PythonSource, cst.Call] | None:
        """The call that makes a value, through names that have only this one value and functions that return it."""
        if node is None:
            return None
        found, value = self._values.origin(source, node)
        for _ in range(_MAX_STEPS):
            returned = self._returned(found, value) if isinstance(value, cst.Call) else None
            if returned is None:
                break
            found, value = self._values.origin(*returned)
        return (found, value) if isinstance(value, cst.Call) else None

    def _returned(self, source: PythonSource, call: cst.Call) -> tuple[PythonSource, cst.BaseExpression] | None:
        """What a function of the project, or a method of the class around, returns where that is one expression."""
        func = call.func
        where, definition = source, None
        if isinstance(func, cst.Attribute) and isinstance(func.value, cst.Name) and func.value.value in {"self", "cls"}:
            owner = source.enclosing(call, cst.ClassDef)
            lines = owner.body.body if owner is not None else ()
            found = [one for one in lines if isinstance(one, cst.FunctionDef) and one.name.value == func.attr.value]
            definition = found[0] if len(found) == 1 else None
        elif isinstance(func, (cst.Name, cst.Attribute)):
            symbol = self._names.resolve(source, func)
            definition = self._names.definition(symbol) if symbol is not None else None
            where = symbol.source if symbol is not None and symbol.source is not None else source
        if not isinstance(definition, cst.FunctionDef) or definition.asynchronous is not None:
            return None
        returns = [one for one in where.find(cst.Return) if where.enclosing(one, cst.FunctionDef) is definition]
        only = returns[0].value if len(returns) == 1 else None
        return (where, only) if only is not None else None

    def _find(self, source: PythonSource) -> Iterator[Node]:
        for call in source.find(cst.Call):
            if api.short(self._names.external(source, call.func)) != "TradingNodeConfig":
                continue
            arguments, is_open = {n: Given(source, a.value) for n, a in bind(call).given.items()}, False
            for argument in call.args:
                if argument.star:
                    more = unpacked(self._names, source, argument.value) if argument.star == "**" else None
                    is_open |= more is None
                    arguments |= more or {}
            yield Node(source, call, arguments, is_open, self._execution(source, arguments, is_open))

    def _execution(self, source: PythonSource, arguments: Mapping[str, Given], is_open: bool) -> Execution:  # noqa: FBT001
        environment = arguments.get("environment")
        if environment is not None:
            value = self._values.evaluate(environment.source, environment.value)
            if isinstance(value, Known) and isinstance(value.value, Member) and value.value.name.endswith(".SANDBOX"):
                return Execution.SANDBOX
        given = arguments.get("exec_clients")
        if given is None:
            return Execution.UNKNOWN if is_open else Execution.NOWHERE
        where, value = self._values.origin(given.source, given.value)
        if isinstance(value, cst.Dict):
            if not value.elements:
                built = isinstance(given.value, cst.Name)
                return Execution.UNKNOWN if built else Execution.NOWHERE
            kinds = [self._client(where, e.value) for e in value.elements]
            if all(kind is not None and "Sandbox" in kind for kind in kinds):
                return Execution.SANDBOX
            if "testnet" in str(source.path).lower():
                return Execution.TESTNET
            tests = [self._is_testnet(where, e.value) for e in value.elements]
            return Execution.TESTNET if all(tests) else Execution.VENUE
        return Execution.SANDBOX if self._only_sandbox(source) else Execution.UNKNOWN

    def _client(self, source: PythonSource, node: cst.BaseExpression) -> str | None:
        made = self.made(source, node)
        return api.short(self._names.external(made[0], made[1].func)) if made else None

    def _is_testnet(self, source: PythonSource, node: cst.BaseExpression) -> bool:
        """Whether a client's configuration says in so many words that it plays with test money."""
        made = self.made(source, node)
        given = bind(made[1]).given if made else {}
        for name in ("testnet", "demo", "is_demo"):
            if made and name in given and truth_of(self._values.evaluate(made[0], given[name].value)).is_true:
                return True
        if made is None or "environment" not in given:
            return False
        value = self._values.evaluate(made[0], given["environment"].value)
        inner = value.value if isinstance(value, Known) else None
        return isinstance(inner, Member) and inner.name.rpartition(".")[2] in {"TESTNET", "DEMO", "SANDBOX"}

    def _only_sandbox(self, source: PythonSource) -> bool:
        """Whether a file names the sandbox's client configuration and no other."""
        clients = {word for word in source.words if word.endswith(("ExecClientConfig", "ExecutionClientConfig"))}
        return bool(clients) and all("Sandbox" in word for word in clients)
