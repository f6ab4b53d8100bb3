"""What containers are written to hold: dicts and lists of indicators, by instrument or by name."""

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from lintkit.source import PythonSource

_EMPTY = frozenset({"dict", "list", "OrderedDict"})
_Entries = list[tuple[PythonSource, cst.BaseExpression]]


@dataclass(frozen=True, slots=True)
class Put:
    """`self.name[key] = value` in a class; `key` is None where it is not a constant, `value` where it is not seen."""

    source: PythonSource
    owner: cst.ClassDef
    name: str
    key: object
    value: cst.BaseExpression | None


def constant_key(node: cst.Subscript) -> object:
    """The key as a text or number, or None."""
    inner = node.slice[0].slice if node.slice else None
    return _constant(inner.value) if isinstance(inner, cst.Index) else None


def entries_of(source: PythonSource, node: cst.BaseExpression, key: object) -> _Entries | None:
    """What a container holds as it is written, under one key if that is a constant; None when it cannot be seen."""
    if isinstance(node, cst.Dict):
        if not all(isinstance(e, cst.DictElement) for e in node.elements):
            return None
        pairs = [(_constant(e.key), e.value) for e in node.elements if isinstance(e, cst.DictElement)]
        return [(source, value) for own, value in pairs if key is None or own is None or own == key]
    if isinstance(node, (cst.List, cst.Tuple)):
        plain = all(isinstance(e, cst.Element) for e in node.elements)
        values = [(source, e.value) for e in node.elements]
        at = values[key : key + 1 or None] if isinstance(key, int) else values
        return at if plain else None
    if isinstance(node, cst.DictComp):
        return [(source, node.value)]
    if isinstance(node, cst.ListComp):
        return [(source, node.elt)]
    if isinstance(node, cst.Call):
        return _made(source, node)
    return None


def stores_into(source: PythonSource) -> list[Put]:
    """Every `self.name[key] = value` of a file, and `self.name.setdefault(key, value)`."""
    return [*_assigned(source), *_defaulted(source)]


def _assigned(source: PythonSource) -> Iterator[Put]:
    for node in source.find(cst.Subscript):
        parent = source.parent(node)
        if isinstance(parent, cst.AssignTarget):
            assign = source.parent(parent)
            value = assign.value if isinstance(assign, cst.Assign) else None
        elif isinstance(parent, (cst.AnnAssign, cst.AugAssign)) and parent.target is node:
            value = parent.value if isinstance(parent, cst.AnnAssign) else None
        else:
            continue
        owner, name = source.enclosing(node, cst.ClassDef), _on_self(node.value)
        if owner is not None and name is not None:
            yield Put(source, owner, name, constant_key(node), value)


def _defaulted(source: PythonSource) -> Iterator[Put]:
    for call in source.find(cst.Call):
        func = call.func
        if isinstance(func, cst.Attribute) and func.attr.value == "setdefault" and len(call.args) > 1:
            owner, name = source.enclosing(call, cst.ClassDef), _on_self(func.value)
            if owner is not None and name is not None:
                yield Put(source, owner, name, _constant(call.args[0].value), call.args[1].value)


def _made(source: PythonSource, call: cst.Call) -> _Entries | None:
    """`dict()`, and `defaultdict(lambda: ...)`."""
    name = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
    word = name.value if isinstance(name, cst.Name) else ""
    if word in _EMPTY and not call.args:
        return []
    if word == "defaultdict" and len(call.args) == 1 and isinstance(call.args[0].value, cst.Lambda):
        return [(source, call.args[0].value.body)]
    return None


def _on_self(node: cst.BaseExpression) -> str | None:
    is_own = isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name) and node.value.value == "self"
    return node.attr.value if is_own and isinstance(node, cst.Attribute) else None


def _constant(node: cst.BaseExpression | None) -> object:
    if isinstance(node, cst.SimpleString):
        return node.evaluated_value
    if isinstance(node, cst.Integer):
        return int(node.value, 0)
    return None
