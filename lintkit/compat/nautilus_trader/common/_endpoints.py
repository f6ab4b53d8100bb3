"""The message bus's endpoints and requests; the engine's `MessageBus` asks here for what it lacks itself."""

from collections.abc import Callable
from typing import Any

from nautilus_trader import _refuse


@_refuse.members("is_streaming_type pub_count serializer streaming_types subscriptions", "MessageBus")
class Rest:
    """`bus` is the engine's."""

    def __init__(self, bus: Any) -> None:
        self._bus = bus
        self._endpoints: dict[str, Callable[[Any], Any]] = {}
        self._requests: dict[Any, Callable[[Any], Any]] = {}
        self.sent_count = 0
        self.req_count = 0
        self.res_count = 0

    __getattr__ = _refuse.lacking("MessageBus")

    def endpoints(self) -> list[str]:
        return list(self._endpoints)

    def is_registered(self, endpoint: str) -> bool:
        return endpoint in self._endpoints

    def register(self, endpoint: str, handler: Callable[[Any], Any]) -> None:
        if endpoint in self._endpoints:
            raise KeyError(f"'endpoint' {endpoint} already contained in '_endpoints' collection")
        if not callable(handler):
            raise TypeError(f"handler was not callable: {handler}")
        self._endpoints[endpoint] = handler

    def deregister(self, endpoint: str, handler: Callable[[Any], Any]) -> None:
        if self._endpoints.get(endpoint) != handler:
            raise KeyError(f"'endpoint' {endpoint} not contained in '_endpoints' collection")
        del self._endpoints[endpoint]

    def send(self, endpoint: str, msg: Any) -> None:
        handler = self._endpoints.get(endpoint)
        if handler is None:
            from nautilus_trader.common.component import Logger

            Logger("MessageBus").error(f"Cannot send message: no endpoint registered at '{endpoint}'")
            return
        handler(msg)
        self.sent_count += 1

    def is_pending_request(self, request_id: Any) -> bool:
        return request_id in self._requests

    def request(self, endpoint: str, request: Any) -> None:
        if request.id in self._requests:
            return
        self._requests[request.id] = request.callback
        self._endpoints[endpoint](request)
        self.req_count += 1

    def response(self, response: Any) -> None:
        callback = self._requests.pop(response.correlation_id, None)
        if callback is not None:
            callback(response)
        self.res_count += 1

    @property
    def has_backing(self) -> bool:
        return False

    def add_streaming_type(self, cls: type) -> None:
        """Nothing is streamed out of a backtest."""

    def add_listener(self, listener: Any) -> None:
        _refuse.refuse("MessageBus.add_listener")

    def dispose(self) -> None: ...
