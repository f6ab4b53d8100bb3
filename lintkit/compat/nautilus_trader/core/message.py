"""Messages: commands, requests, responses and events."""

from collections.abc import Callable
from typing import Any

from lintkit._engine import Event
from nautilus_trader import _refuse
from nautilus_trader.core.uuid import UUID4


class Command:
    """The base of commands."""

    correlation_id: Any = None

    def __init__(self, command_id: UUID4, ts_init: int) -> None:
        self.id = command_id
        self.ts_init = ts_init

    def __repr__(self) -> str:
        return f"{type(self).__name__}(id={self.id}, ts_init={self.ts_init})"


class Document(Command):
    """The base of documents."""


class Request(Command):
    """The base of requests."""

    def __init__(self, callback: Callable[[Any], None], request_id: UUID4, ts_init: int) -> None:
        super().__init__(request_id, ts_init)
        self.callback = callback


class Response(Command):
    """The base of responses."""

    def __init__(self, correlation_id: UUID4, response_id: UUID4, ts_init: int) -> None:
        super().__init__(response_id, ts_init)
        self.correlation_id = correlation_id


__getattr__ = _refuse.unknown(__name__)
