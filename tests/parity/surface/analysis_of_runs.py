"""What the analyzer, the result and the reports say of runs: netting and hedging, one currency and several, two venues."""

import math
import random
import re

import numpy as np
import pandas as pd
from nautilus_trader import analysis
from nautilus_trader.analysis.analyzer import PortfolioAnalyzer
from nautilus_trader.analysis.statistic import PortfolioStatistic
from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.config import LoggingConfig, RiskEngineConfig, StrategyConfig
from nautilus_trader.model.currencies import ETH, JPY, USD, USDT
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import PositionId, Venue
from nautilus_trader.model.objects import Money
from nautilus_trader.persistence.wranglers import QuoteTickDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

SIM, BINANCE = Venue("SIM"), Venue("BINANCE")
FX = TestInstrumentProvider.default_fx_ccy("USD/JPY", SIM)
AUD = TestInstrumentProvider.default_fx_ccy("AUD/USD", SIM)
ETHUSDT = TestInstrumentProvider.ethusdt_binance()
HOUR = 3_600_000_000_000
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def told(value):
    """Floats to twelve digits: the last ones depend on how a sum is ordered."""
    if isinstance(value, str):
        return re.sub(UUID, "UUID", value)
    if isinstance(value, float | np.floating):
        return "missing" if math.isnan(value) else f"{float(value):.10g}"
    if isinstance(value, dict):
        return {str(key): told(each) for key, each in value.items()}
    if isinstance(value, pd.Series):
        return (
            [(told(str(key)), told(each)) for key, each in value.items()],
            str(value.dtype),
            type(value.index).__name__,
        )
    return "missing" if value is None else repr(value)


class Trade(Strategy):
    def __init__(self, instrument, seed, size) -> None:
        super().__init__(StrategyConfig(order_id_tag=str(seed)))
        self.instrument, self.random, self.size, self.n = instrument, random.Random(seed), size, 0

    def on_start(self) -> None:
        self.subscribe_quote_ticks(self.instrument.id)

    def on_quote_tick(self, tick) -> None:
        self.n += 1
        make = self.order_factory
        if self.n == 7:
            self.resting = make.limit(
                self.instrument.id,
                OrderSide.BUY,
                self.instrument.make_qty(self.size),
                self.instrument.make_price(float(tick.bid_price) / 2),
            )
            self.submit_order(self.resting)
            self.submit_order(
                make.limit(
                    self.instrument.id,
                    OrderSide.BUY,
                    self.instrument.make_qty(self.size),
                    tick.ask_price,
                    reduce_only=True,
                )
            )
        if self.n == 10:
            self.modify_order(self.resting, price=self.instrument.make_price(float(tick.bid_price) / 3))
        if self.n == 11:
            self.cancel_order(self.resting)
        if self.n % 3:
            return
        side = self.random.choice([OrderSide.BUY, OrderSide.SELL])
        quantity = self.instrument.make_qty(self.size * self.random.choice([1, 1, 2]))
        self.submit_order(self.order_factory.market(self.instrument.id, side, quantity))

    def on_stop(self) -> None:
        if self.random.random() < 0.5:
            self.close_all_positions(self.instrument.id)


class Longest(PortfolioStatistic):
    def calculate_from_realized_pnls(self, realized_pnls):
        return None if realized_pnls is None else len(realized_pnls)

    def calculate_from_returns(self, returns):
        return len(returns)

    def calculate_from_positions(self, positions):
        return f"{len(positions)} positions"


def quotes(instrument, start, step, seed, spacing):
    generator = np.random.default_rng(seed)
    precision = instrument.price_precision
    bid = (start + generator.integers(-5, 6, 150).cumsum() * step).round(precision)
    index = pd.to_datetime(1_577_836_800_000_000_000 + np.arange(150, dtype=np.int64) * spacing, utc=True)
    frame = pd.DataFrame({"bid_price": bid, "ask_price": bid + step, "bid_size": 1e6, "ask_size": 1e6}, index=index)
    return QuoteTickDataWrangler(instrument).process(frame)


def show(engine, result, venues) -> None:
    analyzer = engine.portfolio.analyzer
    print([currency.code for currency in analyzer.currencies])
    for currency in (None, *analyzer.currencies):
        try:
            print("pnls", currency, told(analyzer.get_performance_stats_pnls(currency)))
            print(analyzer.total_pnl(currency), told(analyzer.total_pnl_percentage(currency)))
            print(told(analyzer.realized_pnls(currency)))
        except ValueError as error:
            print("ValueError", error)
    print("returns", told(analyzer.get_performance_stats_returns()))
    print("general", told(analyzer.get_performance_stats_general()))
    print("series", told(analyzer.returns()))
    if hasattr(analyzer, "position_returns"):
        print(told(analyzer.position_returns()), told(analyzer.portfolio_returns()))
        print(told(analyzer.get_performance_stats_position_returns()))
        print(told(analyzer.get_performance_stats_portfolio_returns()))
    print(analyzer.statistic("Win Rate").name, analyzer.statistic("Longest").name, analyzer.statistic("none"))
    for name in ("iterations", "total_events", "total_orders", "total_positions", "elapsed_time", "backtest_start",
                 "backtest_end", "stats_pnls", "stats_returns", "trader_id", "run_config_id", "summary"):  # fmt: skip
        value = getattr(result, name, None)
        if name == "summary" and value is not None:
            value = {key: text for key, text in value.items() if not key.endswith((".locked", ".free"))}
        print(name, told(value))
    print(sorted(name for name in vars(result)))
    for report in ("orders", "order_fills", "fills", "positions"):
        table(getattr(engine.trader, f"generate_{report}_report")())
    for venue in venues[: len(analyzer.currencies) == 1]:  # of several, the real one's states change later
        table(engine.trader.generate_account_report(venue))


