"""`TokenizedAsset`."""

from decimal import Decimal
from typing import Any, ClassVar

from lintkit._engine import Currency, InstrumentId, Money, Price, Quantity, Symbol
from nautilus_trader import _refuse
from nautilus_trader.model.enums import AssetClass, InstrumentClass
from nautilus_trader.model.instruments.base import DescribedInstrument

_ONE = Quantity.from_int(1)


class TokenizedAsset(DescribedInstrument):
    """A token of something that is traded elsewhere; later releases only."""

    _FIELDS: ClassVar[tuple[str, ...]] = (
        "id",
        "raw_symbol",
        "asset_class",
        "base_currency",
        "quote_currency",
        "isin",
        "price_precision",
        "price_increment",
        "size_precision",
        "size_increment",
        "multiplier",
        "lot_size",
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
        "info",
    )
    isin: str | None

    def __new__(
        cls,
        instrument_id: InstrumentId,
        raw_symbol: Symbol,
        asset_class: AssetClass,
        base_currency: Currency,
        quote_currency: Currency,
        price_precision: int,
        size_precision: int,
        price_increment: Price,
        size_increment: Quantity,
        ts_event: int,
        ts_init: int,
        isin: str | None = None,
        multiplier: Quantity = _ONE,
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
        info: dict[str, Any] | None = None,
    ) -> "TokenizedAsset":
        self = super().__new__(
            cls,
            kind="TokenizedAsset",
            instrument_id=instrument_id,
            raw_symbol=raw_symbol,
            asset_class=asset_class,
            instrument_class=InstrumentClass.SPOT,
            base_currency=base_currency,
            quote_currency=quote_currency,
            price_precision=price_precision,
            size_precision=size_precision,
            price_increment=price_increment,
            size_increment=size_increment,
            ts_event=ts_event,
            ts_init=ts_init,
            multiplier=multiplier,
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
            info=info,
        )
        self.isin = isin
        return self

    @property
    def base_currency(self) -> Currency:
        return self.get_base_currency()  # pyright: ignore[reportReturnType]  # always given


__getattr__ = _refuse.unknown(__name__)
