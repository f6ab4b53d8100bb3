"""Classes of signals: data with one value, made as they are first published."""

from typing import Any

from lintkit._engine import Data
from nautilus_trader import _refuse


def generate_signal_class(name: str, value_type: type) -> type:
    """A subclass of `Data` called `Signal{Name}` with `value`, `ts_event` and `ts_init`."""
    del value_type  # the real one makes an Arrow schema of it

    class SignalData(Data):
        def __init__(self, value: Any, ts_event: int, ts_init: int) -> None:
            self.value = value
            self._ts_event = ts_event
            self._ts_init = ts_init

        @property
        def ts_event(self) -> int:
            return self._ts_event

        @property
        def ts_init(self) -> int:
            return self._ts_init

        @staticmethod
        def to_dict(obj: Any) -> dict[str, Any]:
            stamps = {"ts_event": obj.ts_event, "ts_init": obj.ts_init}
            return {"type": type(obj).__name__, "value": obj.value, **stamps}

    SignalData.__name__ = f"Signal{name.title()}"
    return SignalData


__getattr__ = _refuse.unknown(__name__)
