"""A catalog of Parquet files: `data/<kind>/<instrument or bar type>/<start>_<end>.parquet`.

It reads what the real package wrote, of either profile's layout, and writes what the real one reads.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from glob import glob
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lintkit._engine import Bar, Instrument, OrderBookDelta, OrderBookDeltas
from nautilus_trader import _refuse
from nautilus_trader._profile import LATER
from nautilus_trader.core.datetime import dt_to_unix_nanos, unix_nanos_to_dt
from nautilus_trader.core.inspect import is_nautilus_class
from nautilus_trader.model.data import CustomData, DataType
from nautilus_trader.persistence._arrow import arrow
from nautilus_trader.persistence.catalog import _instruments, _tables
from nautilus_trader.persistence.catalog._files import Interval, are_disjoint, file_name, interval_of, missing, united
from nautilus_trader.persistence.catalog._merge import merged
from nautilus_trader.persistence.catalog.base import BaseDataCatalog
from nautilus_trader.persistence.funcs import class_to_filename, combine_filters, urisafe_identifier
from nautilus_trader.serialization.arrow.serializer import ArrowSerializer, registered

if TYPE_CHECKING:
    import pandas as pd

_LOCAL: Final = "file"


def _nanos(time: Any) -> int | None:
    if time is None or isinstance(time, int):
        return time
    return dt_to_unix_nanos(time)


_NOT_HERE = """
backend_session consolidate_catalog consolidate_catalog_by_period consolidate_data consolidate_data_by_period
convert_stream_to_data delete_catalog_range delete_data_range extend_file_name list_backtest_runs list_live_runs
read_backtest read_live_run reset_all_file_names reset_data_file_names
"""


@_refuse.members(_NOT_HERE)
class ParquetDataCatalog(BaseDataCatalog):
    """Files of a local folder. What it lacks of the real one's methods is refused by name."""

    def __init__(
        self,
        path: Any,
        fs_protocol: str | None = _LOCAL,
        fs_storage_options: dict[str, Any] | None = None,
        fs_rust_storage_options: dict[str, Any] | None = None,
        max_rows_per_group: int = 5000,
        show_query_paths: bool = False,
    ) -> None:
        arrow()
        self.fs_protocol = fs_protocol or _LOCAL
        if self.fs_protocol != _LOCAL:
            _refuse.refuse(f"ParquetDataCatalog with fs_protocol={self.fs_protocol!r}")
        self.fs_storage_options = fs_storage_options or {}
        self.fs_rust_storage_options = fs_rust_storage_options or self.fs_storage_options
        self.max_rows_per_group = max_rows_per_group
        self.show_query_paths = show_query_paths
        self.path = Path(os.path.expanduser(str(path))).absolute().as_posix()  # noqa: PTH111

    @classmethod
    def from_env(cls) -> "ParquetDataCatalog":
        if "NAUTILUS_PATH" not in os.environ:
            raise OSError("'NAUTILUS_PATH' environment variable is not set.")
        return cls.from_uri(os.environ["NAUTILUS_PATH"] + "/catalog")

    @classmethod
    def from_uri(
        cls, uri: str, fs_storage_options: Any = None, fs_rust_storage_options: Any = None
    ) -> "ParquetDataCatalog":
        protocol, separator, path = uri.partition("://")
        place = (path, protocol) if separator else (uri, _LOCAL)
        return cls(*place, fs_storage_options, fs_rust_storage_options)

    # Files

    def _folder(self, data_cls: type, identifier: Any = None) -> str:
        folder = f"{self.path}/data/{class_to_filename(data_cls)}"
        return folder if identifier is None else f"{folder}/{urisafe_identifier(identifier)}"

    def get_file_list_from_data_cls(self, data_cls: type) -> list[str]:
        return sorted(glob(f"{self._folder(data_cls)}/**/*.parquet", recursive=True))  # noqa: PTH207

    def filter_files(
        self, data_cls: type, file_paths: list[str], identifiers: Any = None, start: Any = None, end: Any = None
    ) -> list[str]:
        """Those of the identifiers (of a bar's, also all that begin so) whose names say that they meet the span."""
        if identifiers:
            wanted = identifiers if isinstance(identifiers, list) else [identifiers]
            names = [urisafe_identifier(identifier) for identifier in wanted]
            exact = [path for path in file_paths if path.split("/")[-2] in names]
            if not exact and issubclass(data_cls, Bar):
                prefixes = tuple(f"{name}-" for name in names)
                exact = [path for path in file_paths if path.split("/")[-2].startswith(prefixes)]
            file_paths = exact
        first, last = _nanos(start), _nanos(end)
        found: list[str] = []
        for path in file_paths:
            interval = interval_of(path)
            if interval is None or ((first is None or first <= interval[1]) and (last is None or interval[0] <= last)):
                found.append(path)
        if self.show_query_paths:
            for path in found:
                print(path)  # noqa: T201  # what it is for
        return found

    def get_intervals(self, data_cls: type, identifier: str | None = None) -> list[Interval]:
        folder = self._folder(data_cls, identifier)
        intervals = _intervals(folder)
        if identifier is not None or not LATER:  # 1.221 looks into no folder of the folder
            return intervals
        return united(intervals + [each for sub in glob(f"{folder}/*/") for each in _intervals(sub)])  # noqa: PTH207

    def get_missing_intervals_for_request(
        self, start: int, end: int, data_cls: type, identifier: str | None = None
    ) -> list[Interval]:
        return missing(start, end, self.get_intervals(data_cls, identifier))

    def query_first_timestamp(self, data_cls: type, identifier: str | None = None) -> "pd.Timestamp | None":
        intervals = self._known_intervals(data_cls, identifier)
        return unix_nanos_to_dt(intervals[0][0]) if intervals else None

    def query_last_timestamp(self, data_cls: type, identifier: str | None = None) -> "pd.Timestamp | None":
        intervals = self._known_intervals(data_cls, identifier)
        return unix_nanos_to_dt(intervals[-1][1]) if intervals else None

    def _known_intervals(self, data_cls: type, identifier: str | None) -> list[Interval]:
        kinds = _instruments.TYPES if data_cls is Instrument else (data_cls,)
        return next(filter(None, (self.get_intervals(kind, identifier) for kind in kinds)), [])

    def list_data_types(self) -> list[str]:
        return self._stems("data")

    def list_backtest_runs(self) -> list[str]:
        return self._stems("backtest")

    def list_live_runs(self) -> list[str]:
        return self._stems("live")

    def _stems(self, folder: str) -> list[str]:
        return [Path(path).stem for path in sorted(glob(f"{self.path}/{folder}/*"))]  # noqa: PTH207

    # Reading

    def query(
        self,
        data_cls: type,
        identifiers: Any = None,
        start: Any = None,
        end: Any = None,
        where: str | None = None,
        files: list[str] | None = None,
        **kwargs: Any,
    ) -> Any:
        """In order of `ts_init`; `start` and `end` are times, both included. Without such data, an empty list.

        `filter_expr`, an expression of `pyarrow.dataset`, holds for instruments and custom data only, as in the real
        one.
        """
        if where is not None:
            _refuse.refuse("ParquetDataCatalog.query(where=...)")
        span = (_nanos(start) or None, _nanos(end) or None)
        if data_cls is Instrument:
            kinds = [kind for kind in _instruments.TYPES if issubclass(kind, data_cls)]
            return [item for kind in kinds for item in self.query(kind, identifiers, start, end, files=files, **kwargs)]
        stored = OrderBookDelta if data_cls is OrderBookDeltas else data_cls
        paths = self.filter_files(
            stored, self.get_file_list_from_data_cls(stored) if files is None else files, identifiers, start, end
        )
        if stored in _tables.TYPES:
            data = merged(list(self._streams(stored, paths, span, by_folder=LATER)))
            return OrderBookDeltas.batch(list(data)) if data_cls is OrderBookDeltas else data
        data = self._rows(stored, paths, span, kwargs.get("filter_expr"))
        if is_nautilus_class(stored):
            return data
        metadata: Any = kwargs.get("metadata")
        of: Callable[[Any], Any] = metadata if callable(metadata) else lambda _: metadata
        return [CustomData(data_type=DataType(stored, metadata=of(item)), data=item) for item in data]

    def streams(self, data_cls: type, identifiers: Any, start: Any, end: Any) -> list[tuple[Any, Sequence[Any]]]:
        """For a run in chunks: times and items of each file."""
        stored = OrderBookDelta if data_cls is OrderBookDeltas else data_cls
        if stored not in _tables.TYPES:
            _refuse.refuse(f"{data_cls.__name__} in a run with chunk_size")
        paths = self.filter_files(stored, self.get_file_list_from_data_cls(stored), identifiers, start, end)
        return list(self._streams(stored, paths, (_nanos(start), _nanos(end)), by_folder=False))

    merged = staticmethod(merged)

    def _streams(
        self, data_cls: type, paths: list[str], span: tuple[int | None, int | None], by_folder: bool
    ) -> Iterable[tuple[Any, Sequence[Any]]]:
        """Times and items of each file; of each folder, where the real one reads them so."""
        if by_folder:
            for folder in dict.fromkeys(path.rpartition("/")[0] for path in paths):
                yield from _joined(data_cls, sorted(glob(f"{folder}/*.parquet")), span)  # noqa: PTH207
        else:
            for path in paths:
                yield from _joined(data_cls, [path], span)

    def _rows(
        self, data_cls: type, paths: list[str], span: tuple[int | None, int | None], filter_expr: Any
    ) -> list[Any]:
        if not paths:
            return []
        if data_cls not in _instruments.TYPES and data_cls not in registered():
            _refuse.refuse(f"{data_cls.__name__} in a ParquetDataCatalog")
        field = arrow("dataset").field("ts_init")
        bounds = [
            None if time is None else test(time) for time, test in zip(span, (field.__ge__, field.__le__), strict=True)
        ]
        found: list[Any] = []
        for path in paths:
            # Each by its own schema: the files of a folder may come from several releases.
            table = arrow("dataset").dataset(path).to_table(filter=combine_filters(filter_expr, *bounds))
            if table.num_rows:
                found += (
                    _instruments.read(table, data_cls)
                    if data_cls in _instruments.TYPES
                    else ArrowSerializer.deserialize(data_cls, table)
                )
        return sorted(found, key=lambda item: item.ts_init) if LATER else found

    # Writing

    def write_data(
        self,
        data: list[Any],
        start: int | None = None,
        end: int | None = None,
        data_cls: type | None = None,
        identifier: str | None = None,
        skip_disjoint_check: bool = False,
    ) -> None:
        """A file for each class and instrument; `start` and `end`: what it covers, where that is more than its items.

        Raises ValueError for items that are not in the order of `ts_init`, and for a span that another file has.
        """
        del data_cls, identifier
        items = [getattr(item, "data", item) if isinstance(item, CustomData) else item for item in data]
        classes = {type(item).__name__: type(item) for item in items}
        for (name, key), group in groupby(sorted(items, key=_key), key=_key):
            self._write(list(group), classes[name], key, start, end, skip_disjoint_check)

    def _write(
        self, data: list[Any], data_cls: type, identifier: str | None, start: int | None, end: int | None, skip: bool
    ) -> None:
        times = [item.ts_init for item in data]
        for before, after in pairwise(times):
            if after < before:
                raise ValueError(
                    "Data should be monotonically increasing (or non-decreasing) based on `ts_init`: "
                    f"found {before} followed by {after}: sort it before it is written"
                )
        folder = self._folder(data_cls, identifier)
        table = _table(data, data_cls)
        interval = (start or times[0], end or times[-1])
        path = f"{folder}/{file_name(*interval)}"
        if LATER and Path(path).exists():
            print(f"File {path} already exists, skipping write")  # noqa: T201  # as the real one does
            return
        known = [each for each in _intervals(folder) if each != interval]
        fault = ""
        if not skip and not are_disjoint([*known, interval]):
            fault = f"Writing file {path} with interval {interval} would create non-disjoint intervals: {known}"
        if fault and LATER:
            raise ValueError(fault)
        Path(folder).mkdir(parents=True, exist_ok=True)
        arrow("parquet").write_table(table, path, row_group_size=self.max_rows_per_group)
        if fault:
            raise AssertionError(fault)  # 1.221 looks only when it has written


