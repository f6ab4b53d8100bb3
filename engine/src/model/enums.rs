//! NautilusTrader's enumerations, with their public names and numbers.

/// What every enumeration of this module offers, for code that works on all of them.
pub trait NamedEnum: Copy + 'static {
    const NAME: &'static str;
    const ALL: &'static [Self];

    fn number(self) -> u8;
    fn label(self) -> &'static str;
    fn from_number(value: u8) -> Option<Self>;
}

/// An enumeration whose members have a name and a number in Python.
macro_rules! named_enum {
    ($name:ident { $($variant:ident = $value:literal $text:literal),+ $(,)? }) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name { $($variant = $value),+ }

        impl $name {
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            #[must_use]
            pub const fn value(self) -> u8 {
                self as u8
            }

            #[must_use]
            pub const fn from_value(value: u8) -> Option<Self> {
                match value { $($value => Some(Self::$variant),)+ _ => None }
            }

            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl NamedEnum for $name {
            const NAME: &'static str = stringify!($name);
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn number(self) -> u8 {
                self as u8
            }

            fn label(self) -> &'static str {
                self.name()
            }

            fn from_number(value: u8) -> Option<Self> {
                Self::from_value(value)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

named_enum!(AccountType {
    Cash = 1 "CASH",
    Margin = 2 "MARGIN",
    Betting = 3 "BETTING",
});

named_enum!(AggregationSource {
    External = 1 "EXTERNAL",
    Internal = 2 "INTERNAL",
});

named_enum!(AggressorSide {
    NoAggressor = 0 "NO_AGGRESSOR",
    Buyer = 1 "BUYER",
    Seller = 2 "SELLER",
});

named_enum!(AssetClass {
    Fx = 1 "FX",
    Equity = 2 "EQUITY",
    Commodity = 3 "COMMODITY",
    Debt = 4 "DEBT",
    Index = 5 "INDEX",
    Cryptocurrency = 6 "CRYPTOCURRENCY",
    Alternative = 7 "ALTERNATIVE",
});

named_enum!(BarAggregation {
    Tick = 1 "TICK",
    TickImbalance = 2 "TICK_IMBALANCE",
    TickRuns = 3 "TICK_RUNS",
    Volume = 4 "VOLUME",
    VolumeImbalance = 5 "VOLUME_IMBALANCE",
    VolumeRuns = 6 "VOLUME_RUNS",
    Value = 7 "VALUE",
    ValueImbalance = 8 "VALUE_IMBALANCE",
    ValueRuns = 9 "VALUE_RUNS",
    Millisecond = 10 "MILLISECOND",
    Second = 11 "SECOND",
    Minute = 12 "MINUTE",
    Hour = 13 "HOUR",
    Day = 14 "DAY",
    Week = 15 "WEEK",
    Month = 16 "MONTH",
    Year = 17 "YEAR",
    Renko = 18 "RENKO",
});

named_enum!(BookAction {
    Add = 1 "ADD",
    Update = 2 "UPDATE",
    Delete = 3 "DELETE",
    Clear = 4 "CLEAR",
});

named_enum!(BookType {
    L1Mbp = 1 "L1_MBP",
    L2Mbp = 2 "L2_MBP",
    L3Mbo = 3 "L3_MBO",
});

named_enum!(ContingencyType {
    NoContingency = 0 "NO_CONTINGENCY",
    Oco = 1 "OCO",
    Oto = 2 "OTO",
    Ouo = 3 "OUO",
});

named_enum!(CurrencyType {
    Crypto = 1 "CRYPTO",
    Fiat = 2 "FIAT",
    CommodityBacked = 3 "COMMODITY_BACKED",
});

named_enum!(InstrumentClass {
    Spot = 1 "SPOT",
    Swap = 2 "SWAP",
    Future = 3 "FUTURE",
    FuturesSpread = 4 "FUTURES_SPREAD",
    Forward = 5 "FORWARD",
    Cfd = 6 "CFD",
    Bond = 7 "BOND",
    Option = 8 "OPTION",
    OptionSpread = 9 "OPTION_SPREAD",
    Warrant = 10 "WARRANT",
    SportsBetting = 11 "SPORTS_BETTING",
    BinaryOption = 12 "BINARY_OPTION",
});

named_enum!(InstrumentCloseType {
    EndOfSession = 1 "END_OF_SESSION",
    ContractExpired = 2 "CONTRACT_EXPIRED",
});

named_enum!(LiquiditySide {
    NoLiquiditySide = 0 "NO_LIQUIDITY_SIDE",
    Maker = 1 "MAKER",
    Taker = 2 "TAKER",
});

named_enum!(MarketStatus {
    Open = 1 "OPEN",
    Closed = 2 "CLOSED",
    Paused = 3 "PAUSED",
    Suspended = 5 "SUSPENDED",
    NotAvailable = 6 "NOT_AVAILABLE",
});

named_enum!(MarketStatusAction {
    None = 0 "NONE",
    PreOpen = 1 "PRE_OPEN",
    PreCross = 2 "PRE_CROSS",
    Quoting = 3 "QUOTING",
    Cross = 4 "CROSS",
    Rotation = 5 "ROTATION",
    NewPriceIndication = 6 "NEW_PRICE_INDICATION",
    Trading = 7 "TRADING",
    Halt = 8 "HALT",
    Pause = 9 "PAUSE",
    Suspend = 10 "SUSPEND",
    PreClose = 11 "PRE_CLOSE",
    Close = 12 "CLOSE",
    PostClose = 13 "POST_CLOSE",
    ShortSellRestrictionChange = 14 "SHORT_SELL_RESTRICTION_CHANGE",
    NotAvailableForTrading = 15 "NOT_AVAILABLE_FOR_TRADING",
});

named_enum!(OmsType {
    Unspecified = 0 "UNSPECIFIED",
    Netting = 1 "NETTING",
    Hedging = 2 "HEDGING",
});

named_enum!(OptionKind {
    Call = 1 "CALL",
    Put = 2 "PUT",
});

named_enum!(OrderSide {
    NoOrderSide = 0 "NO_ORDER_SIDE",
    Buy = 1 "BUY",
    Sell = 2 "SELL",
});

named_enum!(OrderStatus {
    Initialized = 1 "INITIALIZED",
    Denied = 2 "DENIED",
    Emulated = 3 "EMULATED",
    Released = 4 "RELEASED",
    Submitted = 5 "SUBMITTED",
    Accepted = 6 "ACCEPTED",
    Rejected = 7 "REJECTED",
    Canceled = 8 "CANCELED",
    Expired = 9 "EXPIRED",
    Triggered = 10 "TRIGGERED",
    PendingUpdate = 11 "PENDING_UPDATE",
    PendingCancel = 12 "PENDING_CANCEL",
    PartiallyFilled = 13 "PARTIALLY_FILLED",
    Filled = 14 "FILLED",
});

named_enum!(OrderType {
    Market = 1 "MARKET",
    Limit = 2 "LIMIT",
    StopMarket = 3 "STOP_MARKET",
    StopLimit = 4 "STOP_LIMIT",
    MarketToLimit = 5 "MARKET_TO_LIMIT",
    MarketIfTouched = 6 "MARKET_IF_TOUCHED",
    LimitIfTouched = 7 "LIMIT_IF_TOUCHED",
    TrailingStopMarket = 8 "TRAILING_STOP_MARKET",
    TrailingStopLimit = 9 "TRAILING_STOP_LIMIT",
});

named_enum!(PositionSide {
    NoPositionSide = 0 "NO_POSITION_SIDE",
    Flat = 1 "FLAT",
    Long = 2 "LONG",
    Short = 3 "SHORT",
});

named_enum!(PriceType {
    Bid = 1 "BID",
    Ask = 2 "ASK",
    Mid = 3 "MID",
    Last = 4 "LAST",
    Mark = 5 "MARK",
});

named_enum!(RecordFlag {
    FLast = 128 "F_LAST",
    FTob = 64 "F_TOB",
    FSnapshot = 32 "F_SNAPSHOT",
    FMbp = 16 "F_MBP",
    Reserved2 = 8 "RESERVED_2",
    Reserved1 = 4 "RESERVED_1",
});

named_enum!(TimeInForce {
    Gtc = 1 "GTC",
    Ioc = 2 "IOC",
    Fok = 3 "FOK",
    Gtd = 4 "GTD",
    Day = 5 "DAY",
    AtTheOpen = 6 "AT_THE_OPEN",
    AtTheClose = 7 "AT_THE_CLOSE",
});

named_enum!(TradingState {
    Active = 1 "ACTIVE",
    Halted = 2 "HALTED",
    Reducing = 3 "REDUCING",
});

named_enum!(TrailingOffsetType {
    NoTrailingOffset = 0 "NO_TRAILING_OFFSET",
    Price = 1 "PRICE",
    BasisPoints = 2 "BASIS_POINTS",
    Ticks = 3 "TICKS",
    PriceTier = 4 "PRICE_TIER",
});

named_enum!(TriggerType {
    NoTrigger = 0 "NO_TRIGGER",
    Default = 1 "DEFAULT",
    LastPrice = 2 "LAST_PRICE",
    MarkPrice = 3 "MARK_PRICE",
    IndexPrice = 4 "INDEX_PRICE",
    BidAsk = 5 "BID_ASK",
    DoubleLast = 6 "DOUBLE_LAST",
    DoubleBidAsk = 7 "DOUBLE_BID_ASK",
    LastOrBidAsk = 8 "LAST_OR_BID_ASK",
    MidPoint = 9 "MID_POINT",
});

impl OrderSide {
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
            Self::NoOrderSide => Self::NoOrderSide,
        }
    }
}
