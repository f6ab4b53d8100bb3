"""`BinaryOption`."""

from decimal import Decimal
from typing import Any, ClassVar

from lintkit._engine import Currency, InstrumentId, Price, Quantity, Symbol
from nautilus_trader import _refuse
from nautilus_trader.model.enums import AssetClass, InstrumentClass
from nautilus_trader.model.instruments.base import ExpiringInstrument


class BinaryOption(ExpiringInstrument):
    """An option that pays a fixed amount or nothing, such as a share in the outcome of an event."""

    _FIELDS: ClassVar[tuple[str, ...]] = (
        "id",
        "raw_symbol",
        "outcome",
        "description",
        "asset_class",
        "currency",
        "price_precision",
        "size_precision",
        "price_increment",
        "size_increment",
        "activation_ns",
        "expiration_ns",
        "max_quantity",
        "min_quantity",
        "margin_init",
        "margin_maint",
        "maker_fee",
        "taker_fee",
        "ts_event",
        "ts_init",
        "tick_scheme_name",
        "info",
    )
    _UNSET: ClassVar[tuple[str, ...]] = ("margin_init", "margin_maint")
    outcome: str | None
    description: str | None

    def __new__(
        cls,
        instrument_id: InstrumentId,
        raw_symbol: Symbol,
        asset_class: AssetClass,
        currency: Currency,
        price_precision: int,
        size_precision: int,
        price_increment: Price,
        size_increment: Quantity,
        activation_ns: int,
        expiration_ns: int,
        ts_event: int,
        ts_init: int,
        max_quantity: Quantity | None = None,
        min_quantity: Quantity | None = None,
        maker_fee: Decimal | None = None,
        taker_fee: Decimal | None = None,
        outcome: str | None = None,
        description: str | None = None,
        tick_scheme_name: str | None = None,
        info: dict[str, Any] | None = None,
    ) -> "BinaryOption":
        self = super().__new__(
            cls,
            kind="BinaryOption",
            instrument_id=instrument_id,
            raw_symbol=raw_symbol,
            asset_class=asset_class,
            instrument_class=InstrumentClass.BINARY_OPTION,
            quote_currency=currency,
            price_precision=price_precision,
            size_precision=size_precision,
            price_increment=price_increment,
            size_increment=size_increment,
            activation_ns=activation_ns,
            expiration_ns=expiration_ns,
            ts_event=ts_event,
            ts_init=ts_init,
            lot_size=Quantity.from_int(1),
            max_quantity=max_quantity,
            min_quantity=min_quantity,
            maker_fee=maker_fee,
            taker_fee=taker_fee,
            tick_scheme_name=tick_scheme_name,
            info=info,
        )
        self.outcome = outcome
        self.description = description
        return self


__getattr__ = _refuse.unknown(__name__)