def _key(item: Any) -> tuple[str, str | None]:
    name = type(item).__name__
    if isinstance(item, Instrument):
        return name, item.id.value
    if hasattr(item, "bar_type"):
        return name, str(item.bar_type)
    return name, item.instrument_id.value if hasattr(item, "instrument_id") else None


def _intervals(folder: str) -> list[Interval]:
    found = (interval_of(path) for path in glob(f"{folder}/*.parquet"))  # noqa: PTH207
    return sorted(interval for interval in found if interval is not None)


def _table(data: list[Any], data_cls: type) -> Any:
    if data_cls is OrderBookDeltas:
        return _tables.write([delta for deltas in data for delta in deltas.deltas], OrderBookDelta)
    if data_cls in _tables.TYPES:
        return _tables.write(data, data_cls)
    if data_cls in _instruments.TYPES:
        return _instruments.write(data, data_cls)
    if data_cls not in registered():
        raise TypeError(
            f"Cannot serialize object `{data_cls}`: register it with "
            "`nautilus_trader.serialization.arrow.serializer.register_arrow()`"
        )
    return ArrowSerializer.serialize_batch(data, data_cls)


def _joined(
    data_cls: type, paths: list[str], span: tuple[int | None, int | None]
) -> Iterable[tuple[Any, Sequence[Any]]]:
    """The files' rows within a span as one stream, if there are any."""
    import numpy as np

    pa, pc = arrow(), arrow("compute")
    tables: list[Any] = []
    for path in paths:
        table = arrow("parquet").read_table(path, partitioning=None)
        for time, keeps in zip(span, (pc.greater_equal, pc.less_equal), strict=True):
            if time is not None:
                table = table.filter(keeps(table["ts_init"], pa.scalar(time, pa.uint64())))
        if table.num_rows:
            tables.append(table)
    if not tables:
        return
    alike = all(table.schema.equals(tables[0].schema, check_metadata=True) for table in tables)
    groups = [pa.concat_tables(tables)] if alike else tables
    times = np.concatenate([group["ts_init"].to_numpy() for group in groups]).astype(np.uint64)
    if (times[1:] < times[:-1]).any():
        order = np.argsort(times, kind="stable")
        times = times[order]
        if alike:
            groups = [groups[0].take(pa.array(order))]
            yield times, _tables.read(groups[0], data_cls)
            return
        items = [item for group in groups for item in _tables.read(group, data_cls)]
        yield times, [items[at] for at in order.tolist()]
        return
    read = [_tables.read(group, data_cls) for group in groups]
    yield times, read[0] if alike else [item for items in read for item in items]


if not LATER:
    del ParquetDataCatalog.query_first_timestamp

__getattr__ = _refuse.unknown(__name__)
