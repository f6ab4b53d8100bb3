"""Data classes of users."""

from dataclasses import dataclass, fields
from functools import partial
from typing import Any

from lintkit._engine import BarType, InstrumentId
from nautilus_trader import _refuse
from nautilus_trader.core.datetime import unix_nanos_to_iso8601

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
    for name, value in (("to_dict", _to_dict), ("from_dict", classmethod(_from_dict)), ("__repr__", _repr)):
        if name not in given:
            setattr(made, name, value)
    return made


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
