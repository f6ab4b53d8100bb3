"""Part of the stand-in for `nautilus_trader`; see the package's doc."""

from typing import Any

from nautilus_trader import _refuse, indicators

_NAMES = ("Indicator",)
_unknown = _refuse.unknown(__name__)


def __getattr__(name: str) -> Any:
    return getattr(indicators, name) if name in _NAMES else _unknown(name)
