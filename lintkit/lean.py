"""Imports libcst at a third of what that costs: what dataclasses compile for its classes waits until it is used.

For some two hundred classes that takes longer than reading a small project, and most of it is thrown away:
`__repr__` and `__eq__` because `CSTNode.__init_subclass__` has put its own into each class, `__init__` because the
index makes nodes without it. So `__init__` is compiled at a class's first call, and what keeps nodes from being
changed is one function for all of them. Only libcst's own classes are treated so, and only while they are imported.
"""

import dataclasses
import sys
from collections.abc import Callable
from copy import copy
from functools import partial
from types import ModuleType
from typing import Any

_dataclass: Callable[..., Any] = dataclasses.dataclass


def _lean(kind: type | None = None, /, **options: Any) -> Any:
    if kind is None:
        return partial(_lean, **options)
    if not (kind.__module__.startswith("libcst._nodes.") and options == {"frozen": True}):
        return _dataclass(kind, **options)
    if not kind.__doc__:  # else it is made from the signature
        kind.__doc__ = kind.__name__
    if "__init__" not in kind.__dict__:
        setattr(kind, "__init__", _later())  # noqa: B010
    made = _dataclass(kind, init=False, repr=False, eq=False)
    made.__setattr__, made.__delattr__ = _set, _delete
    return made


def _later() -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **named: Any) -> None:  # noqa: N807
        owner = next(kind for kind in type(self).__mro__ if kind.__dict__.get("__init__") is __init__)
        owner.__init__ = _init(owner)
        owner.__init__(self, *args, **named)

    return __init__


def _init(kind: Any) -> Callable[..., None]:
    """What `dataclass` would have made."""
    fields = [(field.name, field.type, copy(field)) for field in dataclasses.fields(kind)]
    made: Any = dataclasses.make_dataclass(
        kind.__name__, fields, frozen=True, repr=False, eq=False, namespace={"__post_init__": kind.__post_init__}
    )
    found: Callable[..., None] = made.__init__
    found.__module__, found.__qualname__ = kind.__module__, f"{kind.__qualname__}.__init__"
    return found


def _refuses(node: object, name: str) -> bool:
    kind: Any = type(node)
    return "__dataclass_fields__" in kind.__dict__ or name in kind.__dataclass_fields__


def _set(node: object, name: str, value: object) -> None:
    if _refuses(node, name):
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
    object.__setattr__(node, name, value)


def _delete(node: object, name: str) -> None:
    if _refuses(node, name):
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
    object.__delattr__(node, name)


def _classes(kind: Any) -> Any:
    yield kind
    for derived in kind.__subclasses__():
        yield from _classes(derived)


def _load() -> ModuleType:
    dataclasses.dataclass = _lean
    try:
        import libcst
    finally:
        dataclasses.dataclass = _dataclass
    return libcst


if "libcst" not in sys.modules:
    for _kind in set(_classes(_load().CSTNode)):
        if "__dataclass_params__" in _kind.__dict__:
            _kind.__dataclass_params__.frozen = True
