"""Orders that rest far from the market among many others, and what still reaches them: changes, times, triggers."""

from datetime import timedelta

import numpy as np
import pandas as pd
from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.config import LoggingConfig, RiskEngineConfig, StrategyConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide, TimeInForce
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Money
from nautilus_trader.persistence.wranglers import QuoteTickDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

SIM = Venue("SIM")
INSTRUMENT = TestInstrumentProvider.default_fx_ccy("AUD/USD", SIM)
ROWS = 400


class Rest(Strategy):
    def on_start(self) -> None:
        self.n = 0
        self.orders = {}
        self.subscribe_quote_ticks(INSTRUMENT.id)

    def send(self, name, make, side, **terms) -> None:
        prices = {key: INSTRUMENT.make_price(value) if "price" in key else value for key, value in terms.items()}
        order = make(INSTRUMENT.id, side, INSTRUMENT.make_qty(1000), **prices)
        self.orders[name] = order
        self.submit_order(order)

    def on_quote_tick(self, tick) -> None:
        self.n += 1
        make, buy, sell = self.order_factory, OrderSide.BUY, OrderSide.SELL
        bid, ask = float(tick.bid_price), float(tick.ask_price)
        if self.n == 2:
            for k in range(30):
                self.send(f"low {k}", make.limit, buy, price=0.5 - k * 1e-5)
                self.send(f"high {k}", make.limit, sell, price=0.9 + k * 1e-5)
                self.send(f"stop {k}", make.stop_market, buy, trigger_price=1.1 + k * 1e-5)
            expiry = self.clock.utc_now() + timedelta(seconds=20)
            self.send("dated", make.limit, buy, price=0.4, time_in_force=TimeInForce.GTD, expire_time=expiry)
            self.send("if touched", make.market_if_touched, sell, trigger_price=0.8)
        if self.n == 20:  # into the market's way
            self.modify_order(self.orders["low 3"], price=INSTRUMENT.make_price(bid - 3e-5))
            self.modify_order(self.orders["high 4"], price=INSTRUMENT.make_price(ask + 3e-5))
            self.modify_order(self.orders["stop 5"], trigger_price=INSTRUMENT.make_price(ask + 4e-5))
            self.modify_order(self.orders["if touched"], trigger_price=INSTRUMENT.make_price(ask + 2e-5))
        if self.n == 60:  # out of it before it is reached, or to the very touch
            self.send("near", make.limit, buy, price=bid - 1e-5)
            self.cancel_order(self.orders["near"])
            self.send("touch", make.limit, buy, price=bid)
            self.send("trigger, then wait", make.stop_limit, buy, price=bid - 6e-5, trigger_price=ask + 5e-5)
            self.send("touch, then wait", make.limit_if_touched, sell, price=ask + 9e-5, trigger_price=ask + 2e-5)
        if self.n == 200:
            for name in ("low 0", "low 29", "high 0", "stop 0"):
                self.cancel_order(self.orders[name])
            self.send("last", make.limit, sell, price=ask + 1e-5)
        if self.n == 300:
            self.modify_order(self.orders["low 7"], price=INSTRUMENT.make_price(ask))

    def on_event(self, event) -> None:
        if type(event).__name__.startswith("Order"):
            where = getattr(event, "last_px", None) or getattr(event, "price", None)
            print(self.n, type(event).__name__, event.client_order_id, event.ts_event, where)


engine = BacktestEngine(
    BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True), risk_engine=RiskEngineConfig(bypass=True))
)
engine.add_venue(SIM, OmsType.HEDGING, AccountType.MARGIN, [Money(1_000_000, USD)], base_currency=USD)
engine.add_instrument(INSTRUMENT)
bid = (0.7 + np.random.default_rng(5).integers(-2, 3, ROWS).cumsum() * 1e-5).round(5)
index = pd.to_datetime(1_577_836_800_000_000_000 + np.arange(ROWS, dtype=np.int64) * 500_000_000, utc=True)
frame = pd.DataFrame({"bid_price": bid, "ask_price": bid + 2e-5}, index=index)
engine.add_data(QuoteTickDataWrangler(INSTRUMENT).process(frame))
engine.add_strategy(Rest(StrategyConfig()))
engine.run()
print(sorted(str(order.client_order_id) for order in engine.cache.orders_open()))
