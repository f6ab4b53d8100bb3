"""Wranglers: data frames to lists of ticks and bars.

Frames are indexed by time; times without a zone are UTC. The rows go through the engine at once.
"""

# pyright: basic, reportMissingTypeStubs=false
# pandas comes without types.

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Final

from lintkit._engine import (
    Bar,
    BarType,
    BookOrder,
    Instrument,
    OrderBookDelta,
    Price,
    Quantity,
    QuoteTick,
    TradeTick,
    bars_from_columns,
    quotes_from_columns,
    trades_from_columns,
)
from nautilus_trader import _refuse
from nautilus_trader.core.datetime import as_utc_index
from nautilus_trader.model.enums import AggressorSide, BookAction, OrderSide, RecordFlag
from nautilus_trader.persistence._rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

# numpy and pandas are imported where they are needed: most of their users have them loaded already, the others need not
# wait for them.

BAR_PRICES: Final = ("open", "high", "low", "close")
BAR_COLUMNS: Final = (*BAR_PRICES, "volume")
_RAW_SCALE: Final = 1e16
_PIECE: Final = 1 << 16  # rows


def _check_class(argument: str, expected: type, value: object) -> None:
    if not isinstance(value, expected):
        name = f"{expected.__module__}.{expected.__qualname__}"
        raise TypeError(f"Argument '{argument}' has incorrect type (expected {name}, got {type(value).__name__})")


def _check_filled(data: pd.DataFrame) -> None:
    if data.empty:
        raise ValueError("data.empty")


def _pieces(values: NDArray[Any]) -> Iterator[bytes]:
    """An array's bytes, some rows at a time: a copy of all of it would double the memory."""
    return (values[at : at + _PIECE].tobytes() for at in range(0, len(values), _PIECE))


def _column(data: pd.DataFrame, name: str) -> Iterator[bytes]:
    return _pieces(_plain(data[name], is_raw=False))


def _nanos(index: Any) -> NDArray[np.uint64]:
    return index.as_unit("ns").asi8.astype("uint64")


def _times(data: pd.DataFrame, ts_init_delta: int) -> tuple[Iterator[bytes], int]:
    """Event times, and what lies between each and its init time."""
    return _pieces(_nanos(data.index)), ts_init_delta


class OrderBookDeltaDataWrangler:
    """Deltas from columns action, side, price, size, order_id, flags and sequence, the first two by name."""

    def __init__(self, instrument: Instrument) -> None:
        _check_class("instrument", Instrument, instrument)
        self.instrument = instrument

    def process(self, data: pd.DataFrame, ts_init_delta: int = 0, is_raw: bool = False) -> list[OrderBookDelta]:
        """A snapshot (first row flagged F_SNAPSHOT) gets a CLEAR in front. `is_raw` as for trades."""
        _check_filled(data)
        frame = as_utc_index(data.copy())
        instrument_id = self.instrument.id
        price_precision, size_precision = self.instrument.price_precision, self.instrument.size_precision
        events = _nanos(frame.index)  # pyright: ignore[reportArgumentType]  # made above
        inits = (events.astype("int64") + ts_init_delta).tolist()
        names = ("action", "side", "order_id", "flags", "sequence")
        rows = zip(
            *(frame[name].tolist() for name in names),
            _plain(frame["price"], is_raw).tolist(),
            _plain(frame["size"], is_raw).tolist(),
            events.tolist(),
            inits,
            strict=True,
        )
        deltas = [
            OrderBookDelta(
                instrument_id,
                BookAction[action],
                BookOrder(
                    OrderSide[side], Price(price, price_precision), Quantity(size, size_precision), int(order_id)
                ),
                int(flags),
                int(sequence),
                ts_event,
                ts_init,
            )
            for action, side, order_id, flags, sequence, price, size, ts_event, ts_init in rows
        ]
        first = deltas[0]
        if first.flags & RecordFlag.F_SNAPSHOT:
            deltas.insert(0, OrderBookDelta.clear(instrument_id, first.sequence, first.ts_event, first.ts_init))
        return deltas


