"""Publishes what a script hands it, on a message bus like the real one's."""

from fnmatch import fnmatch
from types import SimpleNamespace
from typing import Any


class MessageBus:
    def __init__(self) -> None:
        self.subscriptions: list[tuple[int, str, Any]] = []

    def subscribe(self, topic: str, handler: Any, priority: int = 0) -> None:
        self.subscriptions.append((priority, topic, handler))
        self.subscriptions.sort(key=lambda subscription: -subscription[0])

    def publish(self, topic: str, message: Any) -> None:
        for _, pattern, handler in self.subscriptions:
            if fnmatch(topic, pattern):
                handler(message)


class BacktestEngine:
    def __init__(self, config: Any = None) -> None:
        self.config = config
        self.kernel = SimpleNamespace(msgbus=MessageBus())
        self.data: list[Any] = []

    def add_data(self, data: list[Any]) -> None:
        self.data.extend(data)

    def run(self, *_: Any, **__: Any) -> None:
        data, self.data = self.data, []
        for event in data:
            if callable(event):
                event()
            else:
                self.kernel.msgbus.publish(f"events.{event.topic}.X-001", event)


def event(kind: str, **attributes: Any) -> Any:
    """An event of the class `kind`, with the attributes that tests don't care about filled in."""
    topic = "account" if kind == "AccountState" else "position" if kind.startswith("Position") else "order"
    common = {"topic": topic, "ts_event": 1_000_000_000, "client_order_id": "O-1", "position_id": "P-1"}
    return type(kind, (), common | {"account_id": "SIM-001"} | attributes)()


def fill(seconds: int, price: str = "1.10", order: str = "O-1", **attributes: Any) -> Any:
    terms = {"instrument_id": "EUR/USD.SIM", "order_side": "BUY", "last_qty": "1000", "commission": "0.02 USD"}
    return event(
        "OrderFilled", ts_event=seconds * 1_000_000_000, client_order_id=order, last_px=price, **terms | attributes
    )
