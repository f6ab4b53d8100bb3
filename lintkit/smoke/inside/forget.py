"""A cache whose database was flushed: the new process knows nothing of what is open at the venue."""

from collections.abc import Callable
from typing import Any

from lintkit.smoke.inside.borders import replace
from lintkit.smoke.inside.parts import Part

_ANSWERS: dict[str, Callable[[Any], Any]] = {
    "is_flat": lambda net: net == 0,
    "is_completely_flat": lambda net: net == 0,
    "is_net_long": lambda net: net > 0,
    "is_net_short": lambda net: net < 0,
    "net_position": lambda net: net,
}


class Forgetful:
    """Hides from a component's `cache` and `portfolio` what was there before, but for what is `known` again.

    Positions are what was traded since.
    """

    def __init__(self, component: Any, known: set[str]) -> None:
        self._cache = component.cache
        self._orders = {str(order.client_order_id) for order in self._cache.orders()} - known
        positions = {str(p.id): (p.instrument_id, p.signed_decimal_qty()) for p in self._cache.positions()}
        self._positions = {key: held for key, held in positions.items() if key not in known}
        cache = Part(component.cache, ("",), self._ask_cache)
        portfolio = Part(component.portfolio, tuple(_ANSWERS), self._ask_portfolio)
        replace(component, {"cache": cache, "portfolio": portfolio})

    def _shows(self, item: Any) -> bool:
        if hasattr(item, "signed_decimal_qty"):
            _, before = self._positions.get(str(item.id), (None, None))
            return before is None or item.signed_decimal_qty() != before
        return not hasattr(item, "client_order_id") or str(item.client_order_id) not in self._orders

    def _ask_cache(self, name: str, real: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if name.endswith("_count") and name.startswith(("orders", "positions")):
            listing = name.removesuffix("_count").removesuffix("_total")
            return len(self._ask_cache(listing, getattr(self._cache, listing), args, kwargs))
        found = real(*args, **kwargs)
        if isinstance(found, list):
            return [item for item in found if self._shows(item)]  # pyright: ignore[reportUnknownVariableType]
        if isinstance(found, bool) and args:
            return found and str(args[0]) not in self._orders and str(args[0]) not in self._positions
        return found if self._shows(found) else None

    def _ask_portfolio(self, name: str, _real: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        instrument_id = next(iter((*args, *kwargs.values())), None)
        now = sum(p.signed_decimal_qty() for p in self._cache.positions_open(None, instrument_id))
        before = sum(q for owner, q in self._positions.values() if instrument_id is None or owner == instrument_id)
        return _ANSWERS[name](now - before)
