"""The base class of execution algorithms."""

from typing import Any

from lintkit._engine import ClientOrderId, ExecAlgorithmId, Price, Quantity
from nautilus_trader import _refuse
from nautilus_trader._profile import LATER
from nautilus_trader.common.actor import Actor
from nautilus_trader.core.datetime import dt_to_unix_nanos
from nautilus_trader.execution.config import ExecAlgorithmConfig, ImportableExecAlgorithmConfig
from nautilus_trader.model.enums import OrderType, TimeInForce, TriggerType

_HANDLERS = {
    "OrderInitialized": "on_order_initialized",
    "OrderDenied": "on_order_denied",
    "OrderEmulated": "on_order_emulated",
    "OrderReleased": "on_order_released",
    "OrderSubmitted": "on_order_submitted",
    "OrderRejected": "on_order_rejected",
    "OrderAccepted": "on_order_accepted",
    "OrderCanceled": "on_order_canceled",
    "OrderExpired": "on_order_expired",
    "OrderTriggered": "on_order_triggered",
    "OrderPendingUpdate": "on_order_pending_update",
    "OrderPendingCancel": "on_order_pending_cancel",
    "OrderModifyRejected": "on_order_modify_rejected",
    "OrderCancelRejected": "on_order_cancel_rejected",
    "OrderUpdated": "on_order_updated",
    "OrderFilled": "on_order_filled",
    "PositionOpened": "on_position_opened",
    "PositionChanged": "on_position_changed",
    "PositionClosed": "on_position_closed",
}
_RESTORES = ("OrderDenied", "OrderRejected")
_SETTLES = ("OrderAccepted", "OrderCanceled", "OrderExpired")


