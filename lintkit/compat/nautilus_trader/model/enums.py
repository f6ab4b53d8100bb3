"""The enumerations: `IntFlag`s with NautilusTrader's names and numbers, and their text helpers.

The engine keeps tables of these members and hands them out; it accepts members and plain integers.
"""

import sys
from collections.abc import Callable
from enum import IntFlag
from typing import TypeVar

from nautilus_trader import _refuse
from nautilus_trader._profile import LATER

_Flag = TypeVar("_Flag", bound=IntFlag)


def whole(cls: type[_Flag]) -> type[_Flag]:
    """Lets iteration give all members: Python leaves out those that look like combinations (3) or nothing (0)."""
    cls._member_names_ = list(cls._member_map_)
    if sys.version_info < (3, 11):  # as 3.11 made it; the real package needs 3.11 anyway
        cls.__str__ = int.__repr__
        cls.__format__ = int.__format__
    return cls


def to_str_of(cls: type[_Flag]) -> Callable[[int], str]:
    def to_str(value: int) -> str:
        try:
            return cls._value2member_map_[value].name
        except KeyError:
            raise ValueError(f"{value} is not a valid {cls.__name__}") from None

    return to_str


def from_str_of(cls: type[_Flag]) -> Callable[[str], _Flag]:
    def from_str(value: str) -> _Flag:
        try:
            return cls[value.upper()]
        except KeyError:
            raise ValueError(f"invalid `{cls.__name__}` enum string value, was '{value}'") from None

    return from_str


@whole
class AccountType(IntFlag):
    CASH = 1
    MARGIN = 2
    BETTING = 3
    if LATER:
        WALLET = 4


@whole
class AggregationSource(IntFlag):
    EXTERNAL = 1
    INTERNAL = 2


@whole
class AggressorSide(IntFlag):
    NO_AGGRESSOR = 0
    BUYER = 1
    SELLER = 2


@whole
class AssetClass(IntFlag):
    FX = 1
    EQUITY = 2
    COMMODITY = 3
    DEBT = 4
    INDEX = 5
    CRYPTOCURRENCY = 6
    ALTERNATIVE = 7


@whole
class BarAggregation(IntFlag):
    TICK = 1
    TICK_IMBALANCE = 2
    TICK_RUNS = 3
    VOLUME = 4
    VOLUME_IMBALANCE = 5
    VOLUME_RUNS = 6
    VALUE = 7
    VALUE_IMBALANCE = 8
    VALUE_RUNS = 9
    MILLISECOND = 10
    SECOND = 11
    MINUTE = 12
    HOUR = 13
    DAY = 14
    WEEK = 15
    MONTH = 16
    YEAR = 17
    RENKO = 18


@whole
class BookAction(IntFlag):
    ADD = 1
    UPDATE = 2
    DELETE = 3
    CLEAR = 4


@whole
class BookType(IntFlag):
    L1_MBP = 1
    L2_MBP = 2
    L3_MBO = 3


@whole
class ContingencyType(IntFlag):
    NO_CONTINGENCY = 0
    OCO = 1
    OTO = 2
    OUO = 3


@whole
class CurrencyType(IntFlag):
    CRYPTO = 1
    FIAT = 2
    COMMODITY_BACKED = 3


@whole
class InstrumentClass(IntFlag):
    SPOT = 1
    SWAP = 2
    FUTURE = 3
    FUTURES_SPREAD = 4
    FORWARD = 5
    CFD = 6
    BOND = 7
    OPTION = 8
    OPTION_SPREAD = 9
    WARRANT = 10
    SPORTS_BETTING = 11
    BINARY_OPTION = 12


@whole
class InstrumentCloseType(IntFlag):
    END_OF_SESSION = 1
    CONTRACT_EXPIRED = 2


@whole
class LiquiditySide(IntFlag):
    NO_LIQUIDITY_SIDE = 0
    MAKER = 1
    TAKER = 2


@whole
class MarketStatus(IntFlag):
    OPEN = 1
    CLOSED = 2
    PAUSED = 3
    SUSPENDED = 5
    NOT_AVAILABLE = 6


@whole
class MarketStatusAction(IntFlag):
    NONE = 0
    PRE_OPEN = 1
    PRE_CROSS = 2
    QUOTING = 3
    CROSS = 4
    ROTATION = 5
    NEW_PRICE_INDICATION = 6
    TRADING = 7
    HALT = 8
    PAUSE = 9
    SUSPEND = 10
    PRE_CLOSE = 11
    CLOSE = 12
    POST_CLOSE = 13
    SHORT_SELL_RESTRICTION_CHANGE = 14
    NOT_AVAILABLE_FOR_TRADING = 15


@whole
class OmsType(IntFlag):
    UNSPECIFIED = 0
    NETTING = 1
    HEDGING = 2


@whole
class OptionKind(IntFlag):
    CALL = 1
    PUT = 2


@whole
class OrderSide(IntFlag):
    NO_ORDER_SIDE = 0
    BUY = 1
    SELL = 2


@whole
class OrderStatus(IntFlag):
    INITIALIZED = 1
    DENIED = 2
    EMULATED = 3
    RELEASED = 4
    SUBMITTED = 5
    ACCEPTED = 6
    REJECTED = 7
    CANCELED = 8
    EXPIRED = 9
    TRIGGERED = 10
    PENDING_UPDATE = 11
    PENDING_CANCEL = 12
    PARTIALLY_FILLED = 13
    FILLED = 14
    if LATER:
        VOIDED = 15


