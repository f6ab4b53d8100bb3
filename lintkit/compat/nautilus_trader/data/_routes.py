"""Where data go that the kernel does not know: to the cache and to their topics."""

from collections.abc import Callable
from typing import Any

from nautilus_trader.data import _topics
from nautilus_trader.model.data import (
    CustomData,
    FundingRateUpdate,
    IndexPriceUpdate,
    InstrumentClose,
    InstrumentStatus,
    MarkPriceUpdate,
)
from nautilus_trader.model.instruments import Instrument


def router(core: Any) -> Callable[[Any], None]:
    """A callable that hands one datum on."""
    cache, publish, log = core.cache, core.msgbus.publish, core.logger("DataEngine")

    def route(data: Any) -> None:
        if isinstance(data, CustomData):
            inner = data.data
            publish(_topics.custom(data.data_type, getattr(inner, "instrument_id", None)), inner)
        elif isinstance(data, MarkPriceUpdate):
            cache.add_mark_price(data)
            publish(_topics.of("mark_prices", data.instrument_id), data)
        elif isinstance(data, IndexPriceUpdate):
            cache.add_index_price(data)
            publish(_topics.of("index_prices", data.instrument_id), data)
        elif isinstance(data, FundingRateUpdate):
            cache.add_funding_rate(data)
            publish(_topics.of("funding_rates", data.instrument_id), data)
        elif isinstance(data, InstrumentStatus):
            publish(_topics.of("status", data.instrument_id), data)
        elif isinstance(data, InstrumentClose):
            publish(_topics.close_price(data.instrument_id), data)
        elif isinstance(data, Instrument):
            core.add_instrument(data)
            publish(_topics.instrument(data.id), data)
        else:
            log.error(f"Cannot handle data: unrecognized type {type(data)} {data}")

    return route
