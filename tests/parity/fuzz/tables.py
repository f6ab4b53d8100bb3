"""Scenarios with their ticks as objects and wrangled into tables: the tape must not depend on it.

`python -m tests.parity.fuzz.tables FIRST COUNT` with `lintkit/compat` first on `PYTHONPATH`. The bundled engine takes the rows
of a table together where it can, so that this is where its short cuts meet whatever else goes on.
"""

import sys
from itertools import groupby
from typing import Any

import pandas as pd
from nautilus_trader.model.data import QuoteTick, TradeTick
from nautilus_trader.persistence.wranglers import QuoteTickDataWrangler, TradeTickDataWrangler

from tests.parity.fuzz.generate import generate
from tests.parity.fuzz.play import Values, play


def frame(rows: list[Any], **fields: str) -> pd.DataFrame:
    columns = {name: [float(getattr(row, field)) for row in rows] for name, field in fields.items()}
    return pd.DataFrame(columns, index=pd.to_datetime([row.ts_event for row in rows], utc=True))


def table(rows: list[Any], instrument: Any) -> list[Any]:
    if isinstance(rows[0], QuoteTick):
        quotes = {name: name for name in ("bid_price", "ask_price", "bid_size", "ask_size")}
        return QuoteTickDataWrangler(instrument).process(frame(rows, **quotes))
    if isinstance(rows[0], TradeTick):
        ticks = frame(rows, price="price", quantity="size")
        ticks["side"] = ["BUY" if row.aggressor_side.name == "BUYER" else "SELL" for row in rows]
        ticks["trade_id"] = [row.trade_id.value for row in rows]
        return TradeTickDataWrangler(instrument).process(ticks)
    return rows


def tables(data: list[Any], values: list[Values]) -> list[list[Any]]:
    """In the order of time, as the engine would sort them; ticks of one kind that follow each other are a table."""
    instruments = {each.id: each.instrument for each in values}
    in_order = sorted(data, key=lambda datum: datum.ts_init)
    parts: list[list[Any]] = []
    for (_, place), group in groupby(in_order, kind_and_place):
        rows = list(group)
        has_sides = all(getattr(row, "aggressor_side", None) is None or row.aggressor_side.value for row in rows)
        parts.append(table(rows, instruments.get(place)) if has_sides else rows)
    return parts


def kind_and_place(datum: Any) -> tuple[str, Any]:
    return type(datum).__name__, datum.bar_type if hasattr(datum, "bar_type") else datum.instrument_id


def main() -> int:
    first, count = (int(argument) for argument in sys.argv[1:3])
    wrangled = 0
    for seed in range(first, first + count):
        scenario = generate(seed)
        seen: list[int] = []

        def arrange(data: list[Any], values: list[Values], seen: list[int] = seen) -> list[list[Any]]:
            parts = tables(data, values)
            seen.extend(len(part) for part in parts)
            return parts

        expected, got = play(scenario), play(scenario, arrange)
        wrangled += max(seen, default=0)
        for n, (a, b) in enumerate(zip(expected, got, strict=False)):
            if a != b:
                print(f"seed {seed}, line {n}:\n  objects {a}\n  tables  {b}")
                return 1
        if len(expected) != len(got):
            print(f"seed {seed}: {len(expected)} lines with objects, {len(got)} with tables")
            return 1
    print(f"{count} scenarios, the longest tables {wrangled} rows together")
    return 0


if __name__ == "__main__":
    sys.exit(main())
