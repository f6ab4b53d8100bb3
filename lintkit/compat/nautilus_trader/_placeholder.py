"""Names of live trading and its like: they import, so that modules shared with live code do, and refuse when used.

A strategy module may import an adapter's config, a venue constant or the trading node without a backtest ever needing
them. Constants that are plain values are given; everything else is a class that refuses to be called or asked.
"""

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from nautilus_trader import _refuse

if TYPE_CHECKING:
    from importlib.abc import Loader
else:
    Loader = object  # the abstract class brings half of the standard library along

_ADAPTERS: Final = frozenset(
    [
        "architect_ax",
        "betfair",
        "binance",
        "bitmex",
        "blockchain",
        "bybit",
        "coinbase_intx",
        "databento",
        "deribit",
        "dydx",
        "env",
        "hyperliquid",
        "interactive_brokers",
        "kraken",
        "okx",
        "polymarket",
        "sandbox",
        "tardis",
    ]
)
_LIVE: Final = frozenset(
    [
        "cancellation",
        "data_client",
        "data_engine",
        "enqueue",
        "execution_client",
        "execution_engine",
        "factories",
        "node",
        "node_builder",
        "reconciliation",
        "retry",
        "risk_engine",
    ]
)


# Modules elsewhere that only live trading, presentation or the real package's own tests need.
_OTHERS: Final = frozenset(
    [
        *("accounting.accounts.betting", "accounting.factory", "accounting.manager"),
        "analysis.themes",
        *("backtest.data_client", "backtest.execution_client", "backtest.node_builder", "backtest.option_exercise"),
        *("cache.adapter", "cache.database", "cache.facade", "cache.transformers"),
        *("common.data_topics", "common.executor", "common.generators", "common.messages"),
        *("common.providers", "common.secure", "core.fsm"),
        *("data.aggregation", "data.client", "data.engine", "data.messages"),
        *("execution.client", "execution.emulator", "execution.engine", "execution.manager"),
        *("execution.matching_core", "execution.messages", "execution.reports", "execution.trailing"),
        *("indicators.fuzzy_candlesticks", "indicators.fuzzy_enums", "indicators.spread_analyzer"),
        *("model.greeks", "model.greeks_data", "model.orders.unpacker", "network"),
        *("model.instruments.betting", "model.instruments.binary_option", "model.instruments.crypto_option"),
        *("model.instruments.futures_spread", "model.instruments.option_contract"),
        *("model.instruments.option_spread", "model.instruments.perpetual_contract", "model.instruments.synthetic"),
        *("persistence.wranglers_v2", "persistence.writer", "risk.engine", "risk.sizing"),
        *("serialization.arrow.implementations", "serialization.arrow.schema", "serialization.serializer"),
        *("system.kernel", "trading.controller", "trading.filters", "trading.messages"),
        *("test_kit.functions", "test_kit.mocks", "test_kit.rust", "test_kit.strategies", "test_kit.stubs"),
    ]
)

# Names that modules of ours lack and that code may mention without a backtest ever using them.
_NAMES: Final = {
    "backtest.engine": ("BacktestDataIterator", "OrderMatchingEngine", "SimulatedExchange"),
    "common.component": ("Component", "ComponentFSMFactory", "LiveClock", "Subscription", "Throttler"),
    "config": ("ControllerFactory",),
    "indicators": ("FuzzyCandle", "FuzzyCandlesticks", "SpreadAnalyzer"),
    "live.config": ("ControllerFactory",),
    "model.data": ("OptionGreeks", "capsule_to_data", "capsule_to_list", "pyo3_list_to_data_list"),
    "model.events": ("PositionAdjusted",),
    "model.events.position": ("PositionAdjusted",),
    "model.instruments": (
        *("BettingInstrument", "BinaryOption", "CryptoOption", "FuturesSpread", "OptionContract", "OptionSpread"),
        *("PerpetualContract", "SyntheticInstrument", "TokenizedAsset"),
    ),
    "model.orders": ("OrderUnpacker",),
    "model.tick_scheme": ("FixedTickScheme", "TieredTickScheme"),
    "persistence.loaders": ("InterestRateProvider", "InterestRateProviderConfig"),
    "test_kit.providers": ("TestDataGenerator",),
}


def refusing(module: str, name: str) -> Any:
    """A class that can be named and annotated with, and refuses to be used."""
    return _Refusing(name, (), {"__module__": module})


def latent(module: str, name: str) -> Any:
    """That class for one of the names above; nothing for any other."""
    return refusing(module, name) if name in _NAMES.get(module.partition(".")[2], ()) else None


def covers(module: str) -> bool:
    """Whether the module is one of those."""
    parts = module.split(".")
    rest = parts[1:]
    if any(".".join(rest[:n]) in _OTHERS for n in range(1, len(rest) + 1)):
        return True
    if len(parts) < 3:  # noqa: PLR2004  # nautilus_trader.<area>.<module>
        return False
    known = {"adapters": _ADAPTERS, "live": _LIVE}.get(parts[1], frozenset[str]())
    return parts[2] in known


class _Refusing(type):
    """Classes that can be named, annotated with and subclassed, but neither called nor asked for members."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        del args, kwargs
        _refuse.refuse(f"{cls.__module__}.{cls.__qualname__}")

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        _refuse.refuse(f"{cls.__module__}.{cls.__qualname__}.{name}")


def _value(module: str, name: str) -> Any:
    """What an adapter's name stands for: BINANCE, BINANCE_VENUE, BINANCE_CLIENT_ID, or a refusing class."""
    from nautilus_trader.model.identifiers import ClientId, Venue  # only constants need them

    if name.endswith("_VENUE"):
        return Venue(name.removesuffix("_VENUE"))
    if name.endswith("_CLIENT_ID"):
        return ClientId(name.removesuffix("_CLIENT_ID"))
    if name.isupper() and name.lower() in _ADAPTERS:
        return name
    return refusing(module, name)


class _PlaceholderModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        value = _value(self.__name__, name)
        setattr(self, name, value)
        return value


class _PlaceholderLoader(Loader):
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _PlaceholderModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run: the names come when asked for."""


class _Finder:
    @staticmethod
    def find_spec(name: str, path: object = None, target: ModuleType | None = None) -> ModuleSpec | None:
        del path, target
        if name.startswith("nautilus_trader.") and covers(name):
            return ModuleSpec(name, _PlaceholderLoader(), is_package=True)
        return None


def install() -> None:
    """Asked after the finders of real files, before the one that refuses."""
    if _Finder not in sys.meta_path:
        sys.meta_path.append(_Finder)
