"""What each kind of event becomes on the tape."""

from types import SimpleNamespace
from typing import Any

import pytest

from lintkit.smoke.record import PRIORITY, TOPICS, Recorder, to_event
from lintkit.smoke.tape import Event


class Enum(SimpleNamespace):
    """A value with a name, as the enumerations of both engines have."""


def make(kind: str, **attributes: Any) -> Any:
    return type(
        kind, (), {"ts_event": 5, "client_order_id": "O-1", "position_id": "P-1", "account_id": "A-1"} | attributes
    )()


ORDER = {
    "strategy_id": "S-1",
    "instrument_id": "EUR/USD.SIM",
    "side": Enum(name="BUY"),
    "order_type": Enum(name="STOP_LIMIT"),
    "quantity": "1000",
    "time_in_force": Enum(name="GTD"),
    "post_only": True,
    "reduce_only": False,
    "quote_quantity": False,
    "options": {
        "price": "1.10",
        "trigger_price": "1.09",
        "trigger_type": "DEFAULT",
        "display_qty": None,
        "expire_time_ns": 1_709_543_749_000_000_000,
    },
    "emulation_trigger": Enum(name="NO_TRIGGER"),
    "trigger_instrument_id": None,
    "contingency_type": Enum(name="OUO"),
    "order_list_id": "OL-1",
    "parent_order_id": "O-0",
    "linked_order_ids": ["O-2", "O-3"],
    "exec_algorithm_id": "TWAP",
    "exec_algorithm_params": {"interval_secs": 5, "horizon_secs": 20},
    "exec_spawn_id": None,
    "tags": ["STOP LOSS"],
}


def test_an_order_keeps_what_was_set() -> None:
    assert to_event(make("OrderInitialized", **ORDER)).fields == (
        ("strategy", "S-1"),
        ("instrument", "EUR/USD.SIM"),
        ("side", "BUY"),
        ("type", "STOP_LIMIT"),
        ("quantity", "1000"),
        ("time_in_force", "GTD"),
        ("post_only", "true"),
        ("price", "1.10"),
        ("trigger_price", "1.09"),
        ("expire_time", "2024-03-04T09:15:49.000000000Z"),
        ("contingency", "OUO"),
        ("list", "OL-1"),
        ("parent", "O-0"),
        ("linked", "O-2"),
        ("linked", "O-3"),
        ("exec_algorithm", "TWAP"),
        ("exec_algorithm_params", '{"horizon_secs": 20, "interval_secs": 5}'),
        ("tag", "STOP LOSS"),
    )


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (
            make("OrderAccepted", venue_order_id="SIM-1"),
            Event(5, "OrderAccepted", "O-1", (("venue_order_id", "SIM-1"),)),
        ),
        (make("OrderCanceled", venue_order_id=None), Event(5, "OrderCanceled", "O-1")),
        (
            make("OrderRejected", reason="would take", due_post_only=True),
            Event(5, "OrderRejected", "O-1", (("reason", "would take"), ("due_post_only", "true"))),
        ),
        (
            make("OrderUpdated", venue_order_id="V", quantity="5", price="1.1", trigger_price=None),
            Event(5, "OrderUpdated", "O-1", (("venue_order_id", "V"), ("quantity", "5"), ("price", "1.1"))),
        ),
        (
            make(
                "PositionChanged", side=Enum(name="LONG"), signed_qty=0.1 + 0.2, realized_pnl="-1.50 USD", duration_ns=0
            ),
            Event(
                5,
                "PositionChanged",
                "P-1",
                (
                    ("side", "LONG"),
                    ("signed_qty", "0.30000000000000004"),
                    ("realized_pnl", "-1.50 USD"),
                    ("duration_ns", "0"),
                ),
            ),
        ),
        (make("OrderInvented"), Event(5, "OrderInvented", "O-1")),
    ],
)
def test_other_events(event: Any, expected: Event) -> None:
    assert to_event(event) == expected


def test_account_states_are_sorted_by_currency_and_instrument() -> None:
    balances = [
        SimpleNamespace(total="5.00 USD", locked="1.00 USD", free="4.00 USD"),
        SimpleNamespace(total="2.00 EUR", locked="0.00 EUR", free="2.00 EUR"),
    ]
    margins = [
        SimpleNamespace(instrument_id="B.SIM", initial="1.00 USD", maintenance="2.00 USD"),
        SimpleNamespace(instrument_id="A.SIM", initial="3.00 USD", maintenance="4.00 USD"),
    ]
    assert to_event(make("AccountState", balances=balances, margins=margins, is_reported=True)).fields == (
        ("balance", "2.00 EUR locked 0.00 free 2.00"),
        ("balance", "5.00 USD locked 1.00 free 4.00"),
        ("margin", "A.SIM initial 3.00 maintenance 4.00 USD"),
        ("margin", "B.SIM initial 1.00 maintenance 2.00 USD"),
        ("reported", "true"),
    )


class Bus:
    def __init__(self) -> None:
        self.topics: dict[str, int] = {}

    def subscribe(self, topic: str, handler: Any, priority: int) -> None:
        self.topics[topic] = priority
        self.handler = handler


def test_arbitrary_ids_become_ordinals() -> None:
    lines: list[str] = []
    bus = Bus()
    recorder = Recorder(lines.append, lambda error: pytest.fail(str(error)))
    recorder.listen(bus)
    assert bus.topics == dict.fromkeys(TOPICS, PRIORITY)
    one, two = "2d89666b-1a1e-4a75-b193-4eb3b454c757", "B5A9E5A0-9D1F-4B0C-8E1A-0B1F6A6B7C8D"
    bus.handler(make("OrderAccepted", client_order_id=one, venue_order_id=two))
    bus.handler(make("OrderRejected", client_order_id=one, reason=f"<Order at 0x7f00deadbeef> of {two}"))
    assert [line.partition("Z ")[2] for line in lines] == [
        "OrderAccepted uuid-1 venue_order_id=uuid-2",
        'OrderRejected uuid-1 reason="<Order at address-3> of uuid-2"',
    ]


def test_trades_are_numbered_in_each_run() -> None:
    """However a version makes their ids, and with a flip's two fills still seen to be one trade."""
    lines: list[str] = []
    bus = Bus()
    listener = Recorder(lines.append, lambda error: pytest.fail(str(error))).listen(bus)
    for ids in (["SIM-1-001", "SIM-1-002", "SIM-1-002"], ["T-3c1ba4dde8c6c01f-001", "T-cbdfcf908eda7f62-002"]):
        listener.start_run(streaming=False)
        for trade_id in ids:
            bus.handler(make("OrderFilled", trade_id=trade_id))
    assert [line.rpartition(" ")[2] for line in lines if "OrderFilled" in line] == [
        *("trade_id=1", "trade_id=2", "trade_id=2"),
        *("trade_id=1", "trade_id=2"),
    ]
