"""Runs a strategy that has no script: makes the engine, the venue, the data, and the strategy's configuration.

Runs in the worker, on either engine. Standard library and `nautilus_trader` only.
"""

import inspect
import json
import re
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from importlib import import_module
from pathlib import Path
from types import new_class
from typing import Any

from lintkit.smoke import infer, market
from lintkit.smoke.feeds import load

LATENCY_MS = 20
_INSTRUMENTS = {"fx": "AUD/USD.SIM", "crypto": "ETHUSDT-PERP.BINANCE", "equity": "AAPL.XNAS", "future": "ESZ4.XCME"}


def drive(spec: dict[str, Any], root: Path, tell: Callable[..., None]) -> None:
    """Run the strategy target `spec`; `session.py` says what it holds. `tell("inferred", text=...)` for each choice."""
    from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
    from nautilus_trader.config import LoggingConfig
    from nautilus_trader.model.data import BarType

    plan = _Plan(spec, tell)
    instruments = [_instrument(text, plan.kind) for text in plan.market.instruments]
    engine = BacktestEngine(config=BacktestEngineConfig(logging=LoggingConfig(log_level="ERROR")))
    for name in dict.fromkeys(str(instrument.id.venue) for instrument in instruments):
        engine.add_venue(**_venue(name, spec, instruments, books=plan.books))
    for instrument in instruments:
        engine.add_instrument(instrument)
    bar_types = [BarType.from_str(text) for text in plan.bar_types]
    for instrument in instruments:
        mine = [one for one in bar_types if one.instrument_id == instrument.id]
        data = load(spec["data"], root, instrument, mine, is_only=len(instruments) == 1)
        if not data:
            kind = plan.kind or market.kind_of(str(instrument.id))
            tell("inferred", text=f"{instrument.id}: made-up {kind} market, seed {spec['seed']}")
            data = market.make_data(instrument, mine, spec["seed"], kind, books=plan.books)
        # The first datum stands for all that are added with it, and a venue with books wants to know of them.
        books = [item for item in data if type(item).__name__.startswith("OrderBook")]
        others = [item for item in data if not type(item).__name__.startswith("OrderBook")]
        for part in (others, books):
            if part:
                engine.add_data(sorted(part, key=lambda item: item.ts_init))
    engine.add_strategy(plan.make(instruments[0]))
    engine.run()
    engine.dispose()


class _Plan:
    """Which strategy with which configuration on which instruments."""

    def __init__(self, spec: dict[str, Any], tell: Callable[..., None]) -> None:
        module, _, name = spec["class"].partition(":")
        self._strategy: Any = getattr(import_module(module), name)
        self._config_class = infer.config_class_of(self._strategy, spec["config_class"])
        self._tell = tell
        own = infer.parameters_of(self._strategy)
        self._takes_config = any(field.name in ("config", "cfg") for field in own)
        if self._config_class is None and self._takes_config:
            self._config_class = _made_config(self._strategy)
        fields = infer.fields_of(self._config_class) if self._config_class else []
        self._given: dict[str, Any] = spec["config"]
        every = [*fields, *(field for field in own if field.name not in ("config", "cfg"))]
        ids = list(dict.fromkeys((*spec["instruments"], *infer.instruments_in(every, self._given))))
        self.kind = next((name.removeprefix("market:") for name in spec["data"] if name.startswith("market:")), "")
        if not ids:
            ids = [_INSTRUMENTS[self.kind or _guess(self._strategy, every)]]
            tell("inferred", text=f"instrument {ids[0]}")
        self.books = "order_book" in infer.source_of(self._strategy)
        kind = self.kind or market.kind_of(ids[0])
        terms = market.TERMS[kind]
        price = "LAST" if kind != "fx" else "BID"
        self.market = infer.Market(ids, f"{ids[0]}-1-MINUTE-{price}-EXTERNAL", terms.size, terms.currency)
        takes = [field for field in own if field.name not in ("config", "cfg")]
        names = {field.name for field in takes} - {field.name for field in fields}
        for_config = {k: v for k, v in self._given.items() if k not in names}
        where = self._config_class.__name__ if self._config_class else name
        self._config, said = infer.values(fields, for_config, self.market, where)
        for_itself = {k: v for k, v in self._given.items() if k in names}
        self._arguments, more = infer.values(takes, for_itself, self.market, f"{name}.__init__")
        self._types = {field.name: field.type for field in (*fields, *takes)}
        for text in (*said, *more):
            tell("inferred", text=text)
        found = infer.bar_types_in({**self._config, **self._arguments}, every)
        self.bar_types = list(dict.fromkeys(found)) or [self.market.bar_type]

    def make(self, instrument: Any) -> Any:
        """The strategy; `instrument` is for parameters that want one itself."""
        arguments = self._typed(self._arguments, instrument)
        if not self._takes_config:
            return self._strategy(**arguments)
        return self._strategy(self._make_config(instrument), **arguments)

    def _make_config(self, instrument: Any) -> Any:
        from msgspec.structs import force_setattr

        config_class: Any = self._config_class
        made: Any = None
        if hasattr(config_class, "parse") and not any(_is_instrument(self._types.get(name)) for name in self._config):
            try:
                made = config_class.parse(json.dumps(self._config))
            except (NameError, TypeError):  # an annotation that only a type checker can follow, or that msgspec cannot
                made = None
        if made is None:
            return config_class(**self._typed(self._config, instrument))
        if "strategy_id" in self._config:  # strategies want it as text, whatever its type says
            force_setattr(made, "strategy_id", self._config["strategy_id"])
        return made

    def _typed(self, values: dict[str, Any], instrument: Any) -> dict[str, Any]:
        types = self._types
        return {
            name: instrument if _is_instrument(types.get(name)) else _typed(value, types.get(name))
            for name, value in values.items()
        }


