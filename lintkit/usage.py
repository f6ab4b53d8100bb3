"""How a project itself configures its strategies: what it gives to their config classes, in code and in files."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, cast

import libcst as cst

from lintkit.program import Program
from lintkit.program.classes import Class
from lintkit.program.values import Known, Made, text_of
from lintkit.source import ConfigSource, PythonSource

_ID = r"[A-Z0-9][A-Za-z0-9/_=.-]*\.[A-Z][A-Z0-9_]+"
_INSTRUMENT = re.compile(_ID)
_BARS = re.compile(rf"({_ID})-\d+-[A-Z_]+-(?:BID|ASK|MID|LAST)-(?:IN|EX)TERNAL")
_MAKERS = {"InstrumentId", "BarType"}
_DEPTH = 20


class Usage:
    """What is written nowhere is left out: a run infers it, and says so."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def config(self, strategy: Class) -> dict[str, Any]:
        """Fields of a strategy's config class as JSON values, from the call or file that says most of them.

        Those of its own parameters where it has no such class. Tests are looked at last.
        """
        found: list[tuple[bool, int, dict[str, Any]]] = []
        for source, values in self._uses(strategy):
            is_test = self._program.is_test(source)
            found.append((is_test, -len(values), values))
        found.sort(key=lambda use: use[:2])
        return found[0][2] if found else {}

    def instruments(self, strategy: Class) -> tuple[str, ...]:
        """The instrument that the strategy's file, or else the project, speaks of most; none where none is named."""
        for sources in ((strategy.source,), self._program.python):
            counts = Counter(name for source in sources for name in self._ids(source))
            if counts:
                best = max(counts.values())
                return (next(name for name, count in counts.items() if count == best),)
        return ()

    def _uses(self, strategy: Class) -> Iterator[tuple[PythonSource | ConfigSource, dict[str, Any]]]:
        program = self._program
        config = self.config_class(strategy)
        wanted = config or strategy
        for source in program.mentioning(frozenset({wanted.name})):
            for call in source.find(cst.Call):
                if program.classes.named(program.names.resolve(source, call.func)) is wanted:
                    values = self._values(source, dict(self._given(call)))
                    values.pop("config", None)
                    if values:
                        yield source, values
        for source in program.configs:
            for entry in source.entries:
                if entry.path and entry.path[-1] == "strategy_path" and str(entry.value).endswith(f":{strategy.name}"):
                    values = _children(source, (*entry.path[:-1], "config"))
                    if values:
                        yield source, values

    def config_class(self, strategy: Class) -> Class | None:
        """By the annotation of the constructor's parameter, or called like the strategy."""
        program = self._program
        method = strategy.method("__init__")
        if method is not None:
            params = method[1].params
            for parameter in (*params.posonly_params, *params.params, *params.kwonly_params):
                if parameter.name.value in ("config", "cfg") and parameter.annotation is not None:
                    symbol = program.names.resolve(method[0].source, parameter.annotation.annotation)
                    if found := program.classes.named(symbol):
                        return found
        return program.classes.named(program.names.top_level(strategy.source, f"{strategy.name}Config"))

    @staticmethod
    def _given(call: cst.Call) -> Iterator[tuple[str, cst.BaseExpression]]:
        for argument in call.args:
            if argument.keyword is not None:
                yield argument.keyword.value, argument.value

    def _values(self, source: PythonSource, given: Mapping[str, cst.BaseExpression]) -> dict[str, Any]:
        found = {name: self._plain(source, node, 0) for name, node in given.items()}
        return {name: value for name, value in found.items() if value is not None}

    def _plain(self, source: PythonSource, node: cst.BaseExpression, depth: int) -> Any:  # noqa: PLR0911  # a flat list
        """An expression as a JSON value; None where it is not known, or is None."""
        if depth > _DEPTH:
            return None
        source, node = self._program.values.origin(source, node)
        if isinstance(node, cst.FormattedString):
            return self._formatted(source, node, depth)
        if isinstance(node, cst.Call) and len(node.args) == 1 and _reads_text(node):
            text = self._plain(source, node.args[0].value, depth + 1)
            return text if isinstance(text, str) else None
        if isinstance(node, (cst.List, cst.Tuple)):
            items = [self._plain(source, element.value, depth + 1) for element in node.elements]
            return None if None in items else items
        value = self._program.values.evaluate(source, node)
        inner = value.value if isinstance(value, Known) else None
        if isinstance(inner, (bool, int, float, str)):
            return inner
        if isinstance(inner, Decimal):
            return str(inner)
        if isinstance(inner, Made) and inner.name == "InstrumentId":
            symbol, venue = text_of(inner.get("symbol")), text_of(inner.get("venue"))
            return f"{symbol}.{venue}" if symbol and venue else None
        return None

    def _formatted(self, source: PythonSource, node: cst.FormattedString, depth: int) -> str | None:
        words: list[str] = []
        for part in node.parts:
            if isinstance(part, cst.FormattedStringText):
                words.append(part.value)
                continue
            expression = part.expression if isinstance(part, cst.FormattedStringExpression) else None
            value = self._plain(source, expression, depth + 1) if expression is not None else None
            if not isinstance(value, (str, int)) or isinstance(value, bool):
                return None
            words.append(str(value))
        return "".join(words)

    def _ids(self, source: PythonSource) -> Iterator[str]:
        """Ids of instruments that a file names: in bar types, and where `InstrumentId.from_str` reads them."""
        if not source.holds(_MAKERS):
            return
        for literal in source.find(cst.SimpleString):
            text = literal.raw_value
            if match := _BARS.fullmatch(text):
                yield match[1]
            elif _INSTRUMENT.fullmatch(text) and _is_read(source, literal):
                yield text


def names_instrument(value: Any) -> bool:
    """Whether a setting is an instrument's id, a type of its bars, or a list with one."""
    if isinstance(value, list):
        return any(names_instrument(item) for item in cast("list[Any]", value))
    return isinstance(value, str) and bool(_INSTRUMENT.fullmatch(value) or _BARS.fullmatch(value))


def _is_read(source: PythonSource, literal: cst.SimpleString) -> bool:
    call = source.enclosing(literal, cst.Call)
    return call is not None and _reads_text(call)


def _reads_text(call: cst.Call) -> bool:
    return isinstance(call.func, cst.Attribute) and call.func.attr.value == "from_str"


def _children(source: ConfigSource, path: tuple[str | int, ...]) -> dict[str, Any]:
    """The plain values right inside a table of a configuration file."""
    return {
        str(entry.path[-1]): entry.value
        for entry in source.children(path)
        if isinstance(entry.value, (bool, int, float, str))
    }
