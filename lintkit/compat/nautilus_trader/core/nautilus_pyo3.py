"""The real package's compiled core under its own name: what backtests use of it is elsewhere here, with the same names.

Classes of the core's own (its clients, its second set of orders and events) are placeholders that refuse to be used.
"""

from importlib import import_module
from typing import Any, Final

from nautilus_trader import _placeholder
from nautilus_trader._profile import RELEASE

NAUTILUS_VERSION: Final = RELEASE

_HOMES: Final = (
    "nautilus_trader.model",
    "nautilus_trader.model.enums",
    "nautilus_trader.core.datetime",
    "nautilus_trader.core.uuid",
    "nautilus_trader.analysis",
)


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    for home in _HOMES:
        try:
            return getattr(import_module(home), name)
        except (AttributeError, ImportError):
            continue
    return _placeholder.refusing(__name__, name)