def table(frame) -> None:
    print(len(frame), frame.index.name, type(frame.index).__name__)
    print([(name, re.sub("^str$", "object", str(kind))) for name, kind in frame.dtypes.items()])
    # Ids are random, and what a state says is locked changes later in the real one.
    ids = ("init_id", "event_id", "position_id", "margins", "locked", "free")
    kept = [name for name in frame.columns if name not in ids]
    for at in (0, len(frame) // 2, -1):
        if len(frame):
            print([told(value) for value in frame[kept].iloc[at]])


def run(oms, base, balances, parts, spacing=HOUR, **settings):
    engine = BacktestEngine(
        BacktestEngineConfig(
            logging=LoggingConfig(bypass_logging=True), risk_engine=RiskEngineConfig(bypass=True), **settings
        )
    )
    venues = []
    for instrument, *_ in parts:
        if instrument.venue not in venues:
            venues.append(instrument.venue)
            engine.add_venue(instrument.venue, oms, AccountType.MARGIN, balances, base_currency=base)
        engine.add_instrument(instrument)
    analyzer = engine.portfolio.analyzer
    print("before", told(analyzer.get_performance_stats_pnls()), told(analyzer.get_performance_stats_returns()))
    analyzer.register_statistic(Longest())
    for seed, (instrument, start, step, size) in enumerate(parts):
        engine.add_data(quotes(instrument, start, step, seed, spacing))
        engine.add_strategy(Trade(instrument, seed, size))
    engine.run()
    show(engine, engine.get_result(), venues)
    engine.reset()
    print("reset", told(analyzer.get_performance_stats_pnls()), told(analyzer.get_performance_stats_returns()))
    engine.run()
    print("again", told(engine.get_result().stats_pnls), told(analyzer.get_performance_stats_general()))
    engine.dispose()


run(OmsType.NETTING, USD, [Money(1_000_000, USD)], [(AUD, 0.7, 1e-5, 100_000)])
run(OmsType.HEDGING, USD, [Money(1_000_000, USD)], [(AUD, 0.7, 1e-5, 100_000)], spacing=60_000_000_000)
run(OmsType.NETTING, None, [Money(1_000_000, USDT), Money(100, ETH)], [(ETHUSDT, 150.0, 0.01, 1)])
run(OmsType.NETTING, USD, [Money(1_000_000, USD)], [(FX, 110.0, 0.001, 100_000), (AUD, 0.7, 1e-5, 50_000)])
run(OmsType.HEDGING, None, [Money(1_000_000, USDT), Money(1_000_000, USD), Money(100_000_000, JPY), Money(100, ETH)],
    [(AUD, 0.7, 1e-5, 100_000), (ETHUSDT, 150.0, 0.01, 1)], spacing=25 * HOUR)  # fmt: skip
run(OmsType.NETTING, USD, [Money(1_000_000, USD)], [(AUD, 0.7, 1e-5, 100_000)], run_analysis=False)

values = {
    1_577_836_800_000_000_000 + n * 7 * HOUR + (n // 4) * 48 * HOUR: v / 300
    for n, v in enumerate([1, -2, 0, 3, 4, -7, 2, 0, -1])
}
pnls = [[], [0.0], [1.5], [-2.0], [1.0, -1.0, 0.0], [0.0, 1.0, -3.0, 4.0]]
for name in sorted(analysis.__all__ if hasattr(analysis, "__all__") else dir(analysis)):
    kind = getattr(analysis, name)
    if (
        name.startswith(("Tearsheet", "Grid"))
        or not hasattr(kind, "calculate_from_returns")
        or hasattr(kind, "calculate_from_returns_with_benchmark")
    ):
        continue
    if kind is PortfolioStatistic:
        continue
    statistic = kind()
    print(name, statistic.name, [told(statistic.calculate_from_realized_pnls(each)) for each in pnls])
    for returns in (values, {}, dict(list(values.items())[:1]), dict(list(values.items())[1:2])):
        print(told(statistic.calculate_from_returns(returns)))

own = PortfolioAnalyzer()
own.register_statistic(Longest())
own.add_trade(PositionId("P-1"), Money(5, USD))
own.add_return(pd.Timestamp("2020-01-01", tz="UTC"), 0.5)
own.add_return(pd.Timestamp("2020-01-01", tz="UTC"), 0.25)
print(told(own.returns()), own.currencies, told(own.get_performance_stats_general()))
own.deregister_statistics()
print(own.get_performance_stats_returns())
