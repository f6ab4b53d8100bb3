"""Configuration: the base class, and what belongs to components in general.

Configs are msgspec structs, as the real ones are: constructing one does not validate anything, parsing does.
"""

import importlib
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from lintkit._engine import (
    BarSpecification,
    BarType,
    ComponentId,
    Currency,
    Identifier,
    InstrumentId,
    Money,
    Price,
    Quantity,
)
from nautilus_trader import _refuse
from nautilus_trader._profile import LATER
from nautilus_trader.common import Environment
from nautilus_trader.core.uuid import UUID4

PositiveInt = Annotated[int, Meta(gt=0)]
NonNegativeInt = Annotated[int, Meta(ge=0)]
PositiveFloat = Annotated[float, Meta(gt=0.0)]
NonNegativeFloat = Annotated[float, Meta(ge=0.0)]

CUSTOM_ENCODINGS: dict[type, Callable[[Any], Any]] = {}
CUSTOM_DECODINGS: dict[type, Callable[[Any], Any]] = {}

_FROM_TEXT = (InstrumentId, BarType, BarSpecification, Price, Quantity, Money, Currency, UUID4)
_TO_TEXT = (Identifier, BarType, BarSpecification, Price, Quantity, Money, Currency, UUID4, Decimal)


class InvalidConfiguration(RuntimeError):
    """Settings that contradict each other."""


def resolve_path(path: str) -> Any:
    """The object at `module:name`."""
    module, name = path.rsplit(":", maxsplit=1)
    return getattr(importlib.import_module(module), name)


def resolve_config_path(path: str) -> type["NautilusConfig"]:
    config = resolve_path(path)
    if not (isinstance(config, type) and issubclass(config, NautilusConfig)):
        raise TypeError(f"expected a subclass of `NautilusConfig`, was `{type(config)}`")  # pyright: ignore[reportUnknownArgumentType]  # anything
    return config


def _pandas_class(name: str) -> type | None:
    """A class of pandas, if the program has imported it: no object of it exists otherwise."""
    return getattr(sys.modules.get("pandas"), name, None)


def msgspec_encoding_hook(obj: Any) -> Any:
    """What msgspec cannot encode itself, as text."""
    if isinstance(obj, _TO_TEXT):
        return str(obj)
    if isinstance(obj, type):
        name = getattr(obj, "fully_qualified_name", None)
        return name() if name is not None else str(obj)
    if isinstance(obj, Environment):
        return obj.value
    stamp, delta = _pandas_class("Timestamp"), _pandas_class("Timedelta")
    if (stamp is not None and isinstance(obj, stamp)) or (delta is not None and isinstance(obj, delta)):
        return obj.isoformat()
    if type(obj) in CUSTOM_ENCODINGS:
        return CUSTOM_ENCODINGS[type(obj)](obj)
    raise TypeError(f"Encoding objects of type {type(obj)} is unsupported")


def msgspec_decoding_hook(obj_type: type, obj: Any) -> Any:
    """The inverse of the encoding: text to values."""
    if obj_type in _FROM_TEXT:
        return obj_type.from_str(obj)
    if issubclass(obj_type, Identifier):
        return obj_type(obj)
    if obj_type in (Decimal, Environment, _pandas_class("Timestamp"), _pandas_class("Timedelta")):
        return obj_type(obj)
    if obj_type in CUSTOM_DECODINGS:
        return CUSTOM_DECODINGS[obj_type](obj)
    raise TypeError(f"Decoding objects of type {obj_type} is unsupported")


def nautilus_schema_hook(type_: type) -> dict[str, Any]:
    if type_ in _FROM_TEXT or issubclass(type_, Identifier):
        return {"type": "string"}
    raise NotImplementedError(f"Schema of type {type_} is unsupported")


def register_config_encoding(type_: type, encoder: Callable[[Any], Any]) -> None:
    CUSTOM_ENCODINGS[type_] = encoder


def register_config_decoding(type_: type, decoder: Callable[[Any], Any]) -> None:
    CUSTOM_DECODINGS[type_] = decoder


def tokenize_config(obj: "NautilusConfig") -> str:
    """A digest of the config's values."""
    import hashlib

    return hashlib.sha256(obj.json()).hexdigest()


