"""Print what the events of each scenario of a part say, and what one has to know of the instruments, as JSON lines.

Runs under either engine: `events.py p1_basic`.
"""
from __future__ import annotations

import importlib
import json
import sys

import harness
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.model.enums import AccountType
from nautilus_trader.model.events import AccountState, OrderFilled, OrderSubmitted, PositionEvent


def told(event) -> dict | None:
    if isinstance(event, AccountState):
        return {
            "account": str(event.account_id),
            "cash": event.account_type == AccountType.CASH,
            "reported": event.is_reported,
            "totals": {str(b.currency): str(b.total.as_decimal()) for b in event.balances},
        }
    if isinstance(event, OrderSubmitted):
        return {"order": str(event.client_order_id)}
    if isinstance(event, OrderFilled):
        return {
            "order": str(event.client_order_id),
            "account": str(event.account_id),
            "position": str(event.position_id),
            "instrument": str(event.instrument_id),
            "side": event.order_side.name,
            "quantity": str(event.last_qty),
            "price": str(event.last_px),
            "commission": str(event.commission),
        }
    if isinstance(event, PositionEvent):
        return {
            "position": str(event.position_id),
            "signed": event.signed_qty,
            "quantity": str(event.quantity),
            "peak": str(event.peak_qty),
            "open": event.avg_px_open,
            "close": event.avg_px_close or 0.0,
            "realized": str(event.realized_pnl),
        }
    return None


class Watched(BacktestEngine):
    def __init__(self, config=None) -> None:
        super().__init__(config)
        print(json.dumps({"kind": "Engine"}))
        for topic in ("events.order.*", "events.position.*", "events.account.*"):
            # as the harness does: subscribed before the run
            self.kernel.msgbus.subscribe(topic=topic, handler=self.tell, priority=30)

    def tell(self, event) -> None:
        row = told(event)
        if row is not None:
            print(json.dumps({"kind": type(event).__name__, **row}))

    def add_instrument(self, instrument) -> None:
        super().add_instrument(instrument)
        base = instrument.get_base_currency()
        print(json.dumps({
            "kind": "Instrument",
            "instrument": str(instrument.id),
            "base": str(base) if base is not None else None,
            "quote": [str(instrument.quote_currency), instrument.quote_currency.precision],
            "settlement": [str(instrument.get_settlement_currency()), instrument.get_settlement_currency().precision],
            "inverse": instrument.is_inverse,
            "multiplier": str(instrument.multiplier),
        }))


if __name__ == "__main__":
    harness.BacktestEngine = Watched
    part = importlib.import_module(sys.argv[1])
    if hasattr(part, "BacktestEngine"):
        part.BacktestEngine = Watched
    for name, scenario in part.S.items():
        print(json.dumps({"kind": "Scenario", "name": name}))
        scenario()
