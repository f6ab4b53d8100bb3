"""Market data, bar types and the envelopes of custom data."""

from decimal import Decimal
from enum import IntFlag
from typing import TYPE_CHECKING, Any, ClassVar

from lintkit._engine import (
    NULL_ORDER,
    Bar,
    BarSpecification,
    BarType,
    BookOrder,
    Data,
    InstrumentId,
    OrderBookDelta,
    OrderBookDeltas,
    OrderBookDepth10,
    Price,
    QuoteTick,
    TradeTick,
)
from nautilus_trader import _refuse
from nautilus_trader._profile import LATER
from nautilus_trader.model.enums import BarAggregation, InstrumentCloseType, MarketStatusAction, whole

if TYPE_CHECKING:
    from typing_extensions import Self


@whole
class BarIntervalType(IntFlag):
    LEFT_OPEN = 0
    RIGHT_OPEN = 1


def _wrong_class(argument: str, expected: type, value: object) -> TypeError:
    got = f"{type(value).__module__}.{type(value).__qualname__}"
    name = f"{expected.__module__}.{expected.__qualname__}"
    return TypeError(f"Argument '{argument}' has incorrect type (expected {name}, got {got})")


class DataType:
    """A class of data, narrowed by metadata; names the topic that such data is published on."""

    identifier: ClassVar[str | None] = None

    def __init__(self, type: type, metadata: dict[str, Any] | None = None) -> None:
        if not isinstance(type, _Type):  # pyright: ignore[reportUnnecessaryIsInstance]  # user code is not always typed
            raise _wrong_class("type", _Type, type)
        if not issubclass(type, Data):
            raise TypeError("`type` was not a subclass of `Data`")
        self.type = type
        self.metadata = metadata or {}
        suffix = ".".join(f"{key}={'*' if value is None else value}" for key, value in self.metadata.items())
        self.topic = f"{type.__name__}.{suffix}" if suffix else f"{type.__name__}*"
        self._key = frozenset((key, str(value)) for key, value in self.metadata.items())

    def __eq__(self, other: object) -> bool:
        if other is None:
            if LATER:
                return False
            raise AttributeError("'NoneType' object has no attribute 'topic'")
        if not isinstance(other, DataType):
            raise _wrong_class("other", DataType, other)
        return self.type is other.type and self._key == other._key

    def __lt__(self, other: "DataType") -> bool:
        return str(self) < str(other)

    def __hash__(self) -> int:
        return hash((self.type.__qualname__, self._key))

    def __str__(self) -> str:
        return f"{self.type.__name__}{self.metadata or ''}"

    def __repr__(self) -> str:
        return f"DataType(type={self.type.__name__}, metadata={self.metadata})"


_Type = type


class CustomData(Data):
    """Data of a user's class together with its type."""

    def __init__(self, data_type: DataType, data: Data) -> None:
        if not isinstance(data_type, DataType):  # pyright: ignore[reportUnnecessaryIsInstance]  # user code
            raise _wrong_class("data_type", DataType, data_type)
        self.data_type = data_type
        self.data = data

    @property
    def ts_event(self) -> int:
        return self.data.ts_event

    @property
    def ts_init(self) -> int:
        return self.data.ts_init

    def __repr__(self) -> str:
        return f"CustomData(data_type={self.data_type}, data={self.data})"


class _Stamped(Data):
    """Data about an instrument at a time, equal by what it shows."""

    def __init__(self, instrument_id: InstrumentId, ts_event: int, ts_init: int) -> None:
        self.instrument_id = instrument_id
        self._ts_event = int(ts_event)
        self._ts_init = int(ts_init)

    @property
    def ts_event(self) -> int:
        return self._ts_event

    @property
    def ts_init(self) -> int:
        return self._ts_init

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((repr(self), self._ts_init))


def _head(obj: _Stamped) -> dict[str, Any]:
    return {"type": type(obj).__name__, "instrument_id": str(obj.instrument_id)}


def _tail(obj: _Stamped) -> dict[str, Any]:
    return {"ts_event": obj.ts_event, "ts_init": obj.ts_init}


def _place(values: dict[str, Any]) -> tuple[InstrumentId]:
    return (InstrumentId.from_str(values["instrument_id"]),)


def _times(values: dict[str, Any]) -> tuple[int, int]:
    return values["ts_event"], values["ts_init"]


class _PriceUpdate(_Stamped):
    def __init__(self, instrument_id: InstrumentId, value: Price, ts_event: int, ts_init: int) -> None:
        super().__init__(instrument_id, ts_event, ts_init)
        self.value = value

    def __str__(self) -> str:
        return f"{self.instrument_id},{self.value},{self.ts_event},{self.ts_init}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self})"

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Self":
        return cls(*_place(values), Price.from_str(values["value"]), *_times(values))

    @staticmethod
    def to_dict(obj: "_PriceUpdate") -> dict[str, Any]:
        return _head(obj) | {"value": str(obj.value)} | _tail(obj)