class QuoteTickDataWrangler:
    """Quotes from columns bid_price, ask_price (or bid, ask) and optionally bid_size, ask_size."""

    def __init__(self, instrument: Instrument) -> None:
        _check_class("instrument", Instrument, instrument)
        self.instrument = instrument

    def process(
        self,
        data: pd.DataFrame,
        default_volume: float = 1_000_000.0,
        ts_init_delta: int = 0,
    ) -> list[QuoteTick]:
        """`default_volume` is the size where the frame has none; `ts_init_delta` (ns) the way from event to init."""
        _check_filled(data)
        frame = as_utc_index(data.copy(deep=False))
        names = {"bid": "bid_price", "ask": "ask_price"}
        frame.columns = [names.get(name, name) for name in frame.columns]
        columns = quotes_from_columns(
            self.instrument.id,
            self.instrument.price_precision,
            self.instrument.size_precision,
            *(_column(frame, name) for name in ("bid_price", "ask_price")),
            *(
                _column(frame, name) if name in frame.columns else (float(default_volume), len(frame))
                for name in ("bid_size", "ask_size")
            ),
            _times(frame, ts_init_delta),
        )
        return Rows(columns)

    def process_bar_data(
        self,
        bid_data: pd.DataFrame,
        ask_data: pd.DataFrame,
        default_volume: float = 1_000_000.0,
        ts_init_delta: int = 0,
        offset_interval_ms: int = 100,
        timestamp_is_close: bool = True,
        random_seed: int | None = None,
        is_raw: bool = False,
        sort_data: bool = True,
    ) -> list[QuoteTick]:
        """Four quotes for every pair of bars: open, high, low, close.

        They lie `offset_interval_ms` apart and end (or begin) at the bar's time; `random_seed` puts the low before the
        high in a random half of the bars. Sizes are a quarter of the volume, or `default_volume` without volumes.
        """
        import numpy as np
        import pandas as pd

        _check_filled(bid_data)
        _check_filled(ask_data)
        bids, asks = as_utc_index(bid_data.copy()), as_utc_index(ask_data.copy())
        both = bids.index.intersection(asks.index)
        bids, asks = bids.loc[both], asks.loc[both]
        minimum = self.instrument.size_increment.as_double()
        sides: dict[str, Any] = {}
        for side, bars in (("bid", bids), ("ask", asks)):
            sides[side] = bars
            if "volume" in bars.columns:
                sides[f"{side}_size"] = _quarters(bars["volume"], self.instrument.size_precision, minimum, is_raw)
            else:
                sides[f"{side}_size"] = np.full(len(bars), float(default_volume))
        parts: list[pd.DataFrame] = []
        for price, offset in zip(BAR_PRICES, _offsets(offset_interval_ms, timestamp_is_close), strict=True):
            part = pd.DataFrame(
                {
                    "bid_price": _plain(sides["bid"][price], is_raw),
                    "ask_price": _plain(sides["ask"][price], is_raw),
                    "bid_size": sides["bid_size"],
                    "ask_size": sides["ask_size"],
                },
                index=both + pd.Timedelta(milliseconds=offset),
            )
            parts.append(part)
        return self.process(_arranged(parts, random_seed, sort_data), default_volume, ts_init_delta)


class TradeTickDataWrangler:
    """Trades from columns trade_id, price, quantity and side (BUY, SELL) or buyer_maker."""

    def __init__(self, instrument: Instrument) -> None:
        _check_class("instrument", Instrument, instrument)
        self.instrument = instrument
        self.processed_data: list[TradeTick] = []

    def process(self, data: pd.DataFrame, ts_init_delta: int = 0, is_raw: bool = False) -> list[TradeTick]:
        """`is_raw`: prices and quantities are fixed-point integers of the real package's raw unit."""
        _check_filled(data)
        frame = as_utc_index(data.copy(deep=False))
        ids = frame["trade_id"]
        columns = trades_from_columns(
            self.instrument.id,
            self.instrument.price_precision,
            self.instrument.size_precision,
            _pieces(_plain(frame["price"], is_raw)),
            _pieces(_plain(frame["quantity"], is_raw)),
            _sides(frame).tobytes(),
            (ids.iloc[at : at + _PIECE].tolist() for at in range(0, len(ids), _PIECE)),
            _times(frame, ts_init_delta),
        )
        self.processed_data = Rows(columns)
        return self.processed_data

    def process_bar_data(
        self,
        data: pd.DataFrame,
        ts_init_delta: int = 0,
        offset_interval_ms: int = 100,
        timestamp_is_close: bool = True,
        random_seed: int | None = None,
        is_raw: bool = False,
        sort_data: bool = True,
    ) -> list[TradeTick]:
        """Four trades without aggressor for every bar; see `QuoteTickDataWrangler.process_bar_data`."""
        import pandas as pd

        _check_filled(data)
        if "volume" not in data.columns:
            raise KeyError("'volume' volume not contained in 'data.columns' collection")
        bars = as_utc_index(data.copy())
        minimum = self.instrument.size_increment.as_double()
        sizes = _quarters(bars["volume"], self.instrument.size_precision, minimum, is_raw)
        parts = [
            pd.DataFrame(
                {"price": _plain(bars[price], is_raw), "quantity": sizes},
                index=bars.index + pd.Timedelta(milliseconds=offset),
            )
            for price, offset in zip(BAR_PRICES, _offsets(offset_interval_ms, timestamp_is_close), strict=True)
        ]
        frame = _arranged(parts, random_seed, sort_data)
        frame["trade_id"] = _nanos(frame.index)  # pyright: ignore[reportArgumentType]  # made above
        return self.process(frame, ts_init_delta)


