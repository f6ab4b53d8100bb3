"""Runs after runs: what is replayed once more, and when it happens."""

from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Money
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

SIM = Venue("SIM")
INSTRUMENT = TestInstrumentProvider.default_fx_ccy("AUD/USD", SIM)
T0 = 1_600_000_000_000_000_000
SECOND = 10**9


def quotes(first: int, last: int) -> list[QuoteTick]:
    size = INSTRUMENT.make_qty(1e6)
    return [
        QuoteTick(
            INSTRUMENT.id,
            INSTRUMENT.make_price(0.7 + n * 1e-4),
            INSTRUMENT.make_price(0.7002 + n * 1e-4),
            size,
            size,
            T0 + n * SECOND,
            T0 + n * SECOND,
        )
        for n in range(first, last)
    ]


class Buy(Strategy):
    def on_start(self) -> None:
        print("start", self.clock.timestamp_ns() - T0)
        self.subscribe_quote_ticks(INSTRUMENT.id)

    def on_stop(self) -> None:
        print("stop", self.clock.timestamp_ns() - T0)

    def on_quote_tick(self, tick: QuoteTick) -> None:
        print("quote", tick.ts_event - T0, self.clock.timestamp_ns() - T0)
        if tick.ts_event == T0 + 2 * SECOND:
            self.submit_order(self.order_factory.market(INSTRUMENT.id, OrderSide.BUY, INSTRUMENT.make_qty(1000)))

    def on_event(self, event: object) -> None:
        print(type(event).__name__)


def twice(engine: BacktestEngine) -> None:
    engine.run()
    engine.run()


def with_more(engine: BacktestEngine) -> None:
    engine.run()
    engine.add_data(quotes(4, 7))
    engine.run()


def streamed_twice(engine: BacktestEngine) -> None:
    engine.run(streaming=True)
    print("--")
    engine.run(streaming=True)
    engine.end()


def streamed_with_more(engine: BacktestEngine) -> None:
    engine.run(streaming=True)
    print("--")
    engine.add_data(quotes(4, 7))
    engine.run(streaming=True)
    engine.end()


def streamed_in_chunks(engine: BacktestEngine) -> None:
    engine.run(streaming=True)
    print("--")
    engine.clear_data()
    engine.add_data(quotes(4, 7))
    engine.run(streaming=True)
    engine.end()


def with_others(engine: BacktestEngine) -> None:
    engine.run()
    engine.clear_data()
    engine.add_data(quotes(4, 7))
    engine.run()


def after_reset(engine: BacktestEngine) -> None:
    engine.run()
    engine.reset()
    print("--")
    engine.run()


def in_part(engine: BacktestEngine) -> None:
    engine.run(end=T0 + SECOND + 1)
    print("--")
    engine.run()


def in_parts(engine: BacktestEngine) -> None:
    engine.run(end=T0 + SECOND + 1)
    print("--")
    engine.run(start=T0 + 2 * SECOND)


WAYS = (
    twice,
    with_more,
    streamed_twice,
    streamed_with_more,
    streamed_in_chunks,
    with_others,
    after_reset,
    in_part,
    in_parts,
)
for way in WAYS:
    print("==", way.__name__)
    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    engine.add_venue(SIM, OmsType.NETTING, AccountType.MARGIN, [Money(1e6, USD)], base_currency=USD)
    engine.add_instrument(INSTRUMENT)
    engine.add_data(quotes(0, 4))
    engine.add_strategy(Buy())
    way(engine)
    print(engine.iteration)
    engine.dispose()
