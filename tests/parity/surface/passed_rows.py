"""Ticks that bars, timers or handlers listen to, wrangled and as objects: what anybody sees and does is the same."""

import sys
from datetime import timedelta
from itertools import product

import numpy as np
import pandas as pd
from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.cache.config import CacheConfig
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import Bar, BarType, QuoteTick, TradeTick
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide, TimeInForce
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Money
from nautilus_trader.persistence.wranglers import QuoteTickDataWrangler, TradeTickDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

SIM = Venue("SIM")
INSTRUMENT = TestInstrumentProvider.default_fx_ccy("AUD/USD", SIM)
ROWS = 2_000
BARS = {
    "quotes": ("7-TICK-MID", "3-SECOND-BID", "3000000-VOLUME-ASK"),
    "trades": ("7-TICK-LAST", "3-SECOND-LAST"),
    "timers": (),
    "heard quotes": ("50-TICK-MID",),
    "heard trades": (),
}


class Trade(Strategy):
    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self.n = 0
        self.heard = 0
        self.kept = []
        self.lines = []

    def note(self, *what: object) -> None:
        self.lines.append(" ".join(str(part) for part in what))

    def on_start(self) -> None:
        for spec in BARS[self.kind]:
            self.subscribe_bars(BarType.from_str(f"{INSTRUMENT.id}-{spec}-INTERNAL"))
        self.clock.set_timer("look", timedelta(milliseconds=3_700), callback=self.look)
        if self.kind == "heard quotes":
            self.subscribe_quote_ticks(INSTRUMENT.id)
        if self.kind == "heard trades":
            self.subscribe_trade_ticks(INSTRUMENT.id)

    def on_quote_tick(self, tick: QuoteTick) -> None:
        self.hear(tick, self.cache.quote_tick(INSTRUMENT.id), self.cache.quote_tick_count(INSTRUMENT.id))
        if self.heard == 700:
            self.unsubscribe_quote_ticks(INSTRUMENT.id)
            self.subscribe_trade_ticks(INSTRUMENT.id)
            self.clock.set_time_alert("again", self.clock.utc_now() + timedelta(milliseconds=900), self.again)

    def on_trade_tick(self, tick: TradeTick) -> None:
        self.hear(tick, self.cache.trade_tick(INSTRUMENT.id), self.cache.trade_tick_count(INSTRUMENT.id))

    def again(self, _event: object) -> None:
        self.subscribe_quote_ticks(INSTRUMENT.id)

    def hear(self, tick: QuoteTick | TradeTick, cached: object, count: int) -> None:
        self.heard += 1
        if self.heard % 50 < 2:
            self.kept.append(tick)
            self.note(self.clock.timestamp_ns(), tick, cached, count)
        if self.heard % 130 == 0:
            self.clock.set_time_alert(f"now {self.heard}", self.clock.utc_now(), self.look)
        if self.heard % 37 == 0:
            self.act()

    def on_stop(self) -> None:
        self.note("kept", *self.kept)

    def on_bar(self, bar: Bar) -> None:
        self.note(self.clock.timestamp_ns(), bar)
        self.act()

    def look(self, _event: object) -> None:
        cache = self.cache
        self.note("look", self.clock.timestamp_ns(), cache.quote_tick(INSTRUMENT.id), cache.trade_tick(INSTRUMENT.id))
        self.note(cache.quote_tick(INSTRUMENT.id, 9), cache.quote_tick_count(INSTRUMENT.id))
        self.note(cache.trade_tick(INSTRUMENT.id, 9), cache.trade_tick_count(INSTRUMENT.id))
        self.act()

    def act(self) -> None:
        self.n += 1
        make, side = self.order_factory, OrderSide.BUY if self.n % 2 else OrderSide.SELL
        away = -1 if self.n % 2 else 1
        quote, trade = self.cache.quote_tick(INSTRUMENT.id), self.cache.trade_tick(INSTRUMENT.id)
        if quote is None and trade is None:
            return
        market = float(trade.price if quote is None else quote.ask_price)
        quantity = INSTRUMENT.make_qty(1000 * (1 + self.n % 3))
        near, far = (INSTRUMENT.make_price(market + away * step * 1e-5) for step in (4, 40))
        beyond = INSTRUMENT.make_price(market - away * 6e-5)
        if self.n % 5 == 0:
            self.submit_order(make.limit(INSTRUMENT.id, side, quantity, near))
        if self.n % 9 == 0:
            self.submit_order(make.stop_market(INSTRUMENT.id, side, quantity, beyond))
        if self.n % 11 == 0:
            expiry = self.clock.utc_now() + timedelta(milliseconds=2_300)
            terms = {"time_in_force": TimeInForce.GTD, "expire_time": expiry}
            self.submit_order(make.limit(INSTRUMENT.id, side, quantity, far, **terms))
        if self.n % 13 == 0:
            self.submit_order(make.market(INSTRUMENT.id, side, quantity))
        if self.n % 60 == 0:
            self.cancel_all_orders(INSTRUMENT.id)

    def on_event(self, event: object) -> None:
        if hasattr(event, "client_order_id") or hasattr(event, "position_id"):
            price = getattr(event, "last_px", "")
            self.note(self.clock.timestamp_ns(), type(event).__name__, getattr(event, "client_order_id", ""), price)


