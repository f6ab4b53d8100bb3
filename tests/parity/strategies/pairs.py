"""Two instruments against each other: a z-score of their ratio on internal minute bars, positions read from the portfolio."""

from collections import deque
from decimal import Decimal
from statistics import fmean, pstdev

import desk
from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.currencies import USDT
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import OrderSide, TimeInForce
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

ETH = TestInstrumentProvider.ethusdt_perp_binance()
BTC = TestInstrumentProvider.btcusdt_perp_binance()


class PairsConfig(StrategyConfig, frozen=True):
    first: BarType
    second: BarType
    window: int = 12
    entry: float = 1.2
    leave: float = 0.3
    notional: Decimal = Decimal(20000)


class Pairs(Strategy):
    def on_start(self) -> None:
        self.closes: dict[BarType, Bar] = {}
        self.ratios: deque[float] = deque(maxlen=self.config.window)
        for bar_type in (self.config.first, self.config.second):
            self.subscribe_bars(bar_type)

    def on_bar(self, bar: Bar) -> None:
        self.closes[bar.bar_type] = bar
        pair = [self.closes.get(bar_type) for bar_type in (self.config.first, self.config.second)]
        if any(bar is None for bar in pair) or pair[0].ts_event != pair[1].ts_event:
            return
        self.ratios.append(float(pair[0].close) / float(pair[1].close))
        if len(self.ratios) < self.config.window:
            return
        spread = pstdev(self.ratios)
        score = (self.ratios[-1] - fmean(self.ratios)) / spread if spread else 0.0
        ids = [bar_type.instrument_id for bar_type in (self.config.first, self.config.second)]
        nets = [self.portfolio.net_position(each) for each in ids]
        print("score", round(score, 9), nets, self.portfolio.is_completely_flat())
        flat = all(self.portfolio.is_flat(each) for each in ids)
        if flat and abs(score) > self.config.entry:
            sides = (OrderSide.SELL, OrderSide.BUY) if score > 0 else (OrderSide.BUY, OrderSide.SELL)
            for instrument_id, side, one in zip(ids, sides, pair, strict=True):
                instrument = self.cache.instrument(instrument_id)
                quantity = instrument.make_qty(self.config.notional / one.close.as_decimal())
                self.submit_order(
                    self.order_factory.market(instrument_id, side, quantity, time_in_force=TimeInForce.IOC)
                )
        elif not flat and abs(score) < self.config.leave:
            for instrument_id in ids:
                self.close_all_positions(instrument_id, tags=["CONVERGED"])
        venue = Venue("BINANCE")
        print(
            "book",
            self.portfolio.unrealized_pnls(venue),
            self.portfolio.realized_pnls(venue),
            self.portfolio.net_exposures(venue),
            self.portfolio.margins_init(venue),
            self.portfolio.margins_maint(venue),
            self.portfolio.account(venue).balance_free(USDT),
        )


engine = desk.engine("BINANCE", ["250000 USDT"], [ETH, BTC], default_leverage=Decimal(5))
engine.add_data(desk.quotes(ETH, desk.walk(5, 2400, 2000.0, 0.5), 0.05), sort=False)
engine.add_data(desk.quotes(BTC, desk.walk(6, 2400, 40000.0, 9.0), 0.5, seed=9))
kinds = [BarType.from_str(f"{i.id}-1-MINUTE-MID-INTERNAL") for i in (ETH, BTC)]
engine.add_strategy(Pairs(PairsConfig(first=kinds[0], second=kinds[1])))
desk.finish(engine, "BINANCE")
