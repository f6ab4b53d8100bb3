"""Fill models that make up a book for every order: how much there is at the touch, and how much behind it.

The figures are those of the real models (observed on 1.221.0 and 1.231.0).
"""

import random
from typing import Any

from lintkit._engine import BookOrder, OrderBook, Price, Quantity
from nautilus_trader._profile import LATER
from nautilus_trader.backtest.models import FillModel
from nautilus_trader.model.enums import BookType, OrderSide

_UNLIMITED = 1_000_000
_SMALL = 10


class _Tiers(FillModel):
    """Books with the same tiers on both sides."""

    def _tiers(self, instrument: Any, order: Any) -> list[tuple[int, Any]]:
        """Ticks from the touch, and the size there."""
        raise NotImplementedError

    def get_orderbook_for_fill_simulation(self, instrument: Any, order: Any, best_bid: Price, best_ask: Price) -> Any:
        tick = instrument.price_increment.as_decimal()
        precision, size_precision = instrument.price_precision, instrument.size_precision
        book = OrderBook(instrument.id, BookType.L2_MBP)
        for ticks, size in self._tiers(instrument, order):
            quantity = size if isinstance(size, Quantity) else Quantity(size, size_precision)
            bid = Price(best_bid.as_decimal() - ticks * tick, precision)
            ask = Price(best_ask.as_decimal() + ticks * tick, precision)
            book.add(BookOrder(OrderSide.BUY, bid, quantity, 0), 0, 0)
            book.add(BookOrder(OrderSide.SELL, ask, quantity, 0), 0, 0)
        return book


class BestPriceFillModel(_Tiers):
    """Any size at the touch."""

    def fill_limit_inside_spread(self) -> bool:
        return LATER

    def _tiers(self, instrument: Any, order: Any) -> list[tuple[int, Any]]:
        return [(0, _UNLIMITED)]


class OneTickSlippageFillModel(_Tiers):
    """Nothing at the touch, any size a tick behind it."""

    def _tiers(self, instrument: Any, order: Any) -> list[tuple[int, Any]]:
        return [(1, _UNLIMITED)]


class TwoTierFillModel(_Tiers):
    """Ten at the touch, any size a tick behind it."""

    def _tiers(self, instrument: Any, order: Any) -> list[tuple[int, Any]]:
        return [(0, _SMALL), (1, _UNLIMITED)]


class ProbabilisticFillModel(_Tiers):
    """Any size at the touch or, with even chances, a tick behind it."""

    def _tiers(self, instrument: Any, order: Any) -> list[tuple[int, Any]]:
        return [(0 if random.random() < 0.5 else 1, _UNLIMITED)]  # noqa: S311, PLR2004


class SizeAwareFillModel(_Tiers):
    """Small orders fill at the touch, large ones ten there and the rest a tick behind."""

    def _tiers(self, instrument: Any, order: Any) -> list[tuple[int, Any]]:
        small = Quantity(_SMALL, instrument.size_precision)
        if order.quantity <= small:
            return [(0, 50)]
        rest = Quantity(order.quantity.as_decimal() - small.as_decimal(), order.quantity.precision)
        return [(0, small), (1, rest)]


class LimitOrderPartialFillModel(_Tiers):
    """Five at the touch, any size a tick behind it."""

    def _tiers(self, instrument: Any, order: Any) -> list[tuple[int, Any]]:
        return [(0, 5), (1, _UNLIMITED)]


class ThreeTierFillModel(_Tiers):
    """Fifty, thirty and twenty on three ticks."""

    def _tiers(self, instrument: Any, order: Any) -> list[tuple[int, Any]]:
        return [(0, 50), (1, 30), (2, 20)]


class MarketHoursFillModel(_Tiers):
    """Five hundred at the touch, or a tick behind it in times of low liquidity."""

    _low = False

    def is_low_liquidity_period(self) -> bool:
        return self._low

    def set_low_liquidity_period(self, is_low_liquidity: bool) -> None:
        self._low = is_low_liquidity

    def _tiers(self, instrument: Any, order: Any) -> list[tuple[int, Any]]:
        return [(1 if self._low else 0, 500)]


class VolumeSensitiveFillModel(_Tiers):
    """A quarter of the recent volume at the touch, any size a tick behind it."""

    _recent = 1000.0

    def set_recent_volume(self, volume: float) -> None:
        self._recent = float(volume)

    def _tiers(self, instrument: Any, order: Any) -> list[tuple[int, Any]]:
        available = int(self._recent * 0.25)
        return [(0, max(1, available) if LATER else available), (1, _UNLIMITED)]


class CompetitionAwareFillModel(_Tiers):
    """A share of a thousand at the touch."""

    def __init__(
        self,
        prob_fill_on_limit: float = 1.0,
        prob_slippage: float = 0.0,
        random_seed: int | None = None,
        liquidity_factor: float = 0.3,
    ) -> None:
        super().__init__(prob_fill_on_limit=prob_fill_on_limit, prob_slippage=prob_slippage, random_seed=random_seed)
        self.liquidity_factor = float(liquidity_factor)

    def _tiers(self, instrument: Any, order: Any) -> list[tuple[int, Any]]:
        available = int(1000.0 * self.liquidity_factor)
        return [(0, max(1, available) if LATER else available)]
