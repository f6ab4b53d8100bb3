"""Plays scenarios on whichever `nautilus_trader` is importable: JSON lines in, JSON lines out.

    python -m tests.parity.fuzz.play

A scenario holds `venues`, `instruments`, `strategies`, `data` and `actions` (see `generate`). Prices are in ticks, sizes
in size increments, times in milliseconds after `T0`. An action happens in the first handler call at or after its time
(`at`), from a time alert (`alarm`), or in the handler of the n-th event of a kind (`after`). Orders have names, so that
an action on an order that was shrunk away is simply skipped.

The answer is the tape as the smoke recorder writes it, with the handler calls between the events and the final state of
the orders and positions behind it; errors by their class only. Standard library only, beside `nautilus_trader`.
"""

import json
import os
import random
import sys
import traceback
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import nautilus_trader
from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.backtest.models import (
    FillModel,
    FixedFeeModel,
    LatencyModel,
    MakerTakerFeeModel,
    PerContractFeeModel,
)
from nautilus_trader.config import LoggingConfig, StrategyConfig
from nautilus_trader.model.currencies import BTC, ETH, JPY, USD, USDT
from nautilus_trader.model.data import Bar, BarType, BookOrder, OrderBookDelta, OrderBookDeltas, QuoteTick, TradeTick
from nautilus_trader.model.enums import (
    AccountType,
    AggressorSide,
    AssetClass,
    BookAction,
    BookType,
    ContingencyType,
    OmsType,
    OrderSide,
    OrderType,
    RecordFlag,
    TimeInForce,
    TrailingOffsetType,
    TriggerType,
)
from nautilus_trader.model.identifiers import InstrumentId, Symbol, TradeId, TraderId, Venue
from nautilus_trader.model.instruments import CryptoPerpetual, CurrencyPair, Equity, FuturesContract
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.trading.strategy import Strategy

from lintkit.smoke.record import Recorder

Json = dict[str, Any]
T0 = 1_600_000_000_000_000_000
MS = 1_000_000
IS_221 = nautilus_trader.__version__.startswith("1.221.")
CURRENCIES = {"AUD": "AUD", "USD": USD, "JPY": JPY, "BTC": BTC, "ETH": ETH, "USDT": USDT}


def ns(ms: float) -> int:
    return T0 + round(ms * MS)


def make_instrument(spec: Json) -> Any:
    """`spec` has kind, id, currencies, precisions, `tick` and `lot` as text, fees and margins."""
    price, size = Price.from_str(spec["tick"]), Quantity.from_str(spec["lot"])
    common: Json = {
        "instrument_id": InstrumentId.from_str(spec["id"]),
        "raw_symbol": Symbol(spec["id"].partition(".")[0]),
        "price_precision": price.precision,
        "price_increment": price,
        "ts_event": 0,
        "ts_init": 0,
    }
    rates = {name: Decimal(spec[name]) for name in ("margin_init", "margin_maint", "maker_fee", "taker_fee")}
    sizes = {"size_precision": size.precision, "size_increment": size}
    kind = spec["kind"]
    if kind == "pair":
        base, quote = currency(spec["base"]), currency(spec["quote"])
        return CurrencyPair(base_currency=base, quote_currency=quote, **common, **sizes, **rates)
    if kind == "perpetual":
        return CryptoPerpetual(
            base_currency=currency(spec["base"]),
            quote_currency=currency(spec["quote"]),
            settlement_currency=currency(spec["settlement"]),
            is_inverse=spec["inverse"],
            **common,
            **sizes,
            **rates,
        )
    if kind == "equity":
        return Equity(currency=currency(spec["quote"]), lot_size=Quantity.from_int(1), **common, **rates)
    return FuturesContract(
        asset_class=AssetClass.INDEX,
        currency=currency(spec["quote"]),
        multiplier=Quantity.from_int(spec["multiplier"]),
        lot_size=Quantity.from_int(1),
        underlying="ES",
        activation_ns=0,
        expiration_ns=ns(spec["expires"]),
        **common,
        **rates,
    )


def currency(code: str) -> Any:
    found = CURRENCIES[code]
    return Money.from_str(f"1 {code}").currency if isinstance(found, str) else found


def fill_model(spec: Json) -> Any:
    if IS_221:
        return FillModel(spec["limit"], spec["stop"], spec["slip"], spec["seed"])
    return FillModel(spec["limit"], spec["slip"], spec["seed"])


def fee_model(spec: Json) -> Any:
    if spec["kind"] == "fixed":
        return FixedFeeModel(Money.from_str(spec["amount"]), charge_commission_once=spec["once"])
    if spec["kind"] == "contract":
        return PerContractFeeModel(Money.from_str(spec["amount"]))
    return MakerTakerFeeModel()


