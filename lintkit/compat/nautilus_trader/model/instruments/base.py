"""The base class of instruments, and what its classes share: dict form, text, pickles."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from lintkit._engine import Currency, Instrument, InstrumentId, Money, Price, Quantity, Symbol
from nautilus_trader import _refuse
from nautilus_trader.core.datetime import format_iso8601_nanos, unix_nanos_to_dt
from nautilus_trader.model.enums import AssetClass, OptionKind
from nautilus_trader.model.tick_scheme import base as _schemes  # the engine asks it for registered names

if TYPE_CHECKING:
    from typing_extensions import Self


def _asset_class(value: str) -> AssetClass:
    return AssetClass[value]


def _option_kind(value: str) -> OptionKind:
    return OptionKind[value]


# Dict entries that are not passed on as they are: constructor argument and parser.
_PARSERS: dict[str, Callable[[str], Any]] = {
    "raw_symbol": Symbol,
    "asset_class": _asset_class,
    "base_currency": Currency.from_str,
    "quote_currency": Currency.from_str,
    "settlement_currency": Currency.from_str,
    "currency": Currency.from_str,
    "price_increment": Price.from_str,
    "size_increment": Quantity.from_str,
    "multiplier": Quantity.from_str,
    "lot_size": Quantity.from_str,
    "max_quantity": Quantity.from_str,
    "min_quantity": Quantity.from_str,
    "max_notional": Money.from_str,
    "min_notional": Money.from_str,
    "max_price": Price.from_str,
    "min_price": Price.from_str,
    "margin_init": Decimal,
    "margin_maint": Decimal,
    "maker_fee": Decimal,
    "taker_fee": Decimal,
    "option_kind": _option_kind,
    "strike_price": Price.from_str,
}
_AS_IS = (int, bool, dict, type(None))


@_refuse.members("from_pyo3")
class DescribedInstrument(Instrument):
    """An instrument with a dict form.

    `_FIELDS` are the dict's entries in order; `_SHOWN` what the text shows; `_UNSET` entries that the constructor does
    not take. `_HAS_CURRENCY_UNDERLYING` says that what a contract is on is a currency, not a text.
    """

    _HAS_CURRENCY_UNDERLYING: ClassVar[bool] = False

    _FIELDS: ClassVar[tuple[str, ...]] = ()
    _UNSET: ClassVar[tuple[str, ...]] = ()
    _SHOWN: ClassVar[tuple[str, ...]] = (
        "id",
        "raw_symbol",
        "asset_class",
        "instrument_class",
        "quote_currency",
        "is_inverse",
        "price_precision",
        "price_increment",
        "size_precision",
        "size_increment",
        "multiplier",
        "lot_size",
        "margin_init",
        "margin_maint",
        "maker_fee",
        "taker_fee",
        "info",
    )

    def _entry(self, name: str) -> Any:
        if name == "currency":
            return self.quote_currency.code
        value = getattr(self, name)
        if isinstance(value, AssetClass | OptionKind):
            return value.name
        return value if type(value) in _AS_IS else str(value)

    def _shown(self, name: str) -> str:
        if name in {"activation", "expiration"}:
            return format_iso8601_nanos(getattr(self, f"{name}_ns"))
        value = getattr(self, "quote_currency" if name == "currency" else name)
        is_enum = name in {"asset_class", "instrument_class", "option_kind"}
        return str(getattr(value, "name", value)) if is_enum else str(value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={self._shown(name)}' for name in self._SHOWN)})"

    __str__ = __repr__

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).from_dict, (type(self).to_dict(self),)

    @staticmethod
    def to_dict(obj: "DescribedInstrument") -> dict[str, Any]:
        fields = {name: obj._entry(name) for name in obj._FIELDS}  # noqa: SLF001  # a static method, as the real one
        return {"type": type(obj).__name__, **fields}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Self":
        arguments: dict[str, Any] = {"instrument_id": InstrumentId.from_str(values["id"])}
        for name, value in values.items():
            if name in {"type", "id", *cls._UNSET}:
                continue
            parse = _PARSERS.get(name)
            arguments[name] = parse(value) if parse is not None and value is not None else value
        if cls._HAS_CURRENCY_UNDERLYING:
            arguments["underlying"] = Currency.from_str(values["underlying"])
        return cls(**arguments)


class ExpiringInstrument(DescribedInstrument):
    """An instrument that is traded between two dates only."""

    @property
    def activation_utc(self) -> Any:
        """As a `pandas.Timestamp`."""
        return unix_nanos_to_dt(self.activation_ns)

    @property
    def expiration_utc(self) -> Any:
        """As a `pandas.Timestamp`."""
        return unix_nanos_to_dt(self.expiration_ns)


_RATES = ("margin_init", "margin_maint", "maker_fee", "taker_fee")
_LIMITS = ("max_quantity", "min_quantity", "max_notional", "min_notional", "max_price", "min_price")
_TAIL = ("ts_event", "ts_init", "tick_scheme_name", "info")

__getattr__ = _refuse.unknown(__name__)
