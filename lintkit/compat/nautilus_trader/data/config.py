"""Configuration of the data engine."""

from typing import Any

from lintkit._engine import ClientId
from nautilus_trader import _refuse
from nautilus_trader.common.config import NautilusConfig


class DataEngineConfig(NautilusConfig, kw_only=True, frozen=True):
    time_bars_interval_type: str = "left-open"
    time_bars_timestamp_on_close: bool = True
    time_bars_skip_first_non_full_bar: bool = False
    time_bars_build_with_no_updates: bool = True
    time_bars_origin_offset: dict[str, Any] | None = None
    time_bars_build_delay: int = 0
    validate_data_sequence: bool = False
    buffer_deltas: bool = False
    emit_quotes_from_book: bool = False
    emit_quotes_from_book_depths: bool = False
    external_clients: list[ClientId] | None = None
    debug: bool = False


__getattr__ = _refuse.unknown(__name__)
