"""The order factory of a strategy."""

import json
from decimal import Decimal
from typing import Any

from lintkit._engine import (
    ClientOrderId,
    ExecAlgorithmId,
    InstrumentId,
    OrderList,
    OrderListId,
    OrderSource,
    Price,
    Quantity,
)
from nautilus_trader import _refuse
from nautilus_trader.core.datetime import dt_to_unix_nanos
from nautilus_trader.model.enums import (
    ContingencyType,
    OrderSide,
    OrderType,
    TimeInForce,
    TrailingOffsetType,
    TriggerType,
)

_ENTRY_TYPES = (
    OrderType.MARKET,
    OrderType.LIMIT,
    OrderType.MARKET_IF_TOUCHED,
    OrderType.LIMIT_IF_TOUCHED,
    OrderType.STOP_LIMIT,
)
_PROFIT_TYPES = (
    OrderType.LIMIT,
    OrderType.LIMIT_IF_TOUCHED,
    OrderType.MARKET_IF_TOUCHED,
    OrderType.TRAILING_STOP_MARKET,
    OrderType.TRAILING_STOP_LIMIT,
)
_OPPOSITE = {OrderSide.BUY: OrderSide.SELL, OrderSide.SELL: OrderSide.BUY}


def _nanos(expire_time: Any) -> int:
    return 0 if expire_time is None else dt_to_unix_nanos(expire_time)


def _text(params: dict[str, Any] | None) -> str | None:
    return None if params is None else json.dumps(params)


def _require_price(name: str, price: Any) -> None:
    if not isinstance(price, Price):
        got = type(price).__name__
        raise TypeError(
            f"Argument '{name}' has incorrect type (expected nautilus_trader.model.objects.Price, got {got})"
        )


