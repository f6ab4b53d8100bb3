"""Configuration of catalogs and streams, which the bundled engine does not know."""

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
