"""`OptionContract`."""

from decimal import Decimal
from typing import Any, ClassVar, Final

from lintkit._engine import Currency, InstrumentId, Price, Quantity, Symbol
from nautilus_trader import _refuse
from nautilus_trader.model.enums import AssetClass, InstrumentClass, OptionKind
from nautilus_trader.model.instruments.base import ExpiringInstrument

_ONE: Final = Quantity.from_int(1)


class OptionContract(ExpiringInstrument):
    """A listed option."""

    _FIELDS: ClassVar[tuple[str, ...]] = (
        "id",
        "raw_symbol",
        "asset_class",
        "option_kind",
        "strike_price",
        "currency",
        "underlying",
        "activation_ns",
        "expiration_ns",
        "price_precision",
        "price_increment",
        "size_precision",
        "size_increment",
        "multiplier",
        "max_quantity",
        "min_quantity",
        "max_price",
        "min_price",
        "lot_size",
        "margin_init",
        "margin_maint",
        "maker_fee",
        "taker_fee",
        "exchange",
        "ts_event",
        "ts_init",
        "tick_scheme_name",
        "info",
    )
    _UNSET: ClassVar[tuple[str, ...]] = (
        "size_precision",
        "size_increment",
        "max_quantity",
        "min_quantity",
        "max_price",
        "min_price",
    )
    _SHOWN: ClassVar[tuple[str, ...]] = (
        "id",
        "raw_symbol",
        "asset_class",
        "instrument_class",
        "exchange",
        "underlying",
        "option_kind",
        "strike_price",
        "quote_currency",
        "activation",
        "expiration",
        "price_precision",
        "price_increment",
        "multiplier",
        "lot_size",
        "margin_init",
        "margin_maint",
        "maker_fee",
        "taker_fee",
        "info",
    )
    option_kind: OptionKind
    strike_price: Price

    def __new__(
        cls,
        instrument_id: InstrumentId,
        raw_symbol: Symbol,
        asset_class: AssetClass,
        currency: Currency,
        price_precision: int,
        price_increment: Price,
        multiplier: Quantity,
        lot_size: Quantity,
        underlying: str,
        option_kind: OptionKind,
        strike_price: Price,
        activation_ns: int,
        expiration_ns: int,
        ts_event: int,
        ts_init: int,
        margin_init: Decimal | None = None,
        margin_maint: Decimal | None = None,
        maker_fee: Decimal | None = None,
        taker_fee: Decimal | None = None,
        exchange: str | None = None,
        tick_scheme_name: str | None = None,
        info: dict[str, Any] | None = None,
    ) -> "OptionContract":
        if exchange is not None and not exchange.strip():
            raise ValueError(f"'exchange' string was invalid, was '{exchange}'")
        self = super().__new__(
            cls,
            kind="OptionContract",
            instrument_id=instrument_id,
            raw_symbol=raw_symbol,
            asset_class=asset_class,
            instrument_class=InstrumentClass.OPTION,
            quote_currency=currency,
            price_precision=price_precision,
            price_increment=price_increment,
            multiplier=multiplier,
            lot_size=lot_size,
            underlying=underlying,
            activation_ns=activation_ns,
            expiration_ns=expiration_ns,
            ts_event=ts_event,
            ts_init=ts_init,
            margin_init=margin_init,
            margin_maint=margin_maint,
            maker_fee=maker_fee,
            taker_fee=taker_fee,
            exchange=exchange,
            tick_scheme_name=tick_scheme_name,
            info=info,
            size_precision=0,
            size_increment=_ONE,
            min_quantity=_ONE,
        )
        self.option_kind = option_kind
        self.strike_price = strike_price
        return self


__getattr__ = _refuse.unknown(__name__)
