"""Tick schemes and their registry."""

import math
from abc import ABC, abstractmethod

from lintkit._engine import Price
from nautilus_trader import _refuse


def round_down(value: float, base: float) -> float:
    return math.floor(value / base) * base


def round_up(value: float, base: float) -> float:
    return math.ceil(value / base) * base


class TickScheme(ABC):
    """The prices that a market has, asked from a price outwards; `None` beyond the first or last."""

    def __init__(self, name: str, min_tick: Price, max_tick: Price) -> None:
        if not min_tick < max_tick:
            raise ValueError(f"`min_tick` {min_tick} was not less than `max_tick` {max_tick}")
        self.name = name
        self.min_price = min_tick
        self.max_price = max_tick

    @abstractmethod
    def next_bid_price(self, value: float, n: int = 0) -> Price | None: ...

    @abstractmethod
    def next_ask_price(self, value: float, n: int = 0) -> Price | None: ...


_SCHEMES: dict[str, TickScheme] = {}


def register_tick_scheme(tick_scheme: TickScheme) -> None:
    if tick_scheme.name in _SCHEMES:
        raise KeyError(f"{tick_scheme.name!r} is already registered")
    _SCHEMES[tick_scheme.name] = tick_scheme


def check_registered(argument: str, name: str) -> None:
    if name not in _SCHEMES:
        raise KeyError(f"'{argument}' {name} not contained in 'TICK_SCHEMES' collection")


def get_tick_scheme(name: str) -> TickScheme:
    check_registered("name", name)
    return _SCHEMES[name]


def list_tick_schemes() -> list[str]:
    return list(_SCHEMES)


from nautilus_trader.model.tick_scheme import implementations as _implementations  # noqa: E402  # registers its own

__getattr__ = _refuse.unknown(__name__)
