"""In which unit of time a number is, where its origin or its name says so."""

import re
from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
from functools import cached_property

import libcst as cst

from lintkit.program.names import Assigned, Names
from lintkit.program.shapes import Shapes
from lintkit.program.values import Values, number
from lintkit.reads import Memo, Questions
from lintkit.source import PythonSource

_MAX_DEPTH = 8


class Unit(Enum):
    """The value is how many nanoseconds one is."""

    NANOSECONDS = 1
    MICROSECONDS = 1_000
    MILLISECONDS = 1_000_000
    SECONDS = 1_000_000_000

    @property
    def words(self) -> str:
        return self.name.lower()


_ATTRIBUTES = {"ts_event": Unit.NANOSECONDS, "ts_init": Unit.NANOSECONDS, "ts_last": Unit.NANOSECONDS,
               "ts_opened": Unit.NANOSECONDS, "ts_closed": Unit.NANOSECONDS}  # fmt: skip
_CALLS = {"timestamp_ns": Unit.NANOSECONDS, "time_ns": Unit.NANOSECONDS, "timestamp_us": Unit.MICROSECONDS,
          "timestamp_ms": Unit.MILLISECONDS, "timestamp": Unit.SECONDS}  # fmt: skip
_EXTERNAL = {"time.time": Unit.SECONDS, "time.time_ns": Unit.NANOSECONDS, "time.monotonic": Unit.SECONDS,
             "time.perf_counter": Unit.SECONDS, "time.monotonic_ns": Unit.NANOSECONDS}  # fmt: skip
_SUFFIX = (
    (re.compile(r"_(?:ns|nanos|nanoseconds)$", re.IGNORECASE), Unit.NANOSECONDS),
    (re.compile(r"_(?:us|micros|microseconds)$", re.IGNORECASE), Unit.MICROSECONDS),
    (re.compile(r"_(?:ms|millis|msecs|milliseconds)$", re.IGNORECASE), Unit.MILLISECONDS),
    (re.compile(r"_(?:secs|sec|seconds)$", re.IGNORECASE), Unit.SECONDS),
)
_FACTOR = re.compile(
    r"(?:^|_)(?:one|unit|per|(?:ns|us|ms|nanos|micros|millis|(?:nano|micro|milli)seconds?)_in)_[a-z]+$", re.IGNORECASE
)
"""`NS_PER_SEC` and `unit_sec` are how much one second is, in another unit."""

_LONGEST = 10**18
"""Nanoseconds, 31 years: a span of so many seconds is one of nanoseconds under a wrong name."""

_CASTS = {"builtins.int", "builtins.float", "builtins.round", "builtins.abs"}


