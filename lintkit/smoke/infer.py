"""Values for a strategy's configuration, from the names and types of its fields. Runs in the worker.

What has a default keeps it. What cannot be inferred is not made up: it is named, with what to do.

Standard library and `nautilus_trader` only.
"""

import inspect
import re
import sys
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, cast

_MISSING = object()
_INTS = ((r"fast|short", 10), (r"slow|long", 20), (r"period|window|lookback|length|bars", 14), (r"interval|secs?$", 60))
_FLOATS = (
    (r"prob|pct|percent|ratio|frac|threshold|risk|skew", 0.01),
    (r"mult|factor|std|dev", 2.0),
    (r"take_?profit|stop_?loss|tp$|sl$", 0.01),
)
_SIZE = re.compile(r"size|qty|quantity|amount|volume", re.IGNORECASE)


class InferenceError(Exception):
    """Fields without a value. `fields` are "name: type"."""

    def __init__(self, where: str, fields: list[str]) -> None:
        super().__init__(
            f"cannot infer {', '.join(fields)} of {where}: give it under `config` of a smoke target, or a default"
        )
        self.fields = fields


@dataclass(frozen=True)
class Market:
    """What there is to trade: the first instrument's id, a bar type of it, a usual trade's size; all as text."""

    instruments: list[str]
    bar_type: str
    size: str
    currency: str

    @property
    def venue(self) -> str:
        return self.instruments[0].rpartition(".")[2]


@dataclass(frozen=True)
class Field:
    name: str
    type: Any
    default: Any = _MISSING

    @property
    def is_required(self) -> bool:
        return self.default is _MISSING

    @property
    def text(self) -> str:
        return f"`{self.name}: {getattr(self.type, '__name__', None) or str(self.type).replace('typing.', '')}`"


def config_class_of(strategy: type, named: str | None) -> type | None:
    """The config class: by name, from the annotation of `config` (unless a protocol), or called like the strategy."""
    module = inspect.getmodule(strategy)
    if named:
        path, _, name = named.rpartition(":")
        return getattr(__import__(path, fromlist=[name]) if path else module, name)
    for one in strategy.__mro__:
        if "__init__" in vars(one) and not one.__module__.startswith("nautilus_trader."):
            hints = _hints(one.__init__)
            found = next((hints[name] for name in ("config", "cfg") if isinstance(hints.get(name), type)), None)
            if found is not None and not getattr(found, "_is_protocol", False):
                return found
    names = (f"{strategy.__name__}Config", f"{strategy.__name__.removesuffix('Strategy')}Config")
    return next((found for name in names if (found := getattr(module, name, None))), None)


def fields_of(config_class: type) -> list[Field]:
    """The fields of a config class that are not NautilusTrader's own."""
    names: tuple[str, ...] = getattr(config_class, "__struct_fields__", ()) or tuple(_hints(config_class))
    given: tuple[Any, ...] = getattr(config_class, "__struct_defaults__", ())
    defaults = dict(zip(names[len(names) - len(given) :], given, strict=True))
    own: set[str] = set()
    for one in config_class.__mro__:
        if not one.__module__.startswith(("nautilus_trader.", "msgspec", "builtins")):
            own.update(vars(one).get("__annotations__", {}))
    hints = _hints(config_class)
    required = getattr(config_class, "__struct_config__", None) is not None
    found: list[Field] = []
    for name in names:
        default = defaults.get(name, _MISSING if required else getattr(config_class, name, _MISSING))
        if name in own and repr(default) != "NODEFAULT":
            found.append(Field(name, hints.get(name, Any), default))
        elif name in own:
            found.append(Field(name, hints.get(name, Any)))
    return found


def parameters_of(strategy: type) -> list[Field]:
    """The parameters of a strategy's `__init__` other than its config."""
    hints = _hints(strategy.__init__)
    source = source_of(strategy)
    found: list[Field] = []
    for name, parameter in list(inspect.signature(strategy.__init__).parameters.items())[1:]:
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        default = _MISSING if parameter.default is parameter.empty else parameter.default
        kind = hints[name] if name in hints else _unannotated(name, source)
        found.append(Field(name, kind, default))
    return found


