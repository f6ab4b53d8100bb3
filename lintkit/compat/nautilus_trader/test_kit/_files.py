"""NautilusTrader's own test data, where a checkout of it lies beside the installed package: none of it is bundled."""

# pyright: basic, reportMissingTypeStubs=false
# pandas comes without types.

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nautilus_trader import TEST_DATA_DIR, _refuse
from nautilus_trader.persistence.loaders import (
    CSVBarDataLoader,
    CSVTickDataLoader,
    ParquetBarDataLoader,
    ParquetTickDataLoader,
)

if TYPE_CHECKING:
    import pandas as pd


class TestDataProvider:
    """Reads files of `tests/test_data`. The real one gets them from the network where there is no checkout."""

    __test__ = False

    def __init__(self, branch: str = "develop") -> None:
        self.branch = branch
        self.root = str(TEST_DATA_DIR)

    def _path(self, path: str) -> Path:
        file = Path(self.root) / path
        if not file.is_file():
            raise FileNotFoundError(
                f"{file} ({_refuse.where()}): NautilusTrader's test data are not bundled. Install the package from a "
                "checkout, read the data from files of your own, or run with `--engine nautilus`"
            )
        return file

    def read(self, path: str) -> bytes:
        return self._path(path).read_bytes()

    def read_csv(self, path: str, **kwargs: Any) -> pd.DataFrame:
        import pandas as pd  # half a second that most scripts need not pay

        return pd.read_csv(self._path(path), **kwargs)

    def read_csv_ticks(self, path: str) -> pd.DataFrame:
        return CSVTickDataLoader.load(self._path(path))

    def read_csv_bars(self, path: str) -> pd.DataFrame:
        return CSVBarDataLoader.load(self._path(path))

    def read_parquet_ticks(self, path: str, timestamp_column: str = "timestamp") -> pd.DataFrame:
        return ParquetTickDataLoader.load(self._path(path), timestamp_column)

    def read_parquet_bars(self, path: str) -> pd.DataFrame:
        return ParquetBarDataLoader.load(self._path(path))
