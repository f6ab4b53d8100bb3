"""Members of the real package's classes that the bundled engine's do not have: asking for one says so.

Here for classes that are the engine's own; those in Python say it where they are defined. What they say is compared
with the real classes in `tests/parity/test_members.py`.
"""

from typing import Any, Final

from nautilus_trader import _refuse
from nautilus_trader._profile import LATER

_PYO3 = "from_pyo3 to_pyo3"
_LISTS = "from_pyo3_list to_pyo3_list"
_CAPSULES = "capsule_from_list list_from_capsule"
_ORDER = "apply set_quote_quantity to_own_book_order"
_ORDER_LATER = "is_duplicate_fill overfill_qty"
_ACCOUNT = "apply balance_impact calculate_pnls purge_account_events update_balances update_commissions"
_DICTS = "from_dict to_dict"

_BOTH: Final = {
    "Account": _ACCOUNT,
    "CashAccount": f"ACCOUNT_TYPE {_DICTS} clear_balance_locked update_balance_locked",
    "MarginAccount": f"""
        {_DICTS} set_margin_model clear_margin clear_margin_init clear_margin_maint update_margin update_margin_init
        update_margin_maint
    """,
    "Bar": f"from_raw from_raw_arrays_to_list {_PYO3} {_LISTS}",
    "BookOrder": "from_raw",
    "InstrumentId": _PYO3,
    "OrderBookDelta": f"from_raw from_pyo3 {_LISTS} {_CAPSULES}",
    "OrderBookDeltas": "to_capsule to_pyo3",
    "OrderBookDepth10": f"from_pyo3 from_pyo3_list {_CAPSULES}",
    "QuoteTick": f"from_raw_arrays_to_list {_PYO3} {_LISTS} {_CAPSULES}",
    "TradeTick": f"from_raw_arrays_to_list {_PYO3} {_LISTS} {_CAPSULES}",
    "Venue": "from_code",
    "Position": "purge_events_for_order",
    "Instrument": "base_from_dict base_to_dict",
    "Order": _ORDER,
    "AccountState": "from_dict",
    "OrderEvent": "set_client_order_id",
    "PositionChanged": "create from_dict",
    "PositionClosed": "create from_dict",
    "PositionOpened": "create from_dict",
    "LimitIfTouchedOrder": "create",
    "LimitOrder": "create from_pyo3 transform_py",
    "MarketIfTouchedOrder": "create",
    "MarketOrder": "create from_pyo3 transform_py",
    "MarketToLimitOrder": "create",
    "StopLimitOrder": "create from_pyo3",
    "StopMarketOrder": "create",
    "TrailingStopLimitOrder": "create",
    "TrailingStopMarketOrder": "create",
}
_EARLIER: Final = {"InstrumentId": "is_spread n_legs new_spread to_list"}
_LATER: Final = {
    "MarginAccount": """
        account_margins account_margins_init account_margins_maint clear_account_margin margin_for_currency
        margin_init_for_currency margin_maint_for_currency total_margin_init total_margin_maint
    """,
    "OrderBookDeltas": "from_pyo3",
    "OrderList": "instrument_ids is_bracket is_uniform_instrument",
    "OrderUpdated": "is_quote_quantity",
    "Position": "adjustments apply_adjustment cross_notional_value instrument_class is_spot_currency",
    "Instrument": "allows_negative_price is_spread legs",
    "TestClock": "cancel_callbacks cancel_default_handler",
    "Order": _ORDER_LATER,
}
_EVENTS: Final = """
    Accepted Canceled CancelRejected Denied Emulated Expired Filled Initialized ModifyRejected PendingCancel
    PendingUpdate Rejected Released Submitted Triggered Updated
"""


def install() -> None:
    """Mark the engine's classes: once, when the package is imported."""
    from lintkit import _engine

    engine: Any = _engine
    for table in (_BOTH, _LATER if LATER else _EARLIER):
        for name, members in table.items():
            _refuse.members(members)(getattr(engine, name))
    for event in _EVENTS.split():
        _refuse.members("from_dict")(getattr(engine, f"Order{event}"))
