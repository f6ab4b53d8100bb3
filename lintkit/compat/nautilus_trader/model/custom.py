"""Data classes of users."""

from dataclasses import dataclass, fields
from functools import partial
from typing import Any, Final

from lintkit._engine import BarType, InstrumentId
from nautilus_trader import _refuse
from nautilus_trader.core.datetime import unix_nanos_to_iso8601
from nautilus_trader.persistence._arrow import arrow
from nautilus_trader.serialization.arrow.serializer import register_arrow

_PARSED = (InstrumentId, BarType)


def customdataclass(*args: Any, **kwargs: Any) -> Any:
    """A data class over `Data` with `ts_event` and `ts_init`, and its dict form; `cls()` needs neither."""
    if args and isinstance(args[0], type):
        return _made(args[0], kwargs)
    return partial(_made, options=kwargs)


def _made(cls: type, options: dict[str, Any]) -> Any:
    given = dict(vars(cls))
    made: Any = dataclass(cls, **options)
    init = made.__init__

    def __init__(self: Any, ts_event: int = 0, ts_init: int = 0, *values: Any, **named: Any) -> None:  # noqa: N807
        init(self, *values, **named)
        self._ts_event = ts_event
        self._ts_init = ts_init

    made.__init__ = __init__
    made.ts_event = property(lambda self: self._ts_event)
    made.ts_init = property(lambda self: self._ts_init)
    for name, value in (
        ("to_dict", _to_dict),
        ("from_dict", classmethod(_from_dict)),
        ("to_arrow", _to_arrow),
        ("from_arrow", classmethod(_from_arrow)),
        ("__repr__", _repr),
    ):
        if name not in given:
            setattr(made, name, value)
    register_arrow(made, lambda: _schema(made), made.to_arrow, made.from_arrow)
    return made


_ARROW_TYPES: Final = {
    "InstrumentId": "string",
    "str": "string",
    "bool": "bool_",
    "float": "float64",
    "int": "int64",
    "bytes": "binary",
    "ndarray": "binary",
}


def _schema(cls: Any) -> Any:
    """The Arrow schema of a class: its own `_schema`, or one of its fields and times."""
    own = vars(cls).get("_schema")
    if own is not None:
        return own
    pa = arrow()
    known: dict[str, Any] = {}
    for field in fields(cls):
        name = getattr(field.type, "__name__", str(field.type))
        if name not in _ARROW_TYPES:
            raise TypeError(f"{cls.__name__}.{field.name}: a catalog cannot hold fields of type {name}")
        known[field.name] = getattr(pa, _ARROW_TYPES[name])()
    return pa.schema(known | {"type": pa.string(), "ts_event": pa.int64(), "ts_init": pa.int64()})


def _to_arrow(self: Any) -> Any:
    return arrow().RecordBatch.from_pylist([self.to_dict()], schema=_schema(type(self)))


def _from_arrow(cls: Any, table: Any) -> list[Any]:
    return [cls.from_dict(row) for row in table.to_pylist()]


def _to_dict(self: Any, to_arrow: bool = False) -> dict[str, Any]:
    del to_arrow
    values = {field.name: getattr(self, field.name) for field in fields(self)}
    plain = {name: str(value) if isinstance(value, _PARSED) else value for name, value in values.items()}
    return {**plain, "type": type(self).__name__, "ts_event": self._ts_event, "ts_init": self._ts_init}


def _from_dict(cls: Any, values: dict[str, Any]) -> Any:
    known = {key: value for key, value in values.items() if key != "type"}
    for field in fields(cls):
        for parsed in _PARSED:
            if field.type in (parsed, parsed.__name__) and isinstance(known.get(field.name), str):
                known[field.name] = parsed.from_str(known[field.name])
    return cls(**known)


def _repr(self: Any) -> str:
    shown = [f"{field.name}={getattr(self, field.name)!r}" for field in fields(self)]
    event, at = unix_nanos_to_iso8601(self._ts_event), unix_nanos_to_iso8601(self._ts_init)
    return f"{type(self).__name__}({', '.join(shown)}, ts_event={event}, ts_init={at})"


__getattr__ = _refuse.unknown(__name__)
