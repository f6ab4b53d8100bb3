"""What a run was made of, as header lines of its tape: venues, instruments, components. Runs in the worker.

Standard library only.
"""

import inspect
from collections.abc import Iterator
from typing import Any

from lintkit.smoke.digest import Data, hasher, model, plain, settings
from lintkit.smoke.tape import quote

LINES = 60
PRICES = 1500
_MODELS = ("fill_model", "fee_model", "latency_model")
_TERMS = (
    *("price_increment", "size_increment", "multiplier", "lot_size", "margin_init", "margin_maint", "maker_fee"),
    *("taker_fee", "min_quantity", "max_quantity", "min_notional", "max_notional"),
)


class Facts:
    """Collected over all engines of a script. A name that comes again with other values is told once more."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], None] = {}
        self._data: list[Data] = []
        self._prices: dict[str, list[tuple[int, float]]] = {}

    def add_venue(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """The settings of a venue that were given; what was not is NautilusTrader's."""
        try:
            given = inspect.signature(function).bind(None, *args, **kwargs).arguments
        except (TypeError, ValueError):  # compiled without a signature, or a call that is about to fail
            given = dict(kwargs)
        flat = dict(given.get("kwargs", {}))
        flat.update((k, v) for k, v in given.items() if k not in ("self", "kwargs", "others"))
        flat.update(given.get("others", {}))
        name = str(flat.pop("venue", args[0] if args else ""))
        words = {k: model(v) if k in _MODELS else plain(v) for k, v in flat.items() if v is not None}
        self._line(f"venue {name}", words)

    def add_engine(self, engine: Any, data: Data, *, streaming: bool) -> None:
        """What an engine is about to run."""
        trader = getattr(engine, "trader", None)
        if trader is None:
            return  # nothing like an engine of NautilusTrader
        data.add(engine, streaming=streaming)
        if data not in self._data:
            self._data.append(data)
        for instrument in sorted(engine.cache.instruments(), key=lambda one: str(one.id)):
            terms = {name: getattr(instrument, name, None) for name in _TERMS}
            self._line(f"instrument {instrument.id}", {k: plain(v) for k, v in terms.items() if v is not None})
        for component in (*trader.actors(), *trader.strategies()):
            kind = type(component).__name__
            self._line(f"config {component.id}", {"class": kind, **settings(component.config)})

    def _line(self, name: str, words: dict[str, str]) -> None:
        key = name.replace(":", "_")
        text = " ".join(f"{k}={quote(v)}" for k, v in sorted(words.items()) if k != "self")
        self._lines.setdefault((key, text))

    def lines(self) -> Iterator[tuple[str, str]]:
        """Header lines: the data with its digest, the configuration's digest, then what it is of."""
        for data in self._data:
            digest, counts = data.describe()
            yield "data", f"{digest} {', '.join(f'{count} {name}' for name, count in counts.items())}".rstrip()
        digest = hasher()
        for key, text in sorted(self._lines):
            digest.update(f"{key}: {text}\n".encode())
        yield "config", str(digest.hexdigest())
        yield from sorted(self._lines)[:LINES]

    def add_prices(self, engine: Any) -> None:
        """A sample of the market, for a plot."""
        data = engine.data
        for item in data[:: max(1, len(data) // PRICES)]:
            name, price = _price(item)
            if price is not None:
                self._prices.setdefault(name, []).append((int(item.ts_init), price))

    def prices(self) -> dict[str, list[tuple[int, float]]]:
        return self._prices


def _price(item: Any) -> tuple[str, float | None]:
    kind = type(item).__name__
    if kind == "QuoteTick":
        return str(item.instrument_id), (float(item.bid_price) + float(item.ask_price)) / 2
    if kind == "TradeTick":
        return str(item.instrument_id), float(item.price)
    if kind == "Bar":
        return str(item.bar_type.instrument_id), float(item.close)
    return "", None
