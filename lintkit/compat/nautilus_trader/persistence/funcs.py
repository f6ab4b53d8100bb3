"""Names of files and folders in a catalog."""

import re
from typing import Any, Final

from lintkit._engine import Bar, OrderBookDelta, OrderBookDepth10, QuoteTick, TradeTick
from nautilus_trader import _refuse
from nautilus_trader._profile import LATER
from nautilus_trader.core.inspect import is_nautilus_class
from nautilus_trader.model.data import MarkPriceUpdate
from nautilus_trader.serialization.arrow.serializer import registered

CUSTOM_DATA_PREFIX: Final = "custom_"

_FOLDERS: Final = (
    {
        "OrderBookDelta": "order_book_deltas",
        "OrderBookDeltas": "order_book_deltas",
        "OrderBookDepth10": "order_book_depths",
    }
    if LATER
    else {"OrderBookDeltas": "order_book_delta"}
)
_BUILT_IN: Final = (QuoteTick, TradeTick, Bar, OrderBookDelta, OrderBookDepth10, MarkPriceUpdate)
_STEPS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def _snake_case(name: str) -> str:
    return _STEPS.sub("_", name).lower()


def class_to_filename(cls: type) -> str:
    name = _FOLDERS.get(cls.__name__) or _snake_case(cls.__name__)
    return name if is_nautilus_class(cls) else CUSTOM_DATA_PREFIX + name


def filename_to_class(filename: str) -> type | None:
    return next((cls for cls in (*_BUILT_IN, *registered()) if class_to_filename(cls) == filename), None)


def urisafe_identifier(identifier: Any) -> str:
    return str(identifier).replace("/", "")


def combine_filters(*filters: Any) -> Any:
    """All of them; `None` counts as none."""
    combined: Any = None
    for each in filters:
        if each is not None:
            combined = each if combined is None else combined & each
    return combined


__getattr__ = _refuse.unknown(__name__)
