"""Orders that are made by their class: what they show, in which order they take arguments, what they refuse."""

from decimal import Decimal
from typing import Any

from nautilus_trader.core.uuid import UUID4
from nautilus_trader.model.enums import ContingencyType, OrderSide, TimeInForce, TrailingOffsetType, TriggerType
from nautilus_trader.model.identifiers import (
    ClientOrderId,
    ExecAlgorithmId,
    InstrumentId,
    OrderListId,
    StrategyId,
    TraderId,
)
from nautilus_trader.model.objects import Price, Quantity
from nautilus_trader.model.orders import (
    LimitIfTouchedOrder,
    LimitOrder,
    MarketIfTouchedOrder,
    MarketOrder,
    MarketToLimitOrder,
    OrderList,
    StopLimitOrder,
    StopMarketOrder,
    TrailingStopLimitOrder,
    TrailingStopMarketOrder,
)

HEAD = [
    TraderId("T-1"),
    StrategyId("S-1"),
    InstrumentId.from_str("AUD/USD.SIM"),
    ClientOrderId("O-1"),
    OrderSide.BUY,
    Quantity.from_int(7),
]
PRICE, TRIGGER, ACTIVATION = Price.from_str("1.1"), Price.from_str("1.2"), Price.from_str("1.3")
MADE = [UUID4(), 5]
STOP, LIMIT_STOP = [TRIGGER, TriggerType.LAST_PRICE], [PRICE, TRIGGER, TriggerType.LAST_PRICE]
GTD = [TimeInForce.GTD, 9]
EMULATED = [TriggerType.BID_ASK, InstrumentId.from_str("X.Y")]
SHOWN = Quantity.from_int(3)
TRAILS = [Decimal("0.5"), TrailingOffsetType.TICKS]
TAIL = [
    ContingencyType.OCO,
    OrderListId("OL-1"),
    [ClientOrderId("O-2")],
    ClientOrderId("O-3"),
    ExecAlgorithmId("A"),
    {"a": 1},
    ClientOrderId("O-4"),
    ["t"],
]
FULL = [
    (MarketOrder, [*MADE, TimeInForce.DAY, True, True]),
    (LimitOrder, [PRICE, *MADE, *GTD, True, True, True, SHOWN, *EMULATED]),
    (StopMarketOrder, [*STOP, *MADE, *GTD, True, True, *EMULATED]),
    (StopLimitOrder, [*LIMIT_STOP, *MADE, *GTD, True, True, True, SHOWN, *EMULATED]),
    (MarketToLimitOrder, [*MADE, *GTD, True, True, SHOWN]),
    (MarketIfTouchedOrder, [*STOP, *MADE, *GTD, True, True, *EMULATED]),
    (LimitIfTouchedOrder, [*LIMIT_STOP, *MADE, *GTD, True, True, True, SHOWN, *EMULATED]),
    (TrailingStopMarketOrder, [*STOP, *TRAILS, *MADE, ACTIVATION, *GTD, True, True, *EMULATED]),
    (
        TrailingStopLimitOrder,
        [*LIMIT_STOP, Decimal("0.4"), *TRAILS, *MADE, ACTIVATION, *GTD, True, True, True, SHOWN, *EMULATED],
    ),
]
SHORT = [
    (MarketOrder, MADE),
    (LimitOrder, [PRICE, *MADE]),
    (StopMarketOrder, [*STOP, *MADE]),
    (StopLimitOrder, [*LIMIT_STOP, *MADE]),
    (MarketToLimitOrder, MADE),
    (TrailingStopMarketOrder, [*STOP, *TRAILS, *MADE]),
    (TrailingStopLimitOrder, [PRICE, None, TriggerType.DEFAULT, Decimal("0.4"), *TRAILS, *MADE]),
]


def show(order: Any) -> None:
    values = order.to_dict()
    values.pop("init_id", None)
    print(sorted(values.items()))
    print(repr(order), order.info(), order.status.name, order.ts_init, [type(e).__name__ for e in order.events])


def refused(cls: Any, args: list[Any], **kwargs: Any) -> None:
    try:
        cls(*args, **kwargs)
    except Exception as error:  # noqa: BLE001  # its class is what is compared
        print(cls.__name__, type(error).__name__)
    else:
        print(cls.__name__, "made")


for cls, rest in FULL:
    show(cls(*HEAD, *rest, *TAIL))
for cls, rest in SHORT:
    show(cls(*HEAD, *rest))

show(LimitOrder(*HEAD, price=PRICE, init_id=MADE[0], ts_init=3, tags=["x"], post_only=True))
refused(MarketOrder, HEAD)
refused(MarketOrder, [])
refused(LimitOrder, [*HEAD, *MADE])
refused(MarketOrder, [*HEAD, *MADE], unknown=1)
refused(MarketOrder, [*HEAD, *MADE], quantity=HEAD[-1])
refused(MarketOrder, [*HEAD, *MADE, TimeInForce.GTD])
refused(LimitOrder, [*HEAD, PRICE, *MADE, TimeInForce.GTD])
refused(LimitOrder, [*HEAD[:4], OrderSide.NO_ORDER_SIDE, HEAD[5], PRICE, *MADE])
refused(LimitOrder, [*HEAD[:5], Quantity.from_int(0), PRICE, *MADE])
refused(LimitOrder, [*HEAD, None, *MADE])
refused(StopMarketOrder, [*HEAD, TRIGGER, TriggerType.NO_TRIGGER, *MADE])

orders = [LimitOrder(*HEAD, PRICE, *MADE), MarketOrder(*HEAD[:3], ClientOrderId("O-9"), *HEAD[4:], *MADE)]
legs = OrderList(OrderListId("OL-9"), orders)
print(repr(legs), legs.first == orders[0], [order.client_order_id.value for order in legs.orders])
