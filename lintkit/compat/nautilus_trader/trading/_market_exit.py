"""Leaving the market: what strategies of later releases have beside `stop`."""

from datetime import timedelta
from typing import Any

from nautilus_trader import _refuse
from nautilus_trader.common.actor import Actor

REASON = "MARKET_EXIT_IN_PROGRESS"
_TAG = "MARKET_EXIT"


class ExitingActor(Actor):
    """Cancels its orders and closes its positions, looks again at an interval, and is done once it is flat or has
    looked often enough. Meanwhile its new orders are denied, except for those that reduce a position (observed on
    1.231.0).
    """

    _is_exiting = False
    _exit_attempts = 0
    _stops_after_exit = False

    def is_exiting(self) -> bool:
        return self._is_exiting

    def on_market_exit(self) -> None: ...
    def post_market_exit(self) -> None: ...

    def market_exit(self) -> None:
        if not self.is_running:
            self.log.warning("Cannot exit the market: the strategy is not running")
            return
        if self._is_exiting:
            self.log.warning("Cannot exit the market: already doing so")
            return
        self._is_exiting = True
        self._exit_attempts = 0
        self.on_market_exit()
        cache = self.cache
        mine: dict[str, Any] = {"strategy_id": self.id}
        found = [*cache.orders_open(**mine), *cache.orders_inflight(**mine), *cache.orders_emulated(**mine)]
        # The real package goes through a set: with several instruments its order changes with the hash seed.
        ids = {item.instrument_id for item in [*found, *cache.positions_open(**mine)]}
        for instrument_id in sorted(ids, key=str):
            self._leave(instrument_id)
        interval = timedelta(milliseconds=self.config.market_exit_interval_ms)
        self.clock.set_timer(self._exit_timer, interval, callback=self._check_market_exit)

    def stop(self) -> None:
        if not self.config.manage_stop:
            super().stop()
            return
        self._stops_after_exit = True
        self.market_exit()

    @property
    def _exit_timer(self) -> str:
        return f"MARKET_EXIT_CHECK:{self.id}"

    def _leave(self, instrument_id: Any) -> None:
        strategy: Any = self
        strategy.cancel_all_orders(instrument_id)
        strategy.close_all_positions(instrument_id, **self._exit_terms())

    def _exit_terms(self) -> dict[str, Any]:
        return {
            "tags": [_TAG],
            "time_in_force": self.config.market_exit_time_in_force,
            "reduce_only": self.config.market_exit_reduce_only,
        }

    def _denies(self, order: Any) -> bool:
        return self._is_exiting and not (order.is_reduce_only or _TAG in (order.tags or ()))

    def _check_market_exit(self, event: Any) -> None:
        del event
        if not self._is_exiting:
            return
        self._exit_attempts += 1
        mine: dict[str, Any] = {"strategy_id": self.id}
        if self._exit_attempts >= self.config.market_exit_max_attempts:
            self.log.warning(f"Giving up leaving the market after {self._exit_attempts} attempts")
        elif self.cache.orders_open(**mine) or self.cache.orders_inflight(**mine):
            return
        elif positions := self.cache.positions_open(**mine):
            strategy: Any = self
            for position in positions:
                strategy.close_position(position, **self._exit_terms())
            return
        self._end_exit()

    def _end_exit(self) -> None:
        if self._exit_timer in self.clock.timer_names:
            self.clock.cancel_timer(self._exit_timer)
        self._is_exiting = False
        self.post_market_exit()
        if self._stops_after_exit:
            self._stops_after_exit = False
            super().stop()

    def _reset(self) -> None:
        self._is_exiting = False
        self._stops_after_exit = False
        super()._reset()


__getattr__ = _refuse.unknown(__name__)
