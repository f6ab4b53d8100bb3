"""How the index makes libcst's nodes: the recipes, by kind, of where each field comes from.

Layout (white space, commas, comments) is that of nodes written by hand: all nodes of a kind share it. What stands in
the file is found by `PythonSource.span` and `PythonSource.code`, never by libcst's code generator.
"""

from collections.abc import Sequence
from dataclasses import MISSING, Field, fields
from functools import cache
from typing import Any

import libcst as cst

from lintkit.index import KINDS

Slot = tuple[Any, str, Any]
"""Setter, source, and what the source needs to know; the sources are those of `engine/src/py/nodes.rs`."""

_MANY = 256
_STARS = ["", "*", "**"]
_OPEN = [()] + [tuple(cst.LeftParen() for _ in range(count)) for count in range(1, _MANY)]
_CLOSE = [()] + [tuple(cst.RightParen() for _ in range(count)) for count in range(1, _MANY)]
_DOTS = [tuple(cst.Dot() for _ in range(count)) for count in range(_MANY)]
_TEXTS = {"Name", "Integer", "Float", "Imaginary", "SimpleString", "FormattedStringText", "TemplatedStringText"}


@cache
def recipes() -> list[tuple[type[cst.CSTNode], list[Slot]]]:
    """In the order of the index's kinds."""
    return [_recipe(name, code.split()) for name, code in KINDS]


def _recipe(name: str, code: Sequence[str]) -> tuple[type[cst.CSTNode], list[Slot]]:
    kind: type[cst.CSTNode] = getattr(cst, name)
    return kind, [(getattr(kind, f.name).__set__, *_source(name, f, code)) for f in fields(kind)]


def _source(kind: str, field: Field[Any], code: Sequence[str]) -> tuple[str, Any]:
    name = field.name
    if (kind, name) in _SPECIAL:
        return _SPECIAL[kind, name]
    if kind in _PARENTHESIZED and name in {"lpar", "rpar"}:
        return "parens", _OPEN if name == "lpar" else _CLOSE
    if name in code:
        return "child", (code.index(name), _default(field))
    if f"{name}*" in code:
        return "children", code.index(f"{name}*")
    return "constant", _default(field)


_PARENTHESIZED = {name for name, _ in KINDS if issubclass(getattr(cst, name), cst.BaseExpression)}

_SPECIAL: dict[tuple[str, str], tuple[str, Any]] = {
    **{(kind, "value"): ("text", None) for kind in _TEXTS},
    **{(kind, "star"): ("extra", _STARS) for kind in ("Arg", "Param")},
    **{
        (kind, "asynchronous"): ("extra", [None, cst.Asynchronous()])
        for kind in ("FunctionDef", "For", "With", "CompFor")
    },
    **{
        key: source
        for kind in ("FormattedString", "TemplatedString")
        for key, source in {
            (kind, "start"): ("opening", None),
            (kind, "end"): ("closing", None),
            (f"{kind}Expression", "conversion"): ("conversion", None),
            (f"{kind}Expression", "format_spec"): ("specification", 1),
        }.items()
    },
    **{
        key: source
        for kind in ("ImportFrom", "LazyImportFrom")
        for key, source in {(kind, "names"): ("imported", 1), (kind, "relative"): ("extra", _DOTS)}.items()
    },
    ("Index", "star"): ("extra", [None, "*"]),
}
"""Fields that are not simply children or layout. The numbers are places among the kind's fields in `KINDS`."""


def _default(field: Field[Any]) -> Any:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else _REQUIRED.get(field.name)


_REQUIRED: dict[str, Any] = {"value": "!="}
"""What a field without a default of its own is: `NotEqual.value`; for all others None."""
