"""Constant values. What can't be known is `UNKNOWN`, never a guess; nothing of the project is executed.

NautilusTrader's value types become `Made`: their name and their arguments by parameter name.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias, cast

import libcst as cst

from lintkit.program import api
from lintkit.program.arguments import bind
from lintkit.program.names import Assigned, Defined, Imported, Names, ScopeNode
from lintkit.source import PythonSource

_MAX_DEPTH = 60
_MAX_EXPONENT = 64
_MAX_MAGNITUDE = 10**80
_MAX_TEXT = 10_000
_WIDE = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Made:
    """A value made by a call of NautilusTrader's class `name`. `Price` and `Quantity` have `value` and `precision`."""

    name: str
    arguments: Mapping[str, "Value"]
    unpacked: bool = False

    def get(self, name: str) -> "Value":
        """The argument, UNKNOWN when it was not given."""
        return self.arguments.get(name, UNKNOWN)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an enum or another constant of somebody else's module, by its full name."""

    name: str


@dataclass(frozen=True, slots=True)
class Known:
    """`value` is a str, int, float, bool, Decimal, tuple, dict, `Made`, `Member` or None."""

    value: object


@dataclass(frozen=True, slots=True)
class Unknown:
    """`from_environment`: the value is read from environment variables when the program starts."""

    from_environment: bool = False


Value: TypeAlias = Known | Unknown
UNKNOWN = Unknown()
FROM_ENVIRONMENT = Unknown(from_environment=True)


@dataclass(frozen=True, slots=True)
class Row:
    """One pass through loops and functions: what their variables and parameters are in it.

    `bound` is by the identity of the scope and by name; `loops` are those that are passed through, by identity.
    """

    bound: Mapping[tuple[int, str], Value] = field(default_factory=dict[tuple[int, str], Value])
    loops: frozenset[int] = frozenset()


_ANY = Row()
_SINGLETONS = {"builtins.True": True, "builtins.False": False, "builtins.None": None}


def _divide(left: Any, right: Any) -> Any:
    return left / right


def _floor_divide(left: Any, right: Any) -> Any:
    return left // right


def _power(left: Any, right: Any) -> Any:
    return left**right


_UNARY: dict[type[cst.BaseUnaryOp], Callable[..., object]] = {
    cst.Minus: operator.neg,
    cst.Plus: operator.pos,
    cst.Not: operator.not_,
}
_BINARY: dict[type[cst.BaseBinaryOp], Callable[..., object]] = {
    cst.Add: operator.add,
    cst.Subtract: operator.sub,
    cst.Multiply: operator.mul,
    cst.Divide: _divide,
    cst.FloorDivide: _floor_divide,
    cst.Modulo: operator.mod,
    cst.Power: _power,
}
_COMPARE: dict[type[cst.BaseCompOp], Callable[..., object]] = {
    cst.Equal: operator.eq,
    cst.NotEqual: operator.ne,
    cst.LessThan: operator.lt,
    cst.LessThanEqual: operator.le,
    cst.GreaterThan: operator.gt,
    cst.GreaterThanEqual: operator.ge,
}
_PURE: dict[str, Callable[..., object]] = {
    "builtins.int": int,
    "builtins.float": float,
    "builtins.str": str,
    "builtins.bool": bool,
    "builtins.abs": abs,
    "builtins.round": round,
    "builtins.min": min,
    "builtins.max": max,
    "decimal.Decimal": Decimal,
}
_FAILURES = (ArithmeticError, InvalidOperation, TypeError, ValueError, OverflowError, IndexError, KeyError)
_SIMPLE_MADE: dict[str, tuple[str, ...]] = {
    "Symbol": ("value",),
    "Venue": ("value",),
    "InstrumentId": ("symbol", "venue"),
    "Money": ("value", "currency"),
    "LatencyModel": api.LATENCY_PARAMETERS,
    "StaticLatencyModel": api.LATENCY_PARAMETERS,
    "LatencyModelConfig": api.LATENCY_PARAMETERS,
    "ImportableLatencyModelConfig": ("latency_model_path", "config_path", "config"),
    "DatabaseConfig": (),
}


