"""Market data as the tables of a catalog.

A file holds the data of one instrument or bar type; its schema's metadata says which, and the precisions. Prices and
sizes are fixed-point integers of 16 bytes with 16 decimals; builds without high precision write 8 bytes with 9.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from lintkit._engine import (
    Bar,
    BarType,
    BookOrder,
    InstrumentId,
    OrderBookDelta,
    OrderBookDepth10,
    Price,
    Quantity,
    QuoteTick,
    TradeId,
    TradeTick,
    bars_from_columns,
    quotes_from_columns,
    trades_from_columns,
)
from nautilus_trader.model.enums import AggressorSide, BookAction, OrderSide
from nautilus_trader.persistence._arrow import arrow
from nautilus_trader.persistence._rows import Rows

WIDTH: Final = 16
_DECIMALS: Final = {16: 16, 8: 9}
_LEVELS: Final = range(10)
_PIECE: Final = 1 << 16  # rows
_EXACT: Final = float(1 << 51)
"""Up to here a mantissa survives two roundings of its raw value in floating point."""

_FIXED: Final[dict[type, tuple[str, ...]]] = {
    QuoteTick: ("bid_price", "ask_price", "bid_size", "ask_size"),
    TradeTick: ("price", "size"),
    Bar: ("open", "high", "low", "close", "volume"),
    OrderBookDelta: ("price", "size"),
    OrderBookDepth10: tuple(
        f"{side}_{part}_{n}" for part in ("price", "size") for side in ("bid", "ask") for n in _LEVELS
    ),
}
TYPES: Final = tuple(_FIXED)


class _Table:
    """One table's columns as arrays, and what its metadata says."""

    def __init__(self, table: Any, data_cls: type) -> None:
        metadata = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
        self._table = table
        self.metadata = metadata
        self.price_precision = int(metadata["price_precision"])
        self.size_precision = int(metadata["size_precision"])
        self.instrument_id = InstrumentId.from_str(metadata["instrument_id"]) if "instrument_id" in metadata else None
        self.cls = data_cls

    def __len__(self) -> int:
        return self._table.num_rows

    def integers(self, name: str) -> Any:
        return self._table.column(name).to_numpy()

    def texts(self, name: str) -> list[str]:
        return self._table.column(name).to_pylist()

    def _words(self, name: str) -> tuple[Any, int]:
        """The column's bytes as 64-bit words, the lowest first, and its width."""
        import numpy as np

        column = self._table.column(name).combine_chunks()
        if column.type not in (arrow().binary(8), arrow().binary(16)):
            raise ValueError(f"column '{name}' is of {column.type}: a catalog of another version of NautilusTrader")
        width = column.type.byte_width
        start = column.offset * width
        data = memoryview(column.buffers()[1])[start : start + len(column) * width]
        return np.frombuffer(data, dtype="<u8").reshape(len(column), width // 8), width

    def precision(self, name: str) -> int:
        return self.size_precision if "size" in name or name == "volume" else self.price_precision

    def floats(self, name: str) -> Any:
        """The values, each the float nearest to its decimal; `None` where some is too large for that."""
        import numpy as np

        words, width = self._words(name)
        top = words[:, -1].astype(np.int64).astype(np.float64)
        raw = top if width == 8 else top * 2.0**64 + words[:, 0].astype(np.float64)  # noqa: PLR2004
        precision = self.precision(name)
        mantissas = np.rint(raw / 10.0 ** (_DECIMALS[width] - precision))
        if np.abs(mantissas).max(initial=0.0) >= _EXACT:
            return None
        return mantissas / 10.0**precision

    def raws(self, name: str) -> list[int]:
        """The integers, of 16 decimals."""
        words, width = self._words(name)
        factor = 10 ** (_DECIMALS[16] - _DECIMALS[width])
        data = words.tobytes()
        return [
            int.from_bytes(data[at : at + width], "little", signed=True) * factor for at in range(0, len(data), width)
        ]

    def prices(self, name: str) -> list[Price]:
        return [Price.from_raw(raw, self.price_precision) for raw in self.raws(name)]

    def sizes(self, name: str) -> list[Quantity]:
        return [Quantity.from_raw(raw, self.size_precision) for raw in self.raws(name)]

    def columns(self, names: Iterable[str]) -> list[Any] | None:
        """For the engine's columns: the pieces of each, and the times; `None` where these cannot hold them."""
        events, inits = self.integers("ts_event").astype("uint64"), self.integers("ts_init").astype("uint64")
        delays = (inits - events).astype("int64")
        floats = [self.floats(name) for name in names]
        if any(values is None for values in floats) or (delays != delays[0]).any():
            return None
        return [*(_pieces(values) for values in floats), (_pieces(events), int(delays[0]))]


def _pieces(values: Any) -> Any:
    return (values[at : at + _PIECE].tobytes() for at in range(0, len(values), _PIECE))


def _quotes(table: _Table) -> Sequence[Any]:
    names = _FIXED[QuoteTick]
    columns = table.columns(names)
    if columns is not None:
        return Rows(
            quotes_from_columns(table.instrument_id, table.price_precision, table.size_precision, *columns)  # pyright: ignore[reportArgumentType]
        )
    values = (table.prices("bid_price"), table.prices("ask_price"), table.sizes("bid_size"), table.sizes("ask_size"))
    return [QuoteTick(table.instrument_id, *row) for row in zip(*values, *_times(table), strict=True)]  # pyright: ignore[reportArgumentType]


def _trades(table: _Table) -> Sequence[Any]:
    columns = table.columns(_FIXED[TradeTick])
    sides, ids = table.integers("aggressor_side").astype("uint8"), table.texts("trade_id")
    if columns is not None:
        prices, sizes, times = columns
        pieces = (ids[at : at + _PIECE] for at in range(0, len(ids), _PIECE))
        made = trades_from_columns(
            table.instrument_id,  # pyright: ignore[reportArgumentType]
            table.price_precision,
            table.size_precision,
            prices,
            sizes,
            sides.tobytes(),
            pieces,
            times,
        )
        return Rows(made)
    rows = zip(table.prices("price"), table.sizes("size"), sides.tolist(), ids, *_times(table), strict=True)
    return [
        TradeTick(table.instrument_id, price, size, AggressorSide(side), TradeId(id_), *times)  # pyright: ignore[reportArgumentType]
        for price, size, side, id_, *times in rows
    ]


def _bars(table: _Table) -> Sequence[Any]:
    bar_type = BarType.from_str(table.metadata["bar_type"])
    names = _FIXED[Bar]
    columns = table.columns(names)
    if columns is not None:
        return Rows(bars_from_columns(bar_type, table.price_precision, table.size_precision, *columns))
    values = [*(table.prices(name) for name in names[:4]), table.sizes("volume")]
    return [Bar(bar_type, *row) for row in zip(*values, *_times(table), strict=True)]  # pyright: ignore[reportArgumentType]


def _deltas(table: _Table) -> Sequence[Any]:
    numbers = (table.integers(name).tolist() for name in ("action", "side", "order_id", "flags", "sequence"))
    rows = zip(*numbers, table.prices("price"), table.sizes("size"), *_times(table), strict=True)
    return [
        OrderBookDelta(
            table.instrument_id,  # pyright: ignore[reportArgumentType]
            BookAction(action),
            BookOrder(OrderSide(side), price, size, order_id),
            flags,
            sequence,
            ts_event,
            ts_init,
        )
        for action, side, order_id, flags, sequence, price, size, ts_event, ts_init in rows
    ]


def _depths(table: _Table) -> Sequence[Any]:
    sides: list[list[list[BookOrder]]] = []
    counts: list[list[list[int]]] = []
    for name, side in (("bid", OrderSide.BUY), ("ask", OrderSide.SELL)):
        levels = [
            [BookOrder(side, price, size, 0) for price, size in zip(prices, sizes, strict=True)]
            for prices, sizes in ((table.prices(f"{name}_price_{n}"), table.sizes(f"{name}_size_{n}")) for n in _LEVELS)
        ]
        sides.append([list(row) for row in zip(*levels, strict=True)])
        numbers = [table.integers(f"{name}_count_{n}").tolist() for n in _LEVELS]
        counts.append([list(row) for row in zip(*numbers, strict=True)])
    rest = (table.integers(name).tolist() for name in ("flags", "sequence", "ts_event", "ts_init"))
    return [OrderBookDepth10(table.instrument_id, *row) for row in zip(*sides, *counts, *rest, strict=True)]


def _times(table: _Table) -> tuple[list[int], list[int]]:
    return table.integers("ts_event").tolist(), table.integers("ts_init").tolist()


_READERS: Final[dict[type, Callable[[_Table], Sequence[Any]]]] = {
    QuoteTick: _quotes,
    TradeTick: _trades,
    Bar: _bars,
    OrderBookDelta: _deltas,
    OrderBookDepth10: _depths,
}


def read(table: Any, data_cls: type) -> Sequence[Any]:
    """The items of a table with rows."""
    return _READERS[data_cls](_Table(table, data_cls))


# Writing


def _fixed(numbers: Iterable[int]) -> Any:
    pa = arrow()
    data = b"".join(number.to_bytes(WIDTH, "little", signed=number < 0) for number in numbers)
    return pa.Array.from_buffers(pa.binary(WIDTH), len(data) // WIDTH, [None, pa.py_buffer(data)])


def _numbers(values: Iterable[Any], kind: str) -> Any:
    pa = arrow()
    return pa.array([int(value) for value in values], getattr(pa, kind)())


def _prices_of(names: Iterable[str]) -> Callable[[list[Any]], dict[str, Any]]:
    def columns(data: list[Any]) -> dict[str, Any]:
        return {name: _fixed(getattr(item, name).raw for item in data) for name in names}

    return columns


def _columns_of_trades(data: list[Any]) -> dict[str, Any]:
    pa = arrow()
    return _prices_of(_FIXED[TradeTick])(data) | {
        "aggressor_side": _numbers((item.aggressor_side for item in data), "uint8"),
        "trade_id": pa.array([str(item.trade_id) for item in data], pa.string()),
    }


def _columns_of_deltas(data: list[Any]) -> dict[str, Any]:
    orders = [item.order for item in data]
    return {
        "action": _numbers((item.action for item in data), "uint8"),
        "side": _numbers((order.side for order in orders), "uint8"),
        **_prices_of(_FIXED[OrderBookDelta])(orders),
        "order_id": _numbers((order.order_id for order in orders), "uint64"),
        **_sequences(data),
    }


def _columns_of_depths(data: list[Any]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for part in ("price", "size"):
        for side in ("bid", "ask"):
            levels = [getattr(item, f"{side}s") for item in data]
            for n in _LEVELS:
                columns[f"{side}_{part}_{n}"] = _fixed(getattr(orders[n], part).raw for orders in levels)
    for side in ("bid", "ask"):
        counts = [getattr(item, f"{side}_counts") for item in data]
        for n in _LEVELS:
            columns[f"{side}_count_{n}"] = _numbers((each[n] for each in counts), "uint32")
    return columns | _sequences(data)


def _sequences(data: list[Any]) -> dict[str, Any]:
    return {
        "flags": _numbers((item.flags for item in data), "uint8"),
        "sequence": _numbers((item.sequence for item in data), "uint64"),
    }


_WRITERS: Final[dict[type, Callable[[list[Any]], dict[str, Any]]]] = {
    QuoteTick: _prices_of(_FIXED[QuoteTick]),
    TradeTick: _columns_of_trades,
    Bar: _prices_of(_FIXED[Bar]),
    OrderBookDelta: _columns_of_deltas,
    OrderBookDepth10: _columns_of_depths,
}


def _sample(data: list[Any], data_cls: type) -> tuple[InstrumentId, Price, Quantity]:
    """Whose data they are, and a price and a size with the precisions of all."""
    first = data[0]
    if data_cls is Bar:
        return first.bar_type.instrument_id, first.open, first.volume
    if data_cls is QuoteTick:
        return first.instrument_id, first.bid_price, first.bid_size
    if data_cls is TradeTick:
        return first.instrument_id, first.price, first.size
    if data_cls is OrderBookDepth10:
        return first.instrument_id, first.bids[0].price, first.bids[0].size
    # The order of a CLEAR has no precision.
    order = next((item for item in data if item.action != BookAction.CLEAR), first).order
    return first.instrument_id, order.price, order.size


def write(data: list[Any], data_cls: type) -> Any:
    """The table of items of one class and one instrument or bar type."""
    pa = arrow()
    columns = _WRITERS[data_cls](data)
    for name in ("ts_event", "ts_init"):
        columns[name] = _numbers((getattr(item, name) for item in data), "uint64")
    instrument_id, price, size = _sample(data, data_cls)
    metadata = {"bar_type": str(data[0].bar_type)} if data_cls is Bar else {}
    metadata |= {
        "instrument_id": str(instrument_id),
        "price_precision": str(price.precision),
        "size_precision": str(size.precision),
    }
    fields = [pa.field(name, values.type, nullable=False) for name, values in columns.items()]
    return pa.Table.from_arrays(list(columns.values()), schema=pa.schema(fields, metadata=metadata))
