"""The cache's rarely used rest: prices that only derivatives have, the catalogs of a run, and further queries.

The engine's `Cache` asks here for every attribute that it lacks itself.
"""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from nautilus_trader import _refuse
from nautilus_trader._profile import LATER

_CAPACITY = 10_000


_NOT_HERE = """
add_account add_currency add_greeks add_instrument_status add_order add_order_list add_own_order_book add_position
add_position_id add_synthetic add_venue_order_id add_yield_curve audit_own_order_books bar_capacity build_index
cache_accounts cache_all cache_currencies cache_general cache_instruments cache_order_lists cache_orders cache_positions
cache_synthetics clear_index clear_mark_xrate clear_mark_xrates client_id delete_actor delete_strategy dispose flush_db
force_remove_from_own_order_book funding_rate_count funding_rates get_mark_xrate greeks has_funding_rates
has_instrument_statuses instrument_status instrument_status_count instrument_statuses
is_order_pending_cancel_local load_account load_actor load_instrument load_order load_position load_strategy
load_synthetic own_ask_orders own_bid_orders persist_account_events position_snapshot_bytes position_snapshot_ids prices
purge_account_events purge_closed_orders purge_closed_positions purge_instrument purge_order purge_position
set_account_id_for_venue set_mark_xrate set_specific_venue snapshot_order_state snapshot_position
snapshot_position_state tick_capacity update_account update_actor update_order update_order_pending_cancel_local
update_own_order_book update_position update_strategy yield_curve
"""


