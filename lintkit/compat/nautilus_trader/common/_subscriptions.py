"""What actors subscribe to.

Quotes, trades, bars and books go by way of the kernel; everything else is a topic of the message bus.
"""

from collections.abc import Callable
from typing import Any

from lintkit._engine import (
    Bar,
    BarType,
    Component,
    InstrumentId,
    OrderBookDelta,
    OrderBookDepth10,
    QuoteTick,
    TradeTick,
    Venue,
)
from nautilus_trader import _refuse
from nautilus_trader._profile import LATER
from nautilus_trader.data import _topics
from nautilus_trader.model.enums import BookType, PriceType


def _source(bar_type: BarType) -> tuple[type, Any]:
    """What the bars are made of."""
    if bar_type.is_externally_aggregated():
        return Bar, bar_type
    if bar_type.is_composite():
        return _source(bar_type.composite())
    return TradeTick if bar_type.spec.price_type == PriceType.LAST else QuoteTick, bar_type.instrument_id


class Subscriptions(Component):
    """The `subscribe_*` and `unsubscribe_*` methods, and the handlers behind them."""

    def _require_engine(self, what: str) -> Any:
        if self._kernel is None:
            raise RuntimeError(f"{type(self).__name__}.{what}: add it to an engine first")
        return self._kernel

    # Under these names, too, the real ones have their parts.

    @property
    def _clock(self) -> Any:
        return self.clock

    @property
    def _log(self) -> Any:
        return self.log

    @property
    def _msgbus(self) -> Any:
        return self.msgbus

    def _listen(self, what: str, topic: str, handler: Callable[[Any], None]) -> None:
        self._require_engine(what)
        self.msgbus.subscribe(topic, handler)

    def _ignore(self, what: str, topic: str, handler: Callable[[Any], None]) -> None:
        self._require_engine(what)
        self.msgbus.unsubscribe(topic, handler)

    def _tell(self, name: str, item: Any) -> None:
        if self._kernel.is_running(self._index):
            getattr(self, name)(item)

    def handle_data(self, data: Any) -> None:
        self._tell("on_data", data)

    def handle_signal(self, signal: Any) -> None:
        self._tell("on_signal", signal)

    def handle_instrument(self, instrument: Any) -> None:
        # Instruments asked for while starting are delivered, too.
        self.on_instrument(instrument)

    def on_instrument(self, instrument: Any) -> None: ...

    def handle_instrument_status(self, data: Any) -> None:
        self._tell("on_instrument_status", data)

    def handle_instrument_close(self, update: Any) -> None:
        self._tell("on_instrument_close", update)

    def handle_mark_price(self, mark_price: Any) -> None:
        self._tell("on_mark_price", mark_price)

    def handle_index_price(self, index_price: Any) -> None:
        self._tell("on_index_price", index_price)

    def handle_funding_rate(self, funding_rate: Any) -> None:
        self._tell("on_funding_rate", funding_rate)

    def _handle_fill(self, event: Any) -> None:
        if type(event).__name__ == "OrderFilled":
            self._tell("on_order_filled", event)

    def _check_loaded(self, method: str, data_cls: type, key: Any) -> None:
        """The real engine replays what only a catalog of its config has; of books also what was added to it."""
        catalogs = self.cache.catalogs()
        if not catalogs or (data_cls.__name__, str(key)) in self.cache.loaded:
            return
        files = (
            catalog.filter_files(data_cls, catalog.get_file_list_from_data_cls(data_cls), [key]) for catalog in catalogs
        )
        if any(files):
            _refuse.refuse(
                f"{method} to {data_cls.__name__} data of {key} that come from a catalog of the engine's config"
            )

    def subscribe_quote_ticks(
        self, instrument_id: InstrumentId, client_id: Any = None, update_catalog: bool = False, params: Any = None
    ) -> None:
        self._check_loaded("subscribe_quote_ticks", QuoteTick, instrument_id)
        self._require_engine("subscribe_quote_ticks").subscribe_quotes(self._index, instrument_id)

    def unsubscribe_quote_ticks(self, instrument_id: InstrumentId, client_id: Any = None, params: Any = None) -> None:
        self._require_engine("unsubscribe_quote_ticks").unsubscribe_quotes(self._index, instrument_id)

    def subscribe_trade_ticks(
        self, instrument_id: InstrumentId, client_id: Any = None, update_catalog: bool = False, params: Any = None
    ) -> None:
        self._check_loaded("subscribe_trade_ticks", TradeTick, instrument_id)
        self._require_engine("subscribe_trade_ticks").subscribe_trades(self._index, instrument_id)

    def unsubscribe_trade_ticks(self, instrument_id: InstrumentId, client_id: Any = None, params: Any = None) -> None:
        self._require_engine("unsubscribe_trade_ticks").unsubscribe_trades(self._index, instrument_id)

    def subscribe_bars(
        self, bar_type: BarType, client_id: Any = None, update_catalog: bool = False, params: Any = None
    ) -> None:
        self._check_loaded("subscribe_bars", *_source(bar_type))
        self._require_engine("subscribe_bars").subscribe_bars(self._index, bar_type)

    def unsubscribe_bars(self, bar_type: BarType, client_id: Any = None, params: Any = None) -> None:
        self._require_engine("unsubscribe_bars").unsubscribe_bars(self._index, bar_type)

    def subscribe_order_book_deltas(
        self,
        instrument_id: InstrumentId,
        book_type: BookType = BookType.L2_MBP,
        depth: int = 0,
        client_id: Any = None,
        managed: bool = True,
        pyo3_conversion: bool = False,
        params: Any = None,
    ) -> None:
        kernel = self._require_engine("subscribe_order_book_deltas")
        self._check_loaded("subscribe_order_book_deltas", OrderBookDelta, instrument_id)
        kernel.subscribe_deltas(self._index, instrument_id)
        if managed:
            kernel.keep_book(instrument_id, book_type, by_depth=False)

    def unsubscribe_order_book_deltas(
        self, instrument_id: InstrumentId, client_id: Any = None, params: Any = None
    ) -> None:
        self._require_engine("unsubscribe_order_book_deltas").unsubscribe_deltas(self._index, instrument_id)

    def subscribe_order_book_depth(
        self,
        instrument_id: InstrumentId,
        book_type: BookType = BookType.L2_MBP,
        depth: int = 0,
        client_id: Any = None,
        managed: bool = True,
        pyo3_conversion: bool = False,
        update_catalog: bool = False,
        params: Any = None,
    ) -> None:
        kernel = self._require_engine("subscribe_order_book_depth")
        self._check_loaded("subscribe_order_book_depth", OrderBookDepth10, instrument_id)
        kernel.subscribe_depth(self._index, instrument_id)
        if managed:
            kernel.keep_book(instrument_id, book_type, by_depth=True)

    def unsubscribe_order_book_depth(
        self, instrument_id: InstrumentId, client_id: Any = None, params: Any = None
    ) -> None:
        self._require_engine("unsubscribe_order_book_depth").unsubscribe_depth(self._index, instrument_id)

    def subscribe_order_book_at_interval(
        self,
        instrument_id: InstrumentId,
        book_type: BookType = BookType.L2_MBP,
        depth: int = 0,
        interval_ms: int = 1000,
        client_id: Any = None,
        params: Any = None,
    ) -> None:
        kernel = self._require_engine("subscribe_order_book_at_interval")
        if interval_ms <= 0:
            raise ValueError(f"'interval_ms' not a positive integer, was {interval_ms}")
        if book_type == BookType.L1_MBP and depth > 1:
            self.log.error(
                f"Cannot subscribe to order book snapshots: L1_MBP books have no depth beyond 1, was {depth}"
            )
            return
        kernel.subscribe_snapshots(self._index, instrument_id, interval_ms)
        kernel.keep_book(instrument_id, book_type, by_depth=False)

    def unsubscribe_order_book_at_interval(
        self, instrument_id: InstrumentId, interval_ms: int = 1000, client_id: Any = None, params: Any = None
    ) -> None:
        kernel = self._require_engine("unsubscribe_order_book_at_interval")
        kernel.unsubscribe_snapshots(self._index, instrument_id, interval_ms)

    def subscribe_data(
        self,
        data_type: Any,
        client_id: Any = None,
        instrument_id: InstrumentId | None = None,
        update_catalog: bool = False,
        params: Any = None,
    ) -> None:
        self._listen("subscribe_data", _topics.custom(data_type, instrument_id), self.handle_data)
        if LATER and client_id is None and instrument_id is None:
            self.log.error("`Actor.subscribe_data`: `client_id` or `instrument_id` need to be specified")

    def unsubscribe_data(
        self, data_type: Any, client_id: Any = None, instrument_id: InstrumentId | None = None, params: Any = None
    ) -> None:
        self._ignore("unsubscribe_data", _topics.custom(data_type, instrument_id), self.handle_data)

    def subscribe_signal(self, name: str = "") -> None:
        self._listen("subscribe_signal", _topics.signal(name), self.handle_signal)

    def unsubscribe_signal(self, name: str = "") -> None:
        self._ignore("unsubscribe_signal", _topics.signal(name), self.handle_signal)

    def subscribe_instrument(
        self, instrument_id: InstrumentId, client_id: Any = None, update_catalog: bool = False, params: Any = None
    ) -> None:
        self._listen("subscribe_instrument", _topics.instrument(instrument_id), self.handle_instrument)

    def unsubscribe_instrument(self, instrument_id: InstrumentId, client_id: Any = None, params: Any = None) -> None:
        self._ignore("unsubscribe_instrument", _topics.instrument(instrument_id), self.handle_instrument)

    def subscribe_instruments(
        self, venue: Venue, client_id: Any = None, update_catalog: bool = False, params: Any = None
    ) -> None:
        self._listen("subscribe_instruments", _topics.instruments(venue), self.handle_instrument)
        if LATER:
            for instrument in self.cache.instruments(venue):
                self.msgbus.publish(_topics.instrument(instrument.id), instrument)

    def unsubscribe_instruments(self, venue: Venue, client_id: Any = None, params: Any = None) -> None:
        self._ignore("unsubscribe_instruments", _topics.instruments(venue), self.handle_instrument)

    def subscribe_instrument_status(
        self, instrument_id: InstrumentId, client_id: Any = None, params: Any = None
    ) -> None:
        topic = _topics.of("status", instrument_id)
        self._listen("subscribe_instrument_status", topic, self.handle_instrument_status)

    def unsubscribe_instrument_status(
        self, instrument_id: InstrumentId, client_id: Any = None, params: Any = None
    ) -> None:
        topic = _topics.of("status", instrument_id)
        self._ignore("unsubscribe_instrument_status", topic, self.handle_instrument_status)

    def subscribe_instrument_close(
        self, instrument_id: InstrumentId, client_id: Any = None, params: Any = None
    ) -> None:
        topic = _topics.close_price(instrument_id)
        self._listen("subscribe_instrument_close", topic, self.handle_instrument_close)

    def unsubscribe_instrument_close(
        self, instrument_id: InstrumentId, client_id: Any = None, params: Any = None
    ) -> None:
        topic = _topics.close_price(instrument_id)
        self._ignore("unsubscribe_instrument_close", topic, self.handle_instrument_close)

    def subscribe_mark_prices(self, instrument_id: InstrumentId, client_id: Any = None, params: Any = None) -> None:
        self._listen("subscribe_mark_prices", _topics.of("mark_prices", instrument_id), self.handle_mark_price)

    def unsubscribe_mark_prices(self, instrument_id: InstrumentId, client_id: Any = None, params: Any = None) -> None:
        self._ignore("unsubscribe_mark_prices", _topics.of("mark_prices", instrument_id), self.handle_mark_price)

    def subscribe_index_prices(self, instrument_id: InstrumentId, client_id: Any = None, params: Any = None) -> None:
        self._listen("subscribe_index_prices", _topics.of("index_prices", instrument_id), self.handle_index_price)

    def unsubscribe_index_prices(self, instrument_id: InstrumentId, client_id: Any = None, params: Any = None) -> None:
        self._ignore("unsubscribe_index_prices", _topics.of("index_prices", instrument_id), self.handle_index_price)

    def subscribe_funding_rates(self, instrument_id: InstrumentId, client_id: Any = None, params: Any = None) -> None:
        self._listen("subscribe_funding_rates", _topics.of("funding_rates", instrument_id), self.handle_funding_rate)

    def unsubscribe_funding_rates(self, instrument_id: InstrumentId, client_id: Any = None, params: Any = None) -> None:
        self._ignore("unsubscribe_funding_rates", _topics.of("funding_rates", instrument_id), self.handle_funding_rate)

    if not LATER:

        def subscribe_order_fills(self, instrument_id: InstrumentId) -> None:
            self._listen("subscribe_order_fills", f"events.fills.{instrument_id}", self._handle_fill)

        def unsubscribe_order_fills(self, instrument_id: InstrumentId) -> None:
            self._ignore("unsubscribe_order_fills", f"events.fills.{instrument_id}", self._handle_fill)

    def subscribe_option_greeks(self, instrument_id: InstrumentId, *args: Any, **kwargs: Any) -> None:
        _refuse.refuse("Actor.subscribe_option_greeks")

    def subscribe_option_chain(self, series_id: Any, *args: Any, **kwargs: Any) -> None:
        _refuse.refuse("Actor.subscribe_option_chain")


__getattr__ = _refuse.unknown(__name__)
