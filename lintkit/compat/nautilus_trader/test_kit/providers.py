"""Instruments for tests and examples.

The definitions are facts taken from the running package, kept in its own dict form.
"""

from __future__ import annotations

import datetime as dt
from calendar import FRIDAY
from typing import TYPE_CHECKING, Any, Final, NoReturn

from nautilus_trader import _refuse
from nautilus_trader.core.datetime import dt_to_unix_nanos
from nautilus_trader.model.instruments import (
    BinaryOption,
    Cfd,
    Commodity,
    CryptoFuture,
    CryptoOption,
    CryptoPerpetual,
    CurrencyPair,
    Equity,
    FuturesContract,
    FuturesSpread,
    IndexInstrument,
    OptionContract,
    OptionSpread,
)
from nautilus_trader.test_kit._contracts import CONTRACTS

if TYPE_CHECKING:
    import pandas as pd  # pyright: ignore[reportMissingTypeStubs]

    from lintkit._engine import Venue

_DEFINITIONS: Final[dict[str, dict[str, Any]]] = {
    "adabtc_binance": {
        "type": "CurrencyPair",
        "id": "ADABTC.BINANCE",
        "raw_symbol": "ADABTC",
        "base_currency": "ADA",
        "quote_currency": "BTC",
        "price_precision": 8,
        "price_increment": "0.00000001",
        "size_precision": 8,
        "size_increment": "0.00000001",
        "multiplier": "1",
        "lot_size": None,
        "max_quantity": "90000000",
        "min_quantity": "1",
        "max_notional": None,
        "min_notional": "0.00010000 BTC",
        "max_price": "1000.00000000",
        "min_price": "0.00000001",
        "margin_init": "0",
        "margin_maint": "0",
        "maker_fee": "0.0010",
        "taker_fee": "0.0010",
        "ts_event": 0,
        "ts_init": 0,
        "tick_scheme_name": None,
        "info": None,
    },
    "adausdt_binance": {
        "type": "CurrencyPair",
        "id": "ADAUSDT.BINANCE",
        "raw_symbol": "ADAUSDT",
        "base_currency": "ADA",
        "quote_currency": "USDT",
        "price_precision": 4,
        "price_increment": "0.0001",
        "size_precision": 1,
        "size_increment": "0.1",
        "multiplier": "1",
        "lot_size": "0.1",
        "max_quantity": "900000.0",
        "min_quantity": "0.1",
        "max_notional": None,
        "min_notional": "0.00010000 BTC",
        "max_price": "1000.0000",
        "min_price": "0.0000",
        "margin_init": "0",
        "margin_maint": "0",
        "maker_fee": "0.0010",
        "taker_fee": "0.0010",
        "ts_event": 0,
        "ts_init": 0,
        "tick_scheme_name": None,
        "info": None,
    },
    "audusd_cfd": {
        "type": "Cfd",
        "id": "AUDUSD.OANDA",
        "raw_symbol": "AUD/USD",
        "asset_class": "FX",
        "quote_currency": "USD",
        "price_precision": 5,
        "price_increment": "0.00001",
        "size_precision": 0,
        "size_increment": "1",
        "lot_size": "1000",
        "base_currency": "AUD",
        "max_quantity": None,
        "min_quantity": None,
        "max_notional": None,
        "min_notional": None,
        "max_price": None,
        "min_price": None,
        "margin_init": "0.03",
        "margin_maint": "0.03",
        "maker_fee": "0.00002",
        "taker_fee": "0.00002",
        "ts_event": 0,
        "ts_init": 0,
        "tick_scheme_name": None,
        "info": None,
    },
    "btcusdt_binance": {
        "type": "CurrencyPair",
        "id": "BTCUSDT.BINANCE",
        "raw_symbol": "BTCUSDT",
        "base_currency": "BTC",
        "quote_currency": "USDT",
        "price_precision": 2,
        "price_increment": "0.01",
        "size_precision": 6,
        "size_increment": "0.000001",
        "multiplier": "1",
        "lot_size": None,
        "max_quantity": "9000.000000",
        "min_quantity": "0.000001",
        "max_notional": None,
        "min_notional": "10.00000000 USDT",
        "max_price": "1000000.00",
        "min_price": "0.01",
        "margin_init": "0",
        "margin_maint": "0",
        "maker_fee": "0.001",
        "taker_fee": "0.001",
        "ts_event": 0,
        "ts_init": 0,
        "tick_scheme_name": None,
        "info": None,
    },
    "btcusdt_future_binance": {
        "type": "CryptoFuture",
        "id": "BTCUSDT_220325.BINANCE",
        "raw_symbol": "BTCUSDT",
        "underlying": "BTC",
        "quote_currency": "USDT",
        "settlement_currency": "USDT",
        "is_inverse": False,
        "activation_ns": 1640390400000000000,
        "expiration_ns": 1648166400000000000,
        "price_precision": 2,
        "price_increment": "0.01",
        "size_precision": 6,
        "size_increment": "0.000001",
        "multiplier": "1",
        "lot_size": "1",
        "max_quantity": "9000.000000",
        "min_quantity": "0.000001",
        "max_notional": None,
        "min_notional": "10.00000000 USDT",
        "max_price": "1000000.00",
        "min_price": "0.01",
        "margin_init": "0",
        "margin_maint": "0",
        "maker_fee": "0.001",
        "taker_fee": "0.001",
        "ts_event": 0,
        "ts_init": 0,
        "tick_scheme_name": None,
        "info": None,
    },
    "btcusdt_perp_binance": {
        "type": "CryptoPerpetual",
        "id": "BTCUSDT-PERP.BINANCE",
        "raw_symbol": "BTCUSDT",
        "base_currency": "BTC",
        "quote_currency": "USDT",
        "settlement_currency": "USDT",
        "is_inverse": False,
        "price_precision": 1,
        "price_increment": "0.1",
        "size_precision": 3,
        "size_increment": "0.001",
        "multiplier": "1",
        "lot_size": "1",
        "max_quantity": "1000.000",
        "min_quantity": "0.001",
        "max_notional": None,
        "min_notional": "10.00000000 USDT",
        "max_price": "809484.0",
        "min_price": "261.1",
        "margin_init": "0.0500",
        "margin_maint": "0.0250",
        "maker_fee": "0.000200",
        "taker_fee": "0.000180",
        "ts_event": 1646199312128000000,
        "ts_init": 1646199342953849862,
        "tick_scheme_name": None,
        "info": None,
    },
    "commodity": {
        "type": "Commodity",
        "id": "CL.NYMEX",
        "raw_symbol": "CL",
        "asset_class": "COMMODITY",
        "quote_currency": "USD",
        "price_precision": 2,
        "price_increment": "0.01",
        "size_precision": 0,
        "size_increment": "1",
        "lot_size": "1",
        "max_quantity": None,
        "min_quantity": None,
        "max_notional": None,
        "min_notional": None,
        "max_price": None,
        "min_price": None,
        "margin_init": "0",
        "margin_maint": "0",
        "maker_fee": "0",
        "taker_fee": "0",
        "ts_event": 0,
        "ts_init": 0,
        "tick_scheme_name": None,
        "info": None,
    },
    "default_fx_ccy": {
        "type": "CurrencyPair",
        "id": "AUD/USD.SIM",
        "raw_symbol": "AUD/USD",
        "base_currency": "AUD",
        "quote_currency": "USD",
        "price_precision": 5,
        "price_increment": "0.00001",
        "size_precision": 0,
        "size_increment": "1",
        "multiplier": "1",
        "lot_size": "1000",
        "max_quantity": "10000000",
        "min_quantity": "1000",
        "max_notional": "50000000.00 USD",
        "min_notional": "1000.00 USD",
        "max_price": None,
        "min_price": None,
        "margin_init": "0.03",
        "margin_maint": "0.03",
        "maker_fee": "0.00002",
        "taker_fee": "0.00002",
        "ts_event": 0,
        "ts_init": 0,
        "tick_scheme_name": "FOREX_5DECIMAL",
        "info": None,
    },
    "equity": {
        "type": "Equity",
        "id": "AAPL.XNAS",
        "raw_symbol": "AAPL",
        "currency": "USD",
        "price_precision": 2,
        "price_increment": "0.01",
        "lot_size": "100",
        "isin": "US0378331005",
        "margin_init": "0",
        "margin_maint": "0",
        "maker_fee": "0",
        "taker_fee": "0",
        "min_price": None,
        "max_price": None,
        "max_quantity": None,
        "min_quantity": None,
        "ts_event": 0,
        "ts_init": 0,
        "tick_scheme_name": None,
        "info": None,
    },
    "ethusd_bitmex": {
        "type": "CryptoPerpetual",
        "id": "ETH/USD.BITMEX",
        "raw_symbol": "ETHUSD",
        "base_currency": "ETH",
        "quote_currency": "USD",
        "settlement_currency": "BTC",
        "is_inverse": True,
        "price_precision": 2,
        "price_increment": "0.05",
        "size_precision": 0,
        "size_increment": "1",
        "multiplier": "1",
        "lot_size": "1",
        "max_quantity": "10000000",
        "min_quantity": "1",
        "max_notional": None,
        "min_notional": None,
        "max_price": "1000000.00",
        "min_price": "0.05",
        "margin_init": "0.02",
        "margin_maint": "0.007",
        "maker_fee": "-0.00025",
        "taker_fee": "0.00075",
        "ts_event": 0,
        "ts_init": 0,
        "tick_scheme_name": None,
        "info": None,
    },
    "ethusdt_binance": {
        "type": "CurrencyPair",
        "id": "ETHUSDT.BINANCE",
        "raw_symbol": "ETHUSDT",
        "base_currency": "ETH",
        "quote_currency": "USDT",
        "price_precision": 2,
        "price_increment": "0.01",
        "size_precision": 5,
        "size_increment": "0.00001",
        "multiplier": "1",
        "lot_size": None,
        "max_quantity": "9000.00000",
        "min_quantity": "0.00001",
        "max_notional": None,
        "min_notional": "10.00000000 USDT",
        "max_price": "1000000.00",
        "min_price": "0.01",
        "margin_init": "1.00",
        "margin_maint": "0.35",
        "maker_fee": "0.0001",
        "taker_fee": "0.0001",
        "ts_event": 0,
        "ts_init": 0,
        "tick_scheme_name": None,
        "info": None,
    },
    "ethusdt_perp_binance": {
        "type": "CryptoPerpetual",
        "id": "ETHUSDT-PERP.BINANCE",
        "raw_symbol": "ETHUSDT",
        "base_currency": "ETH",
        "quote_currency": "USDT",
        "settlement_currency": "USDT",
        "is_inverse": False,
        "price_precision": 2,
        "price_increment": "0.01",
        "size_precision": 3,
        "size_increment": "0.001",
        "multiplier": "1",
        "lot_size": "1",
        "max_quantity": "10000.000",
        "min_quantity": "0.001",
        "max_notional": None,
        "min_notional": "10.00000000 USDT",
        "max_price": "152588.43",
        "min_price": "29.91",
        "margin_init": "1.00",
        "margin_maint": "0.35",
        "maker_fee": "0.0002",
        "taker_fee": "0.0004",
        "ts_event": 1646199312128000000,
        "ts_init": 1646199342953849862,
        "tick_scheme_name": None,
        "info": None,
    },
    "future": {
        "type": "FuturesContract",
        "id": "ESZ1.GLBX",
        "raw_symbol": "ESZ1",
        "asset_class": "INDEX",
        "currency": "USD",
        "price_precision": 2,
        "price_increment": "0.01",
        "size_precision": 0,
        "size_increment": "1",
        "multiplier": "1",
        "max_quantity": None,
        "min_quantity": "1",
        "max_price": None,
        "min_price": None,
        "lot_size": "1",
        "underlying": "ES",
        "activation_ns": 1616160600000000000,
        "expiration_ns": 1639751400000000000,
        "margin_init": "0",
        "margin_maint": "0",
        "maker_fee": "0",
        "taker_fee": "0",
        "ts_event": 1638133151389539971,
        "ts_init": 1638316800000000000,
        "exchange": "XCME",
        "tick_scheme_name": None,
        "info": None,
    },
    "index_instrument": {
        "type": "IndexInstrument",
        "id": "SPX.INDEX",
        "raw_symbol": "SPX",
        "currency": "USD",
        "price_precision": 2,
        "price_increment": "0.01",
        "size_precision": 0,
        "size_increment": "1",
        "ts_event": 0,
        "ts_init": 0,
        "tick_scheme_name": None,
        "info": None,
    },
    "onethousandrats_perp_binance": {
        "type": "CryptoPerpetual",
        "id": "1000RATSUSDT-PERP.BINANCE",
        "raw_symbol": "1000RATSUSDT",
        "base_currency": "1000RATS",
        "quote_currency": "USDT",
        "settlement_currency": "USDT",
        "is_inverse": False,
        "price_precision": 7,
        "price_increment": "0.0000100",
        "size_precision": 0,
        "size_increment": "1",
        "multiplier": "1",
        "lot_size": "1",
        "max_quantity": "1000000",
        "min_quantity": "1",
        "max_notional": None,
        "min_notional": None,
        "max_price": "1000000.00",
        "min_price": "0.0",
        "margin_init": "0.0500",
        "margin_maint": "0.0250",
        "maker_fee": "0.000200",
        "taker_fee": "0.000500",
        "ts_event": 0,
        "ts_init": 0,
        "tick_scheme_name": None,
        "info": None,
    },
    "xbtusd_bitmex": {
        "type": "CryptoPerpetual",
        "id": "BTC/USD.BITMEX",
        "raw_symbol": "XBTUSD",
        "base_currency": "BTC",
        "quote_currency": "USD",
        "settlement_currency": "BTC",
        "is_inverse": True,
        "price_precision": 1,
        "price_increment": "0.5",
        "size_precision": 0,
        "size_increment": "1",
        "multiplier": "1",
        "lot_size": "1",
        "max_quantity": None,
        "min_quantity": None,
        "max_notional": "10000000.00 USD",
        "min_notional": "1.00 USD",
        "max_price": "1000000.0",
        "min_price": "0.5",
        "margin_init": "0.01",
        "margin_maint": "0.0035",
        "maker_fee": "-0.00025",
        "taker_fee": "0.00075",
        "ts_event": 0,
        "ts_init": 0,
        "tick_scheme_name": None,
        "info": None,
    },
    "xrpusdt_linear_bybit": {
        "type": "CryptoPerpetual",
        "id": "XRPUSDT-LINEAR.BYBIT",
        "raw_symbol": "XRPUSDT",
        "base_currency": "XRP",
        "quote_currency": "USDT",
        "settlement_currency": "USDT",
        "is_inverse": False,
        "price_precision": 4,
        "price_increment": "0.0001",
        "size_precision": 0,
        "size_increment": "1",
        "multiplier": "1",
        "lot_size": "1",
        "max_quantity": "10965300",
        "min_quantity": "1",
        "max_notional": None,
        "min_notional": "1.00000000 USDT",
        "max_price": "199.9998",
        "min_price": "0.0001",
        "margin_init": "0.1",
        "margin_maint": "0.1",
        "maker_fee": "0.0002",
        "taker_fee": "0.00055",
        "ts_event": 1646199312128000000,
        "ts_init": 1646199342953849862,
        "tick_scheme_name": None,
        "info": None,
    },
}