class Values:
    def __init__(self, names: Names) -> None:
        self._names = names
        self._row = _ANY

    def evaluate(self, source: PythonSource, node: cst.BaseExpression | None, row: Row = _ANY) -> Value:
        """The value of an expression; UNKNOWN for None."""
        if node is None:
            return UNKNOWN
        before, self._row = self._row, row
        try:
            return self._of(source, node, 0)
        finally:
            self._row = before

    def origin(self, source: PythonSource, node: cst.BaseExpression) -> tuple[PythonSource, cst.BaseExpression]:
        """The expression that a constant's name stands for, through any number of names and files."""
        for _ in range(_MAX_DEPTH):
            if not isinstance(node, (cst.Name, cst.Attribute)):
                break
            found = self._assigned(source, node)
            if found is None:
                break
            source, node = found
        return source, node

    def _of(self, source: PythonSource, node: cst.BaseExpression, depth: int) -> Value:
        if depth > _MAX_DEPTH:
            return UNKNOWN
        if isinstance(node, (cst.Integer, cst.Float, cst.SimpleString)):
            return _literal(node)
        if isinstance(node, cst.Name) and node.value in {"True", "False", "None"}:
            return Known({"True": True, "False": False, "None": None}[node.value])
        if isinstance(node, (cst.Name, cst.Attribute)):
            return self._named(source, node, depth)
        if isinstance(node, (cst.UnaryOperation, cst.BinaryOperation, cst.Comparison)):
            return self._operation(source, node, depth)
        if isinstance(node, cst.BooleanOperation):
            return self._boolean(source, node, depth)
        if isinstance(node, cst.IfExp):
            return self._conditional(source, node, depth)
        if isinstance(node, (cst.ConcatenatedString, cst.FormattedString)):
            return self._string(source, node, depth)
        if isinstance(node, (cst.Tuple, cst.List, cst.Dict)):
            return self._collection(source, node, depth)
        if isinstance(node, cst.Subscript):
            return self._subscript(source, node, depth)
        if isinstance(node, cst.Call):
            return self._call(source, node, depth)
        return UNKNOWN

    def _named(self, source: PythonSource, node: cst.Name | cst.Attribute, depth: int) -> Value:
        if self._row.bound and isinstance(node, cst.Name):
            bound = self._names.bindings(source, node)
            value = self._row.bound.get((id(bound[0]), node.value)) if bound is not None else None
            if value is not None:
                return value
        found = self._assigned(source, node)
        if found is not None:
            return self._of(*found, depth + 1)
        part = self._unpacked(source, node, depth) if isinstance(node, cst.Name) else None
        if part is not None:
            return part
        name = self._names.external(source, node)
        if name == "os.environ":
            return FROM_ENVIRONMENT
        if name in _SINGLETONS:  # the constant of another file
            return Known(_SINGLETONS[name])
        return Known(Member(name)) if name and "." in name and not name.startswith("builtins.") else UNKNOWN

    def _assigned(
        self, source: PythonSource, node: cst.Name | cst.Attribute
    ) -> tuple[PythonSource, cst.BaseExpression] | None:
        """Where the one value of a name is written. None when it has several, or changes in a loop."""
        if isinstance(node, cst.Name):
            bound = self._names.bindings(source, node)
            if bound is not None and not any(isinstance(b, Imported) for b in bound[1]):
                return _only_value(source, bound[0], bound[1], self._row.loops)
        symbol = self._names.resolve(source, node)
        if symbol is None or symbol.source is None or not symbol.name:
            return None
        scope: ScopeNode = symbol.source.tree
        *owners, last = symbol.name.split(".")
        for owner in owners:
            bindings = self._names.scope(symbol.source, scope).get(owner, [])
            inner = next((b.node for b in bindings if isinstance(b, Defined)), None)
            if inner is None or len(bindings) != 1:
                return None
            scope = inner
        return _only_value(symbol.source, scope, tuple(self._names.scope(symbol.source, scope).get(last, ())))

    def _unpacked(self, source: PythonSource, node: cst.Name, depth: int) -> Value | None:
        """A variable of `a, b = pair`."""
        bound = self._names.bindings(source, node)
        only = bound[1][0] if bound is not None and len(bound[1]) == 1 else None
        assign = only.node if isinstance(only, Assigned) else None
        if bound is None or not isinstance(assign, cst.Assign) or len(assign.targets) != 1:
            return None
        target = assign.targets[0].target
        if not isinstance(target, (cst.Tuple, cst.List)) or _loops(source, assign, bound[0]) - self._row.loops:
            return None
        names = [e.value.value if isinstance(e.value, cst.Name) else None for e in target.elements]
        plain = all(isinstance(e, cst.Element) for e in target.elements)
        value = self._of(source, assign.value, depth + 1) if plain and names.count(node.value) == 1 else UNKNOWN
        inner: object = value.value if isinstance(value, Known) else None
        if not isinstance(inner, tuple):
            return None
        parts = cast("tuple[object, ...]", inner)
        return Known(parts[names.index(node.value)]) if len(parts) == len(names) else None

    def _operation(
        self, source: PythonSource, node: cst.UnaryOperation | cst.BinaryOperation | cst.Comparison, depth: int
    ) -> Value:
        if isinstance(node, cst.UnaryOperation):
            operand = self._of(source, node.expression, depth + 1)
            return _apply(_UNARY.get(type(node.operator)), operand)
        left = self._of(source, node.left, depth + 1)
        if isinstance(node, cst.BinaryOperation):
            return _apply(_BINARY.get(type(node.operator)), left, self._of(source, node.right, depth + 1))
        if len(node.comparisons) != 1:
            return UNKNOWN
        target = node.comparisons[0]
        return _apply(_COMPARE.get(type(target.operator)), left, self._of(source, target.comparator, depth + 1))

    def _boolean(self, source: PythonSource, node: cst.BooleanOperation, depth: int) -> Value:
        left = self._of(source, node.left, depth + 1)
        right = self._of(source, node.right, depth + 1)
        if isinstance(left, Unknown):
            return left if left.from_environment else right if isinstance(right, Unknown) else UNKNOWN
        takes_left = bool(left.value) == isinstance(node.operator, cst.Or)
        return left if takes_left else right

    def _conditional(self, source: PythonSource, node: cst.IfExp, depth: int) -> Value:
        test = self._of(source, node.test, depth + 1)
        if isinstance(test, Known):
            return self._of(source, node.body if test.value else node.orelse, depth + 1)
        return FROM_ENVIRONMENT if test.from_environment else UNKNOWN

    def _string(self, source: PythonSource, node: cst.ConcatenatedString | cst.FormattedString, depth: int) -> Value:
        if isinstance(node, cst.ConcatenatedString):
            return _apply(operator.add, self._of(source, node.left, depth + 1), self._of(source, node.right, depth + 1))
        parts: list[str] = []
        for part in node.parts:
            if isinstance(part, cst.FormattedStringText):
                parts.append(part.value.replace("{{", "{").replace("}}", "}"))
                continue
            value: Value = UNKNOWN
            if isinstance(part, cst.FormattedStringExpression) and not part.conversion:
                value = _apply(format, self._of(source, part.expression, depth + 1), _spec(part))
            if not isinstance(value, Known):
                return UNKNOWN
            parts.append(str(value.value))
        return Known("".join(parts)) if sum(map(len, parts)) <= _MAX_TEXT else UNKNOWN

    def _collection(self, source: PythonSource, node: cst.Tuple | cst.List | cst.Dict, depth: int) -> Value:
        if isinstance(node, cst.Dict):
            table: dict[object, object] = {}
            for element in node.elements:
                if not isinstance(element, cst.DictElement):
                    return UNKNOWN
                key, value = self._of(source, element.key, depth + 1), self._of(source, element.value, depth + 1)
                if not (isinstance(key, Known) and isinstance(value, Known) and isinstance(key.value, (str, int))):
                    return UNKNOWN
                table[key.value] = value.value
            return Known(table)
        values = [self._of(source, e.value, depth + 1) for e in node.elements if isinstance(e, cst.Element)]
        known = [v.value for v in values if isinstance(v, Known)]
        return Known(tuple(known)) if len(known) == len(node.elements) else UNKNOWN

    def _subscript(self, source: PythonSource, node: cst.Subscript, depth: int) -> Value:
        owner = self._of(source, node.value, depth + 1)
        if isinstance(owner, Unknown):
            return owner
        if len(node.slice) != 1 or not isinstance(index := node.slice[0].slice, cst.Index):
            return UNKNOWN
        key = self._of(source, index.value, depth + 1)
        return _apply(operator.getitem, owner, key) if isinstance(owner.value, (tuple, dict, str)) else UNKNOWN

    def _call(self, source: PythonSource, call: cst.Call, depth: int) -> Value:
        name = self._names.external(source, call.func)
        if name in {"os.getenv", "os.environ.get", "decouple.config", "environ.Env"}:
            return FROM_ENVIRONMENT
        if name in _PURE:
            values = [self._of(source, a.value, depth + 1) for a in call.args if not a.star and a.keyword is None]
            if len(values) == len(call.args) > 0:
                return _apply(_PURE[name], *values)
            return UNKNOWN
        if api.short(name) is not None and name is not None:
            return self._made(source, call, name.split("."), depth)
        if isinstance(call.func, cst.Attribute):  # os.getenv("X", "").lower()
            owner = self._of(source, call.func.value, depth + 1)
            if isinstance(owner, Known) and isinstance(owner.value, str) and call.func.attr.value == "format":
                return self._formatted(source, owner.value, call, depth)
            return owner if isinstance(owner, Unknown) and owner.from_environment else UNKNOWN
        return UNKNOWN

    def _formatted(self, source: PythonSource, text: str, call: cst.Call, depth: int) -> Value:
        """`"{}.{}".format(symbol, venue)`, of plain texts and numbers."""
        if _WIDE.search(text) or any(argument.star for argument in call.args):
            return UNKNOWN
        given: list[object] = []
        named: dict[str, object] = {}
        for argument in call.args:
            value = self._of(source, argument.value, depth + 1)
            if not isinstance(value, Known) or not isinstance(value.value, (str, int)):
                return value if isinstance(value, Unknown) else UNKNOWN
            if argument.keyword is None:
                given.append(value.value)
            else:
                named[argument.keyword.value] = value.value
        return _apply(lambda: text.format(*given, **named))

    def _made(self, source: PythonSource, call: cst.Call, name: list[str], depth: int) -> Value:
        maker, method = name[-1], ""
        if maker in {"from_str", "from_int"} and len(name) > 1:
            maker, method = name[-2], maker
        if method:
            value = self._of(source, call.args[0].value, depth + 1) if len(call.args) == 1 else UNKNOWN
            return _from_text(maker, value)
        parameters = ("value", "precision") if maker in {"Price", "Quantity"} else _SIMPLE_MADE.get(maker)
        if parameters is None:
            return UNKNOWN
        arguments = bind(call, parameters)
        values = {key: self._of(source, a.value, depth + 1) for key, a in arguments.given.items()}
        return Known(Made(maker, values, arguments.unpacked))


