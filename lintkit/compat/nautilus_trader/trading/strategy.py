"""The base class of strategies."""

from typing import TYPE_CHECKING, Any

from lintkit._engine import ClientOrderId, InstrumentId, Position, PositionId, Price, Quantity, StrategyId
from nautilus_trader import _refuse
from nautilus_trader._profile import LATER
from nautilus_trader.common.actor import Actor
from nautilus_trader.common.factories import OrderFactory
from nautilus_trader.model.enums import OmsType, OrderSide, PositionSide, TimeInForce
from nautilus_trader.trading.config import ImportableStrategyConfig, StrategyConfig

if TYPE_CHECKING or LATER:
    from nautilus_trader.trading._market_exit import REASON, ExitingActor
else:
    ExitingActor = Actor

_OMS = {None: OmsType.UNSPECIFIED, "UNSPECIFIED": OmsType.UNSPECIFIED}


@_refuse.members("register")
class Strategy(ExitingActor):
    """An actor that sends orders."""

    _config_class = StrategyConfig

    def __init__(self, config: Any = None) -> None:
        super().__init__(config)
        config = self.config
        self._order_id_tag = config.order_id_tag
        self._use_uuid_client_order_ids = config.use_uuid_client_order_ids
        self._use_hyphens_in_client_order_ids = config.use_hyphens_in_client_order_ids
        self._oms_type = _OMS[config.oms_type] if config.oms_type in _OMS else OmsType[str(config.oms_type)]

    def _own_id(self, config: Any) -> Any:
        name = type(self).__name__ if config.strategy_id is None else config.strategy_id
        if not isinstance(name, str):  # nor does the real one take what its own config's type asks for
            given = f"{type(name).__module__}.{type(name).__qualname__}"
            raise TypeError(f"Argument 'name' has incorrect type (expected str, got {given})")
        return StrategyId(f"{name}-{config.order_id_tag}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id})"

    @property
    def order_id_tag(self) -> str | None:
        return self._order_id_tag

    @property
    def use_uuid_client_order_ids(self) -> bool:
        return self._use_uuid_client_order_ids

    @property
    def use_hyphens_in_client_order_ids(self) -> bool:
        return self._use_hyphens_in_client_order_ids

    @property
    def oms_type(self) -> OmsType:
        return self._oms_type

    @property
    def external_order_claims(self) -> list[InstrumentId]:
        return list(self.config.external_order_claims or [])

    @property
    def manage_contingent_orders(self) -> bool:
        return self.config.manage_contingent_orders

    @property
    def manage_gtd_expiry(self) -> bool:
        return self.config.manage_gtd_expiry

    def change_id(self, strategy_id: StrategyId) -> None:
        self._attach(id=strategy_id)

    def change_order_id_tag(self, order_id_tag: str) -> None:
        self._order_id_tag = order_id_tag

    def to_importable_config(self) -> Any:
        return ImportableStrategyConfig(
            strategy_path=self.fully_qualified_name(),
            config_path=self.config.fully_qualified_name(),
            config=self.config.dict(),
        )

    def _add_to(self, kernel: Any) -> None:
        """Become part of an engine."""
        source = kernel.add_actor(
            self,
            self.id,
            self.id,
            self._oms_type,
            self.config.manage_gtd_expiry,
            LATER and self.config.manage_stop,
            self._use_uuid_client_order_ids,
            self._use_hyphens_in_client_order_ids,
        )
        factory = OrderFactory.__new__(OrderFactory)  # only strategies have one
        factory.attach(source, self._use_uuid_client_order_ids, self._use_hyphens_in_client_order_ids)
        self._attach(order_factory=factory)

    def _reset(self) -> None:
        if self.order_factory is not None:
            self.order_factory.reset()
        super()._reset()

    # Handlers that users override

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

    # Orders

    def submit_order(
        self, order: Any, position_id: PositionId | None = None, client_id: Any = None, params: Any = None
    ) -> None:
        engine = self._require_engine("submit_order")
        if LATER and self._denies(order):
            engine.deny_orders([order], REASON)
        else:
            engine.submit_order(self._index, order, position_id)

    def submit_order_list(
        self, order_list: Any, position_id: PositionId | None = None, client_id: Any = None, params: Any = None
    ) -> None:
        engine = self._require_engine("submit_order_list")
        if LATER and any(map(self._denies, order_list.orders)):
            engine.deny_orders(order_list.orders, REASON)
        else:
            engine.submit_order_list(self._index, order_list, position_id)

    def modify_order(
        self,
        order: Any,
        quantity: Quantity | None = None,
        price: Price | None = None,
        trigger_price: Price | None = None,
        client_id: Any = None,
        params: Any = None,
    ) -> None:
        self._require_engine("modify_order").modify_order(order, quantity, price, trigger_price)

    def cancel_order(self, order: Any, client_id: Any = None, params: Any = None) -> None:
        self._require_engine("cancel_order").cancel_order(order)

    def cancel_orders(self, orders: list[Any], client_id: Any = None, params: Any = None) -> None:
        self._require_engine("cancel_orders").cancel_orders(orders)

    def cancel_all_orders(
        self,
        instrument_id: InstrumentId,
        order_side: OrderSide = OrderSide.NO_ORDER_SIDE,
        client_id: Any = None,
        params: Any = None,
    ) -> None:
        self._require_engine("cancel_all_orders").cancel_all_orders(self.id, instrument_id, order_side)

    def close_position(
        self,
        position: Position,
        client_id: Any = None,
        tags: list[str] | None = None,
        time_in_force: TimeInForce = TimeInForce.GTC,
        reduce_only: bool = True,
        params: Any = None,
    ) -> None:
        if position.is_closed:
            self.log.warning(f"Cannot close position: the position is already closed, {position}")  # no `%` here
            return
        order = self.order_factory.market(
            position.instrument_id,
            position.closing_order_side(),
            position.quantity,
            time_in_force=time_in_force,
            reduce_only=reduce_only,
            tags=tags,
        )
        self.submit_order(order, position_id=position.id, client_id=client_id, params=params)

    def close_all_positions(
        self,
        instrument_id: InstrumentId,
        position_side: PositionSide = PositionSide.NO_POSITION_SIDE,
        client_id: Any = None,
        tags: list[str] | None = None,
        time_in_force: TimeInForce = TimeInForce.GTC,
        reduce_only: bool = True,
        params: Any = None,
    ) -> None:
        self._require_engine("close_all_positions")
        positions = self.cache.positions_open(None, instrument_id, self.id, position_side)
        for position in positions:
            self.close_position(position, client_id, tags, time_in_force, reduce_only, params)

    def query_order(self, order: Any, client_id: Any = None, params: Any = None) -> None:
        """A backtest's venue has nothing to add to what the cache knows."""

    def query_account(self, account_id: Any, client_id: Any = None, params: Any = None) -> None:
        """A backtest's venue has nothing to add to what the cache knows."""

    def cancel_gtd_expiry(self, order: Any) -> None:
        name = f"GTD-EXPIRY:{ClientOrderId.__str__(order.client_order_id)}"
        if name in self.clock.timer_names:
            self.clock.cancel_timer(name)


__getattr__ = _refuse.unknown(__name__)