class BarDataWrangler:
    """Bars from the first five columns: open, high, low, close and optionally volume, whatever their names."""

    def __init__(self, bar_type: BarType, instrument: Instrument) -> None:
        _check_class("bar_type", BarType, bar_type)
        _check_class("instrument", Instrument, instrument)
        self.bar_type = bar_type
        self.instrument = instrument

    def process(self, data: pd.DataFrame, default_volume: float = 1_000_000.0, ts_init_delta: int = 0) -> list[Bar]:
        """`default_volume` where the frame has none."""
        _check_filled(data)
        frame = as_utc_index(data.copy(deep=False))
        prices = (_pieces(_plain(frame.iloc[:, at], is_raw=False)) for at in range(len(BAR_PRICES)))
        if frame.shape[1] > len(BAR_PRICES):
            volumes = _pieces(_plain(frame.iloc[:, len(BAR_PRICES)], is_raw=False))
        else:
            volumes = (float(default_volume), len(frame))
        columns = bars_from_columns(
            self.bar_type,
            self.instrument.price_precision,
            self.instrument.size_precision,
            *prices,
            volumes,
            _times(frame, ts_init_delta),
        )
        return Rows(columns)


def _sides(frame: pd.DataFrame) -> NDArray[np.uint8]:
    """The aggressors as numbers. Few values occur, so that each is looked at once."""
    import numpy as np
    import pandas as pd

    buyer, seller = int(AggressorSide.BUYER), int(AggressorSide.SELLER)
    if "side" in frame.columns:
        codes, values = pd.factorize(frame["side"])
        sides = [buyer if str(value).upper() == "BUY" else seller for value in values]
        missing = seller
    elif "buyer_maker" in frame.columns:
        codes, values = pd.factorize(frame["buyer_maker"])
        sides = [seller if value is True or value is np.True_ or value == 1 else buyer for value in values]
        missing = buyer
    else:
        return np.full(len(frame), int(AggressorSide.NO_AGGRESSOR), dtype=np.uint8)
    return np.array([*sides, missing], dtype=np.uint8)[codes]  # the code of what is missing is -1


def _plain(values: Any, is_raw: bool) -> NDArray[np.float64]:
    """Floats, from raw fixed-point integers where the data are such."""
    plain = values.to_numpy(dtype="float64")
    return plain / _RAW_SCALE if is_raw else plain


def _quarters(volumes: Any, precision: int, minimum: float, is_raw: bool) -> NDArray[np.float64]:
    """A quarter of each volume, rounded half to even, at least the size increment."""
    import numpy as np

    quarters: NDArray[np.float64] = np.round(_plain(volumes, is_raw) / 4.0, precision)
    return np.maximum(quarters, minimum)


def _offsets(interval_ms: int, timestamp_is_close: bool) -> tuple[int, int, int, int]:
    """When open, high, low and close happen, in ms from the bar's time."""
    first = -3 * interval_ms if timestamp_is_close else 0
    return first, first + interval_ms, first + 2 * interval_ms, first + 3 * interval_ms


def _arranged(parts: list[pd.DataFrame], random_seed: int | None, sort_data: bool) -> pd.DataFrame:
    """The four parts as one frame, highs and lows swapped at random where a seed is given."""
    import pandas as pd

    if random_seed is not None:
        random.seed(random_seed)  # the global generator, as the real one does
        swapped = [bool(random.getrandbits(1)) for _ in range(len(parts[0]))]
        high, low = parts[1].to_numpy(copy=True), parts[2].to_numpy(copy=True)
        high[swapped], low[swapped] = low[swapped].copy(), high[swapped].copy()
        parts[1] = pd.DataFrame(high, index=parts[1].index, columns=parts[1].columns)
        parts[2] = pd.DataFrame(low, index=parts[2].index, columns=parts[2].columns)
    frame = pd.concat(parts)
    return frame.sort_index(kind="stable") if sort_data else frame


__getattr__ = _refuse.unknown(__name__)