@_refuse.members(_NOT_HERE, "Cache")
class Rest:
    """`cache` is the engine's."""

    def __init__(self, cache: Any) -> None:
        self._cache = cache
        self._marks: dict[Any, deque[Any]] = {}
        self._indexes: dict[Any, deque[Any]] = {}
        self._fundings: dict[Any, Any] = {}
        self._catalogs: list[Any] = []
        # What was added to an engine that has catalogs: class and instrument or bar type.
        self.loaded: set[tuple[str, str]] = set()

    __getattr__ = _refuse.lacking("Cache")

    def reset(self) -> None:
        for kept in (self._marks, self._indexes, self._fundings):
            kept.clear()

    # Catalogs

    def catalogs(self) -> list[Any]:
        return self._catalogs

    # Mark and index prices, funding rates

    def add_mark_price(self, mark_price: Any) -> None:
        self._marks.setdefault(mark_price.instrument_id, deque(maxlen=_CAPACITY)).appendleft(mark_price)

    def add_index_price(self, index_price: Any) -> None:
        self._indexes.setdefault(index_price.instrument_id, deque(maxlen=_CAPACITY)).appendleft(index_price)

    def add_funding_rate(self, funding_rate: Any) -> None:
        self._fundings[funding_rate.instrument_id] = funding_rate

    def mark_price(self, instrument_id: Any, index: int = 0) -> Any:
        return _at(self._marks.get(instrument_id), index)

    def mark_prices(self, instrument_id: Any) -> list[Any]:
        return list(self._marks.get(instrument_id, ()))

    def mark_price_count(self, instrument_id: Any) -> int:
        return len(self._marks.get(instrument_id, ()))

    def has_mark_prices(self, instrument_id: Any) -> bool:
        return self.mark_price_count(instrument_id) > 0

    def index_price(self, instrument_id: Any, index: int = 0) -> Any:
        return _at(self._indexes.get(instrument_id), index)

    def index_prices(self, instrument_id: Any) -> list[Any]:
        return list(self._indexes.get(instrument_id, ()))

    def index_price_count(self, instrument_id: Any) -> int:
        return len(self._indexes.get(instrument_id, ()))

    def has_index_prices(self, instrument_id: Any) -> bool:
        return self.index_price_count(instrument_id) > 0

    def funding_rate(self, instrument_id: Any) -> Any:
        return self._fundings.get(instrument_id)

    # Books, synthetics, bars

    def book_update_count(self, instrument_id: Any) -> int:
        book = self._cache.order_book(instrument_id)
        return 0 if book is None else book.update_count

    def synthetic(self, instrument_id: Any) -> None:
        return None

    def synthetics(self) -> list[Any]:
        return []

    def synthetic_ids(self) -> list[Any]:
        return []

    def own_order_book(self, instrument_id: Any) -> None:
        return None

    def instrument_ids(self, venue: Any = None) -> list[Any]:
        return [instrument.id for instrument in self._cache.instruments(venue)]

    def add_quote_ticks(self, ticks: Iterable[Any]) -> None:
        _add_newer(ticks, lambda tick: self._cache.quote_tick(tick.instrument_id), self._cache.add_quote_tick)

    def add_trade_ticks(self, ticks: Iterable[Any]) -> None:
        _add_newer(ticks, lambda tick: self._cache.trade_tick(tick.instrument_id), self._cache.add_trade_tick)

    def add_bars(self, bars: Iterable[Any]) -> None:
        _add_newer(bars, lambda bar: self._cache.bar(bar.bar_type), self._cache.add_bar)

    # Execution algorithms

    def exec_algorithm_ids(self) -> set[Any]:
        return {order.exec_algorithm_id for order in self._cache.orders() if order.exec_algorithm_id is not None}

    def orders_for_exec_algorithm(
        self, exec_algorithm_id: Any, venue: Any = None, instrument_id: Any = None, strategy_id: Any = None, *sides: Any
    ) -> list[Any]:
        orders = self._cache.orders(venue, instrument_id, strategy_id, *sides)
        return [order for order in orders if order.exec_algorithm_id == exec_algorithm_id]

    def orders_for_exec_spawn(self, exec_spawn_id: Any) -> list[Any]:
        return [order for order in self._cache.orders() if order.exec_spawn_id == exec_spawn_id]

    def exec_spawn_total_quantity(self, exec_spawn_id: Any, active_only: bool = False) -> Any:
        return self._total(exec_spawn_id, "quantity", active_only)

    def exec_spawn_total_filled_qty(self, exec_spawn_id: Any, active_only: bool = False) -> Any:
        return self._total(exec_spawn_id, "filled_qty", active_only)

    def exec_spawn_total_leaves_qty(self, exec_spawn_id: Any, active_only: bool = False) -> Any:
        return self._total(exec_spawn_id, "leaves_qty", active_only)

    def _total(self, exec_spawn_id: Any, amount: str, active_only: bool) -> Any:
        from nautilus_trader.model.objects import Quantity

        orders = self.orders_for_exec_spawn(exec_spawn_id)
        if not orders:
            return None
        wanted = [getattr(order, amount) for order in orders if not (active_only and order.is_closed)]
        return Quantity(sum(quantity.as_decimal() for quantity in wanted), orders[0].quantity.precision)

    # Lists of orders

    def order_list_ids(self, venue: Any = None, instrument_id: Any = None, strategy_id: Any = None) -> set[Any]:
        orders = self._cache.orders(venue, instrument_id, strategy_id)
        return {order.order_list_id for order in orders if order.order_list_id is not None}

    def order_lists(self, venue: Any = None, instrument_id: Any = None, strategy_id: Any = None) -> list[Any]:
        return [self._cache.order_list(each) for each in sorted(self.order_list_ids(venue, instrument_id, strategy_id))]

    # Ids

    def client_order_ids(self, venue: Any = None, instrument_id: Any = None, strategy_id: Any = None) -> set[Any]:
        return {order.client_order_id for order in self._cache.orders(venue, instrument_id, strategy_id)}

    def client_order_ids_open(self, venue: Any = None, instrument_id: Any = None, strategy_id: Any = None) -> set[Any]:
        return {order.client_order_id for order in self._cache.orders_open(venue, instrument_id, strategy_id)}

    def client_order_ids_closed(
        self, venue: Any = None, instrument_id: Any = None, strategy_id: Any = None
    ) -> set[Any]:
        return {order.client_order_id for order in self._cache.orders_closed(venue, instrument_id, strategy_id)}

    def client_order_ids_emulated(
        self, venue: Any = None, instrument_id: Any = None, strategy_id: Any = None
    ) -> set[Any]:
        return {order.client_order_id for order in self._cache.orders_emulated(venue, instrument_id, strategy_id)}

    def client_order_ids_inflight(
        self, venue: Any = None, instrument_id: Any = None, strategy_id: Any = None
    ) -> set[Any]:
        return {order.client_order_id for order in self._cache.orders_inflight(venue, instrument_id, strategy_id)}

    def position_ids(self, venue: Any = None, instrument_id: Any = None, strategy_id: Any = None) -> set[Any]:
        return {position.id for position in self._cache.positions(venue, instrument_id, strategy_id)}

    def position_open_ids(self, venue: Any = None, instrument_id: Any = None, strategy_id: Any = None) -> set[Any]:
        return {position.id for position in self._cache.positions_open(venue, instrument_id, strategy_id)}

    def position_closed_ids(self, venue: Any = None, instrument_id: Any = None, strategy_id: Any = None) -> set[Any]:
        return {position.id for position in self._cache.positions_closed(venue, instrument_id, strategy_id)}

    def actor_ids(self) -> set[Any]:
        return set()

    def strategy_ids(self) -> set[Any]:
        return {order.strategy_id for order in self._cache.orders()}

    # A database, which a backtest does without

    @property
    def has_backing(self) -> bool:
        return False

    def heartbeat(self, timestamp: Any) -> None: ...

    # Integrity

    def check_integrity(self) -> bool:
        return True

    def check_residuals(self) -> bool:
        return bool(self._cache.orders_open() or self._cache.positions_open())

    def calculate_unrealized_pnl(self, position: Any) -> Any:
        quote = self._cache.quote_tick(position.instrument_id)
        if quote is None:
            return None
        return position.unrealized_pnl(quote.bid_price if position.is_long else quote.ask_price)


def _add_newer(items: Iterable[Any], newest: Callable[[Any], Any], add: Callable[[Any], None]) -> None:
    """What is older than the cache's newest is left out; in 1.221 also what is as old."""
    for item in items:
        known = newest(item)
        if known is None or item.ts_event > known.ts_event or (LATER and item.ts_event == known.ts_event):
            add(item)


def _at(items: Any, index: int) -> Any:
    return None if items is None or index >= len(items) else items[index]
