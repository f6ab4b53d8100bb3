"""Enumerations of the model."""

from typing import Any

from nautilus_trader import _refuse
from nautilus_trader.model import enums

_unknown = _refuse.unknown(__name__)


def __getattr__(name: str) -> Any:
    return vars(enums)[name] if name in vars(enums) else _unknown(name)
