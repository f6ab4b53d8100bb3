"""Value types, identifiers, market data and instruments."""

from lintkit._engine import (
    AccountBalance,
    AccountId,
    Bar,
    BarSpecification,
    BarType,
    BookLevel,
    BookOrder,
    ClientId,
    ClientOrderId,
    ComponentId,
    Currency,
    ExecAlgorithmId,
    InstrumentId,
    MarginBalance,
    Money,
    OrderBook,
    OrderBookDelta,
    OrderBookDeltas,
    OrderBookDepth10,
    OrderListId,
    Position,
    PositionId,
    Price,
    Quantity,
    QuoteTick,
    StrategyId,
    Symbol,
    TradeId,
    TraderId,
    TradeTick,
    Venue,
    VenueOrderId,
)
from nautilus_trader import _refuse
from nautilus_trader.model import currencies as _currencies  # registers them: texts of money need their precision
from nautilus_trader.model.data import (
    CustomData,
    DataType,
    FundingRateUpdate,
    InstrumentClose,
    InstrumentStatus,
    MarkPriceUpdate,
)

__getattr__ = _refuse.unknown(__name__)
