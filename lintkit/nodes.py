"""How the index makes libcst's nodes: the recipes, by kind, of where each field comes from.

Layout (white space, commas, comments) is that of nodes written by hand: all nodes of a kind share it. What stands in
the file is found by `PythonSource.span` and `PythonSource.code`, never by libcst's code generator.
"""

from abc import ABCMeta
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, Field, fields
from functools import cache
from typing import Any

import libcst as cst

from lintkit.index import KINDS


class _Plain(ABCMeta):
    """libcst's classes are abstract, so that each `isinstance` is a call in Python; nobody registers with them."""

    __instancecheck__ = type.__instancecheck__
    __subclasscheck__ = type.__subclasscheck__


def _kinds(kind: type) -> Iterator[type]:
    yield kind
    for derived in kind.__subclasses__():
        yield from _kinds(derived)


for _kind in set(_kinds(cst.CSTNode)):
    _kind.__class__ = _Plain
    # Nodes are equal by identity; libcst says so in Python.
    setattr(_kind, "__hash__", object.__hash__)  # noqa: B010
    setattr(_kind, "__eq__", object.__eq__)  # noqa: B010

Slot = tuple[Any, str, Any]
"""Setter, source, and what the source needs to know; the sources are those of `engine/src/py/nodes.rs`."""

_MANY = 256
_STARS = ["", "*", "**"]
_OPEN = [(cst.LeftParen(),) * count for count in range(_MANY)]
_CLOSE = [(cst.RightParen(),) * count for count in range(_MANY)]
_DOTS = [(cst.Dot(),) * count for count in range(_MANY)]
_TEXTS = {"Name", "Integer", "Float", "Imaginary", "SimpleString", "FormattedStringText", "TemplatedStringText"}


@cache
def recipes() -> list[tuple[type[cst.CSTNode], list[Slot]]]:
    """In the order of the index's kinds."""
    return [_recipe(name, code.split()) for name, code in KINDS]


@cache
def chosen(kinds: tuple[type[cst.CSTNode], ...]) -> bytes:
    """A byte for each of the index's kinds: whether its nodes are instances of one of `kinds`."""
    return bytes(issubclass(kind, kinds) for kind, _ in recipes())


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
