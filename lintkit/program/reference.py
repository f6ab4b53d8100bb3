"""The increments that venues really have, from `data/instruments.csv`: facts with a source and a date."""

import csv
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

_FUTURE = re.compile(r"(?P<root>[A-Z0-9]{1,4}?)[FGHJKMNQUVXZ]\d{1,2}")


@dataclass(frozen=True, slots=True)
class Reference:
    """One instrument as its venue defines it. `former` are price increments that it had in earlier years.

    `multiplier` is what one contract is of the quoted unit; None where the table has none.
    """

    symbols: tuple[str, ...]
    kind: str
    price_increment: Decimal
    former: tuple[Decimal, ...]
    size_increment: Decimal
    multiplier: Decimal | None
    source: str
    as_of: str
    is_certain: bool


def find(symbol: str, venue: str, kind: str) -> Reference | None:
    """The row of an instrument; futures are found by their root (`ESZ24` is `ES`)."""
    names = [symbol]
    if kind == "FuturesContract" and (month := _FUTURE.fullmatch(symbol)):
        names.append(month["root"])
    for name in names:
        row = _table().get((venue.upper(), name.upper()))
        # A perpetual under the spot symbol is another instrument, with other increments.
        if row is not None and (row.kind == kind or row.kind not in {"CurrencyPair", "FuturesContract"}):
            return row
    return None


def future(symbol: str) -> Reference | None:
    """The row of a future by its root, whatever the venue is called; None where two exchanges share the root."""
    month = _FUTURE.fullmatch(symbol.upper())
    names = {symbol.upper(), month["root"] if month else ""}
    rows = {row for (_, name), row in _table().items() if name in names and row.kind == "FuturesContract"}
    return next(iter(rows)) if len(rows) == 1 else None


def futures_on(underlying: str) -> tuple[Reference, ...]:
    """The rows of the futures that an underlying may mean, the micro contract among them (`ES`: ES and MES)."""
    found = (future(name) for name in (underlying.upper(), f"M{underlying.upper()}"))
    return tuple(row for row in found if row is not None)


@cache
def _table() -> dict[tuple[str, str], Reference]:
    found: dict[tuple[str, str], Reference] = {}
    with files("lintkit.data").joinpath("instruments.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            symbols = tuple(row["symbols"].split("|"))
            former = tuple(Decimal(text) for text in row["former_price_increments"].split("|") if text)
            reference = Reference(
                symbols, row["class"], Decimal(row["price_increment"]), former, Decimal(row["size_increment"]),
                Decimal(row["multiplier"]) if row["multiplier"] else None,
                row["source"], row["as_of"], row["confidence"] == "high",
            )  # fmt: skip
            for venue in row["venues"].split("|"):
                for symbol in symbols:
                    found[venue, symbol] = reference
    return found
