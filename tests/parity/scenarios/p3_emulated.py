"""Scenarios of emulated orders: what the order emulator holds, releases, changes, cancels and tells."""

import json
import re
import sys
from decimal import Decimal

import nautilus_trader
import pandas as pd
from harness import (
    BUY,
    MS,
    SELL,
    T0,
    AccountType,
    BookType,
    ContingencyType,
    LatencyModel,
    Money,
    OmsType,
    OrderType,
    TimeInForce,
    TrailingOffsetType,
    TriggerType,
    USD,
    fx,
    quote,
    run,
    trade,
)
from nautilus_trader.model.data import BookOrder, OrderBookDelta
from nautilus_trader.model.enums import AggressorSide, BookAction, RecordFlag
from nautilus_trader.model.objects import Quantity

V = nautilus_trader.__version__
BA, LAST, DEFAULT = TriggerType.BID_ASK, TriggerType.LAST_PRICE, TriggerType.DEFAULT
TICKS, PRICE, BPS = TrailingOffsetType.TICKS, TrailingOffsetType.PRICE, TrailingOffsetType.BASIS_POINTS

S = {}


def scenario(f):
    S[f.__name__] = f
    return f


def attempt(s, o):
    try:
        s.submit_order(o)
    except Exception as e:  # noqa: BLE001
        s.say(f"!! {type(e).__name__} {o.client_order_id} {o.status.name}")


def ladder(i, bids, spread=0.00002, step=10, size=1_000_000):
    return [quote(i, k * step, bid, bid + spread, size, size) for k, bid in enumerate(bids)]


WALK = [0.70000, 0.70003, 0.70006, 0.70009, 0.70004, 0.69998, 0.69992, 0.69988, 0.69995]


def look(s, *orders):
    """What the cache and the orders say."""
    c = s.cache
    number = lambda orders: [o.client_order_id.value.rpartition("-")[2] for o in orders]  # noqa: E731
    s.say(
        f"emulated={number(c.orders_emulated())} n={c.orders_emulated_count()} open={number(c.orders_open())} "
        f"inflight={c.orders_inflight_count()} closed={c.orders_closed_count()}"
    )
    for o in orders:
        for name, x in (("mine", o), ("cached", c.order(o.client_order_id))):
            said = {
                "emulated": x.is_emulated,
                "local": x.is_active_local,
                "open": x.is_open,
                "closed": x.is_closed,
                "inflight": x.is_inflight,
                "held": c.is_order_emulated(x.client_order_id),
            }
            events = " ".join(type(e).__name__.removeprefix("Order") for e in x.events)
            is_ = " ".join(key for key, value in said.items() if value)
            s.say(f"{name} {type(x).__name__} {x.status.name} {x.emulation_trigger.name} is {is_}; {events}")


def every_trailing(s, side, trigger, stop, **kw):
    """Both kinds of trailing stop, triggered at first at `stop`."""
    f, q, p, iid = s.order_factory, s.q, s.p, s.inst.id
    return [
        f.trailing_stop_market(
            iid,
            side,
            q(6000),
            trigger_price=p(stop),
            trailing_offset=Decimal("0.00003"),
            trailing_offset_type=PRICE,
            emulation_trigger=trigger,
            **kw,
        ),
        f.trailing_stop_limit(
            iid,
            side,
            q(7000),
            price=p(stop),
            trigger_price=p(stop),
            limit_offset=Decimal(2),
            trailing_offset=Decimal(4),
            trailing_offset_type=TICKS,
            emulation_trigger=trigger,
            **kw,
        ),
    ]


def every_type(s, side, trigger, above, below, trailing=None, **kw):
    f, q, p, iid = s.order_factory, s.q, s.p, s.inst.id
    made = [
        f.limit(iid, side, q(1000), p(below if side == BUY else above), emulation_trigger=trigger, **kw),
        f.stop_market(iid, side, q(2000), p(above if side == BUY else below), emulation_trigger=trigger, **kw),
        f.stop_limit(
            iid,
            side,
            q(3000),
            p(above + 0.00001 if side == BUY else below - 0.00001),
            p(above if side == BUY else below),
            emulation_trigger=trigger,
            **kw,
        ),
        f.market_if_touched(iid, side, q(4000), p(below if side == BUY else above), emulation_trigger=trigger, **kw),
        f.limit_if_touched(
            iid,
            side,
            q(5000),
            p(below if side == BUY else above),
            p(below if side == BUY else above),
            emulation_trigger=trigger,
            **kw,
        ),
    ]
    if trailing:
        made += every_trailing(s, side, trigger, trailing, **kw)
    for o in made:
        attempt(s, o)
    return made


def each(side, trigger, **kw):
    i = fx()

    def a(s):
        s.memo["o"] = every_type(s, side, trigger, 0.70006, 0.69993, 0.70020 if side == BUY else 0.69980, **kw)

    looks = {k: lambda s: look(s, *s.memo["o"]) for k in (1, 4, 8)}
    return i, {0: a, **looks}


