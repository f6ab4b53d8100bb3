from decimal import Decimal
import datetime as dt
import pickle

import numpy as np
import pandas as pd

import nautilus_trader.config as config
from nautilus_trader.config import *
from nautilus_trader.core.correctness import PyCondition
from nautilus_trader.core.data import Data
from nautilus_trader.core.datetime import *
from nautilus_trader.trading.strategy import Strategy
from nautilus_trader.core.uuid import UUID4
from nautilus_trader.model.currencies import AUD, BTC, ETH, EUR, USD, USDT, XAU
from nautilus_trader.model.data import *
from nautilus_trader.model.enums import *
from nautilus_trader.model.identifiers import *
from nautilus_trader.model.instruments import *
from nautilus_trader.model.objects import *
from nautilus_trader.persistence.wranglers import *
from nautilus_trader.test_kit.providers import TestInstrumentProvider as T

P, Q, q = Price.from_str, Quantity.from_str, Quantity.from_int
I = InstrumentId.from_str("AUD/USD.SIM")
quote = QuoteTick(I, P("1.0"), P("1.1"), Q("1"), Q("2"), 1, 2)
trade = TradeTick(I, P("1.0"), Q("1"), AggressorSide.BUYER, TradeId("1"), 1, 2)
bt = BarType.from_str("AUD/USD.SIM-1-MINUTE-BID-EXTERNAL")
bc = BarType.from_str("AUD/USD.SIM-5-MINUTE-BID-INTERNAL@1-MINUTE-EXTERNAL")
bar = Bar(bt, P("1.0"), P("1.2"), P("0.9"), P("1.1"), Q("10"), 1, 2)
order = BookOrder(OrderSide.BUY, P("1.0"), Q("5"), 7)
delta = OrderBookDelta(I, BookAction.ADD, order, 0, 1, 2, 3)
delta2 = OrderBookDelta(I, BookAction.DELETE, order, 128, 2, 3, 4)
deltas = OrderBookDeltas(I, [delta, delta2])
fx, eth, perp, xbt = T.default_fx_ccy("AUD/USD"), T.ethusdt_binance(), T.ethusdt_perp_binance(), T.xbtusd_bitmex()
eq, fut = T.equity(), T.future()


class S(StrategyConfig, frozen=True):
    instrument_id: InstrumentId
    bar_type: BarType
    size: Decimal = Decimal(1)
    n: PositiveInt = 3
    f: PositiveFloat = 1.5
    nn: NonNegativeFloat = 0.0
    side: OrderSide = OrderSide.BUY
    tags: list[str] | None = None


B = BarType.from_str("A.B-1-TICK-LAST-INTERNAL")
ix = pd.to_datetime(
    ["2020-01-01 00:00:00.123", "2020-01-01 00:00:01", "2020-01-01 00:00:01.5"], utc=True, format="ISO8601"
)
quotes = pd.DataFrame(
    {
        "bid_price": [0.700001, 0.7, 0.69999],
        "ask_price": [0.70002, 0.70003, 0.700015],
        "bid_size": [2.5, 3.5, 1000.5],
        "ask_size": [1.0, 2.0, 3.0],
    },
    index=ix,
)
trades = pd.DataFrame(
    {
        "trade_id": [1, 2, 3],
        "price": [100.005, 100.015, 100.02],
        "quantity": [1.5, 0.000005, 3],
        "buyer_maker": [True, False, True],
    },
    index=ix,
)
bars = pd.DataFrame(
    {
        "open": [1.0, 1.1, 1.2],
        "high": [1.3, 1.3, 1.3],
        "low": [0.9, 0.9, 0.9],
        "close": [1.1, 1.2, 1.25],
        "volume": [10.0, 20.4, 0.4],
    },
    index=ix,
)
