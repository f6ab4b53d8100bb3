"""A catalog written and read: every kind of data and instrument, queries by time and name.

`catalogs.py write FOLDER` and `catalogs.py read FOLDER` do one of the two.
"""

import sys
import tempfile

from nautilus_trader.core.data import Data
from nautilus_trader.model.custom import customdataclass
from nautilus_trader.model.data import (
    Bar,
    BarType,
    BookOrder,
    OrderBookDelta,
    OrderBookDeltas,
    OrderBookDepth10,
    QuoteTick,
    TradeTick,
)
from nautilus_trader.model.enums import AggressorSide, BookAction, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, TradeId, Venue
from nautilus_trader.model.instruments import Equity
from nautilus_trader.model.objects import Price, Quantity
from nautilus_trader.persistence.catalog import ParquetDataCatalog
from nautilus_trader.test_kit.providers import TestInstrumentProvider as Provider

START, SECOND = 1_577_836_800_000_000_000, 1_000_000_000
FX, ETH = Provider.default_fx_ccy("AUD/USD", Venue("SIM")), Provider.ethusdt_binance()


@customdataclass
class Mood(Data):
    instrument_id: InstrumentId = InstrumentId.from_str("ES.GLBX")
    value: float = 0.0
    count: int = 0
    name: str = ""


def quotes(instrument, n, start):
    p, s = instrument.price_precision, instrument.size_precision
    return [
        QuoteTick(instrument.id, Price(1 + k * 10**-p, p), Price(1 + (k + 2) * 10**-p, p), Quantity(100 + k, s),
                  Quantity(50 + k, s), start + k // 2 * SECOND, start + k // 2 * SECOND + k % 2 * late)
        for k in range(n) for late in (3,)
    ]  # fmt: skip


def write(path) -> None:
    catalog = ParquetDataCatalog(path)
    catalog.write_data(
        [
            *(
                FX,
                ETH,
                Provider.btcusdt_binance(),
                Provider.equity(),
                Provider.future(),
                Provider.ethusdt_perp_binance(),
            ),
            *(Provider.xbtusd_bitmex(), Provider.ethusd_bitmex(), Provider.btcusdt_future_binance()),
            *(Provider.audusd_cfd(), Provider.commodity(), Provider.index_instrument()),
        ]
    )
    catalog.write_data([*quotes(FX, 20, START), *quotes(ETH, 20, START)])
    catalog.write_data(quotes(FX, 9, START + 100 * SECOND))
    catalog.write_data([
        TradeTick(ETH.id, Price(15e11 + k, 2), Quantity(1 + k, 5), AggressorSide.BUYER if k % 2 else AggressorSide.SELLER,
                  TradeId(f"T{k}"), START + k * SECOND, START + k * SECOND + 5)
        for k in range(10)
    ])  # fmt: skip
    for side in ("BID", "ASK"):
        bar_type = BarType.from_str(f"AUD/USD.SIM-1-MINUTE-{side}-EXTERNAL")
        prices = Price(1, 5), Price(1.1, 5), Price(0.9, 5), Price(1, 5)
        times = [START + k * 60 * SECOND for k in range(10)]
        catalog.write_data([Bar(bar_type, *prices, Quantity(100 + k, 0), t, t) for k, t in enumerate(times)])
    deltas = [OrderBookDelta.clear(ETH.id, 0, START, START)]
    for k in range(12):
        order = BookOrder(
            OrderSide.BUY if k % 2 else OrderSide.SELL, Price(150 + k / 100, 2), Quantity(1 + k, 5), k + 1
        )
        time = START + k // 3 * SECOND
        deltas.append(OrderBookDelta(ETH.id, BookAction.ADD, order, 128 if k % 3 == 2 else 0, k, time, time))
    catalog.write_data(deltas)
    bids = [BookOrder(OrderSide.BUY, Price(149 - k / 100, 2), Quantity(1 + k, 5), 0) for k in range(10)]
    asks = [BookOrder(OrderSide.SELL, Price(150 + k / 100, 2), Quantity(1 + k, 5), 0) for k in range(10)]
    times = [START + k * SECOND for k in range(5)]
    catalog.write_data(
        [OrderBookDepth10(ETH.id, bids, asks, [1] * 10, [2] * 10, 0, k, t, t) for k, t in enumerate(times)]
    )
    catalog.write_data(
        [
            Mood(ts_event=START + k, ts_init=START + k, instrument_id=ETH.id, value=k / 2, count=k, name=f"x{k}")
            for k in range(5)
        ]
    )
    for wrong in (quotes(FX, 4, START)[::-1], quotes(FX, 4, START + 3 * SECOND)):
        try:
            catalog.write_data(wrong)
        except (AssertionError, ValueError) as error:
            print("refused:", type(error).__name__)


def read(path) -> None:
    catalog = ParquetDataCatalog(path)
    for instrument in catalog.instruments():
        print(type(instrument).to_dict(instrument))
    for kind in (
        catalog.quote_ticks,
        catalog.trade_ticks,
        catalog.bars,
        catalog.order_book_deltas,
        catalog.order_book_depth10,
    ):
        for item in kind():
            print(type(item).to_dict(item))
    print([len(deltas.deltas) for deltas in catalog.order_book_deltas(batched=True)])
    print(len(catalog.query(OrderBookDeltas, identifiers=[str(ETH.id)])))
    print([str(bar) for bar in catalog.bars(instrument_ids=["AUD/USD.SIM"])][:2])
    print(len(catalog.bars(bar_types=["AUD/USD.SIM-1-MINUTE-BID-EXTERNAL"])), catalog.bars(bar_types=["X.Y"]))
    span = {"start": "2020-01-01T00:00:03", "end": "2020-01-01T00:00:04"}
    print([str(quote) for quote in catalog.quote_ticks(instrument_ids=["AUD/USD.SIM"], **span)])
    print([str(quote) for quote in catalog.query(QuoteTick, start=START + 5 * SECOND, end=START + 6 * SECOND)])
    print(sorted(catalog.list_data_types()), catalog.list_generic_data_types())
    print(catalog.get_intervals(QuoteTick), catalog.get_intervals(QuoteTick, "AUD/USD.SIM"))
    print(catalog.query_last_timestamp(QuoteTick, "AUD/USD.SIM"), catalog.query_last_timestamp(TradeTick, "NO.SIM"))
    print(catalog.get_missing_intervals_for_request(0, 2 * START, QuoteTick, "AUD/USD.SIM"))
    print([item.id.value for item in catalog.instruments(instrument_type=Equity)])
    print([item.id.value for item in catalog.instruments(instrument_ids=["AUD/USD.SIM"])])
    for item in [*catalog.query(Mood), *catalog.custom_data(Mood, instrument_ids=[str(ETH.id)], start=START + 2)]:
        print(type(item).__name__, item.data.to_dict(), item.data_type, item.ts_init)


todo, path = sys.argv[1:] or ("both", tempfile.mkdtemp())
if todo != "read":
    write(path)
if todo != "write":
    read(path)