def ticks(kind: str) -> list:
    rng = np.random.default_rng(5)
    index = pd.to_datetime(1_577_836_800_000_000_000 + (np.arange(ROWS) // 3) * 130_000_000, utc=True)
    price = 0.7 + rng.integers(-2, 3, ROWS).cumsum() * 1e-5
    size = rng.integers(1, 9, ROWS) * 100_000.0
    if kind.endswith("trades"):
        side = np.where(rng.integers(0, 2, ROWS) == 0, "BUY", "SELL")
        columns = {"price": price, "quantity": size, "side": side, "trade_id": [str(n) for n in range(ROWS)]}
        return TradeTickDataWrangler(INSTRUMENT).process(pd.DataFrame(columns, index=index))
    columns = {
        "bid_price": price,
        "ask_price": price + rng.integers(1, 4, ROWS) * 1e-5,
        "bid_size": size * (rng.integers(0, 9, ROWS) > 0),
        "ask_size": size * (rng.integers(0, 9, ROWS) > 0),
    }
    return QuoteTickDataWrangler(INSTRUMENT).process(pd.DataFrame(columns, index=index))


def tape(kind: str, *, as_objects: bool, at_once: bool, end: int | None = None) -> list[str]:
    config = BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True), cache=CacheConfig(tick_capacity=50))
    engine = BacktestEngine(config)
    engine.add_venue(
        SIM,
        OmsType.NETTING,
        AccountType.MARGIN,
        [Money(1_000_000, USD)],
        base_currency=USD,
        use_message_queue=not at_once,
    )
    engine.add_instrument(INSTRUMENT)
    data = ticks(kind)
    engine.add_data(list(data) if as_objects else data)
    strategy = Trade(kind)
    engine.add_strategy(strategy)
    engine.run(end=end)
    account = engine.cache.account_for_venue(SIM)
    book = engine.cache.order_book(INSTRUMENT.id)
    return [*strategy.lines, str(engine.iteration), str(account.balance_total(USD)), str(book)]


END = 1_577_836_800_000_000_000 + 50_000_000_000
for kind, end, at_once in product(BARS, (None, END), (False, True)):
    wrangled = tape(kind, as_objects=False, at_once=at_once, end=end)
    if wrangled != tape(kind, as_objects=True, at_once=at_once, end=end):
        sys.exit(f"{kind} until {end}: wrangled ticks and tick objects differ")
    print(kind, end, len(wrangled))
    print("\n".join(wrangled))
