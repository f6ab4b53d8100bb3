"""Instruments as the tables of a catalog: their dict form, with `info` as JSON."""

import json
from typing import Any, Final

from nautilus_trader._profile import LATER
from nautilus_trader.model.instruments import (
    Cfd,
    Commodity,
    CryptoFuture,
    CryptoPerpetual,
    CurrencyPair,
    Equity,
    FuturesContract,
    IndexInstrument,
)
from nautilus_trader.persistence._arrow import arrow

# In the order in which the real catalog reads them.
TYPES: Final[tuple[type, ...]] = (
    (Cfd, Commodity, CryptoFuture, CryptoPerpetual, CurrencyPair, Equity, FuturesContract, IndexInstrument)
    if LATER
    else (CryptoFuture, CryptoPerpetual, CurrencyPair, Equity, FuturesContract, Cfd, Commodity, IndexInstrument)
)
_TEXTS: Final = ("raw_symbol", "margin_init", "margin_maint", "maker_fee", "taker_fee", "isin", "exchange")


def _type(name: str) -> Any:
    pa = arrow()
    if name.endswith("_precision"):
        return pa.uint8()
    if name.startswith("ts_") or name.endswith("_ns"):
        return pa.uint64()
    if name == "is_inverse":
        return pa.bool_()
    if name == "info":
        return pa.binary()
    if name in _TEXTS:
        return pa.string()
    index = {"id": pa.int64(), "asset_class": pa.int8()}.get(name, pa.int16())
    return pa.dictionary(index, pa.string())


def write(data: list[Any], data_cls: type) -> Any:
    pa = arrow()
    rows: list[dict[str, Any]] = [data_cls.to_dict(item) for item in data]  # pyright: ignore[reportAttributeAccessIssue]
    for row in rows:
        row.pop("type", None)
        row.pop("tick_scheme_name", None)
        row["info"] = json.dumps(row["info"]).encode()
    fields = [pa.field(name, _type(name)) for name in rows[0]]
    return pa.Table.from_pylist(rows, schema=pa.schema(fields, metadata={"class": data_cls.__name__}))


def read(table: Any, data_cls: type) -> list[Any]:
    """Entries that the profile's class does not know are those of another release: left out."""
    known = {*data_cls._FIELDS, *data_cls._UNSET}  # noqa: SLF001  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]
    instruments: list[Any] = []
    for row in table.to_pylist():
        values = {name: value for name, value in row.items() if name in known or name == "id"}
        info = values.get("info")
        values["info"] = json.loads(info) if info else None
        instruments.append(data_cls.from_dict(values))  # pyright: ignore[reportAttributeAccessIssue]
    return instruments