def _made_config(strategy: type) -> type:
    """A config class for a strategy that does not say which it takes: with the fields that its code reads."""
    from nautilus_trader.config import StrategyConfig

    read = dict.fromkeys(re.findall(r"\b(?:config|cfg)\.([A-Za-z]\w*)\b(?!\s*\()", inspect.getsource(strategy)))
    names = [name for name in read if not hasattr(StrategyConfig, name)]
    body = {"__annotations__": {name: infer.type_by_name(name) for name in names}, "__module__": strategy.__module__}
    bases: tuple[Any, ...] = (StrategyConfig,)
    return new_class(f"{strategy.__name__}Config", bases, {"frozen": True}, lambda space: space.update(body))


def _is_instrument(kind: Any) -> bool:
    return isinstance(kind, type) and kind.__name__ == "Instrument"


def _typed(value: Any, kind: Any) -> Any:
    """A JSON value as what an annotation asks for."""
    if not isinstance(kind, type) or kind in (Any, object, str, dict):
        return value
    make: Any = kind
    if isinstance(value, dict):
        return make(**value)
    if not isinstance(value, str):
        return value
    if hasattr(make, "from_str"):
        return make.from_str(value)
    return make[value] if issubclass(kind, Enum) else make(value)


def _guess(strategy: type, fields: list[infer.Field]) -> str:
    """The market that a strategy's source speaks of; a size below 1 is none of shares or contracts."""
    if any(infer.is_size(field.name) and _is_fraction(field.default) for field in fields):
        return "crypto"
    text = infer.source_of(strategy).lower()
    words = {  # "equity" is an account's, more often than not
        "crypto": ("usdt", "perp", "btc", "binance", "bybit", "funding"),
        "equity": ("stock", "xnas", "nasdaq", "shares", "aapl", "spy"),
        "future": ("futures", "xcme", "glbx", "contracts"),
    }
    scores = {kind: sum(text.count(word) for word in some) for kind, some in words.items()}
    best = max(scores, key=lambda kind: scores[kind])
    return best if scores[best] else "fx"


def _is_fraction(value: Any) -> bool:
    return isinstance(value, (float, Decimal)) and 0 < value < 1


def _instrument(text: str, kind: str) -> Any:
    """An instrument of the user's, written module:NAME, or a made-up one of that id."""
    if ":" in text:
        module, _, name = text.rpartition(":")
        found = getattr(import_module(module), name)
        return found() if callable(found) and not hasattr(found, "id") else found
    return market.make_instrument(text, kind)


def _venue(name: str, spec: dict[str, Any], instruments: list[Any], *, books: bool) -> dict[str, Any]:
    from nautilus_trader.backtest.models import FillModel, LatencyModel
    from nautilus_trader.model.currencies import USD
    from nautilus_trader.model.enums import AccountType, BookType, OmsType
    from nautilus_trader.model.identifiers import Venue
    from nautilus_trader.model.objects import Currency, Money

    given = spec["venue"]
    codes = dict.fromkeys(str(one.get_settlement_currency().code) for one in instruments if str(one.id.venue) == name)
    balances = given.get("balances") or [f"1000000 {code}" for code in codes]
    single = given.get("base-currency") or (USD.code if list(codes) == [USD.code] else None)
    latency = int(Decimal(str(given.get("latency-ms", LATENCY_MS))) * 1_000_000)
    return {
        "venue": Venue(name),
        "oms_type": OmsType[given.get("oms-type", "NETTING").upper()],
        "account_type": AccountType[given.get("account-type", "MARGIN").upper()],
        "base_currency": Currency.from_str(single) if single else None,
        "starting_balances": [Money.from_str(text) for text in balances],
        "default_leverage": Decimal(str(given.get("leverage", 10))),
        "book_type": BookType[given.get("book-type", "L2_MBP" if books else "L1_MBP").upper()],
        "latency_model": LatencyModel(base_latency_nanos=latency) if latency else None,
        "fill_model": FillModel(
            prob_fill_on_limit=float(given.get("prob-fill-on-limit", 1.0)),
            prob_slippage=float(given.get("prob-slippage", 0.0)),
            random_seed=spec["seed"],
        ),
    }
