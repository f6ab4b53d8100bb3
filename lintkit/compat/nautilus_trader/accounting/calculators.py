"""Calculators of what accounts pay."""

# pyright: basic

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from nautilus_trader import _refuse

if TYPE_CHECKING:
    import datetime as dt

    from lintkit._engine import InstrumentId

_LOCATIONS: Final = {
    "AUD": "AUS",
    "CAD": "CAN",
    "CHF": "CHE",
    "EUR": "EA19",
    "USD": "USA",
    "JPY": "JPN",
    "NZD": "NZL",
    "GBP": "GBR",
    "RUB": "RUS",
    "NOK": "NOR",
    "CNY": "CHN",
    "CNH": "CHN",
    "MXN": "MEX",
    "ZAR": "ZAF",
}


class RolloverInterestCalculator:
    """Interest of holding a currency pair over night.

    `data` has the columns LOCATION (as the OECD names countries), TIME (`2020-01` or `2020-Q01`) and Value (percent a
    year).
    """

    def __init__(self, data: Any) -> None:
        if data is None:
            raise TypeError("Argument 'data' must not be None")
        self._rate_data = {code: data.loc[data["LOCATION"] == place] for code, place in _LOCATIONS.items()}

    def get_rate_data(self) -> dict[str, Any]:
        return self._rate_data

    def calc_overnight_rate(self, instrument_id: InstrumentId, date: dt.date) -> Decimal:
        """The day's share of the difference between base and quote interest, monthly figures before quarterly ones."""
        symbol = instrument_id.symbol.value
        if len(symbol) not in (6, 7):
            raise ValueError(f"'len(instrument_id)' out of range [6, 7], was {len(symbol)}")
        month = f"{date.year}-{date.month:02d}"
        quarter = f"{date.year}-Q{(date.month - 1) // 3 + 1:02d}"
        base, quote = (self._rate(code, month, quarter) for code in (symbol[:3], symbol[-3:]))
        if base is None or quote is None:
            raise RuntimeError(f"cannot find rollover interest rate for {instrument_id} on {date}")
        return Decimal(((base - quote) / 365.0) / 100.0)

    def _rate(self, code: str, *times: str) -> float | None:
        rows = self._rate_data[code]
        for time in times:
            found = rows.loc[rows["TIME"] == time]
            if not found.empty:
                return float(found["Value"].iloc[0])
        return None


__getattr__ = _refuse.unknown(__name__)