@scenario
def e01_buy_bid_ask():
    i, actions = each(BUY, BA)
    return run(i, ladder(i, WALK), actions, orders=True)


@scenario
def e02_sell_bid_ask():
    i, actions = each(SELL, BA)
    return run(i, ladder(i, WALK), actions, orders=True)


@scenario
def e03_buy_default_reduce_only():
    i, actions = each(BUY, DEFAULT, reduce_only=True)
    return run(i, ladder(i, WALK), actions, orders=True)


@scenario
def e04_sell_last_trades():
    i, actions = each(SELL, LAST)
    return run(i, [trade(i, k * 10, px, 50_000) for k, px in enumerate(WALK)], actions, orders=True)


@scenario
def e05_buy_last_with_quotes():
    i, actions = each(BUY, LAST)
    d = []
    for k, px in enumerate(WALK):
        d += [quote(i, k * 10, px, px + 0.00002), trade(i, k * 10 + 5, px + 0.00002, 50_000)]
    return run(i, d, actions, orders=True)


@scenario
def e06_buy_bid_ask_trades_only():
    i, actions = each(BUY, BA)
    return run(i, [trade(i, k * 10, px, 50_000) for k, px in enumerate(WALK)], actions, orders=True)


@scenario
def e07_other_triggers():
    i = fx()
    out = []
    for name in ("LAST_OR_BID_ASK", "MID_POINT", "MARK_PRICE", "INDEX_PRICE", "DOUBLE_LAST", "DOUBLE_BID_ASK"):
        out.append(f"-- {name}")
        t = TriggerType[name]

        def a(s, t=t):
            s.stp(BUY, 1000, 0.70005, emulation_trigger=t)

        def b(s):
            look(s)

        out += run(i, ladder(i, WALK[:4]), {0: a, 1: b}, orders=True)
    return out


@scenario
def e08_marketable_on_arrival():
    i = fx()

    def a(s):
        for side, sign in ((BUY, 1), (SELL, -1)):
            px = 0.70001 + sign * 0.00002
            s.lmt(side, 1000, px, emulation_trigger=BA)
            s.stp(side, 1000, 0.70001 - sign * 0.00002, emulation_trigger=BA)
            f = s.order_factory
            s.submit_order(
                f.stop_limit(s.inst.id, side, s.q(1000), s.p(px), s.p(0.70001 - sign * 0.00002), emulation_trigger=BA)
            )
            s.submit_order(f.market_if_touched(s.inst.id, side, s.q(1000), s.p(px), emulation_trigger=BA))
            s.submit_order(f.limit_if_touched(s.inst.id, side, s.q(1000), s.p(px), s.p(px), emulation_trigger=BA))
        look(s)

    return run(i, ladder(i, WALK[:3]), {0: a, 1: a}, orders=True)


@scenario
def e09_before_any_market():
    i = fx()

    def a(s):
        every_type(s, BUY, BA, 0.70006, 0.69993)
        look(s)

    return run(i, ladder(i, WALK), {"start": a, 1: look}, orders=True)


@scenario
def e10_trailing():
    i = fx()
    walk = [0.70000, 0.70004, 0.70010, 0.70006, 0.70002, 0.69996, 0.69990, 0.69999, 0.70010]

    def a(s):
        f, q, p, iid = s.order_factory, s.q, s.p, s.inst.id
        for side, trg, act in ((SELL, 0.69990, 0.70005), (BUY, 0.70020, 0.69995)):
            for kind, offset in ((TICKS, Decimal(5)), (PRICE, Decimal("0.00005")), (BPS, Decimal(1))):
                for extra in ({}, {"trigger_price": p(trg)}, {"activation_price": p(act)}):
                    attempt(
                        s,
                        f.trailing_stop_market(
                            iid,
                            side,
                            q(1000),
                            trailing_offset=offset,
                            trailing_offset_type=kind,
                            emulation_trigger=BA,
                            **extra,
                        ),
                    )
        attempt(
            s,
            f.trailing_stop_limit(
                iid,
                SELL,
                q(1000),
                price=p(0.69980),
                trigger_price=p(0.69990),
                limit_offset=Decimal("0.00002"),
                trailing_offset=Decimal("0.00005"),
                emulation_trigger=BA,
            ),
        )
        look(s)

    def b(s):
        for o in s.cache.orders():
            s.say(
                f"{o.client_order_id} {o.status.name} trg={getattr(o, 'trigger_price', None)} "
                f"act={getattr(o, 'activation_price', None)} px={getattr(o, 'price', None)}"
            )

    return run(i, ladder(i, walk), {0: a, 1: b, 3: b, 6: b, 8: b}, orders=True)


