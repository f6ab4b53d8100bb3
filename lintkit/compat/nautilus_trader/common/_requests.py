"""What actors ask for: history, which a backtest has only where a catalog is registered, and instruments."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from lintkit._engine import BarType, InstrumentId, Venue
from nautilus_trader import _refuse
from nautilus_trader._profile import LATER
from nautilus_trader.common._subscriptions import Subscriptions
from nautilus_trader.core.uuid import UUID4
from nautilus_trader.model.enums import PriceType

Answered = Callable[[UUID4], None]


def _not_none(name: str, value: Any) -> Any:
    if value is None:
        raise TypeError(f"'{name}' argument was `None`")
    return value


def _callable(callback: Any) -> None:
    if callback is not None and not callable(callback):
        raise TypeError(f"Argument 'callback' has incorrect type (expected a callable, got {type(callback).__name__})")


class Requests(Subscriptions):
    """The `request_*` methods. Answers come before they return; the id is what the callback gets."""

    _pending: dict[UUID4, Answered | None]

    def on_historical_data(self, data: Any) -> None: ...

    def is_pending_request(self, request_id: UUID4) -> bool:
        return request_id in self._pending

    def has_pending_requests(self) -> bool:
        return bool(self._pending)

    def pending_requests(self) -> set[UUID4]:
        return set(self._pending)

    def _range(self, start: Any, end: Any) -> tuple[datetime, datetime]:
        now = self.clock.utc_now()
        end = now if end is None else end
        _not_none("start", start)
        for wrong, what in (
            (start > now, "start was > now"),
            (end > now, "end was > now"),
            (start > end, "start was > end"),
        ):
            if wrong:
                raise ValueError(what)
        return start, end

    def _ask(self, what: str, callback: Answered | None, request_id: UUID4 | None) -> UUID4:
        self._require_engine(what)
        _callable(callback)
        request_id = request_id or UUID4()
        self._pending[request_id] = callback
        return request_id

    def _answer(self, request_id: UUID4) -> UUID4:
        callback = self._pending.pop(request_id, None)
        if callback is not None:
            callback(request_id)
        return request_id

    def _catalogs(self) -> list[Any]:
        return self.cache.catalogs()

    def _history(self, method: str, start: datetime, end: datetime, **query: Any) -> list[Any]:
        """From the first catalog that has some; a request's limit does not hold there."""
        for catalog in self._catalogs():
            data = list(getattr(catalog, method)(start=start, end=end, **query))
            if data:
                return data
        return []

    def _deliver(
        self, data: list[Any], add: Callable[[list[Any]], None] | None, feed: Callable[[Any], None] | None
    ) -> None:
        if add is not None:
            add(data)
        for item in data:
            if feed is not None:
                feed(item)
            self.on_historical_data(item)

    def request_data(
        self,
        data_type: Any,
        client_id: Any,
        instrument_id: InstrumentId | None = None,
        start: Any = None,
        end: Any = None,
        limit: int = 0,
        callback: Answered | None = None,
        update_catalog: bool = False,
        join_request: bool = False,
        request_id: UUID4 | None = None,
        params: Any = None,
    ) -> UUID4:
        _not_none("client_id", client_id)
        _not_none("data_type", data_type)
        start, end = self._range(start, end)
        request = self._ask("request_data", callback, request_id)
        if not self._catalogs():
            return request  # never answered
        data = self._history("custom_data", start, end, cls=data_type.type, metadata=data_type.metadata or None)
        self._deliver([getattr(item, "data", item) for item in data], None, None)
        return self._answer(request)

    def request_instrument(
        self,
        instrument_id: InstrumentId,
        start: Any = None,
        end: Any = None,
        client_id: Any = None,
        callback: Answered | None = None,
        update_catalog: bool = False,
        join_request: bool = False,
        request_id: UUID4 | None = None,
        params: Any = None,
    ) -> UUID4:
        request = self._ask("request_instrument", callback, request_id)
        instrument = self.cache.instrument(_not_none("instrument_id", instrument_id))
        if instrument is None:
            self.log.error(f"Cannot find instrument for {instrument_id}")
            return request
        self.handle_instrument(instrument)
        return self._answer(request)

    def request_instruments(
        self,
        venue: Venue,
        start: Any = None,
        end: Any = None,
        client_id: Any = None,
        callback: Answered | None = None,
        update_catalog: bool = False,
        join_request: bool = False,
        request_id: UUID4 | None = None,
        params: Any = None,
    ) -> UUID4:
        request = self._ask("request_instruments", callback, request_id)
        instruments = self.cache.instruments(_not_none("venue", venue))
        if not instruments:
            self.log.error("Cannot find instruments")
            return request
        for instrument in instruments:
            self.handle_instrument(instrument)
        return self._answer(request)

    def request_quote_ticks(
        self,
        instrument_id: InstrumentId,
        start: Any,
        end: Any = None,
        limit: int = 0,
        client_id: Any = None,
        callback: Answered | None = None,
        update_catalog: bool = False,
        join_request: bool = False,
        request_id: UUID4 | None = None,
        params: Any = None,
        aggregate_spread_quotes: bool = False,
    ) -> UUID4:
        start, end = self._range(start, end)
        request = self._ask("request_quote_ticks", callback, request_id)
        ticks = self._history("quote_ticks", start, end, instrument_ids=[str(instrument_id)])
        if not ticks:
            self.log.warning(f"Received <QuoteTick[]> data with no ticks for {instrument_id}")
        self._deliver(ticks, self.cache.add_quote_ticks, self._feed("quotes", instrument_id, "handle_quote_tick"))
        return self._answer(request)

    def request_trade_ticks(
        self,
        instrument_id: InstrumentId,
        start: Any,
        end: Any = None,
        limit: int = 0,
        client_id: Any = None,
        callback: Answered | None = None,
        update_catalog: bool = False,
        join_request: bool = False,
        request_id: UUID4 | None = None,
        params: Any = None,
    ) -> UUID4:
        start, end = self._range(start, end)
        request = self._ask("request_trade_ticks", callback, request_id)
        ticks = self._history("trade_ticks", start, end, instrument_ids=[str(instrument_id)])
        if not ticks:
            self.log.warning(f"Received <TradeTick[]> data with no ticks for {instrument_id}")
        self._deliver(ticks, self.cache.add_trade_ticks, self._feed("trades", instrument_id, "handle_trade_tick"))
        return self._answer(request)

    def request_bars(
        self,
        bar_type: BarType,
        start: Any,
        end: Any = None,
        limit: int = 0,
        client_id: Any = None,
        callback: Answered | None = None,
        update_catalog: bool = False,
        join_request: bool = False,
        request_id: UUID4 | None = None,
        params: Any = None,
    ) -> UUID4:
        if LATER and not bar_type.is_standard():
            raise ValueError(
                "Use a standard bar type with request_bars. Composite bar types can be used with "
                "request_aggregated_bars"
            )
        start, end = self._range(start, end)
        request = self._ask("request_bars", callback, request_id)
        bars = self._history("bars", start, end, bar_types=[str(bar_type)])
        if not bars:
            self.log.warning(f"Received <Bar[]> data with no bar for {bar_type}")
        self._deliver(bars, self.cache.add_bars, self._feed("bars", bar_type.standard(), "handle_bar"))
        return self._answer(request)

    def request_aggregated_bars(
        self,
        bar_types: list[BarType],
        start: Any,
        end: Any = None,
        limit: int = 0,
        client_id: Any = None,
        callback: Answered | None = None,
        include_external_data: bool = False,
        update_subscriptions: bool = False,
        update_catalog: bool = False,
        request_id: UUID4 | None = None,
        params: Any = None,
        aggregate_spread_quotes: bool = False,
    ) -> UUID4 | None:
        if not bar_types:
            raise ValueError("'bar_types' collection was empty")
        start, end = self._range(start, end)
        for bar_type in bar_types:
            if not bar_type.is_internally_aggregated():
                self.log.error(f"request_aggregated_bars: {bar_type} must be internally aggregated")
                return None
        if self._catalogs():
            _refuse.refuse("Actor.request_aggregated_bars from a catalog")
        request = self._ask("request_aggregated_bars", callback, request_id)
        first = bar_types[0]
        if first.is_composite():
            self.log.warning(f"Received <Bar[]> data with no bar for {first.composite()}")
        else:
            kind = "TradeTick" if first.spec.price_type == PriceType.LAST else "QuoteTick"
            self.log.warning(f"Received <{kind}[]> data with no ticks for {first.instrument_id}")
        return self._answer(request)

    def request_order_book_snapshot(
        self,
        instrument_id: InstrumentId,
        limit: int = 0,
        client_id: Any = None,
        callback: Answered | None = None,
        join_request: bool = False,
        request_id: UUID4 | None = None,
        params: Any = None,
    ) -> UUID4:
        """A backtest does not answer."""
        return self._ask("request_order_book_snapshot", callback, request_id)

    def request_order_book_depth(self, instrument_id: InstrumentId, start: Any, *args: Any, **kwargs: Any) -> UUID4:
        _refuse.refuse("Actor.request_order_book_depth")

    def request_order_book_deltas(self, instrument_id: InstrumentId, start: Any, *args: Any, **kwargs: Any) -> UUID4:
        _refuse.refuse("Actor.request_order_book_deltas")

    def request_funding_rates(self, instrument_id: InstrumentId, start: Any, *args: Any, **kwargs: Any) -> UUID4:
        _refuse.refuse("Actor.request_funding_rates")

    def request_join(self, request_ids: Any, start: Any, *args: Any, **kwargs: Any) -> UUID4:
        _refuse.refuse("Actor.request_join")

    def _feed(self, kind: str, key: Any, handler: str) -> Callable[[Any], None]:
        """Gives history to the indicators that live data of this kind feed."""
        indicators = [indicator for a, b, indicator in self._fed if (a, b) == (kind, key)]

        def feed(item: Any) -> None:
            for indicator in indicators:
                getattr(indicator, handler)(item)

        return feed

    _fed: list[tuple[str, Any, Any]]


__getattr__ = _refuse.unknown(__name__)