class NautilusConfig(Struct, kw_only=True, frozen=True, forbid_unknown_fields=LATER):
    """The base of all configs."""

    @property
    def id(self) -> str:
        return tokenize_config(self)

    @classmethod
    def fully_qualified_name(cls) -> str:
        return f"{cls.__module__}:{cls.__qualname__}"

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        return msgspec.json.schema(cls, schema_hook=nautilus_schema_hook)

    @classmethod
    def parse(cls, raw: bytes | str) -> Any:
        return msgspec.json.decode(raw, type=cls, dec_hook=msgspec_decoding_hook)

    def dict(self) -> "dict[str, Any]":
        return msgspec.structs.asdict(self)

    def json(self) -> bytes:
        return msgspec.json.encode(self, enc_hook=msgspec_encoding_hook)

    def json_primitives(self) -> "dict[str, Any]":
        return msgspec.json.decode(self.json())

    def validate(self) -> bool:
        """Whether the values survive a round trip; raises otherwise."""
        return bool(self.parse(self.json()))


class ActorConfig(NautilusConfig, kw_only=True, frozen=True):
    component_id: ComponentId | None = None
    log_events: bool = True
    log_commands: bool = True


class ImportableActorConfig(NautilusConfig, kw_only=True, frozen=True):
    actor_path: str
    config_path: str
    config: dict[str, Any]


@_refuse.members("create")
class ImportableFactoryConfig(NautilusConfig, kw_only=True, frozen=True):
    path: str


@_refuse.members("create is_importable")
class ImportableConfig(NautilusConfig, kw_only=True, frozen=True):
    path: str
    config: dict[str, Any] = {}
    factory: ImportableFactoryConfig | None = None


class DatabaseConfig(NautilusConfig, kw_only=True, frozen=True):
    type: str = "redis"
    host: str | None = None
    port: int | None = None
    username: str | None = None
    password: str | None = None
    ssl: bool = False
    if not LATER:
        timeout: int | None = 20
    if LATER:
        connection_timeout: int = 20
        response_timeout: int = 20
        number_of_retries: int = 100
        exponent_base: int = 2
        max_delay: int = 1000
        factor: int = 2


class InstrumentProviderConfig(NautilusConfig, kw_only=True, frozen=True):
    load_all: bool = False
    load_ids: frozenset[InstrumentId] | None = None
    filters: dict[str, Any] | None = None
    filter_callable: str | None = None
    log_warnings: bool = True
    if LATER:
        use_gamma_markets: bool = False


class LoggingConfig(NautilusConfig, kw_only=True, frozen=True):
    log_level: str = "INFO"
    log_level_file: str | None = None
    log_directory: str | None = None
    log_file_name: str | None = None
    log_file_format: str | None = None
    log_file_max_size: PositiveInt | None = None
    log_file_max_backup_count: NonNegativeInt = 5
    log_colors: bool = True
    log_component_levels: dict[str, str] | None = None
    log_components_only: bool = False
    bypass_logging: bool = False
    print_config: bool = False
    if LATER:
        use_tracing: bool = False
    use_pyo3: bool = False
    clear_log_file: bool = False
    if LATER:
        fileout_sync_on_flush: bool = True
        buffered_stdout: bool = False


class MessageBusConfig(NautilusConfig, kw_only=True, frozen=True):
    database: DatabaseConfig | None = None
    encoding: str = "json" if LATER else "msgpack"
    timestamps_as_iso8601: bool = False
    buffer_interval_ms: PositiveInt | None = None
    autotrim_mins: int | None = None
    use_trader_prefix: bool = True
    use_trader_id: bool = True
    use_instance_id: bool = False
    streams_prefix: str = "stream"
    stream_per_topic: bool = True
    external_streams: list[str] | None = None
    types_filter: list[type] | None = None
    heartbeat_interval_secs: PositiveInt | None = None


class OrderEmulatorConfig(NautilusConfig, kw_only=True, frozen=True):
    debug: bool = False


def _created(config: Any, expected: type, path: str) -> Any:
    """An object of the class that an importable config names in its field `path`, given the config that it holds.

    The dict goes by way of JSON: texts become identifiers, bar types and decimals.
    """
    if not isinstance(config, expected):
        raise TypeError(f"'config' argument not of type {expected}, was {type(config)}")
    named: Any = config
    made = resolve_path(getattr(named, path))
    config_class = resolve_config_path(named.config_path)
    return made(config=config_class.parse(msgspec.json.encode(named.config, enc_hook=msgspec_encoding_hook)))


class ActorFactory:
    """Makes actors from importable configs."""

    @staticmethod
    def create(config: ImportableActorConfig) -> Any:
        return _created(config, ImportableActorConfig, "actor_path")


__getattr__ = _refuse.unknown(__name__)