@scenario
def e11_trailing_last():
    i = fx()
    walk = [0.70000, 0.70004, 0.70010, 0.70006, 0.70002, 0.69996, 0.69990, 0.69999, 0.70010]
    d = []
    for k, px in enumerate(walk):
        d += [quote(i, k * 10, px, px + 0.00002), trade(i, k * 10 + 5, px + 0.00001, 50_000)]

    def a(s):
        f, q, iid = s.order_factory, s.q, s.inst.id
        for side in (SELL, BUY):
            for emulation in (LAST, BA, DEFAULT):
                for trigger_type in (DEFAULT, LAST, BA, TriggerType.LAST_OR_BID_ASK):
                    attempt(
                        s,
                        f.trailing_stop_market(
                            iid,
                            side,
                            q(1000),
                            trailing_offset=Decimal("0.00005"),
                            trigger_type=trigger_type,
                            emulation_trigger=emulation,
                        ),
                    )
        look(s)

    return run(i, d, {0: a, 5: look}, orders=True)


def bracket(s, side=BUY, **kw):
    sign = 1 if side == BUY else -1
    given = dict(
        tp_price=s.p(0.70001 + sign * 0.00006),
        sl_trigger_price=s.p(0.70001 - sign * 0.00006),
        emulation_trigger=BA,
    )
    b = s.order_factory.bracket(s.inst.id, side, s.q(10_000), **(given | kw))
    s.memo["b"] = b
    s.submit_order_list(b)
    look(s, *b.orders)


BRACKET_WALK = [0.70000, 0.70002, 0.69998, 0.70001, 0.70005, 0.70008, 0.70003, 0.69994, 0.69990]


def bracketed(**kw):
    side = kw.pop("side", BUY)
    i = fx()

    def again(s):
        look(s, *s.memo["b"].orders)

    def a(s):
        given = {k: s.p(v) if k.endswith("price") else v for k, v in kw.items()}
        bracket(s, side, **given)

    return run(i, ladder(i, BRACKET_WALK), {0: a, 1: again, 3: again, 6: again}, orders=True)


@scenario
def e12_bracket_market():
    return bracketed()


@scenario
def e13_bracket_limit():
    return bracketed(entry_order_type=OrderType.LIMIT, entry_price=0.70000)


@scenario
def e14_bracket_limit_sell_stopped():
    return bracketed(side=SELL, entry_order_type=OrderType.LIMIT, entry_price=0.70002)


@scenario
def e15_bracket_stop_limit():
    return bracketed(entry_order_type=OrderType.STOP_LIMIT, entry_trigger_price=0.70004, entry_price=0.70005)


@scenario
def e16_bracket_oco():
    return bracketed(contingency_type=ContingencyType.OCO)


@scenario
def e17_bracket_trailing():
    i = fx()

    def a(s):
        b = s.order_factory.bracket(
            s.inst.id,
            BUY,
            s.q(10_000),
            tp_order_type=OrderType.MARKET_IF_TOUCHED,
            tp_trigger_price=s.p(0.70020),
            sl_order_type=OrderType.TRAILING_STOP_MARKET,
            sl_trailing_offset=Decimal("0.00003"),
            sl_trailing_offset_type=PRICE,
            emulation_trigger=BA,
        )
        s.memo["b"] = b
        s.submit_order_list(b)

    def again(s):
        look(s, *s.memo["b"].orders)

    return run(i, ladder(i, BRACKET_WALK), {0: a, 1: again, 6: again}, orders=True)


@scenario
def e18_partial_fills():
    """The entry fills in parts; children follow."""
    i = fx()
    d = [quote(i, k * 10, px, px + 0.00002, 3000, 3000) for k, px in enumerate(BRACKET_WALK)]

    def a(s):
        bracket(s, entry_order_type=OrderType.LIMIT, entry_price=s.p(0.70000))

    return run(i, d, {0: a, 3: look}, orders=True)


def change(s, n, **kw):
    o = s.memo["o"][n]
    now = s.cache.order(o.client_order_id)
    try:
        s.modify_order(now, **kw)
    except BaseException as e:  # noqa: BLE001
        s.say(f"!! {type(e).__name__}")
    look(s, o)


@scenario
def e19_modify():
    i = fx()

    def a(s):
        s.memo["o"] = every_type(s, BUY, BA, 0.70030, 0.69950, 0.70040)

    def b(s):
        change(s, 0, price=s.p(0.69960))
        change(s, 1, trigger_price=s.p(0.70020))
        change(s, 1, quantity=s.q(2500))
        change(s, 2, quantity=s.q(3500), price=s.p(0.70022), trigger_price=s.p(0.70021))
        change(s, 3, trigger_price=s.p(0.69970))
        change(s, 4, price=s.p(0.69971), trigger_price=s.p(0.69972))
        change(s, 5, trigger_price=s.p(0.70015))
        change(s, 6, price=s.p(0.70012))
        change(s, 0, price=s.p(0.69960))
        change(s, 0, quantity=s.q(0.0) if False else Quantity.from_int(1_000_000_000))

    def c(s):
        change(s, 0, price=s.p(0.70030))
        change(s, 1, trigger_price=s.p(0.70000))
        change(s, 2, trigger_price=s.p(0.70000))
        change(s, 3, trigger_price=s.p(0.70030))
        change(s, 4, trigger_price=s.p(0.70030))

    return run(i, ladder(i, WALK), {0: a, 1: b, 2: c, 4: look}, orders=True)


