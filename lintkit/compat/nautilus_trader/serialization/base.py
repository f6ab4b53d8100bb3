"""Registration of classes that are written to caches and message buses, which a backtest does not do."""

from collections.abc import Callable
from typing import Any

from nautilus_trader import _refuse


def register_serializable_type(cls: type, to_dict: Callable[[Any], Any], from_dict: Callable[[Any], Any]) -> None:
    """Nothing here writes them."""
    del cls, to_dict, from_dict


@_refuse.members("deserialize serialize")
class Serializer:
    """The base of serializers."""


__getattr__ = _refuse.unknown(__name__)
