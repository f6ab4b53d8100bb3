"""NautilusTrader's surface as data. Its classes are known by their own names: they moved between modules over the
releases (`trading.strategy.Strategy`, `trading.Strategy`, `config.CacheConfig`, `cache.config.CacheConfig`), but no two
that rules speak of share a name.
"""

from functools import cache

PACKAGE = "nautilus_trader"

STRATEGIES = frozenset({"Strategy", "StrategyPyo3"})
COMPONENTS = STRATEGIES | {"Actor", "DataActor", "ExecAlgorithm", "Controller"}

ORDER_COMMANDS = frozenset({
    "submit_order", "submit_order_list", "modify_order", "modify_order_in_place", "cancel_order", "cancel_orders",
    "cancel_all_orders", "close_position", "close_all_positions", "market_exit", "spawn_market", "spawn_limit",
    "spawn_market_to_limit",
})  # fmt: skip
"""Methods of a strategy or execution algorithm that reach the venue."""

ORDER_FACTORY = frozenset({
    "market", "limit", "stop_market", "stop_limit", "market_to_limit", "market_if_touched", "limit_if_touched",
    "trailing_stop_market", "trailing_stop_limit", "bracket", "create_list",
})  # fmt: skip

DATA_COMMANDS = ("subscribe_", "unsubscribe_", "request_")
"""Beginnings of the methods that choose what data a component sees."""

TIMERS = frozenset({"set_timer", "set_timer_ns", "set_time_alert", "set_time_alert_ns"})

TICK_HANDLERS = frozenset({
    "on_quote_tick", "on_quote", "on_trade_tick", "on_trade", "on_order_book", "on_order_book_delta",
    "on_order_book_deltas", "on_order_book_depth", "on_book", "on_book_deltas",
})  # fmt: skip
"""Handlers of data that arrives within a bar."""

TICK_SUBSCRIPTIONS = frozenset({
    "subscribe_quote_ticks", "subscribe_quotes", "subscribe_trade_ticks", "subscribe_trades",
    "subscribe_order_book_deltas", "subscribe_order_book_depth", "subscribe_order_book_at_interval",
    "subscribe_order_book_snapshots",
    "subscribe_book_deltas", "subscribe_book_depth10", "subscribe_book_at_interval",
})  # fmt: skip

HANDLERS = frozenset({
    "on_bar", "on_data", "on_degrade", "on_dispose", "on_event", "on_fault", "on_funding_rate", "on_historical_data",
    "on_index_price", "on_instrument", "on_instrument_close", "on_instrument_status", "on_load", "on_mark_price",
    "on_market_exit", "on_option_chain", "on_option_greeks", "on_order_accepted", "on_order_book",
    "on_order_book_deltas", "on_order_book_depth", "on_order_cancel_rejected", "on_order_canceled", "on_order_denied",
    "on_order_emulated", "on_order_event", "on_order_expired", "on_order_filled", "on_order_initialized",
    "on_order_modify_rejected", "on_order_pending_cancel", "on_order_pending_update", "on_order_rejected",
    "on_order_released", "on_order_submitted", "on_order_triggered", "on_order_updated", "on_position_changed",
    "on_position_closed", "on_position_event", "on_position_opened", "on_quote_tick", "on_reset", "on_resume",
    "on_save", "on_signal", "on_start", "on_stop", "on_trade_tick",
})  # fmt: skip
"""Methods that the kernel calls on a strategy or actor in some 1.x release (1.211 to 1.231)."""

HANDLERS_SINCE = {
    "on_index_price": (1, 214), "on_mark_price": (1, 214), "on_order_book_depth": (1, 217),
    "on_funding_rate": (1, 220), "on_market_exit": (1, 223), "on_option_chain": (1, 225), "on_option_greeks": (1, 225),
}  # fmt: skip
"""The release that each of these came with; the others are older than 1.211."""

ALGORITHM_HANDLERS = frozenset({"on_order", "on_order_list"})
"""Further ones of an execution algorithm."""

HANDLERS_V2 = frozenset({
    "on_quote", "on_trade", "on_book", "on_book_deltas", "on_book_depth", "on_time_event", "on_instrument_any",
})  # fmt: skip
"""Names that release 2 gave to handlers; 1.x never calls them."""

INDICATOR_HANDLERS = frozenset({"handle_quote_tick", "handle_trade_tick", "handle_bar", "update_raw"})

VENUE_PARAMETERS = ("venue", "oms_type", "account_type", "starting_balances")
"""The first parameters of `BacktestEngine.add_venue`, the same in every 1.x."""

VENUE_KEYWORDS = frozenset({
    *VENUE_PARAMETERS, "base_currency", "default_leverage", "leverages", "margin_model", "modules", "fill_model",
    "fee_model", "latency_model", "book_type", "routing", "frozen_account", "reject_stop_orders", "support_gtd_orders",
    "support_contingent_orders", "use_position_ids", "use_random_ids", "use_reduce_only", "use_message_queue",
    "bar_execution", "bar_adaptive_high_low_ordering", "trade_execution", "allow_cash_borrowing",
    "liquidity_consumption", "price_protection_points", "oto_trigger_mode", "use_market_order_acks", "queue_position",
    "settlement_prices",
})  # fmt: skip
"""All that `BacktestEngine.add_venue` takes in any release from 1.211 to 1.231."""

