"""An actor watches and tells: signals, data of its own, a topic of the bus. A strategy listens and trades on it."""

import datetime as dt

import desk
from nautilus_trader.common.actor import Actor
from nautilus_trader.config import ActorConfig, StrategyConfig
from nautilus_trader.core.data import Data
from nautilus_trader.model.data import DataType, QuoteTick
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

INSTRUMENT = TestInstrumentProvider.default_fx_ccy("AUD/USD", Venue("SIM"))


class Pressure(Data):
    def __init__(self, ratio: float, ts_event: int, ts_init: int) -> None:
        self.ratio = ratio
        self._ts_event = ts_event
        self._ts_init = ts_init

    @property
    def ts_event(self) -> int:
        return self._ts_event

    @property
    def ts_init(self) -> int:
        return self._ts_init


KIND = DataType(Pressure, metadata={"window": 20})


class Watcher(Actor):
    def on_start(self) -> None:
        self.seen: list[QuoteTick] = []
        self.subscribe_quote_ticks(INSTRUMENT.id)
        self.clock.set_timer("pulse", dt.timedelta(seconds=30), callback=self.on_pulse)
        self.clock.set_time_alert("once", self.clock.utc_now() + dt.timedelta(seconds=95), self.on_once)

    def on_quote_tick(self, tick: QuoteTick) -> None:
        self.seen = [*self.seen[-19:], tick]
        if len(self.seen) == 20:
            bids, asks = (sum(float(getattr(t, f"{side}_size")) for t in self.seen) for side in ("bid", "ask"))
            self.publish_data(KIND, Pressure(bids / (bids + asks), tick.ts_event, self.clock.timestamp_ns()))

    def on_pulse(self, event: object) -> None:
        self.publish_signal(name="pulse", value=len(self.seen), ts_event=event.ts_event)
        self.msgbus.publish("desk.mood", {"at": self.clock.timestamp_ns(), "timers": self.clock.timer_names})

    def on_once(self, event: object) -> None:
        self.publish_signal(name="once", value="now")
        self.cache.add("once", b"was here")
        print("once", event.name, event.ts_event, self.clock.timer_count)


class Listener(Strategy):
    def on_start(self) -> None:
        self.subscribe_data(KIND)
        self.subscribe_signal("pulse")
        self.subscribe_signal("once")
        self.msgbus.subscribe("desk.*", self.on_mood)
        self.turns = 0

    def on_mood(self, message: dict[str, object]) -> None:
        print("mood", message)

    def on_signal(self, signal: object) -> None:
        print("signal", type(signal).__name__, signal.value, signal.ts_event, signal.ts_init, self.cache.get("once"))

    def on_data(self, data: Data) -> None:
        long, short = self.portfolio.is_net_long(INSTRUMENT.id), self.portfolio.is_net_short(INSTRUMENT.id)
        if data.ratio > 0.58 and not long:
            self.turn(OrderSide.BUY)
        elif data.ratio < 0.42 and not short:
            self.turn(OrderSide.SELL)

    def turn(self, side: OrderSide) -> None:
        self.turns += 1
        net = abs(self.portfolio.net_position(INSTRUMENT.id))
        order = self.order_factory.market(
            INSTRUMENT.id, side, INSTRUMENT.make_qty(50_000 + net), tags=[f"{self.turns}"]
        )
        self.submit_order(order)

    def on_event(self, event: object) -> None:
        print("event", type(event).__name__)

    def on_stop(self) -> None:
        print("turns", self.turns, self.portfolio.realized_pnl(INSTRUMENT.id), self.portfolio.total_pnl(INSTRUMENT.id))
        self.close_all_positions(INSTRUMENT.id)


engine = desk.engine("SIM", ["1000000 USD"], [INSTRUMENT])
engine.add_data(desk.quotes(INSTRUMENT, desk.walk(44, 800, 0.7, 0.00008), 0.00012))
engine.add_actor(Watcher(ActorConfig(component_id="WATCHER")))
engine.add_strategy(Listener(StrategyConfig(order_id_tag="L1")))
desk.finish(engine, "SIM")
