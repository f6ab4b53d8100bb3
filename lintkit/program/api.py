"""NautilusTrader's surface as data. Its classes are known by their own names: they moved between modules over the
releases (`trading.strategy.Strategy`, `trading.Strategy`, `config.CacheConfig`, `cache.config.CacheConfig`), but no two
that rules speak of share a name.
"""

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

INDICATOR_HANDLERS = frozenset({"handle_quote_tick", "handle_trade_tick", "handle_bar", "update_raw"})

VENUE_PARAMETERS = ("venue", "oms_type", "account_type", "starting_balances")
"""The first parameters of `BacktestEngine.add_venue`, the same in every 1.x."""

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


def short(name: str | None) -> str | None:
    """A class or function of NautilusTrader by its own name; None for everything else."""
    if name is None or not name.startswith(f"{PACKAGE}."):
        return None
    return name.rpartition(".")[2]
