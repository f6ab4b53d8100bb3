"""A part of a component (its clock, its cache) that lets somebody else answer some of its calls."""

from collections.abc import Callable
from typing import Any


class Part:
    """`call(name, member, args, kwargs)` answers for methods whose names start with one of `asks`."""

    def __init__(self, real: Any, asks: tuple[str, ...], call: Callable[..., Any]) -> None:
        object.__setattr__(self, "_real", real)
        object.__setattr__(self, "_asks", asks)
        object.__setattr__(self, "_call", call)

    def _class(self) -> type[Any]:
        return type(self._real)  # pyright: ignore[reportUnknownVariableType]

    __class__ = property(_class)  # pyright: ignore[reportAssignmentType, reportIncompatibleMethodOverride]  # so that `isinstance` says what it did

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._real, name)
        if not name.startswith(self._asks) or not callable(member):
            return member
        call: Callable[..., Any] = self._call

        def asked(*args: Any, **kwargs: Any) -> Any:
            return call(name, member, args, kwargs)

        return asked

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._real, name, value)
