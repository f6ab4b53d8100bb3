"""How the cost of a quote grows: with the number of quotes, and with the number of orders that rest and are not reached.

    PYTHONPATH=lintkit/compat:. LINTKIT_PROFILE=1.221 python benchmarks/engine/bench_scaling.py [QUOTES ...]

Public API only: runs on either engine. Prints CPU nanoseconds a quote of `run()`; nothing listens to the quotes.
"""

import gc
import sys
import time

import numpy as np
import pandas as pd
from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.config import LoggingConfig, RiskEngineConfig, StrategyConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, Venue
from nautilus_trader.model.objects import Money
from nautilus_trader.persistence.wranglers import QuoteTickDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

RESTING = (0, 10, 100, 1_000, 10_000)
QUOTES = 200_000
SIM = Venue("SIM")
INSTRUMENT = TestInstrumentProvider.default_fx_ccy("AUD/USD", SIM)


class RestConfig(StrategyConfig, frozen=True):
    instrument_id: InstrumentId
    orders: int = 0


class Rest(Strategy):
    """Sends limits far from the market when the first timer fires, and then only waits."""

    def on_start(self):
        self.instrument = self.cache.instrument(self.config.instrument_id)
        self.clock.set_time_alert_ns("send", self.clock.timestamp_ns() + 1_000_000_000, self.send)

    def send(self, event):
        for n in range(self.config.orders):
            side, price = (OrderSide.BUY, 0.1) if n % 2 else (OrderSide.SELL, 2.0)
            order = self.order_factory.limit(
                self.config.instrument_id, side, self.instrument.make_qty(1000),
                self.instrument.make_price(price + n * 1e-5),
            )
            self.submit_order(order)
        self.clock.set_time_alert_ns("sent", self.clock.timestamp_ns() + 1_000_000_000, self.begin)

    def begin(self, event):
        self.begun = time.process_time()

    def on_stop(self):
        self.ended = time.process_time()


def seconds(quotes, orders):
    """CPU seconds of `run()` once all orders rest. The account is frozen: its margins would cost more than the quotes."""
    engine = BacktestEngine(
        BacktestEngineConfig(
            logging=LoggingConfig(bypass_logging=True), risk_engine=RiskEngineConfig(bypass=True)
        )
    )
    engine.add_venue(SIM, OmsType.NETTING, AccountType.MARGIN, [Money(1_000_000_000, USD)], base_currency=USD, frozen_account=True)
    engine.add_instrument(INSTRUMENT)
    bid = 0.7 + np.random.default_rng(1).integers(-1, 2, quotes).cumsum() * 1e-6
    index = pd.to_datetime(1_577_836_800_000_000_000 + np.arange(quotes, dtype=np.int64) * 500_000_000, utc=True)
    frame = pd.DataFrame({"bid_price": bid, "ask_price": bid + 1e-5}, index=index)
    engine.add_data(QuoteTickDataWrangler(INSTRUMENT).process(frame))
    strategy = Rest(RestConfig(instrument_id=INSTRUMENT.id, orders=orders))
    engine.add_strategy(strategy)
    engine.run()
    assert len(engine.cache.orders_open()) == orders
    engine.dispose()
    gc.collect()
    return strategy.ended - strategy.begun


for count in [int(argument) for argument in sys.argv[1:]] or [1_000_000, 10_000_000]:
    print(f"{count:>12,} quotes, no orders: {seconds(count, 0) / count * 1e9:8.1f} ns a quote", flush=True)
for orders in RESTING:
    print(f"{orders:>12,} resting orders: {seconds(QUOTES, orders) / QUOTES * 1e9:8.1f} ns a quote", flush=True)