@scenario
def e20_cancel():
    i = fx()

    def a(s):
        s.memo["o"] = every_type(s, SELL, BA, 0.70030, 0.69950, 0.69940)
        s.memo["r"] = s.lmt(BUY, 1000, 0.69900)

    def one(s):
        s.cancel_order(s.memo["o"][0])
        s.cancel_order(s.memo["o"][0])
        look(s, s.memo["o"][0])
        s.cancel_orders(s.memo["o"][1:3])
        look(s)

    def all_(s):
        s.cancel_all_orders(s.inst.id, order_side=BUY)
        look(s)
        s.cancel_all_orders(s.inst.id)
        look(s)

    return run(i, ladder(i, WALK), {0: a, 1: one, 3: all_, 4: look}, orders=True)


@scenario
def e21_cancel_released_in_flight():
    i = fx()

    def a(s):
        s.memo["o"] = s.stp(BUY, 1000, 0.70004, emulation_trigger=BA)
        f = s.order_factory
        s.memo["l"] = f.stop_limit(s.inst.id, BUY, s.q(1000), s.p(0.69980), s.p(0.70004), emulation_trigger=BA)
        s.submit_order(s.memo["l"])

    def b(s):
        look(s, s.memo["o"], s.memo["l"])
        s.cancel_order(s.memo["l"])
        s.cancel_order(s.cache.order(s.memo["l"].client_order_id))

    lat = LatencyModel(
        base_latency_nanos=15 * MS, insert_latency_nanos=0, update_latency_nanos=0, cancel_latency_nanos=0
    )
    return run(i, ladder(i, WALK), {0: a, 2: b, 5: b}, venue_kw=dict(latency_model=lat), orders=True)


def gtd(managed):
    i = fx()

    def a(s):
        late = pd.Timestamp(T0 + 25 * MS, tz="UTC")
        s.lmt(BUY, 1000, 0.69900, time_in_force=TimeInForce.GTD, expire_time=late, emulation_trigger=BA)
        s.lmt(SELL, 1000, 0.70003, time_in_force=TimeInForce.GTD, expire_time=late, emulation_trigger=BA)
        f = s.order_factory
        s.submit_order(
            f.stop_limit(
                s.inst.id,
                BUY,
                s.q(1000),
                s.p(0.69900),
                s.p(0.70003),
                time_in_force=TimeInForce.GTD,
                expire_time=late,
                emulation_trigger=BA,
            )
        )

    return run(i, ladder(i, WALK), {0: a, 2: look, 4: look}, cfg=dict(manage_gtd_expiry=managed), orders=True)


@scenario
def e22_gtd():
    return gtd(False)


@scenario
def e23_gtd_managed():
    return gtd(True)


@scenario
def e24_what_is_kept():
    """What the transformed order keeps of the one it was."""
    i = fx()

    def a(s):
        f, q, p, iid = s.order_factory, s.q, s.p, s.inst.id
        common = dict(emulation_trigger=BA, tags=["X", "Y"])
        for o in (
            f.limit(
                iid,
                BUY,
                q(1000),
                p(0.70000),
                post_only=True,
                display_qty=q(100),
                time_in_force=TimeInForce.DAY,
                **common,
            ),
            f.stop_limit(iid, BUY, q(1000), p(0.70004), p(0.70005), post_only=True, display_qty=q(100), **common),
            f.stop_market(iid, BUY, q(1000), p(0.70005), time_in_force=TimeInForce.DAY, reduce_only=True, **common),
            f.limit_if_touched(
                iid, SELL, q(1000), p(0.70009), p(0.70006), display_qty=q(50), time_in_force=TimeInForce.FOK, **common
            ),
            f.limit(iid, BUY, q(1000), p(0.70000), time_in_force=TimeInForce.IOC, **common),
        ):
            s.submit_order(o)

    def event(s, e):
        d = type(e).to_dict(e)
        s.say(str({k: d[k] for k in sorted(d) if k not in {"event_id", "init_id", "ts_init"}}))

    def b(s):
        for o in s.cache.orders():
            d = o.to_dict()
            s.say(str({k: d[k] for k in sorted(d) if k not in {"init_id", "commissions", "liquidity_side"}}))
            s.say(repr(o))
            s.say(str(o.info()))

    i_ = ladder(i, WALK)
    actions = {0: a, 5: b, "OrderInitialized": event, "OrderEmulated": event, "OrderReleased": event}
    return run(i, i_, actions, orders=True)


@scenario
def e25_risk_and_precision():
    from nautilus_trader.config import RiskEngineConfig

    i = fx()

    def a(s):
        from nautilus_trader.model.objects import Price

        f, iid = s.order_factory, s.inst.id
        s.submit_order(f.stop_market(iid, BUY, s.q(1000), Price.from_str("0.7000512"), emulation_trigger=BA))
        s.submit_order(f.limit(iid, BUY, s.q(10), s.p(0.70000), emulation_trigger=BA))
        s.submit_order(f.stop_limit(iid, BUY, s.q(100_000_000), s.p(0.70006), s.p(0.70005), emulation_trigger=BA))
        for _ in range(5):
            s.stp(BUY, 1000, 0.70005, emulation_trigger=BA)

    kw = dict(risk_engine=RiskEngineConfig(max_order_submit_rate="3/00:00:01"))
    return run(i, ladder(i, WALK), {0: a}, engine_kw=kw, orders=True)


