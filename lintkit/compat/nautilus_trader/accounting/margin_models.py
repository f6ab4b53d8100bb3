"""How leverage lowers margins."""

from decimal import Decimal
from typing import Any

from lintkit._engine import Money, Price, Quantity
from nautilus_trader import _refuse


class MarginModel:
    """The base class."""

    def calculate_margin_init(
        self,
        instrument: Any,
        quantity: Quantity,
        price: Price,
        leverage: Decimal | None = None,
        use_quote_for_inverse: bool = False,
    ) -> Money:
        raise NotImplementedError("calculate_margin_init must be implemented by subclasses")

    def calculate_margin_maint(
        self,
        instrument: Any,
        side: Any,
        quantity: Quantity,
        price: Price,
        leverage: Decimal | None = None,
        use_quote_for_inverse: bool = False,
    ) -> Money:
        raise NotImplementedError("calculate_margin_maint must be implemented by subclasses")


class _Rated(MarginModel):
    """Notional value times the instrument's rate."""

    def __init__(self, config: Any = None) -> None:
        self.config = config

    def _margin(
        self, rate: Decimal, instrument: Any, quantity: Quantity, price: Price, leverage: Any, quote: bool
    ) -> Money:
        notional = instrument.notional_value(quantity, price, quote)
        return Money(self._base(notional.as_decimal(), leverage) * rate, notional.currency)

    def _base(self, notional: Decimal, leverage: Any) -> Decimal:
        raise NotImplementedError

    def calculate_margin_init(
        self,
        instrument: Any,
        quantity: Quantity,
        price: Price,
        leverage: Decimal | None = None,
        use_quote_for_inverse: bool = False,
    ) -> Money:
        return self._margin(instrument.margin_init, instrument, quantity, price, leverage, use_quote_for_inverse)

    def calculate_margin_maint(
        self,
        instrument: Any,
        side: Any,
        quantity: Quantity,
        price: Price,
        leverage: Decimal | None = None,
        use_quote_for_inverse: bool = False,
    ) -> Money:
        return self._margin(instrument.margin_maint, instrument, quantity, price, leverage, use_quote_for_inverse)


class StandardMarginModel(_Rated):
    """Whatever the leverage."""

    def _base(self, notional: Decimal, leverage: Any) -> Decimal:
        del leverage
        return notional


class LeveragedMarginModel(_Rated):
    """Of the notional value over the leverage: the default."""

    def _base(self, notional: Decimal, leverage: Any) -> Decimal:
        return notional / Decimal(leverage)


def ignores_leverage(model: Any) -> bool:
    """For the engine, which calculates margins itself."""
    if model is None or type(model) is LeveragedMarginModel:
        return False
    if type(model) is StandardMarginModel:
        return True
    raise NotImplementedError(_refuse.message(f"margin_model={type(model).__name__}, a model of your own,"))


__getattr__ = _refuse.unknown(__name__)