def _spec(part: cst.FormattedStringExpression) -> Value:
    """The format of a value in an f-string."""
    texts = [one.value if isinstance(one, cst.FormattedStringText) else None for one in part.format_spec or ()]
    known = "".join(text for text in texts if text is not None)
    return UNKNOWN if None in texts or _WIDE.search(known) else Known(known)


def _only_value(
    source: PythonSource, scope: ScopeNode, bindings: tuple[object, ...], passed: frozenset[int] = frozenset()
) -> tuple[PythonSource, cst.BaseExpression] | None:
    only = bindings[0] if len(bindings) == 1 else None
    if not isinstance(only, Assigned) or only.value is None:
        return None
    return None if _loops(source, only.node, scope) - passed else (source, only.value)


def _loops(source: PythonSource, node: cst.CSTNode, scope: ScopeNode) -> frozenset[int]:
    """The loops of a scope that a place is in, by identity."""
    return frozenset(id(up) for up in _until(source, node, scope) if isinstance(up, (cst.For, cst.While)))


def _until(source: PythonSource, node: cst.CSTNode, scope: ScopeNode) -> list[cst.CSTNode]:
    found: list[cst.CSTNode] = []
    for up in source.parents(node):
        if up is scope:
            break
        found.append(up)
    return found


def _literal(node: cst.Integer | cst.Float | cst.SimpleString) -> Value:
    try:
        if isinstance(node, cst.SimpleString):
            text = node.evaluated_value
            return Known(text) if isinstance(text, str) else UNKNOWN
        return Known(int(node.value, 0) if isinstance(node, cst.Integer) else float(node.value))
    except ValueError:  # an integer of more digits than the interpreter converts
        return UNKNOWN


