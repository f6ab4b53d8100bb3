"""Names of the message bus's topics for data."""

from typing import Any

from lintkit._engine import InstrumentId, Venue


def of(kind: str, instrument_id: InstrumentId) -> str:
    return f"data.{kind}.{instrument_id.venue}.{instrument_id.symbol}"


def instrument(instrument_id: InstrumentId) -> str:
    return of("instrument", instrument_id)


def instruments(venue: Venue) -> str:
    return f"data.instrument.{venue}.*"


def close_price(instrument_id: InstrumentId) -> str:
    return f"data.venue.close_price.{instrument_id}"


def custom(data_type: Any, instrument_id: InstrumentId | None = None) -> str:
    """Metadata name the topic; without any, the instrument does."""
    if instrument_id is not None and not data_type.metadata:
        return of(data_type.type.__name__, instrument_id)
    return f"data.{data_type.topic}"


def signal(name: str) -> str:
    return f"data.Signal{name.title()}*"
