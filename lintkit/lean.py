"""Imports libcst without a third of what that costs: methods that dataclasses compile and libcst has of its own.

`CSTNode.__init_subclass__` puts `__repr__`, `__eq__` and `__hash__` into each class, so that what `dataclass` makes of
them is thrown away, and for some two hundred classes that takes longer than reading a small project. Only libcst's own
classes are treated so, and only while they are being imported.
"""

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any

_dataclass: Callable[..., Any] = dataclasses.dataclass


def _lean(kind: type | None = None, /, **options: Any) -> Any:
    if kind is None:
        return partial(_lean, **options)
    if kind.__module__.startswith("libcst._nodes."):
        options |= {"repr": False, "eq": False}
    return _dataclass(kind, **options)


dataclasses.dataclass = _lean
try:
    import libcst as libcst  # noqa: PLC0414
finally:
    dataclasses.dataclass = _dataclass