def _apply(function: Callable[..., object] | None, *values: Value) -> Value:
    if function is None:
        return UNKNOWN
    known: list[object] = []
    for value in values:
        if isinstance(value, Unknown):
            return next((v for v in values if isinstance(v, Unknown) and v.from_environment), UNKNOWN)
        known.append(value.value)
    if function is _power and not _small_power(known):
        return UNKNOWN
    if function is operator.mul and not _short_product(known):
        return UNKNOWN
    try:
        result = function(*known)
    except _FAILURES:
        return UNKNOWN
    too_large = (isinstance(result, int) and abs(result) > _MAX_MAGNITUDE) or (
        isinstance(result, str) and len(result) > _MAX_TEXT
    )
    return UNKNOWN if too_large else Known(result)


def _small_power(known: list[object]) -> bool:
    base, exponent = known[0], known[1]
    return (
        isinstance(base, (int, float, Decimal))
        and isinstance(exponent, (int, float, Decimal))
        and abs(exponent) <= _MAX_EXPONENT
        and abs(base) <= _MAX_MAGNITUDE
    )


def _short_product(known: list[object]) -> bool:
    """Numbers, or a text as many times as is short."""
    if any(isinstance(v, tuple) for v in known):
        return False
    texts = [v for v in known if isinstance(v, str)]
    counts = [v for v in known if isinstance(v, int)]
    return not texts or (len(counts) == 1 and abs(counts[0]) * len(texts[0]) <= _MAX_TEXT)


