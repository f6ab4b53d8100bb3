"""What `**name` passes, where the dict is written out."""

from dataclasses import dataclass

import libcst as cst

from lintkit.program.names import Assigned, Names, ScopeNode
from lintkit.source import PythonSource


@dataclass(frozen=True, slots=True)
class Given:
    """An argument, where it is written."""

    source: PythonSource
    value: cst.BaseExpression


def unpacked(names: Names, source: PythonSource, node: cst.BaseExpression) -> dict[str, Given] | None:
    """The entries of a dict with those that are set in it by key, perhaps under a condition; None if not all known."""
    entries = _entries(names, source, node)
    if entries is not None:
        return entries
    bound = names.bindings(source, node) if isinstance(node, cst.Name) else None
    only = bound[1][0] if bound is not None and len(bound[1]) == 1 else None
    if bound is None or not isinstance(node, cst.Name) or not isinstance(only, Assigned) or only.value is None:
        return None
    entries, later = _entries(names, source, only.value), _set_later(names, source, node, bound[0])
    return None if entries is None or later is None else entries | later


def _set_later(names: Names, source: PythonSource, table: cst.Name, scope: ScopeNode) -> dict[str, Given] | None:
    """What `table[...] = value` sets; None if it may be changed in other ways."""
    found: dict[str, Given] = {}
    for name in source.find(cst.Name):
        bound = names.bindings(source, name) if name.value == table.value else None
        parent = source.parent(name)
        if bound is None or bound[0] is not scope:
            continue
        if isinstance(parent, cst.Attribute) and parent.value is name and parent.attr.value == "update":
            return None
        target = source.parent(parent) if isinstance(parent, cst.Subscript) else None
        assign = source.parent(target) if isinstance(target, cst.AssignTarget) else None
        if isinstance(parent, cst.Subscript) and isinstance(assign, cst.Assign):
            index = parent.slice[0].slice
            key = index.value if isinstance(index, cst.Index) else None
            if not isinstance(key, cst.SimpleString):
                return None
            found[str(key.evaluated_value)] = Given(source, assign.value)
    return found


def _entries(names: Names, source: PythonSource, table: cst.BaseExpression) -> dict[str, Given] | None:
    """Of a dict display, or of `dict(a=1)`."""
    found: dict[str, Given] = {}
    if isinstance(table, cst.Call) and names.external(source, table.func) == "builtins.dict":
        for argument in table.args:
            if argument.keyword is None:
                return None
            found[argument.keyword.value] = Given(source, argument.value)
        return found
    if not isinstance(table, cst.Dict):
        return None
    for element in table.elements:
        if not isinstance(element, cst.DictElement) or not isinstance(element.key, cst.SimpleString):
            return None
        found[str(element.key.evaluated_value)] = Given(source, element.value)
    return found