LATENCY_PARAMETERS = ("base_latency_nanos", "insert_latency_nanos", "update_latency_nanos", "cancel_latency_nanos")
"""Of `LatencyModel`, in order. Insert, update and cancel are added to base; all are whole nanoseconds."""

LATENCY_DEFAULT_NANOS = {"LatencyModel": 1_000_000, "LatencyModelConfig": 1_000_000_000, "StaticLatencyModel": 0}
"""What base is when it is not given."""

LATENCY_MODELS = frozenset({*LATENCY_DEFAULT_NANOS, "ImportableLatencyModelConfig"})

INSTRUMENT_PARAMETERS = {
    "CurrencyPair": (
        "instrument_id", "raw_symbol", "base_currency", "quote_currency", "price_precision", "size_precision",
        "price_increment", "size_increment",
    ),
    "CryptoPerpetual": (
        "instrument_id", "raw_symbol", "base_currency", "quote_currency", "settlement_currency", "is_inverse",
        "price_precision", "size_precision", "price_increment", "size_increment",
    ),
    "CryptoFuture": (
        "instrument_id", "raw_symbol", "underlying", "quote_currency", "settlement_currency", "is_inverse",
        "activation_ns", "expiration_ns", "price_precision", "size_precision", "price_increment", "size_increment",
    ),
    "FuturesContract": (
        "instrument_id", "raw_symbol", "asset_class", "currency", "price_precision", "price_increment",
    ),
    "Equity": ("instrument_id", "raw_symbol", "currency", "price_precision", "price_increment"),
    "Cfd": (
        "instrument_id", "raw_symbol", "asset_class", "quote_currency", "price_precision", "size_precision",
        "price_increment", "size_increment",
    ),
}  # fmt: skip
"""The leading positional parameters of the instrument classes (1.211 to 1.231)."""


@cache
def short(name: str | None) -> str | None:
    """A class or function of NautilusTrader by its own name; None for everything else."""
    if name is None or not name.startswith(f"{PACKAGE}."):
        return None
    return name.rpartition(".")[2]


CURRENCIES = frozenset({
    "AAVE", "ACA", "ADA", "ARB", "AUD", "AVAX", "BCH", "BIO", "BNB", "BRL", "BRZ", "BSV", "BTC", "BTTC", "BUSD", "CAD",
    "CHF", "CNH", "CNY", "CRV", "CZK", "DASH", "DKK", "DOGE", "DOT", "ENA", "EOS", "ETH", "ETHW", "EUR", "EZ", "FDUSD",
    "FTT", "GBP", "HKD", "HUF", "HYPE", "ILS", "INR", "JOE", "JPY", "KRW", "LINK", "LTC", "LUNA", "MXN", "NBT", "NOK",
    "NZD", "ONEINCH", "1INCH", "PLN", "PROVE", "RUB", "SAR", "SEK", "SGD", "SOL", "SUI", "THB", "TRX", "TRY", "TRYB",
    "TUSD", "UNI", "USD", "USDC", "USDP", "USDT", "VTC", "WSB", "XAG", "XAU", "XBT", "XEC", "XLM", "XMR", "XRP", "XTZ",
    "ZAR", "ZEC",
})  # fmt: skip
"""The codes of `nautilus_trader.model.currencies` (1.231)."""

ENUMS = {
    "oms_type": frozenset({"UNSPECIFIED", "NETTING", "HEDGING"}),
    "account_type": frozenset({"CASH", "MARGIN", "BETTING", "WALLET"}),
    "book_type": frozenset({"L1_MBP", "L2_MBP", "L3_MBO"}),
    "order_side": frozenset({"NO_ORDER_SIDE", "BUY", "SELL"}),
    "time_in_force": frozenset({"GTC", "IOC", "FOK", "GTD", "DAY", "AT_THE_OPEN", "AT_THE_CLOSE"}),
    "trigger_type": frozenset({
        "NO_TRIGGER", "DEFAULT", "LAST_PRICE", "MARK_PRICE", "INDEX_PRICE", "BID_ASK", "DOUBLE_LAST", "DOUBLE_BID_ASK",
        "LAST_OR_BID_ASK", "MID_POINT",
    }),
    "bar_aggregation": frozenset({
        "TICK", "TICK_IMBALANCE", "TICK_RUNS", "VOLUME", "VOLUME_IMBALANCE", "VOLUME_RUNS", "VALUE", "VALUE_IMBALANCE",
        "VALUE_RUNS", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "YEAR", "RENKO",
    }),
    "price_type": frozenset({"BID", "ASK", "MID", "LAST", "MARK"}),
    "order_type": frozenset({
        "MARKET", "LIMIT", "STOP_MARKET", "STOP_LIMIT", "MARKET_TO_LIMIT", "MARKET_IF_TOUCHED", "LIMIT_IF_TOUCHED",
        "TRAILING_STOP_MARKET", "TRAILING_STOP_LIMIT",
    }),
    "position_side": frozenset({"NO_POSITION_SIDE", "FLAT", "LONG", "SHORT"}),
    "log_level": frozenset({"OFF", "TRACE", "DEBUG", "INFO", "WARN", "WARNING", "ERROR"}),
}  # fmt: skip
"""The words that enums are written with, in any case (observed on 1.221 and 1.231)."""