@_refuse.members("execute register")
class ExecAlgorithm(Actor):
    """An actor that gets the orders which name it, and spawns orders from them."""

    _config_class: type = ExecAlgorithmConfig

    def __init__(self, config: Any = None) -> None:
        super().__init__(config)
        self._spawned: dict[ClientOrderId, int] = {}
        self._listens_to: set[Any] = set()
        self._reductions: dict[ClientOrderId, Quantity] = {}

    def _own_id(self, config: Any) -> ExecAlgorithmId:
        given = config.exec_algorithm_id
        return ExecAlgorithmId(type(self).__name__) if given is None else ExecAlgorithmId(str(given))

    def to_importable_config(self) -> Any:
        return ImportableExecAlgorithmConfig(
            exec_algorithm_path=self.fully_qualified_name(),
            config_path=self.config.fully_qualified_name(),
            config=self.config.dict(),
        )

    def _add_to(self, kernel: Any) -> None:
        """Become part of an engine."""
        kernel.add_actor(self, self.id)
        kernel.set_algorithm(self._index, self.id)

    def _reset(self) -> None:
        self._spawned.clear()
        self._listens_to.clear()
        self._reductions.clear()
        super()._reset()

    # Tasks, from the kernel

    def _take_order(self, order: Any) -> None:
        if self.is_running:
            self.on_order(order)
            self._listen_to_strategy(order.strategy_id)

    def _take_order_list(self, order_list: Any) -> None:
        if self.is_running:
            self.on_order_list(order_list)
            self._listen_to_strategy(order_list.strategy_id)

    def _take_cancel(self, order: Any) -> None:
        if not self.is_running:
            return
        if order.is_closed:
            self.log.warning(f"Order already canceled: {order}")
        else:
            self._require_engine("cancel_order").cancel_locally(order)
        self._listen_to_strategy(order.strategy_id)

    def _listen_to_strategy(self, strategy_id: Any) -> None:
        if strategy_id in self._listens_to:
            return
        for kind in ("order", "position"):
            self.msgbus.subscribe(f"events.{kind}.{strategy_id}", self._handle_event)
        self._listens_to.add(strategy_id)

    def _handle_event(self, event: Any) -> None:
        name = type(event).__name__
        is_order = name.startswith("Order")
        if is_order:
            order = self.cache.order(event.client_order_id)
            if order is None or order.exec_algorithm_id is None or str(order.exec_algorithm_id) != str(self.id):
                return
            if self.is_running and LATER:
                self._account_for(name, order)
        if not self.is_running:
            return
        handler = _HANDLERS.get(name)
        if handler is not None:
            getattr(self, handler)(event)
            (self.on_order_event if is_order else self.on_position_event)(event)
        self.on_event(event)

    def _account_for(self, name: str, order: Any) -> None:
        """Gives the primary order back what a refused spawned one took from it."""
        if name in _SETTLES:
            self._reductions.pop(order.client_order_id, None)
        elif name in _RESTORES and order.is_spawned:
            reduction = self._reductions.pop(order.client_order_id, None)
            primary = self.cache.order(order.exec_spawn_id)
            if reduction is None or primary is None:
                return
            restored = min(reduction.as_decimal(), order.leaves_qty.as_decimal())
            if restored > 0:
                quantity = Quantity(primary.quantity.as_decimal() + restored, primary.quantity.precision)
                self._require_engine("spawn").resize_locally(primary, quantity)

    # Handlers that users override

    def on_order(self, order: Any) -> None: ...
    def on_order_list(self, order_list: Any) -> None: ...
    def on_order_event(self, event: Any) -> None: ...
    def on_order_initialized(self, event: Any) -> None: ...
    def on_order_denied(self, event: Any) -> None: ...
    def on_order_emulated(self, event: Any) -> None: ...
    def on_order_released(self, event: Any) -> None: ...
    def on_order_submitted(self, event: Any) -> None: ...
    def on_order_rejected(self, event: Any) -> None: ...
    def on_order_accepted(self, event: Any) -> None: ...
    def on_order_canceled(self, event: Any) -> None: ...
    def on_order_expired(self, event: Any) -> None: ...
    def on_order_triggered(self, event: Any) -> None: ...
    def on_order_pending_update(self, event: Any) -> None: ...
    def on_order_pending_cancel(self, event: Any) -> None: ...
    def on_order_modify_rejected(self, event: Any) -> None: ...
    def on_order_cancel_rejected(self, event: Any) -> None: ...
    def on_order_updated(self, event: Any) -> None: ...
    def on_order_filled(self, event: Any) -> None: ...
    def on_position_event(self, event: Any) -> None: ...
    def on_position_opened(self, event: Any) -> None: ...
    def on_position_changed(self, event: Any) -> None: ...
    def on_position_closed(self, event: Any) -> None: ...

    # Spawning

    def spawn_market(
        self,
        primary: Any,
        quantity: Quantity,
        time_in_force: TimeInForce = TimeInForce.GTC,
        reduce_only: bool = False,
        tags: list[str] | None = None,
        reduce_primary: bool = True,
    ) -> Any:
        return self._spawn(
            OrderType.MARKET,
            primary,
            quantity,
            reduce_primary,
            tags,
            time_in_force=time_in_force,
            reduce_only=reduce_only,
        )

    def spawn_limit(
        self,
        primary: Any,
        quantity: Quantity,
        price: Price,
        time_in_force: TimeInForce = TimeInForce.GTC,
        expire_time: Any = None,
        post_only: bool = False,
        reduce_only: bool = False,
        display_qty: Quantity | None = None,
        emulation_trigger: TriggerType = TriggerType.NO_TRIGGER,
        tags: list[str] | None = None,
        reduce_primary: bool = True,
    ) -> Any:
        return self._spawn(
            OrderType.LIMIT,
            primary,
            quantity,
            reduce_primary,
            tags,
            price=price,
            time_in_force=time_in_force,
            expire_time_ns=0 if expire_time is None else dt_to_unix_nanos(expire_time),
            post_only=post_only,
            reduce_only=reduce_only,
            display_qty=display_qty,
            emulation_trigger=emulation_trigger,
        )

    def spawn_market_to_limit(
        self,
        primary: Any,
        quantity: Quantity,
        time_in_force: TimeInForce = TimeInForce.GTC,
        expire_time: Any = None,
        reduce_only: bool = False,
        display_qty: Quantity | None = None,
        emulation_trigger: TriggerType = TriggerType.NO_TRIGGER,
        tags: list[str] | None = None,
        reduce_primary: bool = True,
    ) -> Any:
        return self._spawn(
            OrderType.MARKET_TO_LIMIT,
            primary,
            quantity,
            reduce_primary,
            tags,
            time_in_force=time_in_force,
            expire_time_ns=0 if expire_time is None else dt_to_unix_nanos(expire_time),
            reduce_only=reduce_only,
            display_qty=display_qty,
            emulation_trigger=emulation_trigger,
        )

    def _spawn(
        self,
        order_type: OrderType,
        primary: Any,
        quantity: Quantity,
        reduce_primary: bool,
        tags: list[str] | None,
        **fields: Any,
    ) -> Any:
        kernel = self._require_engine("spawn")
        number = self._spawned.get(primary.client_order_id, 0) + 1
        self._spawned[primary.client_order_id] = number
        spawn_id = ClientOrderId(f"{primary.client_order_id.value}-E{number}")
        if reduce_primary:
            left = primary.leaves_qty if LATER else primary.quantity
            if quantity > left:
                raise ValueError(
                    f"spawn_qty {quantity} exceeds primary leaves_qty {left}"
                    if LATER
                    else "Spawn order quantity was greater than or equal to primary order"
                )
            rest = Quantity(primary.quantity.as_decimal() - quantity.as_decimal(), primary.quantity.precision)
            kernel.resize_locally(primary, rest)
            self._reductions[spawn_id] = quantity
        return kernel.spawner(self._index, primary.strategy_id).make(
            order_type,
            primary.instrument_id,
            primary.side,
            quantity,
            client_order_id=spawn_id,
            quote_quantity=primary.is_quote_quantity,
            contingency_type=primary.contingency_type,
            order_list_id=primary.order_list_id,
            linked_order_ids=primary.linked_order_ids,
            parent_order_id=primary.parent_order_id,
            exec_algorithm_id=self.id,
            exec_algorithm_params=_text(primary.exec_algorithm_params) if LATER else None,
            exec_spawn_id=primary.client_order_id,
            tags=primary.tags if tags is None else tags,
            **fields,
        )

    # Commands

    def submit_order(self, order: Any) -> None:
        """Sends a spawned order, or what is left of the primary one."""
        self._require_engine("submit_order").submit_from_algorithm(order)

    def modify_order(
        self,
        order: Any,
        quantity: Quantity | None = None,
        price: Price | None = None,
        trigger_price: Price | None = None,
        client_id: Any = None,
    ) -> None:
        self._require_engine("modify_order").modify_order(order, quantity, price, trigger_price)

    def modify_order_in_place(
        self,
        order: Any,
        quantity: Quantity | None = None,
        price: Price | None = None,
        trigger_price: Price | None = None,
    ) -> None:
        if price is not None or trigger_price is not None:
            _refuse.refuse("ExecAlgorithm.modify_order_in_place of a price")
        if quantity is None or quantity == order.quantity:
            self.log.error("Cannot modify the order in place: nothing changes")
            return
        self._require_engine("modify_order_in_place").resize_locally(order, quantity)

    def cancel_order(self, order: Any, client_id: Any = None) -> None:
        self._require_engine("cancel_order").cancel_order(order)


def _text(params: Any) -> str | None:
    import json

    return None if params is None else json.dumps(params)


__getattr__ = _refuse.unknown(__name__)
