"""Configuration of the cache."""

from nautilus_trader import _refuse
from nautilus_trader._profile import LATER
from nautilus_trader.common.config import DatabaseConfig, NautilusConfig, PositiveInt


class CacheConfig(NautilusConfig, kw_only=True, frozen=True):
    database: DatabaseConfig | None = None
    encoding: str = "msgpack"
    timestamps_as_iso8601: bool = False
    persist_account_events: bool = True
    buffer_interval_ms: PositiveInt | None = None
    if LATER:
        bulk_read_batch_size: PositiveInt | None = None
    use_trader_prefix: bool = True
    use_instance_id: bool = False
    flush_on_start: bool = False
    drop_instruments_on_reset: bool = True
    tick_capacity: PositiveInt = 10000
    bar_capacity: PositiveInt = 10000


__getattr__ = _refuse.unknown(__name__)
