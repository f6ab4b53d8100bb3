"""Backtests by BacktestNode from a catalog: at once and in chunks, several instruments at the same times, bars, books."""

import random
import tempfile
from decimal import Decimal
from pathlib import Path

import numpy as np
from nautilus_trader.backtest.config import (
    BacktestDataConfig,
    BacktestEngineConfig,
    BacktestRunConfig,
    BacktestVenueConfig,
    ImportableFeeModelConfig,
    ImportableFillModelConfig,
    ImportableLatencyModelConfig,
)
from nautilus_trader.backtest.node import BacktestNode
from nautilus_trader.common.actor import Actor
from nautilus_trader.common.config import ActorConfig, InvalidConfiguration
from nautilus_trader.config import (
    DataCatalogConfig,
    ImportableActorConfig,
    ImportableStrategyConfig,
    LoggingConfig,
    StrategyConfig,
)
from nautilus_trader.model.data import Bar, BarType, BookOrder, OrderBookDelta, QuoteTick, TradeTick
from nautilus_trader.model.enums import AggressorSide, BookAction, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, TradeId, Venue
from nautilus_trader.model.objects import Price, Quantity
from nautilus_trader.persistence.catalog import ParquetDataCatalog
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

START = 1_577_836_800_000_000_000
SECOND = 1_000_000_000
SIM = Venue("SIM")
PAIRS = [TestInstrumentProvider.default_fx_ccy(name, SIM) for name in ("AUD/USD", "EUR/USD", "GBP/USD")]
ETH = TestInstrumentProvider.ethusdt_binance()


class TalkConfig(StrategyConfig, frozen=True):
    instrument_ids: list[InstrumentId]
    size: Decimal = Decimal(1)
    bar_type: BarType | None = None
    book: bool = False


class Talk(Strategy):
    def __init__(self, config: TalkConfig) -> None:
        super().__init__(config)
        self.n, self.random = 0, random.Random(7)

    def on_start(self) -> None:
        for instrument_id in self.config.instrument_ids:
            self.subscribe_quote_ticks(instrument_id)
            self.subscribe_trade_ticks(instrument_id)
            if self.config.book:
                self.subscribe_order_book_deltas(instrument_id)
        if self.config.bar_type is not None:
            self.subscribe_bars(self.config.bar_type)
        self.request_instrument(self.config.instrument_ids[0], callback=lambda _: print("instrument answered"))

    def seen(self, what, datum) -> None:
        self.n += 1
        print(what, datum.ts_init, datum)
        if self.n % 5 == 1:
            instrument = self.cache.instrument(self.config.instrument_ids[self.n % len(self.config.instrument_ids)])
            side = self.random.choice([OrderSide.BUY, OrderSide.SELL])
            quantity = instrument.make_qty(self.config.size * self.random.choice([1, 2, 3]))
            self.submit_order(self.order_factory.market(instrument.id, side, quantity))

    def on_quote_tick(self, tick) -> None:
        self.seen("quote", tick)
        if self.n == 30 and self.config.bar_type is not None:
            self.ask()

    def on_trade_tick(self, tick) -> None:
        self.seen("trade", tick)

    def on_bar(self, bar) -> None:
        self.seen("bar", bar)

    def on_order_book_deltas(self, deltas) -> None:
        self.seen("deltas", deltas)

    def on_instrument(self, instrument) -> None:
        print("on_instrument", instrument.id)

    def on_historical_data(self, data) -> None:
        print("history", data)

    def on_event(self, event) -> None:
        if type(event).__name__ in ("OrderFilled", "PositionClosed", "OrderDenied"):
            print(type(event).__name__, event.ts_event, getattr(event, "last_px", None), event.instrument_id)

    def ask(self) -> None:
        now = self.clock.utc_now()
        start = now.replace(minute=0, second=0, microsecond=0, nanosecond=0)
        self.request_bars(self.config.bar_type, start=start, callback=lambda _: print("bars answered"))
        self.request_quote_ticks(self.config.instrument_ids[0], start=start, limit=4)
        print("bars", [str(bar) for bar in self.cache.bars(self.config.bar_type)])