class Units:
    def __init__(
        self,
        sources: Iterable[PythonSource],
        names: Names,
        values: Values,
        shapes: Shapes,
        questions: Questions,
    ) -> None:
        self._sources = tuple(sources)
        self._names, self._values = names, values
        self._shapes, self._questions = shapes, questions
        questions.define("own stamp", self._is_own)
        self._stored: Memo[PythonSource, dict[str, list[cst.BaseExpression]]] = Memo()

    def _is_own(self, name: str) -> bool:
        return name in self._own

    def of(self, source: PythonSource, node: cst.BaseExpression, depth: int = 0) -> Unit | None:
        """The unit of a time or of a span of time; None where nothing says it."""
        if depth > _MAX_DEPTH:
            return None
        if isinstance(node, cst.Attribute):
            return self._stamp(node) or self._by_name(source, node, self._assigned(source, node))
        if isinstance(node, cst.Name):
            return self._name(source, node, depth)
        if isinstance(node, cst.Subscript):
            return _by_words(_key(node.slice[0].slice)) if len(node.slice) == 1 else None
        if isinstance(node, cst.Call):
            return self._call(source, node, depth)
        if isinstance(node, cst.BinaryOperation):
            return self._operation(source, node, depth)
        return None

    def is_evident(self, source: PythonSource, node: cst.BaseExpression) -> bool:
        """Whether the unit comes from where the value is from, not only from a name that somebody chose."""
        if isinstance(node, cst.Attribute):
            return self._stamp(node) is not None
        if isinstance(node, cst.BinaryOperation):
            return self.is_evident(source, node.left) or self.is_evident(source, node.right)
        if isinstance(node, cst.Call):
            inner = node.args[0].value if len(node.args) == 1 else None
            if self._names.external(source, node.func) in _CASTS:
                return inner is not None and self.is_evident(source, inner)
            return self._call(source, node, 0) is not None
        value = self._written(source, node)
        return value is not None and self.is_evident(source, value)

    def _stamp(self, node: cst.Attribute) -> Unit | None:
        """The unit of a time stamp of the package; what a list or a method gives may be an object of the project."""
        name = node.attr.value
        if name in _ATTRIBUTES and not isinstance(node.value, cst.Name):
            self._questions.ask("own stamp", name)
            if name in self._own:
                return None
        return _ATTRIBUTES.get(name)

    @cached_property
    def _own(self) -> frozenset[str]:
        """The stamps that a class of the project has too, set from something else than such a stamp."""
        return frozenset(name for source in self._sources for name in self.own_stamps(source))

    def own_stamps(self, source: PythonSource) -> frozenset[str]:
        """Those of a file, for those who answer questions about the whole program."""
        return self._shapes.stamps(source, _own_stamps)

    def _name(self, source: PythonSource, node: cst.Name, depth: int) -> Unit | None:
        value = self._written(source, node)
        found = self.of(source, value, depth + 1) if value is not None else None
        return found or self._by_name(source, node, [node])

    def _by_name(self, source: PythonSource, node: cst.CSTNode, values: list[cst.BaseExpression]) -> Unit | None:
        """What a name says, unless the numbers that it stands for say otherwise."""
        name = node.attr.value if isinstance(node, cst.Attribute) else node.value if isinstance(node, cst.Name) else ""
        unit = _by_words(name)
        if unit is None:
            return None
        numbers = (number(self._values.evaluate(source, value)) for value in values)
        return None if any(n is not None and abs(n) * unit.value >= _LONGEST for n in numbers) else unit

    def _assigned(self, source: PythonSource, node: cst.Attribute) -> list[cst.BaseExpression]:
        """What the file assigns to attributes of this name, and the constant that it may be."""
        return [node, *self._stored.get(source, lambda: _stored(source)).get(node.attr.value, [])]

    def _written(self, source: PythonSource, node: cst.BaseExpression) -> cst.BaseExpression | None:
        bound = self._names.bindings(source, node) if isinstance(node, cst.Name) else None
        only = bound[1][0] if bound is not None and len(bound[1]) == 1 else None
        return only.value if isinstance(only, Assigned) else None

    def _call(self, source: PythonSource, node: cst.Call, depth: int) -> Unit | None:
        external = self._names.external(source, node.func)
        if external in _EXTERNAL:
            return _EXTERNAL[external]
        if external in _CASTS and len(node.args) == 1:
            return self.of(source, node.args[0].value, depth + 1)
        if isinstance(node.func, cst.Attribute) and not node.args:
            return _CALLS.get(node.func.attr.value)
        if isinstance(node.func, cst.Attribute) and node.func.attr.value == "get":
            return _by_words(_key(node.args[0]))
        return None

    def _operation(self, source: PythonSource, node: cst.BinaryOperation, depth: int) -> Unit | None:
        left = self.of(source, node.left, depth + 1)
        if isinstance(node.operator, (cst.Add, cst.Subtract)):
            right = self.of(source, node.right, depth + 1)
            return left if right in {left, None} else right if left is None else None
        factor = number(self._values.evaluate(source, node.right))
        if isinstance(node.operator, cst.Multiply):
            if left is None:
                left, factor = self.of(source, node.right, depth + 1), number(self._values.evaluate(source, node.left))
            return _scaled(left, 1 / factor) if factor else None
        if isinstance(node.operator, (cst.Divide, cst.FloorDivide)):
            return _scaled(left, factor) if factor else None
        return left if isinstance(node.operator, cst.Modulo) else None


def _stored(source: PythonSource) -> dict[str, list[cst.BaseExpression]]:
    found: dict[str, list[cst.BaseExpression]] = {}
    for assign in source.find(cst.Assign):
        for target in assign.targets:
            if isinstance(target.target, cst.Attribute):
                found.setdefault(target.target.attr.value, []).append(assign.value)
    return found


def _own_stamps(source: PythonSource) -> frozenset[str]:
    """The time stamps of the package that a class of a file has too, set from something else than such a stamp."""
    if source.words.isdisjoint(_ATTRIBUTES):
        return frozenset()
    found: set[str] = set()
    for assign in source.find(cst.Assign):
        copies = isinstance(assign.value, cst.Attribute) and assign.value.attr.value in _ATTRIBUTES
        for target in () if copies else (t.target for t in assign.targets):
            if isinstance(target, cst.Attribute) and target.attr.value in _ATTRIBUTES:
                found.add(target.attr.value)
    return frozenset(found)


def _by_words(name: str) -> Unit | None:
    unit = next((unit for pattern, unit in _SUFFIX if pattern.search(name)), None)
    return None if unit is None or _FACTOR.search(name) else unit


def _key(node: cst.CSTNode) -> str:
    """The constant text of an index or argument."""
    inner = node.value if isinstance(node, (cst.Index, cst.Arg)) else None
    text = inner.evaluated_value if isinstance(inner, cst.SimpleString) else None
    return text if isinstance(text, str) else ""


def _scaled(unit: Unit | None, factor: Decimal | None) -> Unit | None:
    if unit is None or factor is None:
        return None
    nanos = unit.value * factor
    return next((u for u in Unit if u.value == nanos), None)
