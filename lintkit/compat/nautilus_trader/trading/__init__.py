"""Strategies."""

from typing import TYPE_CHECKING, Any

from nautilus_trader import _refuse

if TYPE_CHECKING:
    from nautilus_trader.trading.strategy import Strategy

_unknown = _refuse.unknown(__name__)


def __getattr__(name: str) -> Any:
    if name == "Strategy":
        from nautilus_trader.trading import strategy  # configs of strategies load without it

        return strategy.Strategy
    return _unknown(name)
