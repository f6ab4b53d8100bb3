"""Another venue than the script's: its latency, its luck with fills, its increments. And what fills were worth later.

Settings, each optional: `latency_ns` (every command of every venue), `fill` (`prob_fill_on_limit`, `random_seed`; the
chance of slippage stays the script's), `ticks` (a factor, 10 or 0.1), `markouts_ns` (how long after each fill to
look at the price again).
"""

from bisect import bisect_right
from collections.abc import Callable
from importlib import import_module
from typing import Any

from lintkit.smoke.inside import ticks
from lintkit.smoke.inside.engines import extend
from lintkit.smoke.inside.places import Places

PRIORITY = 30


def install(settings: dict[str, Any], places: Places, tell: Callable[..., None]) -> None:
    del places
    if "latency_ns" in settings or "fill" in settings:
        extend(lambda original: _venue(original, settings))
    if "ticks" in settings:
        extend(lambda original: _increments(original, ticks.Change(settings["ticks"])))
    if "markouts_ns" in settings:
        extend(lambda original: _markouts(original, settings["markouts_ns"], tell))


def _venue(original: Any, settings: dict[str, Any]) -> dict[str, Any]:
    models: Any = import_module("nautilus_trader.backtest.models")

    def add_venue(self: Any, *args: Any, **kwargs: Any) -> Any:
        if "latency_ns" in settings:
            kwargs["latency_model"] = models.LatencyModel(base_latency_nanos=settings["latency_ns"])
        if "fill" in settings:
            kwargs["fill_model"] = _fill_model(models, kwargs.get("fill_model"), settings["fill"])
        return original.add_venue(self, *args, **kwargs)

    return {"add_venue": add_venue}


def _increments(original: Any, change: ticks.Change) -> dict[str, Any]:
    def add_instrument(self: Any, instrument: Any) -> Any:
        return original.add_instrument(self, change.instrument(instrument))

    def add_data(self: Any, data: Any, *args: Any, **kwargs: Any) -> Any:
        return original.add_data(self, change.data(data), *args, **kwargs)

    return {"add_instrument": add_instrument, "add_data": add_data}


def _markouts(original: Any, horizons_ns: list[int], tell: Callable[..., None]) -> dict[str, Any]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        original.__init__(self, *args, **kwargs)
        self._drill_markouts = Markouts(horizons_ns, tell)
        self.kernel.msgbus.subscribe(topic="events.order.*", handler=self._drill_markouts.on_event, priority=PRIORITY)

    def add_data(self: Any, data: Any, *args: Any, **kwargs: Any) -> Any:
        self._drill_markouts.data.append(data)
        return original.add_data(self, data, *args, **kwargs)

    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = original.run(self, *args, **kwargs)
        self._drill_markouts.tell()
        return result

    return {"__init__": __init__, "add_data": add_data, "run": run}


def _fill_model(models: Any, given: Any, settings: dict[str, Any]) -> Any:
    slippage = getattr(given, "prob_slippage", 0.0)
    return models.FillModel(
        prob_fill_on_limit=settings["prob_fill_on_limit"],
        prob_slippage=slippage,
        random_seed=settings["random_seed"],
    )


class Markouts:
    """How the price went after each fill of one engine: up after buying is good, and so is down after selling."""

    def __init__(self, horizons_ns: list[int], tell: Callable[..., None]) -> None:
        self.data: list[Any] = []
        self._horizons_ns = horizons_ns
        self._tell = tell
        self._fills: list[tuple[str, int, float, float, float]] = []

    def on_event(self, event: Any) -> None:
        if type(event).__name__ == "OrderFilled":
            sign = 1.0 if event.order_side.name == "BUY" else -1.0
            price, quantity = float(event.last_px), float(event.last_qty)
            self._fills.append((str(event.instrument_id), event.ts_event, sign, price, quantity))

    def tell(self) -> None:
        """For each horizon, the mean over fills in basis points of the fill's price, weighted by value."""
        fills, self._fills = self._fills, []
        prices = self._prices({fill[0] for fill in fills})
        for horizon in self._horizons_ns:
            total = weight = 0.0
            count = 0
            for instrument, time, sign, price, quantity in fills:
                times, values = prices.get(instrument, ([], []))
                at = bisect_right(times, time + horizon) - 1
                if not times or times[-1] < time + horizon or at < 0:
                    continue  # the data end before: nobody knows
                total += sign * (values[at] - price) / price * 10_000 * quantity * price
                weight += quantity * price
                count += 1
            self._tell("markout", horizon_ns=horizon, fills=count, bps=total / weight if weight else None)

    def _prices(self, wanted: set[str]) -> dict[str, tuple[list[int], list[float]]]:
        """Mid prices where there are quotes, else trades, else closes."""
        by_kind: dict[tuple[str, int], list[tuple[int, float]]] = {}
        for data in self.data:
            for item in data:
                if (found := _price(item)) is not None and found[0] in wanted:
                    by_kind.setdefault((found[0], found[1]), []).append((item.ts_init, found[2]))
        best: dict[str, tuple[list[int], list[float]]] = {}
        for instrument, kind in sorted(by_kind, reverse=True):
            series = sorted(by_kind[instrument, kind])
            best[instrument] = [time for time, _ in series], [price for _, price in series]
        return best


def _price(item: Any) -> tuple[str, int, float] | None:
    """Instrument, rank of the kind of data (the best is 0), price."""
    if hasattr(item, "bid_price"):
        return str(item.instrument_id), 0, (float(item.bid_price) + float(item.ask_price)) / 2
    if hasattr(item, "aggressor_side"):
        return str(item.instrument_id), 1, float(item.price)
    if hasattr(item, "bar_type"):
        return str(item.bar_type.instrument_id), 2, float(item.close)
    return None
