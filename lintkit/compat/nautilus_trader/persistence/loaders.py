"""Files as the frames that wranglers take."""

# pyright: basic, reportMissingTypeStubs=false
# pandas comes without types.

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nautilus_trader import _refuse

if TYPE_CHECKING:
    import pandas as pd

# pandas is imported where it is needed.


def _read_csv(file_path: Any, index_col: Any, parse_dates: bool, time_format: str, options: dict[str, Any]) -> Any:
    import pandas as pd

    frame = pd.read_csv(file_path, index_col=index_col, parse_dates=parse_dates, **options)
    if parse_dates:
        frame.index = pd.to_datetime(frame.index, format=time_format)
    return frame


class CSVTickDataLoader:
    """Ticks of a CSV file, indexed by their times."""

    @staticmethod
    def load(
        file_path: Any,
        index_col: str | int = "timestamp",
        parse_dates: bool = True,
        datetime_format: str = "mixed",
        **kwargs: Any,
    ) -> pd.DataFrame:
        return _read_csv(file_path, index_col, parse_dates, datetime_format, kwargs)


class CSVBarDataLoader:
    """Bars of a CSV file, indexed by their times."""

    @staticmethod
    def load(
        file_path: Any, index_col: str | int = "timestamp", parse_dates: bool = True, **kwargs: Any
    ) -> pd.DataFrame:
        return _read_csv(file_path, index_col, parse_dates, "mixed", kwargs)


class ParquetTickDataLoader:
    """Ticks of a Parquet file, indexed by a column of times."""

    @staticmethod
    def load(file_path: Any, timestamp_column: str = "timestamp") -> pd.DataFrame:
        import pandas as pd

        return pd.read_parquet(file_path).set_index(timestamp_column)


class ParquetBarDataLoader:
    """Bars of a Parquet file, indexed by `timestamp`."""

    @staticmethod
    def load(file_path: Any) -> pd.DataFrame:
        return ParquetTickDataLoader.load(file_path)


__getattr__ = _refuse.unknown(__name__)