def _unannotated(name: str, source: str) -> Any:
    """What a parameter without an annotation takes: the object that it is called after, unless the code makes that."""
    kind = type_by_name(name)
    return Any if kind is Decimal or f"{getattr(kind, '__name__', '')}.from_str" in source else kind


def source_of(strategy: type) -> str:
    """The text of the strategy's file."""
    try:
        return inspect.getsource(inspect.getmodule(strategy) or strategy)
    except (OSError, TypeError):
        return ""


def _hints(of: Any) -> dict[str, Any]:
    try:
        return typing.get_type_hints(of)
    except Exception:  # noqa: BLE001  # an annotation that names what only a type checker sees
        found: dict[str, Any] = {}
        for one in reversed(getattr(of, "__mro__", (of,))):
            names: dict[str, Any] = getattr(sys.modules.get(getattr(one, "__module__", "")), "__dict__", {})
            for name, kind in getattr(one, "__annotations__", {}).items():
                found[name] = _resolved(kind, names)
        return found


def _resolved(kind: Any, names: dict[str, Any]) -> Any:
    """What one annotation means; an identifier or object of NautilusTrader's by its mere name; else as written."""
    if not isinstance(kind, str):
        return kind
    try:
        return typing.get_type_hints(type("", (), {"__annotations__": {"it": kind}}), {**_nautilus(), **names})["it"]
    except Exception:  # noqa: BLE001  # as above
        return kind


def _nautilus() -> dict[str, Any]:
    from nautilus_trader.model import data, identifiers, objects

    return {name: value for module in (data, identifiers, objects) for name, value in vars(module).items()}


def values(
    fields: list[Field], given: Mapping[str, Any], market: Market, where: str
) -> tuple[dict[str, Any], list[str]]:
    """JSON values for the fields without a default, the given ones first; and what was inferred, in words."""
    found, said, failed = dict(given), list[str](), list[str]()
    if unknown := sorted(given.keys() - {field.name for field in fields} - _BASE):
        raise InferenceError(where, [f"`{name}`, which is no field" for name in unknown])
    for field in fields:
        if field.name in given or field.default is not _MISSING:
            continue
        value = _infer(field.name, field.type, market)
        if value is _MISSING:
            failed.append(field.text)
        else:
            found[field.name] = value
            said.append(f"{field.name} = {value!r}")
    if failed:
        raise InferenceError(where, failed)
    return found, said


_BASE = {
    *("strategy_id", "order_id_tag", "oms_type", "external_order_claims", "manage_contingent_orders"),
    *("manage_gtd_expiry", "log_events", "log_commands", "use_uuid_client_order_ids"),
}


def is_size(name: str) -> bool:
    """Whether a field says how much to trade."""
    return bool(_SIZE.search(name))


def type_by_name(name: str) -> Any:
    """What a field without an annotation holds, where its name says it."""
    known = _nautilus()
    table = ((r"instrument_?id$", "InstrumentId"), (r"bar_?type$", "BarType"), (r"^venue$", "Venue"))
    kind = next((known[kind] for words, kind in table if re.search(words, name, re.IGNORECASE)), None)
    return kind or (Decimal if is_size(name) else Any)


def instruments_in(fields: list[Field], given: Mapping[str, Any]) -> Iterator[str]:
    """Ids of instruments that the configuration names, by its values or by its defaults."""
    for item in _flat([*given.values(), *(field.default for field in fields if field.name not in given)]):
        text = str(item)
        if type(item).__name__ == "InstrumentId" or re.fullmatch(r"[A-Z0-9/_=-]+\.[A-Z_]+", text):
            yield text
        elif match := re.match(r"(\S+\.[A-Z_]+)-\d+-[A-Z_]+-(?:BID|ASK|MID|LAST)-(?:IN|EX)TERNAL", text):
            yield match[1]


