"""`IndexInstrument`."""

from typing import Any, ClassVar

from lintkit._engine import Currency, InstrumentId, Price, Quantity, Symbol
from nautilus_trader import _refuse
from nautilus_trader.model.enums import AssetClass, InstrumentClass
from nautilus_trader.model.instruments.base import DescribedInstrument


class IndexInstrument(DescribedInstrument):
    """An index: quoted, not tradable."""

    _FIELDS: ClassVar[tuple[str, ...]] = (
        "id",
        "raw_symbol",
        "currency",
        "price_precision",
        "price_increment",
        "size_precision",
        "size_increment",
        "ts_event",
        "ts_init",
        "tick_scheme_name",
        "info",
    )

    def __new__(
        cls,
        instrument_id: InstrumentId,
        raw_symbol: Symbol,
        currency: Currency,
        price_precision: int,
        size_precision: int,
        price_increment: Price,
        size_increment: Quantity,
        ts_event: int,
        ts_init: int,
        tick_scheme_name: str | None = None,
        info: dict[str, Any] | None = None,
    ) -> "IndexInstrument":
        return super().__new__(
            cls,
            kind="IndexInstrument",
            instrument_id=instrument_id,
            raw_symbol=raw_symbol,
            asset_class=AssetClass.INDEX,
            instrument_class=InstrumentClass.SPOT,
            quote_currency=currency,
            price_precision=price_precision,
            size_precision=size_precision,
            price_increment=price_increment,
            size_increment=size_increment,
            ts_event=ts_event,
            ts_init=ts_init,
            tick_scheme_name=tick_scheme_name,
            info=info,
        )


__getattr__ = _refuse.unknown(__name__)
