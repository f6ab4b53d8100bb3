"""`Cfd`."""

from decimal import Decimal
from typing import Any, ClassVar

from lintkit._engine import Currency, InstrumentId, Money, Price, Quantity, Symbol
from nautilus_trader import _refuse
from nautilus_trader.model.enums import AssetClass, InstrumentClass
from nautilus_trader.model.instruments.base import DescribedInstrument


class Cfd(DescribedInstrument):
    """A contract for difference."""

    _FIELDS: ClassVar[tuple[str, ...]] = (
        "id",
        "raw_symbol",
        "asset_class",
        "quote_currency",
        "price_precision",
        "price_increment",
        "size_precision",
        "size_increment",
        "lot_size",
        "base_currency",
        "max_quantity",
        "min_quantity",
        "max_notional",
        "min_notional",
        "max_price",
        "min_price",
        "margin_init",
        "margin_maint",
        "maker_fee",
        "taker_fee",
        "ts_event",
        "ts_init",
        "tick_scheme_name",
        "info",
    )

    isin: ClassVar[str | None] = None

    def __new__(
        cls,
        instrument_id: InstrumentId,
        raw_symbol: Symbol,
        asset_class: AssetClass,
        quote_currency: Currency,
        price_precision: int,
        size_precision: int,
        price_increment: Price,
        size_increment: Quantity,
        ts_event: int,
        ts_init: int,
        base_currency: Currency | None = None,
        lot_size: Quantity | None = None,
        max_quantity: Quantity | None = None,
        min_quantity: Quantity | None = None,
        max_notional: Money | None = None,
        min_notional: Money | None = None,
        max_price: Price | None = None,
        min_price: Price | None = None,
        margin_init: Decimal | None = None,
        margin_maint: Decimal | None = None,
        maker_fee: Decimal | None = None,
        taker_fee: Decimal | None = None,
        tick_scheme_name: str | None = None,
        info: dict[str, Any] | None = None,
    ) -> "Cfd":
        return super().__new__(
            cls,
            kind="Cfd",
            instrument_id=instrument_id,
            raw_symbol=raw_symbol,
            asset_class=asset_class,
            instrument_class=InstrumentClass.CFD,
            quote_currency=quote_currency,
            price_precision=price_precision,
            size_precision=size_precision,
            price_increment=price_increment,
            size_increment=size_increment,
            ts_event=ts_event,
            ts_init=ts_init,
            base_currency=base_currency,
            lot_size=lot_size,
            max_quantity=max_quantity,
            min_quantity=min_quantity,
            max_notional=max_notional,
            min_notional=min_notional,
            max_price=max_price,
            min_price=min_price,
            margin_init=margin_init,
            margin_maint=margin_maint,
            maker_fee=maker_fee,
            taker_fee=taker_fee,
            tick_scheme_name=tick_scheme_name,
            info=info,
        )

    @property
    def base_currency(self) -> Currency | None:
        return self.get_base_currency()


__getattr__ = _refuse.unknown(__name__)
