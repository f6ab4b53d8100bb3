"""Market data from the user's files, for strategy targets: CSV, Parquet, a catalog. Runs in the worker.

Which kind a file holds follows from its columns. Times are ISO 8601 in UTC, or numbers since 1970 whose size says their
unit. A file is of an instrument when the instrument's symbol is in its name, or when there is one of each.

Standard library and `nautilus_trader` only; Parquet files need what the user's environment reads them with.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

_TIMES = ("timestamp", "ts_event", "ts_init", "time", "datetime", "date", "open_time")
_SIZES = ("volume", "size", "quantity", "qty", "amount")
_UNITS = ((10**17, 1), (10**14, 10**3), (10**11, 10**6), (0, 10**9))


class FeedError(Exception):
    """A file that is no market data. The message says why."""


def load(names: Iterable[str], root: Path, instrument: Any, bar_types: list[Any], *, is_only: bool) -> list[Any]:
    """The data of an instrument, the only one or not, in the files and catalogs that are named, from the project."""
    data: list[Any] = []
    mine = [name for name in names if not name.startswith("market:")]
    for name in mine:
        if name.startswith("catalog:"):
            data += _catalog(root / name.removeprefix("catalog:"), instrument, bar_types)
        elif (is_only and len(mine) == 1) or _key(instrument.id.symbol.value) in _key(Path(name).stem):
            data += _file(root / name, instrument, bar_types)
    return data


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _catalog(folder: Path, instrument: Any, bar_types: list[Any]) -> list[Any]:
    catalog: Any = import_module("nautilus_trader.persistence.catalog").ParquetDataCatalog(str(folder))
    ids = [str(instrument.id)]
    bars: list[Any] = catalog.bars(bar_types=[str(one) for one in bar_types]) if bar_types else []
    return [*catalog.quote_ticks(instrument_ids=ids), *catalog.trade_ticks(instrument_ids=ids), *bars]


def _file(path: Path, instrument: Any, bar_types: list[Any]) -> Iterator[Any]:
    if path.suffix in (".parquet", ".pq"):
        pandas: Any = import_module("pandas")
        rows: list[dict[str, Any]] = pandas.read_parquet(path).reset_index().to_dict("records")
    else:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    for line, row in enumerate(rows, 2):
        named = {str(key).strip().lower().lstrip("\ufeff"): value for key, value in row.items() if value is not None}
        try:
            yield _datum(named, instrument, bar_types)
        except (ValueError, ArithmeticError, KeyError) as error:
            raise FeedError(f"{path.name}:{line}: {error}") from error


def _datum(row: dict[str, Any], instrument: Any, bar_types: list[Any]) -> Any:
    from nautilus_trader.model.data import Bar, QuoteTick, TradeTick
    from nautilus_trader.model.enums import AggressorSide
    from nautilus_trader.model.identifiers import TradeId

    ts = _time(_first(row, _TIMES))
    bid, ask = _maybe(row, ("bid", "bid_price")), _maybe(row, ("ask", "ask_price"))
    if bid is not None and ask is not None:
        sizes = (_maybe(row, (f"{side}_size", f"{side}_volume")) or 1_000_000 for side in ("bid", "ask"))
        bid_size, ask_size = (instrument.make_qty(Decimal(str(size))) for size in sizes)
        return QuoteTick(instrument.id, _price(instrument, bid), _price(instrument, ask), bid_size, ask_size, ts, ts)
    size = _maybe(row, _SIZES)
    if all(name in row for name in ("open", "high", "low", "close")):
        if len(bar_types) != 1:
            names = f"{len(bar_types)} bar types: {', '.join(map(str, bar_types))}" if bar_types else "no bar type"
            raise ValueError(f"bars, but the strategy's configuration names {names}")
        first, high, low, last = (_price(instrument, row[name]) for name in ("open", "high", "low", "close"))
        return Bar(bar_types[0], first, high, low, last, instrument.make_qty(Decimal(str(size or 0))), ts, ts)
    side = str(row.get("side", row.get("aggressor_side", ""))).upper()
    aggressor = (
        AggressorSide.BUYER if side.startswith("B") else AggressorSide.SELLER if side else AggressorSide.NO_AGGRESSOR
    )
    trade = TradeId(str(row.get("trade_id", ts)))
    quantity = instrument.make_qty(Decimal(str(size or 1)))
    return TradeTick(
        instrument.id, _price(instrument, _first(row, ("price", "last"))), quantity, aggressor, trade, ts, ts
    )


def _price(instrument: Any, value: Any) -> Any:
    return instrument.make_price(Decimal(str(value)))


def _maybe(row: dict[str, Any], names: Iterable[str]) -> Any:
    return next((row[name] for name in names if name in row and row[name] != ""), None)


def _first(row: dict[str, Any], names: Iterable[str]) -> Any:
    value = _maybe(row, names)
    if value is None:
        raise ValueError(f"no column called {' or '.join(names)}, only {', '.join(row)}")
    return value


def _time(value: Any) -> int:
    """Nanoseconds since 1970."""
    text = str(value)
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        number = Decimal(text)
        return int(number * next(unit for least, unit in _UNITS if number >= least))
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?(?:\.(\d{1,9}))?(?:Z|\+00:?00)?", text)
    if match is None:
        raise ValueError(f"not a time in UTC: {text}")
    moment = datetime.fromisoformat(f"{match[1]} {match[2] or '00:00'}").replace(tzinfo=timezone.utc)
    return int(moment.timestamp()) * 10**9 + int((match[3] or "").ljust(9, "0"))
