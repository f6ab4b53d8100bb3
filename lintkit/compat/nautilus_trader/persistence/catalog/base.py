"""What every catalog offers."""

from typing import Any

from lintkit._engine import Bar, Instrument, OrderBookDelta, OrderBookDeltas, OrderBookDepth10, QuoteTick, TradeTick
from nautilus_trader import _refuse
from nautilus_trader.model.data import CustomData, DataType, FundingRateUpdate, InstrumentClose, InstrumentStatus
from nautilus_trader.persistence.funcs import CUSTOM_DATA_PREFIX


@_refuse.members("list_backtest_runs list_live_runs query_last_timestamp read_backtest read_live_run write_data")
@_refuse.members("from_env from_uri get_missing_intervals_for_request query_first_timestamp")
class BaseDataCatalog:
    """Queries by kind of data over `query`; `instrument_ids` and `bar_types` are texts, none of them stands for all."""

    def query(self, data_cls: type, identifiers: Any = None, **kwargs: Any) -> Any:
        raise NotImplementedError

    def list_data_types(self) -> list[str]:
        raise NotImplementedError

    def instruments(
        self, instrument_type: type | None = None, instrument_ids: list[Any] | None = None, **kwargs: Any
    ) -> list[Any]:
        return self.query(instrument_type or Instrument, instrument_ids, **kwargs)

    def instrument_status(self, instrument_ids: list[Any] | None = None, **kwargs: Any) -> Any:
        return self.query(InstrumentStatus, instrument_ids, **kwargs)

    def instrument_closes(self, instrument_ids: list[Any] | None = None, **kwargs: Any) -> Any:
        return self.query(InstrumentClose, instrument_ids, **kwargs)

    def order_book_deltas(
        self, instrument_ids: list[Any] | None = None, batched: bool = False, **kwargs: Any
    ) -> list[Any]:
        return self.query(OrderBookDeltas if batched else OrderBookDelta, instrument_ids, **kwargs)

    def order_book_depth10(self, instrument_ids: list[Any] | None = None, **kwargs: Any) -> Any:
        return self.query(OrderBookDepth10, instrument_ids, **kwargs)

    def quote_ticks(self, instrument_ids: list[Any] | None = None, **kwargs: Any) -> Any:
        return self.query(QuoteTick, instrument_ids, **kwargs)

    def trade_ticks(self, instrument_ids: list[Any] | None = None, **kwargs: Any) -> Any:
        return self.query(TradeTick, instrument_ids, **kwargs)

    def funding_rates(self, instrument_ids: list[Any] | None = None, **kwargs: Any) -> Any:
        return self.query(FundingRateUpdate, instrument_ids, **kwargs)

    def bars(self, bar_types: list[Any] | None = None, instrument_ids: list[Any] | None = None, **kwargs: Any) -> Any:
        return self.query(Bar, bar_types or instrument_ids, **kwargs)

    def custom_data(
        self,
        cls: type,
        instrument_ids: list[Any] | None = None,
        as_nautilus: bool = False,
        metadata: Any = None,
        **kwargs: Any,
    ) -> list[Any]:
        data = self.query(cls, instrument_ids, **kwargs)
        if as_nautilus:
            return [CustomData(data_type=DataType(cls, metadata=metadata), data=item) for item in data]
        return data

    def list_generic_data_types(self) -> list[str]:
        names = self.list_data_types()
        return [name.removeprefix(CUSTOM_DATA_PREFIX) for name in names if name.startswith(CUSTOM_DATA_PREFIX)]


__getattr__ = _refuse.unknown(__name__)