@scenario
def e26_oco_oto_lists():
    i = fx()

    def a(s):
        from nautilus_trader.model.identifiers import OrderListId
        from nautilus_trader.model.orders import LimitOrder, OrderList, StopMarketOrder
        from nautilus_trader.core.uuid import UUID4

        ids = [s.order_factory.generate_client_order_id() for _ in range(2)]
        lid = OrderListId("OL-mine")
        ts = s.clock.timestamp_ns()
        one = LimitOrder(
            s.trader_id,
            s.id,
            s.inst.id,
            ids[0],
            SELL,
            s.q(1000),
            s.p(0.70008),
            UUID4(),
            ts,
            emulation_trigger=BA,
            contingency_type=ContingencyType.OCO,
            order_list_id=lid,
            linked_order_ids=[ids[1]],
        )
        two = StopMarketOrder(
            s.trader_id,
            s.id,
            s.inst.id,
            ids[1],
            SELL,
            s.q(1000),
            s.p(0.69990),
            DEFAULT,
            UUID4(),
            ts,
            emulation_trigger=BA,
            contingency_type=ContingencyType.OCO,
            order_list_id=lid,
            linked_order_ids=[ids[0]],
        )
        s.submit_order_list(OrderList(lid, [one, two]))
        look(s, one, two)

    return run(i, ladder(i, WALK), {0: a, 4: look}, orders=True)


@scenario
def e27_modify_and_cancel_in_bracket():
    i = fx()

    def a(s):
        bracket(s)

    def b(s):
        _, sl, tp = s.memo["b"].orders
        s.modify_order(s.cache.order(sl.client_order_id), quantity=s.q(4000))
        look(s, sl, tp)
        s.modify_order(s.cache.order(tp.client_order_id), price=s.p(0.70030))

    def c(s):
        _, sl, tp = s.memo["b"].orders
        s.cancel_order(s.cache.order(tp.client_order_id))
        look(s, sl, tp)

    return run(i, ladder(i, BRACKET_WALK), {0: a, 1: b, 3: c, 5: look}, orders=True)


@scenario
def e28_close_position_under_bracket():
    i = fx()

    def a(s):
        bracket(s)

    def b(s):
        s.close_all_positions(s.inst.id)

    return run(i, ladder(i, BRACKET_WALK), {0: a, 2: b, 3: look}, orders=True)


@scenario
def e29_cancel_bracket_entry():
    i = fx()

    def a(s):
        bracket(s, entry_order_type=OrderType.LIMIT, entry_price=s.p(0.69900))

    def b(s):
        s.cancel_order(s.cache.order(s.memo["b"].orders[0].client_order_id))
        look(s, *s.memo["b"].orders)

    return run(i, ladder(i, BRACKET_WALK), {0: a, 2: b, 3: look}, orders=True)


@scenario
def e30_handlers_and_stop():
    i = fx()

    def a(s):
        s.stp(BUY, 1000, 0.70005, emulation_trigger=BA)
        s.stp(BUY, 1000, 0.70500, emulation_trigger=BA)

    def released(s, e):
        s.say(f"released at {e.released_price}")
        if s.memo.get("n", 0) < 1:
            s.memo["n"] = 1
            s.mkt(SELL, 500)

    def emulated(s, e):
        s.say(f"emulated {e.client_order_id}")
        look(s, s.cache.order(e.client_order_id))

    def stop(s):
        s.cancel_all_orders(s.inst.id)
        look(s)

    return run(
        i, ladder(i, WALK), {0: a, "OrderReleased": released, "OrderEmulated": emulated, "stop": stop}, orders=True
    )


@scenario
def e31_books():
    i = fx()

    def delta(ms, side, px, sz, act=BookAction.ADD):
        ts = T0 + int(ms * MS)
        return OrderBookDelta(
            i.id, act, BookOrder(side, i.make_price(px), Quantity(sz, 0), 0), RecordFlag.F_LAST, 0, ts, ts
        )

    d = []
    for k, px in enumerate(WALK):
        ts = T0 + k * 10 * MS
        d.append(OrderBookDelta.clear(i.id, 0, ts, ts))
        d += [delta(k * 10 + 1, BUY, px, 100_000), delta(k * 10 + 2, SELL, px + 0.00002, 100_000)]

    def a(s):
        every_type(s, BUY, BA, 0.70006, 0.69993)
        look(s)

    cfg = dict(book=True, quotes=False, trades=False)
    return run(i, d, {3: a}, venue_kw=dict(book_type=BookType.L2_MBP), cfg=cfg, orders=True)


