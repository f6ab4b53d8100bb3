"""Bars that nobody wants any more, while the tick is being told that completes them; wrangled ticks and objects."""

import sys

import numpy as np
import pandas as pd
from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import Bar, BarType, QuoteTick
from nautilus_trader.model.enums import AccountType, OmsType
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Money
from nautilus_trader.persistence.wranglers import QuoteTickDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

SIM = Venue("SIM")
INSTRUMENT = TestInstrumentProvider.default_fx_ccy("AUD/USD", SIM)
ROWS = 40
EACH, EVERY_OTHER = (BarType.from_str(f"{INSTRUMENT.id}-{step}-TICK-MID-INTERNAL") for step in (1, 2))


class Leave(Strategy):
    def __init__(self, engine: BacktestEngine, way: str) -> None:
        super().__init__()
        self.engine, self.way, self.ticks = engine, way, 0

    def on_start(self) -> None:
        self.subscribe_quote_ticks(INSTRUMENT.id)
        self.subscribe_bars(EACH)
        self.subscribe_bars(EVERY_OTHER)

    def on_bar(self, bar: Bar) -> None:
        if self.way == "unsubscribe" and self.ticks >= 25 and bar.bar_type == EACH:
            self.unsubscribe_bars(EVERY_OTHER)

    def on_quote_tick(self, _tick: QuoteTick) -> None:
        self.ticks += 1
        if self.ticks == 25 and self.way in ("reset", "dispose"):
            getattr(self.engine, self.way)()


def ticks() -> list[QuoteTick]:
    index = pd.to_datetime(1_577_836_800_000_000_000 + np.arange(ROWS) * 1_000_000_000, utc=True)
    price = 0.7 + np.arange(ROWS) * 1e-5
    return QuoteTickDataWrangler(INSTRUMENT).process(
        pd.DataFrame({"bid_price": price, "ask_price": price + 1e-5}, index=index)
    )


def ends(way: str, *, as_objects: bool) -> tuple[int, ...]:
    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    engine.add_venue(SIM, OmsType.NETTING, AccountType.MARGIN, [Money(1_000_000, USD)], base_currency=USD)
    engine.add_instrument(INSTRUMENT)
    engine.add_data(list(ticks()) if as_objects else ticks())
    strategy = Leave(engine, way)
    engine.add_strategy(strategy)
    engine.run()
    return strategy.ticks, engine.iteration, engine.cache.bar_count(EACH), engine.cache.bar_count(EVERY_OTHER)


# `reset` and `dispose` are for the bundled engine: 1.231.0 crashes.
for way in sys.argv[1:] or ["unsubscribe"]:
    wrangled = ends(way, as_objects=False)
    if wrangled != ends(way, as_objects=True):
        sys.exit(f"{way}: wrangled ticks and tick objects differ")
    print(way, *wrangled)