@_refuse.members("crypto_futures_spread_inverse crypto_option_spread_inverse")
class TestInstrumentProvider:
    """Well-known instruments, as the documentation's examples use them."""

    __test__ = False  # pytest would collect it by its name

    @staticmethod
    def aapl_option() -> OptionContract:
        return OptionContract.from_dict(CONTRACTS["aapl_option"])

    @staticmethod
    def adabtc_binance() -> CurrencyPair:
        return CurrencyPair.from_dict(_DEFINITIONS["adabtc_binance"])

    @staticmethod
    def adausdt_binance() -> CurrencyPair:
        return CurrencyPair.from_dict(_DEFINITIONS["adausdt_binance"])

    @staticmethod
    def audusd_cfd() -> Cfd:
        return Cfd.from_dict(_DEFINITIONS["audusd_cfd"])

    @staticmethod
    def betting_instrument(*_args: Any) -> NoReturn:
        _refuse.refuse("BettingInstrument")

    @staticmethod
    def binary_option() -> BinaryOption:
        return BinaryOption.from_dict(CONTRACTS["binary_option"])

    @staticmethod
    def btcusdt_binance() -> CurrencyPair:
        return CurrencyPair.from_dict(_DEFINITIONS["btcusdt_binance"])

    @staticmethod
    def btcusdt_perp_binance() -> CryptoPerpetual:
        return CryptoPerpetual.from_dict(_DEFINITIONS["btcusdt_perp_binance"])

    @staticmethod
    def commodity() -> Commodity:
        return Commodity.from_dict(_DEFINITIONS["commodity"])

    @staticmethod
    def crypto_option() -> CryptoOption:
        return CryptoOption.from_dict(CONTRACTS["crypto_option"])

    @staticmethod
    def ethusd_bitmex() -> CryptoPerpetual:
        return CryptoPerpetual.from_dict(_DEFINITIONS["ethusd_bitmex"])

    @staticmethod
    def ethusdt_binance() -> CurrencyPair:
        return CurrencyPair.from_dict(_DEFINITIONS["ethusdt_binance"])

    @staticmethod
    def ethusdt_perp_binance() -> CryptoPerpetual:
        return CryptoPerpetual.from_dict(_DEFINITIONS["ethusdt_perp_binance"])

    @staticmethod
    def futures_spread() -> FuturesSpread:
        return FuturesSpread.from_dict(CONTRACTS["futures_spread"])

    @staticmethod
    def index_instrument() -> IndexInstrument:
        return IndexInstrument.from_dict(_DEFINITIONS["index_instrument"])

    @staticmethod
    def onethousandrats_perp_binance() -> CryptoPerpetual:
        return CryptoPerpetual.from_dict(_DEFINITIONS["onethousandrats_perp_binance"])

    @staticmethod
    def option_spread() -> OptionSpread:
        return OptionSpread.from_dict(CONTRACTS["option_spread"])

    @staticmethod
    def synthetic_instrument(*_args: Any) -> NoReturn:
        _refuse.refuse("SyntheticInstrument")

    @staticmethod
    def xbtusd_bitmex() -> CryptoPerpetual:
        return CryptoPerpetual.from_dict(_DEFINITIONS["xbtusd_bitmex"])

    @staticmethod
    def xrpusdt_linear_bybit() -> CryptoPerpetual:
        return CryptoPerpetual.from_dict(_DEFINITIONS["xrpusdt_linear_bybit"])

    @staticmethod
    def default_fx_ccy(symbol: str, venue: Venue | None = None) -> CurrencyPair:
        """A pair named like AUD/USD or AUDUSD; yen pairs are quoted with three decimals."""
        if not 6 <= len(symbol) <= 7:  # noqa: PLR2004
            raise ValueError(f"'len(symbol)' out of range [6, 7], was {len(symbol)}")
        base, quote = symbol[:3], symbol[-3:]
        yen = quote == "JPY"
        changes = {
            "id": f"{symbol}.{'SIM' if venue is None else venue.value}",
            "raw_symbol": symbol,
            "base_currency": base,
            "quote_currency": quote,
            "price_precision": 3 if yen else 5,
            "price_increment": "0.001" if yen else "0.00001",
            "tick_scheme_name": "FOREX_3DECIMAL" if yen else "FOREX_5DECIMAL",
        }
        return CurrencyPair.from_dict(_DEFINITIONS["default_fx_ccy"] | changes)

    @staticmethod
    def equity(symbol: str = "AAPL", venue: str = "XNAS") -> Equity:
        return Equity.from_dict(_DEFINITIONS["equity"] | {"id": f"{symbol}.{venue}", "raw_symbol": symbol})

    @staticmethod
    def btcusdt_future_binance(
        activation: pd.Timestamp | None = None,
        expiration: pd.Timestamp | None = None,
    ) -> CryptoFuture:
        changes: dict[str, Any] = {}
        if activation is not None:
            changes["activation_ns"] = dt_to_unix_nanos(activation)
        if expiration is not None:
            changes["expiration_ns"] = dt_to_unix_nanos(expiration)
            changes["id"] = f"BTCUSDT_{expiration.strftime('%y%m%d')}.BINANCE"
        return CryptoFuture.from_dict(_DEFINITIONS["btcusdt_future_binance"] | changes)

    @staticmethod
    def future(
        symbol: str = "ESZ1",
        underlying: str = "ES",
        venue: str = "GLBX",
        exchange: str = "XCME",
    ) -> FuturesContract:
        changes = {"id": f"{symbol}.{venue}", "raw_symbol": symbol, "underlying": underlying, "exchange": exchange}
        return FuturesContract.from_dict(_DEFINITIONS["future"] | changes)

    @staticmethod
    def es_future(expiry_year: int, expiry_month: int, venue: Venue | None = None) -> FuturesContract:
        symbol = f"ES{get_contract_month_code(expiry_month)}{expiry_year % 10}"
        changes = {
            "id": f"{symbol}.{'GLBX' if venue is None else venue.value}",
            "raw_symbol": symbol,
            "price_increment": "0.25",
            **_terms(expiry_year, expiry_month),
        }
        return FuturesContract.from_dict(_DEFINITIONS["future"] | changes)

    @staticmethod
    def eurusd_future(expiry_year: int, expiry_month: int, venue_name: str = "XCME") -> FuturesContract:
        symbol = f"6E{get_contract_month_code(expiry_month)}{expiry_year % 10}"
        changes = {
            "id": f"{symbol}.{venue_name}",
            "raw_symbol": symbol,
            "asset_class": "FX",
            "price_precision": 5,
            "price_increment": "0.00005",
            "multiplier": "125000",
            "underlying": "6E",
            **_terms(expiry_year, expiry_month),
        }
        return FuturesContract.from_dict(_DEFINITIONS["future"] | changes)