@whole
class OrderType(IntFlag):
    MARKET = 1
    LIMIT = 2
    STOP_MARKET = 3
    STOP_LIMIT = 4
    MARKET_TO_LIMIT = 5
    MARKET_IF_TOUCHED = 6
    LIMIT_IF_TOUCHED = 7
    TRAILING_STOP_MARKET = 8
    TRAILING_STOP_LIMIT = 9


@whole
class PositionSide(IntFlag):
    NO_POSITION_SIDE = 0
    FLAT = 1
    LONG = 2
    SHORT = 3


@whole
class PriceType(IntFlag):
    BID = 1
    ASK = 2
    MID = 3
    LAST = 4
    MARK = 5


@whole
class RecordFlag(IntFlag):
    F_LAST = 128
    F_TOB = 64
    F_SNAPSHOT = 32
    F_MBP = 16
    RESERVED_2 = 8
    RESERVED_1 = 4


@whole
class TimeInForce(IntFlag):
    GTC = 1
    IOC = 2
    FOK = 3
    GTD = 4
    DAY = 5
    AT_THE_OPEN = 6
    AT_THE_CLOSE = 7


@whole
class TradingState(IntFlag):
    ACTIVE = 1
    HALTED = 2
    REDUCING = 3


@whole
class TrailingOffsetType(IntFlag):
    NO_TRAILING_OFFSET = 0
    PRICE = 1
    BASIS_POINTS = 2
    TICKS = 3
    PRICE_TIER = 4


@whole
class TriggerType(IntFlag):
    NO_TRIGGER = 0
    DEFAULT = 1
    LAST_PRICE = 2
    MARK_PRICE = 3
    INDEX_PRICE = 4
    BID_ASK = 5
    DOUBLE_LAST = 6
    DOUBLE_BID_ASK = 7
    LAST_OR_BID_ASK = 8
    MID_POINT = 9


@whole
class OtoTriggerMode(IntFlag):
    PARTIAL = 0
    FULL = 1


@whole
class PositionAdjustmentType(IntFlag):
    COMMISSION = 1
    FUNDING = 2


account_type_to_str = to_str_of(AccountType)
account_type_from_str = from_str_of(AccountType)
aggregation_source_to_str = to_str_of(AggregationSource)
aggregation_source_from_str = from_str_of(AggregationSource)
aggressor_side_to_str = to_str_of(AggressorSide)
aggressor_side_from_str = from_str_of(AggressorSide)
asset_class_to_str = to_str_of(AssetClass)
asset_class_from_str = from_str_of(AssetClass)
bar_aggregation_to_str = to_str_of(BarAggregation)
bar_aggregation_from_str = from_str_of(BarAggregation)
book_action_to_str = to_str_of(BookAction)
book_action_from_str = from_str_of(BookAction)
book_type_to_str = to_str_of(BookType)
book_type_from_str = from_str_of(BookType)
contingency_type_to_str = to_str_of(ContingencyType)
contingency_type_from_str = from_str_of(ContingencyType)
currency_type_to_str = to_str_of(CurrencyType)
currency_type_from_str = from_str_of(CurrencyType)
instrument_class_to_str = to_str_of(InstrumentClass)
instrument_class_from_str = from_str_of(InstrumentClass)
instrument_close_type_to_str = to_str_of(InstrumentCloseType)
instrument_close_type_from_str = from_str_of(InstrumentCloseType)
liquidity_side_to_str = to_str_of(LiquiditySide)
liquidity_side_from_str = from_str_of(LiquiditySide)
market_status_to_str = to_str_of(MarketStatus)
market_status_from_str = from_str_of(MarketStatus)
market_status_action_to_str = to_str_of(MarketStatusAction)
market_status_action_from_str = from_str_of(MarketStatusAction)
oms_type_to_str = to_str_of(OmsType)
oms_type_from_str = from_str_of(OmsType)
option_kind_to_str = to_str_of(OptionKind)
option_kind_from_str = from_str_of(OptionKind)
order_side_to_str = to_str_of(OrderSide)
order_side_from_str = from_str_of(OrderSide)
order_status_to_str = to_str_of(OrderStatus)
order_status_from_str = from_str_of(OrderStatus)
order_type_to_str = to_str_of(OrderType)
order_type_from_str = from_str_of(OrderType)
oto_trigger_mode_to_str = to_str_of(OtoTriggerMode)
oto_trigger_mode_from_str = from_str_of(OtoTriggerMode)
position_adjustment_type_to_str = to_str_of(PositionAdjustmentType)
position_adjustment_type_from_str = from_str_of(PositionAdjustmentType)
position_side_to_str = to_str_of(PositionSide)
position_side_from_str = from_str_of(PositionSide)
price_type_to_str = to_str_of(PriceType)
price_type_from_str = from_str_of(PriceType)
record_flag_to_str = to_str_of(RecordFlag)
record_flag_from_str = from_str_of(RecordFlag)
time_in_force_to_str = to_str_of(TimeInForce)
time_in_force_from_str = from_str_of(TimeInForce)
trading_state_to_str = to_str_of(TradingState)
trading_state_from_str = from_str_of(TradingState)
trailing_offset_type_to_str = to_str_of(TrailingOffsetType)
trailing_offset_type_from_str = from_str_of(TrailingOffsetType)
trigger_type_to_str = to_str_of(TriggerType)
trigger_type_from_str = from_str_of(TriggerType)

__getattr__ = _refuse.unknown(__name__)
