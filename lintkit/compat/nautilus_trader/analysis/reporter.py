"""Reports as pandas frames. pandas is imported when a report is made."""

from typing import TYPE_CHECKING, Any

from nautilus_trader import _refuse
from nautilus_trader.core.datetime import unix_nanos_to_dt

if TYPE_CHECKING:
    import pandas as pd


def _frame(rows: list[dict[str, Any]], index: str) -> "pd.DataFrame":
    import pandas as pd  # half a second that most scripts need not pay

    if not rows:
        return pd.DataFrame()
    return pd.DataFrame(rows).set_index(index).sort_index()


class ReportProvider:
    """Reports of orders, fills, positions and accounts: a row each, empty frames without any.

    Times are nanoseconds where they are not said to be timestamps.
    """

    @staticmethod
    def generate_orders_report(orders: list[Any]) -> "pd.DataFrame":
        return _frame([order.to_dict() for order in orders], "client_order_id")

    @staticmethod
    def generate_order_fills_report(orders: list[Any]) -> "pd.DataFrame":
        """Orders with fills; `ts_init` and `ts_last` are timestamps."""
        filled = [order.to_dict() for order in orders if order.filled_qty > 0]
        return _frame([_with_times(row, "ts_init", "ts_last") for row in filled], "client_order_id")

    @staticmethod
    def generate_fills_report(orders: list[Any]) -> "pd.DataFrame":
        """Fills; `ts_event` and `ts_init` are timestamps."""
        fills = [event for order in orders for event in order.events if type(event).__name__ == "OrderFilled"]
        rows = [_with_times(type(fill).to_dict(fill), "ts_event", "ts_init") for fill in fills]
        for row in rows:
            row.pop("type", None)
        return _frame(rows, "client_order_id")

    @staticmethod
    def generate_positions_report(positions: list[Any], snapshots: list[Any] | None = None) -> "pd.DataFrame":
        """Positions in the order in which they were opened; `ts_opened` and `ts_closed` are timestamps, or missing."""
        import pandas as pd

        rows: list[dict[str, Any]] = []
        for is_snapshot, group in ((False, positions), (True, snapshots or [])):
            for position in group:
                row = position.to_dict()
                for key in ("signed_qty", "quote_currency", "base_currency", "settlement_currency"):
                    row.pop(key, None)
                rows.append(row | {"is_snapshot": is_snapshot})
        if not rows:
            return pd.DataFrame()
        frame = pd.DataFrame(rows).set_index("position_id").sort_values(["ts_opened", "ts_closed", "position_id"])
        frame["ts_opened"] = [unix_nanos_to_dt(time) for time in frame["ts_opened"]]
        frame["ts_closed"] = [pd.NA if pd.isna(time) else unix_nanos_to_dt(time) for time in frame["ts_closed"]]
        return frame

    @staticmethod
    def generate_account_report(account: Any) -> "pd.DataFrame":
        """The balances of each state, by timestamp."""
        import pandas as pd

        rows: list[dict[str, Any]] = []
        for state in account.events if account is not None else []:
            for balance in state.balances:
                row = balance.to_dict()
                row.pop("type", None)
                row["ts_event"] = state.ts_event
                row["account_id"] = str(state.account_id)
                row["account_type"] = state.account_type.name
                row["base_currency"] = None if state.base_currency is None else state.base_currency.code
                row["margins"] = [margin.to_dict() for margin in state.margins]
                row["reported"] = state.is_reported
                row["info"] = state.info
                rows.append(row)
        if not rows:
            return pd.DataFrame()
        frame = pd.DataFrame(rows).set_index("ts_event").sort_index()  # as integers: that decides the order of ties
        frame.index = pd.DatetimeIndex([unix_nanos_to_dt(time) for time in frame.index])
        return frame


def _with_times(row: dict[str, Any], *names: str) -> dict[str, Any]:
    for name in names:
        row[name] = unix_nanos_to_dt(row[name] or 0)
    return row


__getattr__ = _refuse.unknown(__name__)
