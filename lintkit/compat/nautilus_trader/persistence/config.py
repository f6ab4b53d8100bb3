"""Configuration of catalogs, and of streams, which the bundled engine does not write."""

import datetime as dt
from enum import Enum
from typing import Any

from nautilus_trader import _refuse
from nautilus_trader.common.config import NautilusConfig


class RotationMode(Enum):
    SIZE = 0
    INTERVAL = 1
    SCHEDULED_DATES = 2
    NO_ROTATION = 3


class DataCatalogConfig(NautilusConfig, kw_only=True, frozen=True):
    path: str
    fs_protocol: str | None = None
    fs_storage_options: dict[str, Any] | None = None
    fs_rust_storage_options: dict[str, Any] | None = None
    name: str | None = None

    def as_catalog(self) -> Any:
        from nautilus_trader.persistence.catalog.parquet import ParquetDataCatalog  # loads pyarrow

        return ParquetDataCatalog(self.path, self.fs_protocol, self.fs_storage_options, self.fs_rust_storage_options)


@_refuse.members("as_catalog fs")
class StreamingConfig(NautilusConfig, kw_only=True, frozen=True):
    catalog_path: str
    fs_protocol: str | None = None
    fs_storage_options: dict[str, Any] | None = None
    fs_rust_storage_options: dict[str, Any] | None = None
    flush_interval_ms: int | None = None
    replace_existing: bool = False
    include_types: list[type] | None = None
    rotation_mode: RotationMode = RotationMode.NO_ROTATION
    max_file_size: int = 1073741824
    rotation_interval: Any = None
    rotation_time: dt.time = dt.time(0, 0)
    rotation_timezone: str = "UTC"


__getattr__ = _refuse.unknown(__name__)
