"""Adapters: placeholders only; see `_placeholder`."""

from importlib import import_module
from typing import Any

from nautilus_trader import _placeholder, _refuse

_unknown = _refuse.unknown(__name__)


def __getattr__(name: str) -> Any:
    if _placeholder.covers(f"{__name__}.{name}"):
        return import_module(f"{__name__}.{name}")
    return _unknown(name)