def add_venue(engine: BacktestEngine, spec: Json) -> None:
    options = dict(spec.get("options", {}))
    if not IS_221:
        options |= spec.get("later", {})
    if "fill" in spec:
        options["fill_model"] = fill_model(spec["fill"])
    if "fee" in spec:
        options["fee_model"] = fee_model(spec["fee"])
    if "latency" in spec:
        options["latency_model"] = LatencyModel(*(round(ms * MS) for ms in spec["latency"]))
    if "leverage" in spec:
        options["default_leverage"] = Decimal(spec["leverage"])
    if "oto_trigger_mode" in options:
        from nautilus_trader.model.enums import OtoTriggerMode  # noqa: PLC0415  # not in 1.221

        options["oto_trigger_mode"] = OtoTriggerMode[options["oto_trigger_mode"]]
    engine.add_venue(
        venue=Venue(spec["name"]),
        oms_type=OmsType[spec["oms"]],
        account_type=AccountType[spec["account"]],
        base_currency=currency(spec["base"]) if spec.get("base") else None,
        starting_balances=[Money.from_str(text) for text in spec["balances"]],
        book_type=BookType[spec.get("book", "L1_MBP")],
        **options,
    )


class Values:
    """Prices and sizes of an instrument from ticks and increments."""

    def __init__(self, instrument: Any) -> None:
        self.instrument = instrument
        self.id = instrument.id
        self._tick = instrument.price_increment.as_decimal()
        self._lot = instrument.size_increment.as_decimal()

    def price(self, ticks: int | None) -> Any:
        if ticks is None:
            return None
        return Price.from_str(f"{ticks * self._tick:.{self.instrument.price_precision}f}")

    def size(self, lots: int | None) -> Any:
        if lots is None:
            return None
        return Quantity.from_str(f"{lots * self._lot:.{self.instrument.size_precision}f}")


def make_datum(spec: list[Any], number: int, values: Values) -> Any:
    kind, _, ms, *rest = spec
    ts, v = ns(ms), values
    if kind == "quote":
        bid, ask, bid_size, ask_size = rest
        return QuoteTick(v.id, v.price(bid), v.price(ask), v.size(bid_size), v.size(ask_size), ts, ts)
    if kind == "trade":
        px, size, side = rest
        return TradeTick(v.id, v.price(px), v.size(size), AggressorSide[side], TradeId(str(number)), ts, ts)
    if kind == "bar":
        suffix, opened, high, low, close, volume = rest
        prices = [v.price(px) for px in (opened, high, low, close)]
        return Bar(BarType.from_str(f"{v.id}-{suffix}"), *prices, v.size(volume), ts, ts)
    deltas = []
    (levels,) = rest
    for at, (action, side, px, size) in enumerate(levels):
        order = None if action == "CLEAR" else BookOrder(OrderSide[side], v.price(px), v.size(size), 0)
        flags = RecordFlag.F_LAST if at == len(levels) - 1 else 0
        deltas.append(OrderBookDelta(v.id, BookAction[action], order, flags, number, ts, ts))
    return OrderBookDeltas(v.id, deltas)


class PlayerConfig(StrategyConfig, frozen=True):
    """The script comes separately: it is no configuration."""


