"""The schemes that come with NautilusTrader."""

from typing import Final

from lintkit._engine import Price
from nautilus_trader.model.tick_scheme.base import TickScheme, register_tick_scheme, round_down, round_up


class FixedTickScheme(TickScheme):
    """Equidistant prices."""

    def __init__(
        self,
        name: str,
        price_precision: int,
        min_tick: Price,
        max_tick: Price,
        increment: float | None = None,
    ) -> None:
        super().__init__(name, min_tick, max_tick)
        self.price_precision = price_precision
        # Observed on 1.221.0: whole prices, too, step by a tenth and are then rounded.
        self._step = increment if increment is not None else 10.0 ** -max(price_precision, 1)
        self.increment = Price(self._step, price_precision)

    def next_bid_price(self, value: float, n: int = 0) -> Price | None:
        if value < self.min_price:
            return None
        return Price(round_down(value, self._step) - n * self._step, self.price_precision)

    def next_ask_price(self, value: float, n: int = 0) -> Price | None:
        if value > self.max_price:
            return None
        return Price(round_up(value, self._step) + n * self._step, self.price_precision)


FOREX_5DECIMAL_TICK_SCHEME: Final = FixedTickScheme("FOREX_5DECIMAL", 5, Price(0.00001, 5), Price(9.99999, 5))
FOREX_3DECIMAL_TICK_SCHEME: Final = FixedTickScheme("FOREX_3DECIMAL", 3, Price(0.001, 3), Price(999.999, 3))

register_tick_scheme(FOREX_5DECIMAL_TICK_SCHEME)
register_tick_scheme(FOREX_3DECIMAL_TICK_SCHEME)
_LIMIT: Final = 17_014_118_346_046.0
for _precision in range(17):
    register_tick_scheme(
        FixedTickScheme(
            f"FIXED_PRECISION_{_precision}", _precision, Price(-_LIMIT, _precision), Price(_LIMIT, _precision)
        )
    )