@_refuse.members("from_pyo3 from_pyo3_list to_pyo3 to_pyo3_list")
class MarkPriceUpdate(_PriceUpdate):
    """A mark price."""


@_refuse.members("from_pyo3 from_pyo3_list to_pyo3 to_pyo3_list")
class IndexPriceUpdate(_PriceUpdate):
    """An index price."""


@_refuse.members("from_pyo3 from_pyo3_list")
class FundingRateUpdate(_Stamped):
    """A perpetual's funding rate."""

    if LATER:

        def __init__(  # pyright: ignore[reportRedeclaration]  # one of the two
            self,
            instrument_id: InstrumentId,
            rate: Decimal,
            ts_event: int,
            ts_init: int,
            interval: int | None = None,
            next_funding_ns: int | None = None,
        ) -> None:
            super().__init__(instrument_id, ts_event, ts_init)
            self.rate = rate
            self.interval = interval
            self.next_funding_ns = next_funding_ns

    else:

        def __init__(
            self,
            instrument_id: InstrumentId,
            rate: Decimal,
            ts_event: int,
            ts_init: int,
            next_funding_ns: int | None = None,
        ) -> None:
            super().__init__(instrument_id, ts_event, ts_init)
            self.rate = rate
            self.next_funding_ns = next_funding_ns

    def __repr__(self) -> str:
        interval = f"interval={self.interval}, " if LATER else ""
        return (
            f"FundingRateUpdate(instrument_id={self.instrument_id}, rate={self.rate}, {interval}"
            f"next_funding_ns={self.next_funding_ns}, ts_event={self.ts_event}, ts_init={self.ts_init})"
        )

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Self":
        further = {name: values.get(name) for name in ("interval", "next_funding_ns") if values.get(name) is not None}
        return cls(*_place(values), Decimal(values["rate"]), *_times(values), **further)

    @staticmethod
    def to_dict(obj: "FundingRateUpdate") -> dict[str, Any]:
        further = {name: getattr(obj, name, None) for name in ("interval", "next_funding_ns")}
        given = {name: value for name, value in further.items() if value is not None}
        return _head(obj) | {"rate": obj.rate} | _tail(obj) | given


@_refuse.members("from_pyo3 from_pyo3_list to_pyo3 to_pyo3_list")
class InstrumentClose(_Stamped):
    """The closing price of a session or contract."""

    def __init__(
        self,
        instrument_id: InstrumentId,
        close_price: Price,
        close_type: InstrumentCloseType,
        ts_event: int,
        ts_init: int,
    ) -> None:
        super().__init__(instrument_id, ts_event, ts_init)
        self.close_price = close_price
        self.close_type = close_type

    def __repr__(self) -> str:
        return (
            f"InstrumentClose(instrument_id={self.instrument_id}, close_price={self.close_price}, "
            f"close_type={self.close_type.name})"
        )

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Self":
        close_type = InstrumentCloseType[values["close_type"]]
        return cls(*_place(values), Price.from_str(values["close_price"]), close_type, *_times(values))

    @staticmethod
    def to_dict(obj: "InstrumentClose") -> dict[str, Any]:
        close = {"close_price": str(obj.close_price), "close_type": obj.close_type.name}
        return _head(obj) | close | _tail(obj)


@_refuse.members("from_pyo3 from_pyo3_list to_pyo3")
class InstrumentStatus(_Stamped):
    """A change of an instrument's trading status."""

    def __init__(
        self,
        instrument_id: InstrumentId,
        action: MarketStatusAction,
        ts_event: int,
        ts_init: int,
        reason: str | None = None,
        trading_event: str | None = None,
        is_trading: bool | None = None,
        is_quoting: bool | None = None,
        is_short_sell_restricted: bool | None = None,
    ) -> None:
        super().__init__(instrument_id, ts_event, ts_init)
        self.action = action
        self.reason = reason
        self.trading_event = trading_event
        self.is_trading = is_trading
        self.is_quoting = is_quoting
        self.is_short_sell_restricted = is_short_sell_restricted

    def __repr__(self) -> str:
        return (
            f"InstrumentStatus(instrument_id={self.instrument_id}, action={self.action.name}, reason={self.reason}, "
            f"trading_event={self.trading_event}, is_trading={self.is_trading}, is_quoting={self.is_quoting}, "
            f"is_short_sell_restricted={self.is_short_sell_restricted}, ts_event={self.ts_event})"
        )

    _FURTHER: ClassVar[tuple[str, ...]] = (
        "reason",
        "trading_event",
        "is_trading",
        "is_quoting",
        "is_short_sell_restricted",
    )

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Self":
        further = {name: values.get(name) for name in cls._FURTHER}
        return cls(*_place(values), MarketStatusAction[values["action"]], *_times(values), **further)

    @staticmethod
    def to_dict(obj: "InstrumentStatus") -> dict[str, Any]:
        further = {name: getattr(obj, name) for name in obj._FURTHER}  # noqa: SLF001  # a static method, as the real one
        return _head(obj) | {"action": obj.action.name} | further | _tail(obj)


__getattr__ = _refuse.unknown(__name__)