@scenario
def e32_hedging_positions():
    i = fx()

    def a(s):
        s.mkt(BUY, 1000)

    def b(s):
        p = s.cache.positions_open()[0]
        o = s.order_factory.stop_market(s.inst.id, SELL, s.q(1000), s.p(0.69990), emulation_trigger=BA)
        s.submit_order(o, position_id=p.id)
        s.stp(BUY, 2000, 0.70008, emulation_trigger=BA)

    return run(i, ladder(i, WALK), {0: a, 1: b}, venue_kw=dict(oms_type=OmsType.HEDGING), orders=True)


@scenario
def e33_cash_denied():
    i = fx()

    def a(s):
        s.stp(BUY, 1_000_000, 0.70005, emulation_trigger=BA)
        s.lmt(SELL, 1000, 0.70008, emulation_trigger=BA)

    kw = dict(account_type=AccountType.CASH, base_currency=None, starting_balances=[Money(1000, USD)])
    return run(i, ladder(i, WALK), {0: a}, venue_kw=kw, orders=True)


@scenario
def e34_two_at_once():
    """Several that trigger on one quote; a cancel of one from the fill of another."""
    i = fx()

    def a(s):
        for n, px in enumerate((0.70006, 0.70005, 0.70007, 0.70005)):
            s.stp(BUY, 1000 + n, px, emulation_trigger=BA)
        for n, px in enumerate((0.70003, 0.70005, 0.70004)):
            s.lmt(SELL, 2000 + n, px, emulation_trigger=BA)

    def filled(s, e):
        if not s.memo.get("done"):
            s.memo["done"] = True
            s.cancel_all_orders(s.inst.id)

    return run(i, ladder(i, WALK), {0: a, "OrderFilled": filled}, orders=True)


@scenario
def e35_market_entry_list_emulated_second():
    """Only some orders of a list are emulated."""
    i = fx()

    def a(s):
        f, iid = s.order_factory, s.inst.id
        one = f.limit(iid, BUY, s.q(1000), s.p(0.69995))
        two = f.stop_market(iid, BUY, s.q(1000), s.p(0.70005), emulation_trigger=BA)
        three = f.limit(iid, SELL, s.q(1000), s.p(0.70008))
        s.submit_order_list(f.create_list([one, two, three]))
        look(s, one, two, three)

    return run(i, ladder(i, WALK), {0: a, 4: look}, orders=True)


@scenario
def e36_plain_list_first_not_emulated():
    i = fx()

    def a(s):
        f, iid = s.order_factory, s.inst.id
        one = f.stop_market(iid, BUY, s.q(1000), s.p(0.70005), emulation_trigger=BA)
        two = f.limit(iid, BUY, s.q(1000), s.p(0.69995))
        s.submit_order_list(f.create_list([one, two]))
        look(s, one, two)

    return run(i, ladder(i, WALK), {0: a, 4: look}, orders=True)


@scenario
def e37_algorithm():
    from nautilus_trader.execution.algorithm import ExecAlgorithm
    from nautilus_trader.model.identifiers import ExecAlgorithmId

    class Halves(ExecAlgorithm):
        """Sends a third at once, and the rest with the next time alert."""

        def on_order(self, order):
            self.submit_order(self.spawn_market(order, order.quantity.__class__(order.quantity / 3, 0)))
            self.clock.set_time_alert(
                "rest", self.clock.utc_now() + pd.Timedelta(milliseconds=15), lambda _: self.submit_order(order)
            )

    i = fx()

    def a(s):
        f, iid = s.order_factory, s.inst.id
        o = f.stop_market(
            iid,
            BUY,
            s.q(3000),
            s.p(0.70005),
            emulation_trigger=BA,
            exec_algorithm_id=ExecAlgorithmId("Halves"),
            exec_algorithm_params={"parts": 3},
        )
        s.submit_order(o)
        look(s, o)

    return run(i, ladder(i, WALK), {0: a, 4: look}, algorithms=[Halves()], orders=True)


@scenario
def e38_trigger_instrument():
    i = fx()

    def a(s):
        from nautilus_trader.model.identifiers import InstrumentId

        s.stp(BUY, 1000, 0.70005, emulation_trigger=BA, trigger_instrument_id=InstrumentId.from_str("EUR/USD.SIM"))
        look(s)

    return run(i, ladder(i, WALK), {0: a, 4: look}, orders=True)


def trail(s, side, **kw):
    attempt(
        s,
        s.order_factory.trailing_stop_market(
            s.inst.id, side, s.q(1000), trailing_offset=Decimal("0.00003"), emulation_trigger=BA, **kw
        ),
    )


def prices(s):
    for o in s.cache.orders():
        s.say(
            f"{o.client_order_id} {o.status.name} trg={getattr(o, 'trigger_price', None)} "
            f"act={getattr(o, 'activation_price', None)} px={getattr(o, 'price', None)} qty={o.quantity}"
        )


