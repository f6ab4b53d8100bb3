"""`UUID4`. The engine's own identifiers never decide anything, so they may be random."""

import uuid
from typing import Any

from nautilus_trader import _refuse


class UUID4:
    """A random identifier of version 4."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = str(uuid.uuid4())

    @staticmethod
    def from_str(value: str) -> "UUID4":
        parsed = uuid.UUID(value)
        if parsed.version != 4:  # noqa: PLR2004
            raise ValueError(f"UUID is not version 4, was '{value}'")
        instance = UUID4.__new__(UUID4)
        instance.value = str(parsed)
        return instance

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UUID4) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __str__(self) -> str:
        return self.value

    def __repr__(self) -> str:
        return f"UUID4('{self.value}')"

    def __reduce__(self) -> tuple[Any, ...]:
        return UUID4.from_str, (self.value,)


__getattr__ = _refuse.unknown(__name__)