def _from_text(maker: str, value: Value) -> Value:
    if not isinstance(value, Known) or not isinstance(value.value, (str, int)):
        return UNKNOWN
    text = str(value.value).replace("_", "").strip()
    if maker == "InstrumentId" and "." in text:
        symbol, _, venue = text.rpartition(".")
        return Known(Made(maker, {"symbol": Known(symbol), "venue": Known(venue)}))
    if maker in {"Price", "Quantity"}:
        try:
            number = Decimal(text)
        except InvalidOperation:
            return UNKNOWN
        exponent = number.as_tuple().exponent
        precision = max(0, -exponent) if isinstance(exponent, int) else 0
        return Known(Made(maker, {"value": Known(number), "precision": Known(precision)}))
    if maker == "Currency":
        return Known(Made(maker, {"code": Known(text)}))
    if maker == "Money":
        amount, _, currency = text.partition(" ")
        return Known(Made(maker, {"value": Known(amount), "currency": Known(currency.strip())}))
    return UNKNOWN


def number(value: Value) -> Decimal | None:
    """A known number as written: floats by their shortest text, prices and quantities by their value."""
    if not isinstance(value, Known):
        return None
    inner = value.value
    if isinstance(inner, Made) and inner.name in {"Price", "Quantity"}:
        return _made_number(inner)
    if isinstance(inner, bool) or not isinstance(inner, (int, float, Decimal, str)):
        return None
    try:
        found = Decimal(repr(inner) if isinstance(inner, float) else inner)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _made_number(made: Made) -> Decimal | None:
    """The value that the real constructor keeps: rounded half away from zero to the precision."""
    value, precision = number(made.get("value")), made.get("precision")
    if value is None or not isinstance(precision, Known) or not isinstance(precision.value, int):
        return None
    places = precision.value
    if not 0 <= places <= 18:  # noqa: PLR2004  # more than any build of NautilusTrader accepts
        return None
    try:
        return value.quantize(Decimal(1).scaleb(-places), rounding="ROUND_HALF_UP")
    except InvalidOperation:
        return None


def currency_of(value: Value) -> str | None:
    """The code of a currency that is a constant of the package or made from a string, or of an amount of money."""
    inner = value.value if isinstance(value, Known) else None
    if isinstance(inner, Member):
        module, _, code = inner.name.rpartition(".")
        return code if module.startswith(api.PACKAGE) and code.isupper() else None
    if isinstance(inner, Made) and inner.name == "Money":
        return currency_of(inner.get("currency"))
    if isinstance(inner, Made) and inner.name == "Currency":
        return text_of(inner.get("code"))
    return inner if isinstance(inner, str) else None


def text_of(value: Value) -> str | None:
    """A known string, also that of `Symbol("X")` and `Venue("X")`."""
    inner = value.value if isinstance(value, Known) else None
    if isinstance(inner, Made) and inner.name in {"Symbol", "Venue"}:
        return text_of(inner.get("value"))
    return inner if isinstance(inner, str) else None


@dataclass(frozen=True, slots=True)
class Truth:
    """`is_true` only when that is known; `from_environment` when environment variables decide."""

    is_true: bool
    from_environment: bool


def truth_of(value: Value) -> Truth:
    if isinstance(value, Unknown):
        return Truth(is_true=False, from_environment=value.from_environment)
    return Truth(is_true=not isinstance(value.value, (Made, Member)) and bool(value.value), from_environment=False)
