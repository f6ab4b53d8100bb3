"""Tick schemes: what prices a market has."""

from nautilus_trader import _refuse
from nautilus_trader.model.tick_scheme.base import (
    TickScheme,
    get_tick_scheme,
    list_tick_schemes,
    register_tick_scheme,
)

__getattr__ = _refuse.unknown(__name__)
