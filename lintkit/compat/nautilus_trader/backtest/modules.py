"""Simulation modules: what a venue does besides matching, such as rollover interest."""

from datetime import datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

from lintkit._engine import Currency, InstrumentId, Money, OrderBook, Price, Venue
from nautilus_trader import _refuse
from nautilus_trader.accounting.calculators import RolloverInterestCalculator
from nautilus_trader.backtest.config import FXRolloverInterestConfig, SimulationModuleConfig
from nautilus_trader.common.actor import Actor
from nautilus_trader.model.enums import AssetClass, PriceType

_NEW_YORK = ZoneInfo("US/Eastern")
_ROLLOVER_HOUR = 17
_TRIPLE_DAYS = (3, 5)  # Wednesday for the weekend, and Friday


class Exchange:
    """The venue, as modules see it."""

    def __init__(self, core: Any, venue: Venue, settings: dict[str, Any]) -> None:
        self._core = core
        self.id = venue
        self.cache = core.cache
        self.msgbus = core.msgbus
        self.oms_type = settings["oms_type"]
        self.account_type = settings["account_type"]
        self.book_type = settings["book_type"]
        self.base_currency: Currency | None = settings["base_currency"]
        self.starting_balances: list[Money] = settings["starting_balances"]
        self.default_leverage = settings["default_leverage"]
        self.leverages = settings["leverages"]
        self.is_frozen_account: bool = settings["frozen_account"]

    @property
    def instruments(self) -> dict[InstrumentId, Any]:
        return {instrument.id: instrument for instrument in self.cache.instruments(self.id)}

    def get_account(self) -> Any:
        return self.cache.account_for_venue(self.id)

    def get_book(self, instrument_id: InstrumentId) -> OrderBook | None:
        """As it is now: a copy."""
        return self._core.venue_book(instrument_id)

    def get_books(self) -> dict[InstrumentId, OrderBook | None]:
        return {instrument_id: self.get_book(instrument_id) for instrument_id in self.instruments}

    def best_bid_price(self, instrument_id: InstrumentId) -> Price | None:
        book = self.get_book(instrument_id)
        return None if book is None else book.best_bid_price()

    def best_ask_price(self, instrument_id: InstrumentId) -> Price | None:
        book = self.get_book(instrument_id)
        return None if book is None else book.best_ask_price()

    def get_open_orders(self, instrument_id: InstrumentId | None = None) -> list[Any]:
        return self.cache.orders_open(self.id, instrument_id)

    def adjust_account(self, adjustment: Money) -> None:
        self._core.adjust_account(self.id, adjustment)


class SimulationModule(Actor):
    """The base class; users override `process`, and `pre_process` to see data before the venue does."""

    _config_class = SimulationModuleConfig
    exchange: Any = None

    def __repr__(self) -> str:
        return type(self).__name__

    def register_venue(self, exchange: Any) -> None:
        self.exchange = exchange

    def _start(self) -> None:
        """Modules run from the beginning; there is nothing to start."""

    def _stop(self) -> None:
        """See `_start`."""

    def _reset(self) -> None:
        self.reset()

    def pre_process(self, data: Any) -> None: ...

    def process(self, ts_now: int) -> None:
        raise NotImplementedError("method `process` must be implemented in the subclass")

    def log_diagnostics(self, logger: Any) -> None:
        raise NotImplementedError("method `log_diagnostics` must be implemented in the subclass")

    def reset(self) -> None:
        raise NotImplementedError("method `reset` must be implemented in the subclass")


class FXRolloverInterestModule(SimulationModule):
    """Charges the interest difference of currency pairs, at 17:00 in New York and then at each day's first chance.

    Rates come from a frame with LOCATION, TIME (`2020-01` or `2020-Q01`) and Value (percent a year).
    """

    _config_class = FXRolloverInterestConfig

    def __init__(self, config: FXRolloverInterestConfig) -> None:
        super().__init__(config)
        self._calculator = RolloverInterestCalculator(config.rate_data)
        self.reset()

    def reset(self) -> None:
        self._due = datetime.min.replace(tzinfo=timezone.utc)
        self._done = False
        self._totals: dict[Currency, Money] = {}
        self._day = 0

    def process(self, ts_now: int) -> None:
        now = datetime.fromtimestamp(ts_now // 1_000_000_000, tz=timezone.utc)
        if self._day != now.day:
            self._day = now.day
            self._done = False
            there = now.astimezone(_NEW_YORK)
            due = datetime(there.year, there.month, there.day, _ROLLOVER_HOUR, tzinfo=_NEW_YORK)
            self._due = due.astimezone(timezone.utc)
        if not self._done and now >= self._due:
            self._roll_over(now, triple=self._due.isoweekday() in _TRIPLE_DAYS)
            self._done = True

    def _roll_over(self, now: datetime, *, triple: bool) -> None:
        exchange = self.exchange
        mids: dict[InstrumentId, Price] = {}
        for position in exchange.cache.positions_open():
            instrument = exchange.instruments[position.instrument_id]
            if instrument.asset_class != AssetClass.FX:
                continue
            mid = mids.get(instrument.id)
            if mid is None:
                mid = mids[instrument.id] = Price(self._mid(instrument.id), instrument.price_precision)
            rate = self._calculator.calc_overnight_rate(instrument.id, now)
            amount = position.quantity.as_double() * float(mid) * float(rate)
            if triple:
                amount *= 3
            currency = instrument.quote_currency
            if exchange.base_currency is not None:
                currency = exchange.base_currency
                amount *= (
                    exchange.cache.get_xrate(self.exchange.id, instrument.quote_currency, currency, PriceType.MID)
                    or 0.0
                )
            before = self._totals.get(currency)
            self._totals[currency] = Money((0.0 if before is None else before.as_double()) + amount, currency)
            exchange.adjust_account(Money(-amount, currency))

    def _mid(self, instrument_id: InstrumentId) -> float:
        book = self.exchange.get_book(instrument_id)
        for price in (book.midpoint(), book.best_bid_price(), book.best_ask_price()):
            if price is not None:
                return float(price)
        raise RuntimeError("cannot apply rollover interest, no market prices")

    def log_diagnostics(self, logger: Any) -> None:
        totals = ", ".join(total.to_formatted_str() for total in self._totals.values())
        logger.info(f"Rollover interest (totals): {totals}")


__getattr__ = _refuse.unknown(__name__)
