"""Instruments whose price increment is off by a factor, and market data to match, as a wrong definition would give."""

from decimal import Decimal
from importlib import import_module
from typing import Any, cast


class Change:
    """Ten times larger (`factor` 10) or smaller (0.1): one decimal less or more, and prices rounded to what exists."""

    def __init__(self, factor: float) -> None:
        self._factor = Decimal(str(factor))
        self._step = -1 if factor > 1 else 1
        self._objects: Any = import_module("nautilus_trader.model.objects")
        self._data: Any = import_module("nautilus_trader.model.data")
        self._increments: dict[str, tuple[Decimal, int]] = {}

    def instrument(self, instrument: Any) -> Any:
        kind = cast("Any", type(instrument))
        values: dict[str, Any] = kind.to_dict(instrument)
        increment = Decimal(str(instrument.price_increment)) * self._factor
        precision = max(0, instrument.price_precision + self._step)
        values["price_precision"] = precision
        values["price_increment"] = f"{increment:.{precision}f}"
        changed: Any = kind.from_dict(values)
        self._increments[str(instrument.id)] = increment, precision
        return changed

    def data(self, data: Any) -> list[Any]:
        return [self._item(item) for item in data]

    def _item(self, item: Any) -> Any:
        name = type(item).__name__
        if name == "QuoteTick":
            bid, ask = (self._price(item, price) for price in (item.bid_price, item.ask_price))
            rest = (item.bid_size, item.ask_size, item.ts_event, item.ts_init)
            return self._data.QuoteTick(item.instrument_id, bid, ask, *rest)
        if name == "TradeTick":
            price = self._price(item, item.price)
            rest = (item.size, item.aggressor_side, item.trade_id, item.ts_event, item.ts_init)
            return self._data.TradeTick(item.instrument_id, price, *rest)
        if name == "Bar":
            prices = (self._price(item.bar_type, price) for price in (item.open, item.high, item.low, item.close))
            return self._data.Bar(item.bar_type, *prices, item.volume, item.ts_event, item.ts_init)
        if name in ("OrderBookDelta", "OrderBookDeltas", "OrderBookDepth10"):
            raise NotImplementedError("the ticks drill cannot change order book data yet")
        return item

    def _price(self, owner: Any, price: Any) -> Any:
        known = self._increments.get(str(owner.instrument_id))
        if known is None:
            return price
        increment, precision = known
        rounded = (Decimal(str(price)) / increment).to_integral_value() * increment
        return self._objects.Price.from_str(f"{rounded:.{precision}f}")
