"""What the portfolio says of results and exposure: crossed currencies, hedges, missing prices and rates."""

import random

import nautilus_trader
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig, StrategyConfig
from nautilus_trader.model.currencies import JPY, USD
from nautilus_trader.model.data import BookOrder, OrderBookDelta, OrderBookDeltas, QuoteTick
from nautilus_trader.model.enums import AccountType, BookAction, BookType, OmsType, OrderSide, RecordFlag
from nautilus_trader.model.identifiers import AccountId, Venue
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

IS_LATER = not nautilus_trader.__version__.startswith("1.221.")
SIM = Venue("SIM")
USDJPY = TestInstrumentProvider.default_fx_ccy("USD/JPY", SIM)
AUDJPY = TestInstrumentProvider.default_fx_ccy("AUD/JPY", SIM)
SIZE = Quantity.from_int(1_000_000)
T0 = 1_600_000_000_000_000_000
SECOND = 1_000_000_000


def quote(instrument, second, bid, spread) -> QuoteTick:
    at = T0 + second * SECOND
    bid_price, ask_price = (Price.from_str(f"{ticks / 1000:.3f}") for ticks in (bid, bid + spread))
    return QuoteTick(instrument.id, bid_price, ask_price, SIZE, SIZE, at, at)


def level(instrument, second) -> OrderBookDeltas:
    at = T0 + second * SECOND
    sides = ((OrderSide.BUY, "110.000"), (OrderSide.SELL, "110.010"))
    deltas = [
        OrderBookDelta(
            instrument.id,
            BookAction.UPDATE,
            BookOrder(side, Price.from_str(price), SIZE, 0),
            RecordFlag.F_LAST if side == OrderSide.SELL else 0,
            second,
            at,
            at,
        )
        for side, price in sides
    ]
    return OrderBookDeltas(instrument.id, deltas)


class AskerConfig(StrategyConfig, frozen=True):
    seed: int


class Asker(Strategy):
    """Trades at random and asks for everything on the way."""

    def __init__(self, config, instrument) -> None:
        super().__init__(config)
        self.instrument = instrument
        self.random = random.Random(config.seed)
        self.count = 0

    def on_start(self) -> None:
        self.subscribe_quote_ticks(self.instrument.id)
        self.subscribe_order_book_deltas(self.instrument.id)

    def on_quote_tick(self, tick) -> None:
        self.step()

    def on_order_book_deltas(self, deltas) -> None:
        self.step()

    def step(self) -> None:
        self.count += 1
        if self.count % 3 == 0:
            side = self.random.choice([OrderSide.BUY, OrderSide.SELL])
            quantity = self.instrument.make_qty(self.random.randint(1, 9) * 1000 + 7)
            self.submit_order(self.order_factory.market(self.instrument.id, side, quantity))
        if self.count % 4 == 0 and self.id.get_tag() == "0":
            self.ask()

    def ask(self) -> None:
        self.tell(self.count)
        questions = [{}]
        if IS_LATER:
            account = self.portfolio.account(SIM).id
            wheres = [{}, {"account_id": account}, {"account_id": AccountId("X-1")}]
            questions = [where | what for where in wheres for what in ({}, {"target_currency": JPY})]
        for extra in questions:
            for name in ("net_exposure", "unrealized_pnl", "realized_pnl", "total_pnl"):
                self.tell(name, extra, self.asked(name, self.instrument.id, **extra))
            if "X-1" not in str(extra):
                for name in ("net_exposures", "unrealized_pnls", "realized_pnls", "total_pnls"):
                    self.tell(name, extra, self.asked(name, SIM, **extra))
        if IS_LATER:
            for name in ("equity", "mark_values", "missing_price_instruments"):
                self.tell(name, self.asked(name, SIM))

    def tell(self, *words) -> None:
        print(self.id, *words)

    def asked(self, name, *args, **extra):
        try:
            answer = getattr(self.portfolio, name)(*args, **extra)
        except TypeError as error:
            return error
        return {str(key): str(value) for key, value in answer.items()} if isinstance(answer, dict) else answer


def run(name, instruments, data, oms_type, base, book_type=BookType.L1_MBP) -> None:
    print("##", name)
    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    balances = [Money(10_000_000, USD)] if base else [Money(10_000_000, USD), Money(1_000_000_000, JPY)]
    engine.add_venue(SIM, oms_type, AccountType.MARGIN, balances, base_currency=base, book_type=book_type)
    for instrument in instruments:
        engine.add_instrument(instrument)
    engine.add_data(sorted(data, key=lambda datum: datum.ts_init))
    for number in range(3):
        engine.add_strategy(Asker(AskerConfig(seed=number, order_id_tag=str(number)), instruments[0]))
    engine.run()
    engine.dispose()


R = random.Random(3)
wide = [quote(USDJPY, second, R.randint(90_000, 130_000), R.randint(1, 3000)) for second in range(25)]
crossed = [quote(AUDJPY, second, R.randint(70_000, 80_000), R.randint(1, 300)) for second in range(25)]
for oms_type in (OmsType.NETTING, OmsType.HEDGING):
    for base in (USD, None):
        run(f"pair {oms_type} {base}", [USDJPY], wide, oms_type, base)
    run(f"cross without rate {oms_type}", [AUDJPY], crossed, oms_type, USD)
    run(f"cross with rate {oms_type}", [AUDJPY, USDJPY], crossed + wide[12:], oms_type, USD)
    run(f"no price {oms_type}", [USDJPY], [level(USDJPY, n) for n in range(25)], oms_type, USD, BookType.L2_MBP)
