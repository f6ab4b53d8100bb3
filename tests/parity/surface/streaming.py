"""Data in chunks, what a reset forgets, and leverages that cannot be."""

from decimal import Decimal

from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import MarkPriceUpdate, QuoteTick
from nautilus_trader.model.enums import AccountType, OmsType
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

SECOND = 1_000_000_000
SIM = Venue("SIM")
AUDUSD = TestInstrumentProvider.default_fx_ccy("AUD/USD", SIM)
SIZE = Quantity.from_int(1_000_000)


def quotes(first: int, last: int) -> list[QuoteTick]:
    prices = [(Price(0.65 + at / 1000, 5), Price(0.6501 + at / 1000, 5)) for at in range(first, last + 1)]
    times = [at * SECOND for at in range(first, last + 1)]
    return [QuoteTick(AUDUSD.id, bid, ask, SIZE, SIZE, t, t) for (bid, ask), t in zip(prices, times, strict=True)]


class Watcher(Strategy):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[int] = []

    def on_start(self) -> None:
        self.subscribe_quote_ticks(AUDUSD.id)

    def on_quote_tick(self, tick: QuoteTick) -> None:
        self.seen.append(tick.ts_event // SECOND)

    def on_stop(self) -> None:
        self.seen.append(-1)


def engine_with(**options: object) -> tuple[BacktestEngine, Watcher]:
    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    engine.add_venue(SIM, OmsType.NETTING, AccountType.MARGIN, [Money(1_000_000, USD)], USD, **options)
    engine.add_instrument(AUDUSD)
    watcher = Watcher()
    engine.add_strategy(watcher)
    return engine, watcher


engine, watcher = engine_with()
for first, last in ((1, 5), (6, 10), (11, 11)):
    engine.add_data(quotes(first, last))
    engine.run(streaming=True)
    engine.clear_data()
print("chunks", watcher.seen, engine.iteration)
engine.add_data(quotes(12, 14))
engine.run()
print("the last chunk", watcher.seen, engine.iteration)

engine, watcher = engine_with()
engine.add_data(quotes(1, 3))
engine.run()
engine.cache.add("key", b"value")
engine.cache.add_mark_price(MarkPriceUpdate(AUDUSD.id, Price(0.65, 5), 1, 1))
engine.reset()
print("after a reset", engine.cache.get("key"), engine.cache.mark_price(AUDUSD.id))
engine.run()
print("again", watcher.seen, engine.iteration)

for options in (
    {"default_leverage": Decimal(0)},
    {"default_leverage": Decimal("0.5")},
    {"leverages": {AUDUSD.id: Decimal(-1)}},
):
    engine, _ = engine_with(**options)
    engine.add_data(quotes(1, 1))
    try:
        engine.run()
    except ValueError as error:
        print("leverage", str(error)[:21])