def bar_types_in(values_: Mapping[str, Any], fields: list[Field]) -> Iterator[str]:
    """Bar types that the configuration names."""
    for item in _flat([*values_.values(), *(field.default for field in fields if field.name not in values_)]):
        if re.search(r"-\d+-[A-Z_]+-(?:BID|ASK|MID|LAST)-(?:IN|EX)TERNAL", str(item)):
            yield str(item)


def _flat(values_: Iterable[object]) -> Iterator[object]:
    for value in values_:
        if isinstance(value, (list, tuple, frozenset)):
            yield from cast("Iterable[object]", value)
        else:
            yield value


def _infer(name: str, kind: Any, market: Market) -> Any:  # noqa: PLR0911  # a flat list of kinds
    while typing.get_origin(kind) is typing.Annotated:
        kind = typing.get_args(kind)[0]
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, UnionType):
        if NoneType in arguments:
            return None
        return next((v for one in arguments if (v := _infer(name, one, market)) is not _MISSING), _MISSING)
    if origin is typing.Literal:
        return arguments[0]
    if origin in (list, tuple, set, frozenset):
        item = _infer(name, arguments[0], market) if arguments else _MISSING
        if item is not _MISSING and getattr(arguments[0], "__name__", "") == "InstrumentId":
            return list(market.instruments)
        return [] if item is _MISSING else [item]
    if origin is dict or kind is dict:
        return {}
    if not isinstance(kind, type) or kind in (Any, object):
        return _by_name(name, market)
    return _infer_plain(name, kind, market)


def _infer_plain(name: str, kind: type, market: Market) -> Any:  # noqa: PLR0911  # a flat list of kinds
    if issubclass(kind, Enum):
        return next((member.name for member in kind if not member.name.startswith("NO_")), _MISSING)
    if kind is bool:
        return False
    if kind in (int, float):
        if _SIZE.search(name):
            return kind(Decimal(market.size)) or 1
        table = _INTS if kind is int else (*_FLOATS, *_INTS)
        return next((kind(value) for words, value in table if re.search(words, name, re.IGNORECASE)), kind(1))
    if kind is Decimal:
        table = ((_SIZE.pattern, market.size), *((words, str(value)) for words, value in _FLOATS))
        return next((value for words, value in table if re.search(words, name, re.IGNORECASE)), "1")
    if kind is timedelta:
        return 60.0
    if kind is str:
        return _by_name(name, market)
    known = {
        "InstrumentId": market.instruments[0],
        "Symbol": market.instruments[0].rpartition(".")[0],
        "Venue": market.venue,
        "ClientId": market.venue,
        "BarType": market.bar_type,
        "Quantity": market.size,
        "Currency": market.currency,
        "Money": f"1000 {market.currency}",
        "BarSpecification": "1-MINUTE-LAST",
        "Instrument": market.instruments[0],  # driver.py puts the instrument itself there
    }
    return known[kind.__name__] if kind.__name__ in known else _infer_fields(kind, market)


def _infer_fields(kind: Any, market: Market) -> Any:
    """A settings class inside a settings class: the values of its own fields."""
    if not hasattr(kind, "__dataclass_fields__") and not hasattr(kind, "__struct_fields__"):
        return _MISSING
    found = {field.name: _infer(field.name, field.type, market) for field in fields_of(kind) if field.is_required}
    return _MISSING if _MISSING in found.values() else found


def _by_name(name: str, market: Market) -> Any:
    """A text whose name says what it is of."""
    table = (
        (r"instrument|^ticker$", market.instruments[0]),
        (r"bar_?type", market.bar_type),
        (r"symbol", market.instruments[0].rpartition(".")[0]),
        (r"venue|exchange", market.venue),
        (r"currency", market.currency),
        (r"size|qty|quantity", market.size),
        (r"side", "BUY"),
        (r"trigger_?type$", "DEFAULT"),
        (r"offset_?type$", "PRICE"),
        (r"time_in_force$|^tif$", "GTC"),
        (r"order_id_tag", "001"),
        (r"(?:^|_)(?:id|tag|name|label|hash|version|key)$", "smoke"),
    )
    numbers = (*_INTS, *_FLOATS)
    return next((value for words, value in (*table, *numbers) if re.search(words, name, re.IGNORECASE)), _MISSING)