class Player(Strategy):
    """Does what its actions say, and tells of every handler call."""

    def __init__(self, config: PlayerConfig, spec: Json, actions: list[Json], values: list[Values], say: Any) -> None:
        super().__init__(config)
        self.spec = spec
        self.values = values
        self.say: Callable[[str], None] = say
        self.script = actions
        self.begin()

    def begin(self) -> None:
        self.timed = sorted((a for a in self.script if "at" in a), key=lambda a: a["at"])
        self.alarms = [a for a in self.script if "alarm" in a]
        self.awaited = [a for a in self.script if "after" in a]
        self.orders: dict[str, Any] = {}
        self.seen: dict[str, int] = {}

    def on_start(self) -> None:
        for number in self.spec["instruments"]:
            instrument_id = self.values[number].id
            self.subscribe_quote_ticks(instrument_id)
            self.subscribe_trade_ticks(instrument_id)
        for number in self.spec.get("books", ()):
            self.subscribe_order_book_deltas(self.values[number].id, BookType.L2_MBP)
        for number, suffix in self.spec.get("bars", ()):
            self.subscribe_bars(BarType.from_str(f"{self.values[number].id}-{suffix}"))
        for n, action in enumerate(self.alarms):
            self.clock.set_time_alert_ns(f"alarm-{n}", ns(action["alarm"]), lambda _, a=action: self.ring(a))

    def on_stop(self) -> None:
        for action in self.script:
            if action.get("stop"):
                self.act(action)

    def on_reset(self) -> None:
        self.begin()

    def ring(self, action: Json) -> None:
        self.say(f"  {self.id} alarm {self.now()}")
        self.act(action)

    def now(self) -> str:
        return f"{(self.clock.timestamp_ns() - T0) / MS:g}"

    def step(self, what: str) -> None:
        self.say(f"  {self.id} {what} {self.now()}")
        now = self.clock.timestamp_ns()
        while self.timed and ns(self.timed[0]["at"]) <= now:
            self.act(self.timed.pop(0))

    def on_quote_tick(self, tick: QuoteTick) -> None:
        self.step(f"quote {tick.bid_price} {tick.ask_price}")

    def on_trade_tick(self, tick: TradeTick) -> None:
        self.step(f"trade {tick.price}")

    def on_order_book_deltas(self, deltas: Any) -> None:
        self.step(f"deltas {len(deltas.deltas)}")

    def on_bar(self, bar: Bar) -> None:
        self.step(f"bar {bar}")

    def on_event(self, event: Any) -> None:
        kind = type(event).__name__
        count = self.seen[kind] = self.seen.get(kind, 0) + 1
        due = [action for action in self.awaited if action["after"] == [kind, count]]
        for action in due:
            self.act(action)

    def act(self, action: Json) -> None:
        try:
            getattr(self, f"do_{action['do']}")(action)
        except NotImplementedError:
            raise
        except Exception as error:  # noqa: BLE001  # its class is what is compared
            if os.environ.get("FUZZ_SHOW"):
                traceback.print_exc()
            self.say(f"! {action['do']} {type(error).__name__}")

    def common(self, action: Json) -> tuple[Values, Json]:
        values = self.values[action["inst"]]
        made: Json = {
            "instrument_id": values.id,
            "order_side": OrderSide[action["side"]],
            "quantity": values.size(action["qty"]),
        }
        if "tif" in action:
            made["time_in_force"] = TimeInForce[action["tif"]]
        if "expire" in action:
            made["expire_time"] = self.time(action["expire"])
        for name in ("reduce_only", "post_only", "quote_quantity"):
            if action.get(name):
                made[name] = True
        for name in ("price", "trigger_price", "activation_price"):
            if name in action:
                made[name] = values.price(action[name])
        if "display" in action:
            made["display_qty"] = values.size(action["display"])
        if "emulation" in action:
            made["emulation_trigger"] = TriggerType[action["emulation"]]
        if "trigger_type" in action:
            made["trigger_type"] = TriggerType[action["trigger_type"]]
        if "offset" in action:
            made["trailing_offset"] = Decimal(action["offset"])
            made["trailing_offset_type"] = TrailingOffsetType[action["offset_type"]]
        if "limit_offset" in action:
            made["limit_offset"] = Decimal(action["limit_offset"])
        return values, made

    @staticmethod
    def time(ms: float) -> Any:
        import datetime as dt  # noqa: PLC0415

        return dt.datetime.fromtimestamp(T0 / 1e9, dt.timezone.utc) + dt.timedelta(milliseconds=ms)

    def do_order(self, action: Json) -> None:
        _, made = self.common(action)
        order = getattr(self.order_factory, action["type"])(**made)
        self.orders[action["name"]] = order
        position = None
        if "position" in action:
            opened = self.cache.positions_open(instrument_id=order.instrument_id)
            position = opened[action["position"] % len(opened)].id if opened else None
        self.submit_order(order, position_id=position)

    def do_bracket(self, action: Json) -> None:
        values, made = self.common(action)
        for name in ("price", "trigger_price"):
            made.pop(name, None)
        made |= {
            "entry_order_type": OrderType[action["entry"]],
            "tp_order_type": OrderType[action["tp"]],
            "sl_order_type": OrderType[action["sl"]],
            "contingency_type": ContingencyType[action["contingency"]],
        }
        for name in ("entry_price", "entry_trigger_price", "tp_price", "tp_trigger_price", "sl_trigger_price"):
            if name in action:
                made[name] = values.price(action[name])
        made.pop("post_only", None)
        if action.get("post_only"):
            made["entry_post_only"] = True
        if "tp_post_only" in action:
            made["tp_post_only"] = action["tp_post_only"]
        for name in ("tp_trailing_offset", "sl_trailing_offset", "tp_limit_offset"):
            if name in action:
                made[name] = Decimal(action[name])
        legs = self.order_factory.bracket(**made)
        for n, order in enumerate(legs.orders):
            self.orders[f"{action['name']}.{n}"] = order
        self.submit_order_list(legs)

    def do_list(self, action: Json) -> None:
        """Orders that share a list and nothing else."""
        orders = []
        for part in action["orders"]:
            _, made = self.common(part | {"inst": action["inst"]})
            orders.append(getattr(self.order_factory, part["type"])(**made))
            self.orders[part["name"]] = orders[-1]
        self.submit_order_list(self.order_factory.create_list(orders))

    def do_modify(self, action: Json) -> None:
        order = self.orders.get(action["name"])
        if order is None:
            return
        values = next(v for v in self.values if v.id == order.instrument_id)
        change: Json = {}
        if "qty" in action:
            change["quantity"] = values.size(action["qty"])
        for name in ("price", "trigger_price"):
            if name in action:
                change[name] = values.price(action[name])
        self.modify_order(order, **change)

    def do_cancel(self, action: Json) -> None:
        order = self.orders.get(action["name"])
        if order is not None:
            self.cancel_order(order)

    def do_cancel_many(self, action: Json) -> None:
        orders = [self.orders[name] for name in action["names"] if name in self.orders]
        if orders:
            self.cancel_orders(orders)

    def do_cancel_all(self, action: Json) -> None:
        side = OrderSide[action.get("side", "NO_ORDER_SIDE")]
        self.cancel_all_orders(self.values[action["inst"]].id, side)

    def do_close_position(self, action: Json) -> None:
        opened = self.cache.positions_open(instrument_id=self.values[action["inst"]].id, strategy_id=self.id)
        if opened:
            self.close_position(opened[action["nth"] % len(opened)])

    def do_close_all(self, action: Json) -> None:
        self.close_all_positions(self.values[action["inst"]].id)

    def do_look(self, action: Json) -> None:
        """What the portfolio says in the middle of things."""
        instrument_id = self.values[action["inst"]].id
        folio = self.portfolio
        self.say(
            f"  look {folio.net_position(instrument_id)} {folio.unrealized_pnl(instrument_id)} "
            f"{folio.realized_pnl(instrument_id)} {folio.net_exposure(instrument_id)} "
            f"{[str(o.client_order_id) for o in self.cache.orders_open()]} "
            f"{[str(o.client_order_id) for o in self.cache.orders_inflight()]}"
        )