class Count(Actor):
    def on_start(self) -> None:
        self.n = 0
        self.subscribe_quote_ticks(PAIRS[0].id)

    def on_quote_tick(self, _tick) -> None:
        self.n += 1

    def on_stop(self) -> None:
        print("counted", self.n)


def write(path) -> None:
    catalog = ParquetDataCatalog(path)
    catalog.write_data([*PAIRS, ETH])
    generator = np.random.default_rng(11)
    for pair in PAIRS:
        for part in range(2):
            times = START + part * 3600 * SECOND + generator.integers(0, 3, 60).cumsum() * SECOND
            mids = 1 + generator.integers(-3, 4, 60).cumsum() * 1e-5
            catalog.write_data(
                [
                    QuoteTick(
                        pair.id, Price(mid, 5), Price(mid + 2e-5, 5), Quantity(1e6, 0), Quantity(1e6, 0), int(t), int(t)
                    )
                    for t, mid in zip(times, mids, strict=True)
                ]
            )
        for side in ("BID", "ASK"):
            bar_type = BarType.from_str(f"{pair.id}-1-MINUTE-{side}-EXTERNAL")
            prices = (Price(1, 5), Price(1.0002, 5), Price(0.9998, 5), Price(1.0001, 5), Quantity(1000, 0))
            catalog.write_data(
                [Bar(bar_type, *prices, START + n * 60 * SECOND, START + n * 60 * SECOND) for n in range(70)]
            )
    catalog.write_data(
        [
            TradeTick(
                ETH.id,
                Price(150 + n % 7 * 0.01, 2),
                Quantity(1 + n, 5),
                AggressorSide.BUYER if n % 3 else AggressorSide.SELLER,
                TradeId(str(n)),
                START + n * SECOND,
                START + n * SECOND + n % 4,
            )
            for n in range(60)
        ]
    )
    deltas = [OrderBookDelta.clear(ETH.id, 0, START, START)]
    for n in range(80):
        side = OrderSide.BUY if n % 2 else OrderSide.SELL
        price = Price(150 + (n % 9 + 1) * (-0.01 if n % 2 else 0.01), 2)
        order = BookOrder(side, price, Quantity(1 + n % 5, 5), 0)
        time = START + n // 4 * SECOND
        deltas.append(OrderBookDelta(ETH.id, BookAction.UPDATE, order, 128 if n % 4 == 3 else 0, n, time, time))
    catalog.write_data(deltas)


def run(path, venues, data, config, *, catalogs=False, **settings) -> None:
    print("run", settings, [(each.data_type.__name__, each.instrument_id) for each in data])
    strategy = ImportableStrategyConfig(strategy_path="__main__:Talk", config_path="__main__:TalkConfig", config=config)
    actor = ImportableActorConfig(
        actor_path="__main__:Count", config_path=ActorConfig.fully_qualified_name(), config={"component_id": "Count-1"}
    )
    engine = BacktestEngineConfig(
        logging=LoggingConfig(bypass_logging=True),
        strategies=[strategy],
        actors=[actor],
        catalogs=[DataCatalogConfig(path=path)] if catalogs else [],
    )
    node = BacktestNode([BacktestRunConfig(engine=engine, venues=venues, data=data, raise_exception=True, **settings)])
    results = node.run()
    for result in results:
        print(result.total_orders, result.iterations, result.total_events, result.backtest_start, result.backtest_end)
        print({key: round(value["PnL (total)"], 6) for key, value in result.stats_pnls.items()})
    if not settings.get("dispose_on_completion", True):
        made = node.get_engines()[0]
        print(made.trader.generate_order_fills_report()[["side", "quantity", "avg_px"]].to_dict("records"))
        node.dispose()