class OrderFactory:
    """Makes orders with counted ids, initialised at the strategy's time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        del args, kwargs
        _refuse.refuse("OrderFactory made by hand")

    def attach(self, source: OrderSource, use_uuid_client_order_ids: bool, use_hyphens: bool) -> None:
        self._source = source
        self.use_uuid_client_order_ids = use_uuid_client_order_ids
        self.use_hyphens_in_client_order_ids = use_hyphens

    @property
    def trader_id(self) -> Any:
        return self._source.trader_id

    @property
    def strategy_id(self) -> Any:
        return self._source.strategy_id

    def get_client_order_id_count(self) -> int:
        return self._source.order_count

    def get_order_list_id_count(self) -> int:
        return self._source.list_count

    def set_client_order_id_count(self, count: int) -> None:
        self._source.order_count = count

    def set_order_list_id_count(self, count: int) -> None:
        self._source.list_count = count

    def generate_client_order_id(self) -> ClientOrderId:
        return self._source.order_id()

    def generate_order_list_id(self) -> OrderListId:
        return self._source.list_id()

    def reset(self) -> None:
        self._source.order_count = 0
        self._source.list_count = 0

    def create_list(self, orders: list[Any]) -> OrderList:
        if not orders:
            raise ValueError("'orders' collection was empty")
        return self._source.list(self._source.list_id(), orders)

    def market(
        self,
        instrument_id: InstrumentId,
        order_side: OrderSide,
        quantity: Quantity,
        time_in_force: TimeInForce = TimeInForce.GTC,
        reduce_only: bool = False,
        quote_quantity: bool = False,
        exec_algorithm_id: ExecAlgorithmId | None = None,
        exec_algorithm_params: dict[str, Any] | None = None,
        tags: list[str] | None = None,
        client_order_id: ClientOrderId | None = None,
    ) -> Any:
        return self._source.make(
            OrderType.MARKET,
            instrument_id,
            order_side,
            quantity,
            time_in_force=time_in_force,
            reduce_only=reduce_only,
            quote_quantity=quote_quantity,
            exec_algorithm_id=exec_algorithm_id,
            exec_algorithm_params=_text(exec_algorithm_params),
            tags=tags,
            client_order_id=client_order_id,
        )

    def limit(
        self,
        instrument_id: InstrumentId,
        order_side: OrderSide,
        quantity: Quantity,
        price: Price,
        time_in_force: TimeInForce = TimeInForce.GTC,
        expire_time: Any = None,
        post_only: bool = False,
        reduce_only: bool = False,
        quote_quantity: bool = False,
        display_qty: Quantity | None = None,
        emulation_trigger: TriggerType = TriggerType.NO_TRIGGER,
        trigger_instrument_id: InstrumentId | None = None,
        exec_algorithm_id: ExecAlgorithmId | None = None,
        exec_algorithm_params: dict[str, Any] | None = None,
        tags: list[str] | None = None,
        client_order_id: ClientOrderId | None = None,
    ) -> Any:
        _require_price("price", price)
        return self._source.make(
            OrderType.LIMIT,
            instrument_id,
            order_side,
            quantity,
            price=price,
            time_in_force=time_in_force,
            expire_time_ns=_nanos(expire_time),
            post_only=post_only,
            reduce_only=reduce_only,
            quote_quantity=quote_quantity,
            display_qty=display_qty,
            emulation_trigger=emulation_trigger,
            trigger_instrument_id=trigger_instrument_id,
            exec_algorithm_id=exec_algorithm_id,
            exec_algorithm_params=_text(exec_algorithm_params),
            tags=tags,
            client_order_id=client_order_id,
        )

    def stop_market(
        self,
        instrument_id: InstrumentId,
        order_side: OrderSide,
        quantity: Quantity,
        trigger_price: Price,
        trigger_type: TriggerType = TriggerType.DEFAULT,
        time_in_force: TimeInForce = TimeInForce.GTC,
        expire_time: Any = None,
        reduce_only: bool = False,
        quote_quantity: bool = False,
        emulation_trigger: TriggerType = TriggerType.NO_TRIGGER,
        trigger_instrument_id: InstrumentId | None = None,
        exec_algorithm_id: ExecAlgorithmId | None = None,
        exec_algorithm_params: dict[str, Any] | None = None,
        tags: list[str] | None = None,
        client_order_id: ClientOrderId | None = None,
    ) -> Any:
        _require_price("trigger_price", trigger_price)
        return self._source.make(
            OrderType.STOP_MARKET,
            instrument_id,
            order_side,
            quantity,
            trigger_price=trigger_price,
            trigger_type=trigger_type,
            time_in_force=time_in_force,
            expire_time_ns=_nanos(expire_time),
            reduce_only=reduce_only,
            quote_quantity=quote_quantity,
            emulation_trigger=emulation_trigger,
            trigger_instrument_id=trigger_instrument_id,
            exec_algorithm_id=exec_algorithm_id,
            exec_algorithm_params=_text(exec_algorithm_params),
            tags=tags,
            client_order_id=client_order_id,
        )

    def stop_limit(
        self,
        instrument_id: InstrumentId,
        order_side: OrderSide,
        quantity: Quantity,
        price: Price,
        trigger_price: Price,
        trigger_type: TriggerType = TriggerType.DEFAULT,
        time_in_force: TimeInForce = TimeInForce.GTC,
        expire_time: Any = None,
        post_only: bool = False,
        reduce_only: bool = False,
        quote_quantity: bool = False,
        display_qty: Quantity | None = None,
        emulation_trigger: TriggerType = TriggerType.NO_TRIGGER,
        trigger_instrument_id: InstrumentId | None = None,
        exec_algorithm_id: ExecAlgorithmId | None = None,
        exec_algorithm_params: dict[str, Any] | None = None,
        tags: list[str] | None = None,
        client_order_id: ClientOrderId | None = None,
    ) -> Any:
        _require_price("price", price)
        _require_price("trigger_price", trigger_price)
        return self._source.make(
            OrderType.STOP_LIMIT,
            instrument_id,
            order_side,
            quantity,
            price=price,
            trigger_price=trigger_price,
            trigger_type=trigger_type,
            time_in_force=time_in_force,
            expire_time_ns=_nanos(expire_time),
            post_only=post_only,
            reduce_only=reduce_only,
            quote_quantity=quote_quantity,
            display_qty=display_qty,
            emulation_trigger=emulation_trigger,
            trigger_instrument_id=trigger_instrument_id,
            exec_algorithm_id=exec_algorithm_id,
            exec_algorithm_params=_text(exec_algorithm_params),
            tags=tags,
            client_order_id=client_order_id,
        )

    def market_to_limit(
        self,
        instrument_id: InstrumentId,
        order_side: OrderSide,
        quantity: Quantity,
        time_in_force: TimeInForce = TimeInForce.GTC,
        expire_time: Any = None,
        reduce_only: bool = False,
        quote_quantity: bool = False,
        display_qty: Quantity | None = None,
        exec_algorithm_id: ExecAlgorithmId | None = None,
        exec_algorithm_params: dict[str, Any] | None = None,
        tags: list[str] | None = None,
        client_order_id: ClientOrderId | None = None,
    ) -> Any:
        # Both releases' factories forget `quote_quantity` here; the order's class does not.
        return self._source.make(
            OrderType.MARKET_TO_LIMIT,
            instrument_id,
            order_side,
            quantity,
            time_in_force=time_in_force,
            expire_time_ns=_nanos(expire_time),
            reduce_only=reduce_only,
            display_qty=display_qty,
            exec_algorithm_id=exec_algorithm_id,
            exec_algorithm_params=_text(exec_algorithm_params),
            tags=tags,
            client_order_id=client_order_id,
        )

    def market_if_touched(
        self,
        instrument_id: InstrumentId,
        order_side: OrderSide,
        quantity: Quantity,
        trigger_price: Price,
        trigger_type: TriggerType = TriggerType.DEFAULT,
        time_in_force: TimeInForce = TimeInForce.GTC,
        expire_time: Any = None,
        reduce_only: bool = False,
        quote_quantity: bool = False,
        emulation_trigger: TriggerType = TriggerType.NO_TRIGGER,
        trigger_instrument_id: InstrumentId | None = None,
        exec_algorithm_id: ExecAlgorithmId | None = None,
        exec_algorithm_params: dict[str, Any] | None = None,
        tags: list[str] | None = None,
        client_order_id: ClientOrderId | None = None,
    ) -> Any:
        _require_price("trigger_price", trigger_price)
        return self._source.make(
            OrderType.MARKET_IF_TOUCHED,
            instrument_id,
            order_side,
            quantity,
            trigger_price=trigger_price,
            trigger_type=trigger_type,
            time_in_force=time_in_force,
            expire_time_ns=_nanos(expire_time),
            reduce_only=reduce_only,
            quote_quantity=quote_quantity,
            emulation_trigger=emulation_trigger,
            trigger_instrument_id=trigger_instrument_id,
            exec_algorithm_id=exec_algorithm_id,
            exec_algorithm_params=_text(exec_algorithm_params),
            tags=tags,
            client_order_id=client_order_id,
        )

    def limit_if_touched(
        self,
        instrument_id: InstrumentId,
        order_side: OrderSide,
        quantity: Quantity,
        price: Price,
        trigger_price: Price,
        trigger_type: TriggerType = TriggerType.DEFAULT,
        time_in_force: TimeInForce = TimeInForce.GTC,
        expire_time: Any = None,
        post_only: bool = False,
        reduce_only: bool = False,
        quote_quantity: bool = False,
        display_qty: Quantity | None = None,
        emulation_trigger: TriggerType = TriggerType.NO_TRIGGER,
        trigger_instrument_id: InstrumentId | None = None,
        exec_algorithm_id: ExecAlgorithmId | None = None,
        exec_algorithm_params: dict[str, Any] | None = None,
        tags: list[str] | None = None,
        client_order_id: ClientOrderId | None = None,
    ) -> Any:
        _require_price("price", price)
        _require_price("trigger_price", trigger_price)
        return self._source.make(
            OrderType.LIMIT_IF_TOUCHED,
            instrument_id,
            order_side,
            quantity,
            price=price,
            trigger_price=trigger_price,
            trigger_type=trigger_type,
            time_in_force=time_in_force,
            expire_time_ns=_nanos(expire_time),
            post_only=post_only,
            reduce_only=reduce_only,
            quote_quantity=quote_quantity,
            display_qty=display_qty,
            emulation_trigger=emulation_trigger,
            trigger_instrument_id=trigger_instrument_id,
            exec_algorithm_id=exec_algorithm_id,
            exec_algorithm_params=_text(exec_algorithm_params),
            tags=tags,
            client_order_id=client_order_id,
        )

    def trailing_stop_market(
        self,
        instrument_id: InstrumentId,
        order_side: OrderSide,
        quantity: Quantity,
        trailing_offset: Decimal,
        activation_price: Price | None = None,
        trigger_price: Price | None = None,
        trigger_type: TriggerType = TriggerType.DEFAULT,
        trailing_offset_type: TrailingOffsetType = TrailingOffsetType.PRICE,
        time_in_force: TimeInForce = TimeInForce.GTC,
        expire_time: Any = None,
        reduce_only: bool = False,
        quote_quantity: bool = False,
        emulation_trigger: TriggerType = TriggerType.NO_TRIGGER,
        trigger_instrument_id: InstrumentId | None = None,
        exec_algorithm_id: ExecAlgorithmId | None = None,
        exec_algorithm_params: dict[str, Any] | None = None,
        tags: list[str] | None = None,
        client_order_id: ClientOrderId | None = None,
    ) -> Any:
        return self._source.make(
            OrderType.TRAILING_STOP_MARKET,
            instrument_id,
            order_side,
            quantity,
            trailing_offset=trailing_offset,
            activation_price=activation_price,
            trigger_price=trigger_price,
            trigger_type=trigger_type,
            trailing_offset_type=trailing_offset_type,
            time_in_force=time_in_force,
            expire_time_ns=_nanos(expire_time),
            reduce_only=reduce_only,
            quote_quantity=quote_quantity,
            emulation_trigger=emulation_trigger,
            trigger_instrument_id=trigger_instrument_id,
            exec_algorithm_id=exec_algorithm_id,
            exec_algorithm_params=_text(exec_algorithm_params),
            tags=tags,
            client_order_id=client_order_id,
        )

    def trailing_stop_limit(
        self,
        instrument_id: InstrumentId,
        order_side: OrderSide,
        quantity: Quantity,
        limit_offset: Decimal,
        trailing_offset: Decimal,
        price: Price | None = None,
        activation_price: Price | None = None,
        trigger_price: Price | None = None,
        trigger_type: TriggerType = TriggerType.DEFAULT,
        trailing_offset_type: TrailingOffsetType = TrailingOffsetType.PRICE,
        time_in_force: TimeInForce = TimeInForce.GTC,
        expire_time: Any = None,
        post_only: bool = False,
        reduce_only: bool = False,
        quote_quantity: bool = False,
        display_qty: Quantity | None = None,
        emulation_trigger: TriggerType = TriggerType.NO_TRIGGER,
        trigger_instrument_id: InstrumentId | None = None,
        exec_algorithm_id: ExecAlgorithmId | None = None,
        exec_algorithm_params: dict[str, Any] | None = None,
        tags: list[str] | None = None,
        client_order_id: ClientOrderId | None = None,
    ) -> Any:
        return self._source.make(
            OrderType.TRAILING_STOP_LIMIT,
            instrument_id,
            order_side,
            quantity,
            limit_offset=limit_offset,
            trailing_offset=trailing_offset,
            price=price,
            activation_price=activation_price,
            trigger_price=trigger_price,
            trigger_type=trigger_type,
            trailing_offset_type=trailing_offset_type,
            time_in_force=time_in_force,
            expire_time_ns=_nanos(expire_time),
            post_only=post_only,
            reduce_only=reduce_only,
            quote_quantity=quote_quantity,
            display_qty=display_qty,
            emulation_trigger=emulation_trigger,
            trigger_instrument_id=trigger_instrument_id,
            exec_algorithm_id=exec_algorithm_id,
            exec_algorithm_params=_text(exec_algorithm_params),
            tags=tags,
            client_order_id=client_order_id,
        )

    def bracket(
        self,
        instrument_id: InstrumentId,
        order_side: OrderSide,
        quantity: Quantity,
        quote_quantity: bool = False,
        emulation_trigger: TriggerType = TriggerType.NO_TRIGGER,
        trigger_instrument_id: InstrumentId | None = None,
        contingency_type: ContingencyType = ContingencyType.OUO,
        entry_order_type: OrderType = OrderType.MARKET,
        entry_price: Price | None = None,
        entry_trigger_price: Price | None = None,
        expire_time: Any = None,
        time_in_force: TimeInForce = TimeInForce.GTC,
        entry_post_only: bool = False,
        entry_exec_algorithm_id: ExecAlgorithmId | None = None,
        entry_exec_algorithm_params: dict[str, Any] | None = None,
        entry_tags: list[str] | None = None,
        entry_client_order_id: ClientOrderId | None = None,
        tp_order_type: OrderType = OrderType.LIMIT,
        tp_price: Price | None = None,
        tp_trigger_price: Price | None = None,
        tp_trigger_type: TriggerType = TriggerType.DEFAULT,
        tp_activation_price: Price | None = None,
        tp_trailing_offset: Decimal | None = None,
        tp_trailing_offset_type: TrailingOffsetType = TrailingOffsetType.PRICE,
        tp_limit_offset: Decimal | None = None,
        tp_time_in_force: TimeInForce = TimeInForce.GTC,
        tp_post_only: bool = True,
        tp_exec_algorithm_id: ExecAlgorithmId | None = None,
        tp_exec_algorithm_params: dict[str, Any] | None = None,
        tp_tags: list[str] | None = None,
        tp_client_order_id: ClientOrderId | None = None,
        sl_order_type: OrderType = OrderType.STOP_MARKET,
        sl_trigger_price: Price | None = None,
        sl_trigger_type: TriggerType = TriggerType.DEFAULT,
        sl_activation_price: Price | None = None,
        sl_trailing_offset: Decimal | None = None,
        sl_trailing_offset_type: TrailingOffsetType = TrailingOffsetType.PRICE,
        sl_time_in_force: TimeInForce = TimeInForce.GTC,
        sl_exec_algorithm_id: ExecAlgorithmId | None = None,
        sl_exec_algorithm_params: dict[str, Any] | None = None,
        sl_tags: list[str] | None = None,
        sl_client_order_id: ClientOrderId | None = None,
    ) -> OrderList:
        """An entry with a stop-loss and a take-profit that go live when it fills."""
        source = self._source
        list_id = source.list_id()
        entry_id = entry_client_order_id or source.order_id()
        stop_id = sl_client_order_id or source.order_id()
        profit_id = tp_client_order_id or source.order_id()
        common = {
            "quote_quantity": quote_quantity,
            "emulation_trigger": emulation_trigger,
            "trigger_instrument_id": trigger_instrument_id,
            "order_list_id": list_id,
        }
        entry = self._leg(
            "entry",
            _ENTRY_TYPES,
            entry_order_type,
            (instrument_id, order_side, quantity),
            common
            | {
                "price": entry_price,
                "trigger_price": entry_trigger_price,
                "time_in_force": time_in_force,
                "expire_time_ns": _nanos(expire_time),
                "post_only": entry_post_only,
                "contingency_type": ContingencyType.OTO,
                "linked_order_ids": [stop_id, profit_id],
                "exec_algorithm_id": entry_exec_algorithm_id,
                "exec_algorithm_params": _text(entry_exec_algorithm_params),
                "tags": ["ENTRY"] if entry_tags is None else entry_tags,
                "client_order_id": entry_id,
            },
        )
        child = common | {"reduce_only": True, "contingency_type": contingency_type, "parent_order_id": entry_id}
        closing = (instrument_id, _OPPOSITE[OrderSide(order_side)], quantity)
        profit = self._leg(
            "tp",
            _PROFIT_TYPES,
            tp_order_type,
            closing,
            child
            | {
                "price": tp_price,
                "trigger_price": tp_trigger_price,
                "trigger_type": tp_trigger_type,
                "activation_price": tp_activation_price,
                "trailing_offset": tp_trailing_offset,
                "trailing_offset_type": tp_trailing_offset_type,
                "limit_offset": tp_limit_offset,
                "time_in_force": tp_time_in_force,
                "post_only": tp_post_only,
                "linked_order_ids": [stop_id],
                "exec_algorithm_id": tp_exec_algorithm_id,
                "exec_algorithm_params": _text(tp_exec_algorithm_params),
                "tags": ["TAKE_PROFIT"] if tp_tags is None else tp_tags,
                "client_order_id": profit_id,
            },
        )
        stop = self._leg(
            "sl",
            (OrderType.STOP_MARKET, OrderType.TRAILING_STOP_MARKET),
            sl_order_type,
            closing,
            child
            | {
                "trigger_price": sl_trigger_price,
                "trigger_type": sl_trigger_type,
                "activation_price": sl_activation_price,
                "trailing_offset": sl_trailing_offset,
                "trailing_offset_type": sl_trailing_offset_type,
                "time_in_force": sl_time_in_force,
                "linked_order_ids": [profit_id],
                "exec_algorithm_id": sl_exec_algorithm_id,
                "exec_algorithm_params": _text(sl_exec_algorithm_params),
                "tags": ["STOP_LOSS"] if sl_tags is None else sl_tags,
                "client_order_id": stop_id,
            },
        )
        return source.list(list_id, [entry, stop, profit])

    def _leg(
        self,
        name: str,
        allowed: tuple[OrderType, ...],
        order_type: OrderType,
        what: tuple[InstrumentId, OrderSide, Quantity],
        fields: dict[str, Any],
    ) -> Any:
        """One order of a bracket: of the fields, those that its type has."""
        order_type = OrderType(order_type)
        if order_type not in allowed:
            raise ValueError(f"invalid `{name}_order_type`, was {order_type.name}")
        kind = str(order_type.name)
        has_limit = "LIMIT" in kind and order_type is not OrderType.MARKET_TO_LIMIT
        trails = kind.startswith("TRAILING")
        has_trigger = kind.startswith(("STOP", "TRAILING")) or kind.endswith("IF_TOUCHED")
        absent: set[str] = set()
        if not has_limit:
            absent |= {"price", "post_only"}
        if not has_trigger:
            absent |= {"trigger_price", "trigger_type"}
        if not trails:
            absent |= {"activation_price", "trailing_offset", "trailing_offset_type"}
        if order_type is not OrderType.TRAILING_STOP_LIMIT:
            absent |= {"limit_offset"}
        if order_type in (OrderType.MARKET, OrderType.MARKET_TO_LIMIT):
            absent |= {"emulation_trigger", "trigger_instrument_id"}
        if order_type is OrderType.MARKET:
            absent |= {"expire_time_ns"}
        fields = {key: value for key, value in fields.items() if key not in absent}
        for key in ("price", "trigger_price"):
            if key in fields and not trails:
                _require_price(key, fields[key])
        return self._source.make(order_type, *what, **fields)


__getattr__ = _refuse.unknown(__name__)
