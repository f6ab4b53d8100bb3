"""`SpreadAnalyzer`."""

from collections import deque
from typing import Any

from lintkit._engine import Indicator, InstrumentId
from nautilus_trader import _refuse


class SpreadAnalyzer(Indicator):
    """The spread of an instrument's quotes, and its average.

    The average is that of the first `capacity` - 1 spreads and stays so: what a full window adds is what it drops
    (observed on 1.221.0 and 1.231.0).
    """

    def __init__(self, instrument_id: InstrumentId, capacity: int) -> None:
        if not isinstance(instrument_id, InstrumentId):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"Argument 'instrument_id' has incorrect type (got {type(instrument_id).__name__})")
        if capacity <= 0:
            raise ValueError(f"'capacity' not a positive integer, was {capacity}")
        super().__init__([f"InstrumentId({instrument_id})", capacity])
        self.instrument_id = instrument_id
        self.capacity = capacity
        self.current = 0.0
        self.average = 0.0
        self._spreads: deque[float] = deque(maxlen=capacity)

    def handle_quote_tick(self, tick: Any) -> None:
        if tick.instrument_id != self.instrument_id:
            raise ValueError(f"'instrument_id' {self.instrument_id} was not equal to {tick.instrument_id}")
        if not self.initialized:
            self._set_has_inputs(True)
            if len(self._spreads) == self.capacity:
                self._set_initialized(True)
        self.current = tick.ask_price.as_double() - tick.bid_price.as_double()
        self._spreads.append(self.current)
        if len(self._spreads) < self.capacity:
            self.average = sum(self._spreads) / len(self._spreads)

    def _reset(self) -> None:
        self._spreads.clear()
        self.current = 0.0
        self.average = 0.0


__getattr__ = _refuse.unknown(__name__)
