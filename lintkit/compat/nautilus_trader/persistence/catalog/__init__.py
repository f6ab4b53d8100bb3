"""Catalogs of market data in Parquet files."""

from nautilus_trader import _refuse
from nautilus_trader.persistence.catalog.base import BaseDataCatalog
from nautilus_trader.persistence.catalog.parquet import ParquetDataCatalog

__getattr__ = _refuse.unknown(__name__)
