"""Frames of order book deltas through the wrangler."""

import pandas as pd
from nautilus_trader.persistence.wranglers import OrderBookDeltaDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider

frame = pd.DataFrame(
    {
        "action": ["ADD", "ADD", "UPDATE", "DELETE"],
        "side": ["BUY", "SELL", "BUY", "SELL"],
        "price": [1.00001, 1.00002, 1.00001, 1.00002],
        "size": [5.0, 6.0, 7.0, 0.0],
        "order_id": [1, 2, 1, 2],
        "flags": [32, 32, 0, 128],
        "sequence": [1, 2, 3, 4],
    },
    index=pd.to_datetime(
        ["2024-01-01T00:00:00", "2024-01-01T00:00:00", "2024-01-01T00:00:01", "2024-01-01T00:00:02"], utc=True
    ),
)
wrangler = OrderBookDeltaDataWrangler(TestInstrumentProvider.default_fx_ccy("EUR/USD"))
for data in (frame, frame.iloc[2:]):
    for delta in wrangler.process(data.copy(), ts_init_delta=7):
        print(delta)
