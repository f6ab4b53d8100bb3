"""How classes of the user's own are written to Arrow tables and read from them."""

from collections.abc import Callable
from typing import Any

from nautilus_trader import _refuse

_ARROW_ENCODERS: dict[type, Callable[..., Any]] = {}
_ARROW_BATCH_ENCODERS: dict[type, Callable[..., Any]] = {}
_ARROW_DECODERS: dict[type, Callable[[Any], Any]] = {}
_SCHEMAS: dict[type, Any] = {}


def register_arrow(
    data_cls: type,
    schema: Any,
    encoder: Callable[..., Any] | None = None,
    decoder: Callable[[Any], Any] | None = None,
    batch_encoder: Callable[..., Any] | None = None,
) -> None:
    """`encoder`: an object to a record batch; `batch_encoder`: a list to one; `decoder`: a table to a list.

    `schema` may be a function that makes it, so that pyarrow need not be loaded before it is used.
    """
    for known, given in (
        (_ARROW_ENCODERS, encoder),
        (_ARROW_BATCH_ENCODERS, batch_encoder),
        (_ARROW_DECODERS, decoder),
        (_SCHEMAS, schema),
    ):
        if given is not None:
            known[data_cls] = given


def registered() -> list[type]:
    return list(_SCHEMAS)


def get_schema(data_cls: type) -> Any:
    schema = _SCHEMAS[data_cls]
    return schema() if callable(schema) else schema


def list_schemas() -> dict[type, Any]:
    return {data_cls: get_schema(data_cls) for data_cls in _SCHEMAS}


@_refuse.members("rust_defined_to_record_batch")
class ArrowSerializer:
    """Tables of classes that were registered."""

    @staticmethod
    def serialize(data: Any, data_cls: type | None = None) -> Any:
        cls = data_cls or type(data)
        if cls not in _ARROW_ENCODERS:
            raise TypeError(f"Cannot serialize object `{cls}`: register it with `register_arrow()` of {__name__}")
        return _ARROW_ENCODERS[cls](data)

    @staticmethod
    def serialize_batch(data: list[Any], data_cls: type) -> Any:
        from nautilus_trader.persistence._arrow import arrow  # loads pyarrow

        if data_cls in _ARROW_BATCH_ENCODERS:
            batch = _ARROW_BATCH_ENCODERS[data_cls](data)
            return arrow().Table.from_batches([batch], schema=batch.schema)
        batches = [ArrowSerializer.serialize(each, data_cls) for each in data]
        return arrow().Table.from_batches(batches, schema=batches[0].schema)

    @staticmethod
    def deserialize(data_cls: type, batch: Any) -> list[Any]:
        if data_cls not in _ARROW_DECODERS:
            raise TypeError(
                f"Cannot deserialize object `{data_cls}`: register it with `register_arrow()` of {__name__}"
            )
        return _ARROW_DECODERS[data_cls](batch)


__getattr__ = _refuse.unknown(__name__)