def final_state(cache: Any) -> list[str]:
    rows = []
    for o in cache.orders():
        row = f"= {o.client_order_id} {o.status.name} {o.filled_qty} {o.leaves_qty} {o.avg_px!r} {o.slippage!r}"
        rows.append(f"{row} {o.venue_order_id} {o.position_id} {[str(m) for m in o.commissions()]}")
    for p in cache.positions():
        row = f"= {p.id} {p.side.name} {p.quantity} {p.peak_qty} {p.avg_px_open!r} {p.avg_px_close!r}"
        rows.append(f"{row} {p.realized_return!r} {p.realized_pnl} {[str(m) for m in p.commissions()]} {p.event_count}")
    return rows


def as_it_is(data: list[Any], _values: list[Values]) -> list[list[Any]]:
    return [data]


def play(scenario: Json, arrange: Callable[[list[Any], list[Values]], list[Any]] = as_it_is) -> list[str]:
    rows: list[str] = []
    random.seed(0)  # for fill models without a seed of their own, which draw nothing that is compared
    engine = BacktestEngine(
        BacktestEngineConfig(trader_id=TraderId("T-001"), logging=LoggingConfig(bypass_logging=True))
    )
    try:
        listener = Recorder(rows.append, lambda error: rows.append(f"! recorder {error}")).listen(engine.kernel.msgbus)
        for venue in scenario["venues"]:
            add_venue(engine, venue)
        values = [Values(make_instrument(spec)) for spec in scenario["instruments"]]
        for each in values:
            engine.add_instrument(each.instrument)
        data = [make_datum(spec, n, values[spec[1]]) for n, spec in enumerate(scenario["data"])]
        for part in arrange(data, values) if data else ():
            engine.add_data(part)
        for n, spec in enumerate(scenario["strategies"]):
            config = PlayerConfig(
                order_id_tag=f"{n:03d}",
                oms_type=spec.get("oms"),
                manage_gtd_expiry=spec.get("manage_gtd", False),
            )
            actions = [action for action in scenario["actions"] if action["by"] == n]
            engine.add_strategy(Player(config, spec, actions, values, rows.append))
        for again in range(1 + bool(scenario.get("again"))):
            if again:
                engine.reset()
            listener.start_run(streaming=False)
            engine.run()
            rows.extend(final_state(engine.cache))
    except NotImplementedError as error:
        return [f"refused: {error}"]
    except Exception as error:  # noqa: BLE001  # its class is what is compared
        if os.environ.get("FUZZ_SHOW"):
            traceback.print_exc()
        rows.append(f"!! {type(error).__name__}")
        rows.extend(final_state(engine.cache))
    finally:
        engine.dispose()
    return rows


def main() -> None:
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        print(json.dumps(play(json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
