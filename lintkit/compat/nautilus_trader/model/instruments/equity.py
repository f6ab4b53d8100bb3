"""`Equity`."""

from decimal import Decimal
from typing import Any, ClassVar, Final

from lintkit._engine import Currency, InstrumentId, Price, Quantity, Symbol
from nautilus_trader import _refuse
from nautilus_trader.model.enums import AssetClass, InstrumentClass
from nautilus_trader.model.instruments.base import DescribedInstrument

_ONE: Final = Quantity.from_int(1)


class Equity(DescribedInstrument):
    """A share."""

    _FIELDS: ClassVar[tuple[str, ...]] = (
        "id",
        "raw_symbol",
        "currency",
        "price_precision",
        "price_increment",
        "lot_size",
        "isin",
        "margin_init",
        "margin_maint",
        "maker_fee",
        "taker_fee",
        "min_price",
        "max_price",
        "max_quantity",
        "min_quantity",
        "ts_event",
        "ts_init",
        "tick_scheme_name",
        "info",
    )
    _UNSET: ClassVar[tuple[str, ...]] = ("min_price", "max_price")
    isin: str | None

    def __new__(
        cls,
        instrument_id: InstrumentId,
        raw_symbol: Symbol,
        currency: Currency,
        price_precision: int,
        price_increment: Price,
        lot_size: Quantity,
        ts_event: int,
        ts_init: int,
        max_quantity: Quantity | None = None,
        min_quantity: Quantity | None = None,
        margin_init: Decimal | None = None,
        margin_maint: Decimal | None = None,
        maker_fee: Decimal | None = None,
        taker_fee: Decimal | None = None,
        isin: str | None = None,
        tick_scheme_name: str | None = None,
        info: dict[str, Any] | None = None,
    ) -> "Equity":
        self = super().__new__(
            cls,
            kind="Equity",
            instrument_id=instrument_id,
            raw_symbol=raw_symbol,
            asset_class=AssetClass.EQUITY,
            instrument_class=InstrumentClass.SPOT,
            quote_currency=currency,
            price_precision=price_precision,
            price_increment=price_increment,
            lot_size=lot_size,
            ts_event=ts_event,
            ts_init=ts_init,
            max_quantity=max_quantity,
            min_quantity=min_quantity,
            margin_init=margin_init,
            margin_maint=margin_maint,
            maker_fee=maker_fee,
            taker_fee=taker_fee,
            tick_scheme_name=tick_scheme_name,
            info=info,
            size_precision=0,
            size_increment=_ONE,
        )
        self.isin = isin
        return self


__getattr__ = _refuse.unknown(__name__)