@scenario
def e39_trailing_last_from_cache():
    """The last price is known from the cache only: no trades are asked for."""
    i = fx()
    d = []
    for k, px in enumerate([0.70000, 0.70004, 0.70010, 0.70014, 0.70006, 0.70000]):
        d += [quote(i, k * 10, px, px + 0.00002), trade(i, k * 10 + 5, px + 0.00001, 50_000)]

    def a(s):
        for trigger_type in (LAST, TriggerType.LAST_OR_BID_ASK, DEFAULT):
            for side in (SELL, BUY):
                trail(s, side, trigger_type=trigger_type)

    return run(i, d, {2: a, 3: prices, 5: prices, 7: prices, 9: prices}, orders=True)


@scenario
def e40_children_before_entry():
    i = fx()

    def a(s):
        bracket(s, entry_order_type=OrderType.LIMIT, entry_price=s.p(0.69999))

    def b(s):
        _, sl, tp = s.memo["b"].orders
        s.modify_order(sl, trigger_price=s.p(0.69993))
        s.modify_order(tp, quantity=s.q(9000))
        prices(s)
        s.cancel_order(tp)
        look(s, sl, tp)

    return run(i, ladder(i, BRACKET_WALK), {0: a, 1: b, 3: prices, 4: look}, orders=True)


@scenario
def e41_cancel_all_before_entry():
    i = fx()

    def a(s):
        bracket(s, entry_order_type=OrderType.LIMIT, entry_price=s.p(0.69999))

    def b(s):
        s.cancel_all_orders(s.inst.id)
        look(s)

    return run(i, ladder(i, BRACKET_WALK), {0: a, 1: b, 3: prices}, orders=True)


@scenario
def e42_activation_in_market():
    i = fx()

    def a(s):
        for side, px in ((SELL, 0.69995), (BUY, 0.70008), (SELL, 0.70000), (BUY, 0.70002)):
            trail(s, side, activation_price=s.p(px))
            trail(s, side, activation_price=s.p(px), trigger_price=s.p(0.69980 if side == SELL else 0.70030))

    return run(i, ladder(i, WALK), {0: a, 1: prices, 3: prices, 5: prices}, orders=True)


@scenario
def e43_nobody_subscribed():
    i = fx()

    def a(s):
        s.stp(BUY, 1000, 0.70005, emulation_trigger=BA)
        s.lmt(SELL, 1000, 0.70008, emulation_trigger=BA)

    cfg = dict(quotes=False, trades=False)
    return run(i, ladder(i, WALK), {"start": a}, cfg=cfg, orders=True)


@scenario
def e44_list_with_denied_orders():
    i = fx()

    def a(s):
        f, iid = s.order_factory, s.inst.id
        one = f.limit(iid, BUY, s.q(10), s.p(0.69995))
        two = f.stop_market(iid, BUY, s.q(1000), s.p(0.70005), emulation_trigger=BA)
        three = f.market(iid, SELL, s.q(2000))
        s.submit_order_list(f.create_list([one, two, three]))
        look(s)

    def b(s):
        bracket(s, entry_order_type=OrderType.MARKET)

    def c(s):
        small = s.order_factory.bracket(
            s.inst.id,
            BUY,
            s.q(10),
            tp_price=s.p(0.70020),
            sl_trigger_price=s.p(0.69980),
            emulation_trigger=BA,
        )
        s.submit_order_list(small)
        look(s)

    return run(i, ladder(i, WALK), {0: a, 2: b, 4: c}, orders=True)


@scenario
def e45_quantity_of_entry_changes():
    i = fx()

    def a(s):
        bracket(s, entry_order_type=OrderType.LIMIT, entry_price=s.p(0.69999))

    def b(s):
        entry = s.memo["b"].orders[0]
        s.modify_order(entry, quantity=s.q(6000))
        prices(s)
        s.modify_order(entry, price=s.p(0.69998))
        prices(s)

    return run(i, ladder(i, BRACKET_WALK), {0: a, 1: b, 4: prices}, orders=True)


@scenario
def e46_limit_after_trigger():
    """A limit with room beyond its trigger, released or triggered at the venue, trades at the trigger or better."""
    i = fx()
    out = []
    for trigger in (BA, TriggerType.NO_TRIGGER):
        for bids in ([0.70012, 0.70012, 0.70001], [0.70012, 0.70012, 0.70006], [0.70006, 0.70006], [0.70004, 0.70004]):

            def a(s, trigger=trigger):
                f = s.order_factory
                s.submit_order(
                    f.stop_limit(s.inst.id, BUY, s.q(1000), s.p(0.70009), s.p(0.70006), emulation_trigger=trigger)
                )

            out.append(f"-- {trigger.name} {bids}")
            out += run(i, ladder(i, [0.70000, 0.70000, *bids]), {0: a}, orders=True)
    return out