path = tempfile.mkdtemp()
write(path)
common = {
    "oms_type": "NETTING",
    "account_type": "MARGIN",
    "starting_balances": ["1_000_000 USD"],
    "base_currency": "USD",
}
sim = BacktestVenueConfig(name="SIM", **common)
quotes = [BacktestDataConfig(catalog_path=path, data_cls=QuoteTick, instrument_id=pair.id) for pair in PAIRS]
together = BacktestDataConfig(catalog_path=path, data_cls=QuoteTick, instrument_ids=[str(pair.id) for pair in PAIRS])
config = {"instrument_ids": [str(pair.id) for pair in PAIRS], "size": "10000"}
run(path, [sim], quotes[:1], {**config, "instrument_ids": [str(PAIRS[0].id)]})
run(path, [sim], quotes, config)
run(path, [sim], [together], config, dispose_on_completion=False)
run(path, [sim], quotes, config, chunk_size=50)
run(path, [sim], [together], config, chunk_size=7)
run(path, [sim], quotes, config, start="2020-01-01T00:00:20", end="2020-01-01T01:00:10")
bars = BacktestDataConfig(
    catalog_path=path, data_cls=Bar, instrument_id=PAIRS[0].id, bar_spec="1-MINUTE-BID", end_time="2020-01-01T00:30:00"
)
both = BacktestDataConfig(
    catalog_path=path, data_cls="nautilus_trader.model.data:Bar", instrument_id=PAIRS[0].id, bar_spec="1-MINUTE-BID"
)
bar_config = {**config, "instrument_ids": [str(PAIRS[0].id)], "bar_type": f"{PAIRS[0].id}-1-MINUTE-BID-EXTERNAL"}
models = BacktestVenueConfig(
    name="SIM",
    fill_model=ImportableFillModelConfig(
        fill_model_path="nautilus_trader.backtest.models:FillModel",
        config_path="nautilus_trader.backtest.config:FillModelConfig",
        config={"prob_slippage": 0.5, "random_seed": 3},
    ),
    latency_model=ImportableLatencyModelConfig(
        latency_model_path="nautilus_trader.backtest.models:LatencyModel",
        config_path="nautilus_trader.backtest.config:LatencyModelConfig",
        config={"base_latency_nanos": 5_000_000},
    ),
    fee_model=ImportableFeeModelConfig(
        fee_model_path="nautilus_trader.backtest.models:FixedFeeModel",
        config_path="nautilus_trader.backtest.config:FixedFeeModelConfig",
        config={"commission": "1.50 USD"},
    ),
    default_leverage=20.0,
    leverages={str(PAIRS[0].id): 5.0},
    **common,
)
run(path, [models], [quotes[0], both], bar_config, catalogs=True)
run(path, [models], [quotes[0], bars], bar_config, chunk_size=20)
binance = {"oms_type": "NETTING", "account_type": "CASH", "starting_balances": ["1_000_000 USDT", "100 ETH"]}
eth = {"instrument_ids": [str(ETH.id)], "size": "0.5", "book": True}
trades = BacktestDataConfig(catalog_path=path, data_cls=TradeTick, instrument_id=ETH.id)
books = BacktestDataConfig(catalog_path=path, data_cls=OrderBookDelta, instrument_id=ETH.id)
run(path, [BacktestVenueConfig(name="BINANCE", **binance)], [trades], eth)
run(path, [BacktestVenueConfig(name="BINANCE", book_type="L2_MBP", **binance)], [books, trades], eth)

for venues, data in (([], quotes), ([BacktestVenueConfig(name="SIM", book_type="L2_MBP", **common)], quotes)):
    try:
        BacktestNode([BacktestRunConfig(venues=venues, data=data)])
    except InvalidConfiguration as error:
        print(type(error).__name__, error)
missing = BacktestDataConfig(catalog_path=path, data_cls=QuoteTick, instrument_id=InstrumentId.from_str("NO/USD.SIM"))
quiet = BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True))
print(len(BacktestNode([BacktestRunConfig(engine=quiet, venues=[sim], data=[missing])]).run()))
print(sorted(str(file.relative_to(path)) for file in Path(path).rglob("*.parquet")))
