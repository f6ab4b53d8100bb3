"""What a catalog answers."""

from dataclasses import dataclass
from typing import Any

from nautilus_trader import _refuse


@dataclass(frozen=True)
class CatalogDataResult:
    data_cls: type
    data: Any  # a list
    instruments: list[Any] | None = None
    client_id: Any = None


__getattr__ = _refuse.unknown(__name__)
