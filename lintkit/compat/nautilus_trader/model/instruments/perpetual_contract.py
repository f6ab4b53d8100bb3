"""`PerpetualContract`."""

from decimal import Decimal
from typing import Any, ClassVar, Final

from lintkit._engine import Currency, InstrumentId, Money, Price, Quantity, Symbol
from nautilus_trader import _refuse
from nautilus_trader.model.enums import AssetClass, InstrumentClass
from nautilus_trader.model.instruments.base import DescribedInstrument

_ONE: Final = Quantity.from_int(1)


class PerpetualContract(DescribedInstrument):
    """A perpetual contract on anything; later releases only."""

    _FIELDS: ClassVar[tuple[str, ...]] = (
        "id",
        "raw_symbol",
        "underlying",
        "asset_class",
        "base_currency",
        "quote_currency",
        "settlement_currency",
        "is_inverse",
        "price_precision",
        "size_precision",
        "price_increment",
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
        "tick_scheme_name",
        "info",
    )

    def __new__(
        cls,
        instrument_id: InstrumentId,
        raw_symbol: Symbol,
        underlying: str,
        asset_class: AssetClass,
        quote_currency: Currency,
        settlement_currency: Currency,
        is_inverse: bool,
        price_precision: int,
        size_precision: int,
        price_increment: Price,
        size_increment: Quantity,
        ts_event: int,
        ts_init: int,
        base_currency: Currency | None = None,
        multiplier: Quantity = _ONE,
        lot_size: Quantity = _ONE,
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
    ) -> "PerpetualContract":
        return super().__new__(
            cls,
            kind="PerpetualContract",
            instrument_id=instrument_id,
            raw_symbol=raw_symbol,
            asset_class=asset_class,
            underlying=underlying,
            instrument_class=InstrumentClass.SWAP,
            base_currency=base_currency,
            quote_currency=quote_currency,
            settlement_currency=settlement_currency,
            is_inverse=is_inverse,
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
            tick_scheme_name=tick_scheme_name,
            info=info,
        )

    @property
    def base_currency(self) -> Currency | None:
        return self.get_base_currency()

    @property
    def settlement_currency(self) -> Currency:
        return self.get_settlement_currency()

    @property
    def is_quanto(self) -> bool:
        """Settled in a currency that is neither base nor quote."""
        return self.get_settlement_currency() not in (self.get_base_currency(), self.quote_currency)


__getattr__ = _refuse.unknown(__name__)