@scenario
def e47_triggered_on_arrival():
    """The emulator knows the market already: orders that it has come to are released at once."""
    i = fx()

    def first(s):
        s.stp(BUY, 1000, 0.70500, emulation_trigger=BA)

    def a(s):
        f = s.order_factory
        for side, sign in ((BUY, 1), (SELL, -1)):
            s.lmt(side, 1000, 0.70007 + sign * 0.00002, emulation_trigger=BA)
            s.stp(side, 1000, 0.70007 - sign * 0.00002, emulation_trigger=BA)
            px = s.p(0.70007 + sign * 0.00004)
            s.submit_order(f.market_if_touched(s.inst.id, side, s.q(1000), px, emulation_trigger=BA))
        look(s)

    return run(i, ladder(i, [0.70000, 0.70006, 0.70006, 0.70006]), {0: first, 2: a}, orders=True)


def contract(ms):
    from nautilus_trader.model.enums import AssetClass
    from nautilus_trader.model.identifiers import InstrumentId, Symbol
    from nautilus_trader.model.instruments import FuturesContract
    from nautilus_trader.model.objects import Price

    return FuturesContract(
        instrument_id=InstrumentId.from_str("ES.SIM"),
        raw_symbol=Symbol("ES"),
        asset_class=AssetClass.INDEX,
        currency=USD,
        price_precision=2,
        price_increment=Price.from_str("0.01"),
        multiplier=Quantity.from_int(50),
        lot_size=Quantity.from_int(1),
        underlying="ES",
        activation_ns=0,
        expiration_ns=T0 + ms * MS,
        ts_event=0,
        ts_init=0,
        margin_init=Decimal("0.1"),
        margin_maint=Decimal("0.05"),
        taker_fee=Decimal("0.001"),
    )


def named(rows):
    """Closing orders of expired contracts have random names."""
    pattern = re.compile(r"(EXPIRATION-LEG-)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
    return [pattern.sub("CLOSING", row) for row in rows]


@scenario
def e48_contract_expires():
    out = []
    for ms in (20, 25, 40, 45):
        for oms in (OmsType.NETTING, OmsType.HEDGING):
            i = contract(ms)
            d = [quote(i, k * 10, 100 + k, 100.02 + k, 10, 10) for k in range(5)]

            def a(s):
                s.mkt(BUY, 2)
                s.lmt(BUY, 1, 90)
                s.lmt(BUY, 1, 91)
                s.stp(SELL, 1, 80)
                s.mkt(SELL, 14)

            def b(s):
                s.mkt(BUY, 1)

            out.append(f"-- {ms} {oms.name}")
            rows = run(i, d, {0: a, 3: b}, venue_kw=dict(oms_type=oms), orders=True)
            out += [row for row in named(rows) if not row.startswith("= CLOSING")]
    return out


def leaving(actions, count=8, **cfg):
    i = fx()

    def told(name):
        return lambda s: s.say(
            f"{name} exiting={s.is_exiting()} timers={s.clock.timer_names} now={s.clock.timestamp_ns() - T0}"
        )

    told_of = {name: told(name) for name in ("market_exit", "post_market_exit", "stop")}
    return run(i, ladder(i, [0.70000] * count, step=40), told_of | actions, cfg=cfg, orders=True)


@scenario
def e49_market_exit():
    """Later releases only."""
    if V.startswith("1.221"):
        return ["n/a"]

    def a(s):
        s.mkt(BUY, 1000)
        s.lmt(BUY, 1000, 0.69900)
        s.stp(SELL, 1000, 0.69800)
        s.stp(BUY, 1000, 0.71000, emulation_trigger=BA)

    def b(s):
        s.market_exit()
        s.market_exit()
        s.mkt(SELL, 1000, reduce_only=True)
        s.lmt(BUY, 1000, 0.69900)
        s.submit_order_list(
            s.order_factory.bracket(s.inst.id, BUY, s.q(1000), tp_price=s.p(0.71000), sl_trigger_price=s.p(0.69000))
        )
        s.say([o.tags for o in s.cache.orders()])

    def c(s):
        s.say(f"running={s.is_running} exiting={s.is_exiting()}")

    def d(s):
        s.mkt(BUY, 1000)

    out = ["-- asked for"] + leaving({0: a, 1: b, 6: d})
    out += ["-- stop"] + leaving({0: a, 2: lambda s: s.stop(), 4: c, 5: c}, manage_stop=True)
    out += ["-- end"] + leaving({0: a}, count=4, manage_stop=True)
    out += ["-- end flat"] + leaving({}, count=4, manage_stop=True)
    out += ["-- terms"] + leaving(
        {0: a, 2: lambda s: s.market_exit()},
        market_exit_time_in_force=TimeInForce.IOC,
        market_exit_reduce_only=False,
        market_exit_interval_ms=50,
        market_exit_max_attempts=1,
    )
    return out


if __name__ == "__main__":
    names = sys.argv[1:] or list(S)
    out = {}
    for n in names:
        try:
            out[n] = S[n]()
        except BaseException as e:  # noqa: BLE001
            import traceback

            out[n] = [f"!!! {type(e).__name__} {e}", *traceback.format_exc().split("\n")[-6:]]
    if not sys.argv[1:]:
        with open(f"p3_{V}.json", "w") as file:
            json.dump(out, file, indent=1)
    else:
        for n, r in out.items():
            print("=====", n)
            print("\n".join(str(x)[:2000] for x in r))