def _terms(year: int, month: int) -> dict[str, int]:
    """Activation and expiration (14:30 UTC on the third Friday) of a quarterly future."""
    hours = dt.time(14, 30, tzinfo=dt.timezone.utc)
    expiration = dt.datetime.combine(third_friday_of_month(year, month), hours)
    activation = dt.datetime.combine(first_friday_two_years_six_months_ago(year, month), hours)
    nanos = 1_000_000_000
    activation_ns = int(activation.timestamp()) * nanos
    return {
        "activation_ns": activation_ns,
        "expiration_ns": int(expiration.timestamp()) * nanos,
        "ts_event": activation_ns,
        "ts_init": activation_ns,
    }


def _first_friday(year: int, month: int) -> dt.date:
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(FRIDAY - first.weekday()) % 7)


def third_friday_of_month(year: int, month: int) -> dt.date:
    return _first_friday(year, month) + dt.timedelta(days=14)


def first_friday_two_years_six_months_ago(year: int, month: int) -> dt.date:
    months = (year - 2) * 12 + month - 1 - 6
    return _first_friday(months // 12, months % 12 + 1)


def get_contract_month_code(expiry_month: int) -> str:
    """The futures market's letter for a month."""
    return "FGHJKMNQUVXZ"[expiry_month - 1]


_unknown = _refuse.unknown(__name__)


def __getattr__(name: str) -> Any:
    if name == "TestDataProvider":
        from nautilus_trader.test_kit import _files  # most scripts read files of their own

        return _files.TestDataProvider
    if name in ("CSVBarDataLoader", "CSVTickDataLoader", "ParquetBarDataLoader", "ParquetTickDataLoader"):
        from nautilus_trader.persistence import loaders

        return getattr(loaders, name)
    return _unknown(name)
