"""How long a latency model delays orders."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from lintkit.program import api
from lintkit.program.values import UNKNOWN, Known, Made, Value, number


@dataclass(frozen=True, slots=True)
class Latency:
    """`parts` are the known arguments as written, in nanoseconds; `base` counts the default, None when it is not known.

    `is_zero` only when every part is known to be a plain zero, or there is no model.
    """

    parts: Mapping[str, Decimal]
    base: Decimal | None
    is_zero: bool


def latency_of(value: Value) -> Latency:
    """Of the value of a `latency_model` argument, or of a call of a model or its configuration."""
    made = value.value if isinstance(value, Known) else value
    if made is None:
        return Latency({}, None, is_zero=True)
    if not isinstance(made, Made) or made.name not in api.LATENCY_MODELS:
        return Latency({}, None, is_zero=False)
    arguments: Mapping[str, Value] = made.arguments
    default = Decimal(api.LATENCY_DEFAULT_NANOS.get(made.name, 1_000_000_000))
    if "config" in arguments:
        config = arguments["config"]
        table = config.value if isinstance(config, Known) else None
        if isinstance(table, Made):
            return latency_of(config)
        if not isinstance(table, dict):
            return Latency({}, None, is_zero=False)
        arguments = {str(key): Known(item) for key, item in cast("dict[object, object]", table).items()}
    parts = {name: n for name in api.LATENCY_PARAMETERS if (n := number(arguments.get(name, UNKNOWN))) is not None}
    unknown = made.unpacked or any(name in arguments and name not in parts for name in api.LATENCY_PARAMETERS)
    has_base = api.LATENCY_PARAMETERS[0] in arguments
    base = parts.get(api.LATENCY_PARAMETERS[0]) if has_base else None if unknown else default
    return Latency(parts, base, is_zero=not unknown and base == 0 and not any(parts.values()))
