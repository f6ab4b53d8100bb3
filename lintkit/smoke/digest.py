"""Digests of what a run was made of: data, configuration, the user's code. Runs in the worker, on either engine.

The data's bytes are those that engine/src/py/engine/digest.rs writes; there it is described.

Standard library only.
"""

import hashlib
import os
import re
import struct
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, cast

SIZE = 8
_LOW = (1 << 64) - 1
_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+|\b0x[0-9A-Fa-f]{6,16}\b")
_HOUSE = ("nautilus_trader.", "msgspec.")


def hasher() -> Any:
    return hashlib.blake2b(digest_size=SIZE)


class Data:
    """The data of all runs of one engine. Streamed chunks add up to what the whole would have been."""

    def __init__(self) -> None:
        self._hash = hasher()
        self._counts: dict[str, int] = {}
        self._last: tuple[object, ...] = ()

    def add(self, engine: Any, *, streaming: bool) -> None:
        """Take in what the engine is about to replay."""
        core: Any = getattr(engine, "_core", None)
        if hasattr(core, "write_data"):
            self._fold(core.write_data, (core.data_count,), streaming=streaming)
            return
        data = engine.data
        ends = (len(data), *((data[0].ts_init, data[-1].ts_init) if data else ()))
        self._fold(lambda update: write(data, update), ends, streaming=streaming)

    def _fold(self, source: Callable[[Any], dict[str, int]], ends: tuple[object, ...], *, streaming: bool) -> None:
        if ends == self._last and not streaming:
            return  # the same data once more, as in a sweep over parameters
        self._last = ends
        for key, count in source(self._hash.update).items():
            self._counts[key] = self._counts.get(key, 0) + count

    def describe(self) -> tuple[str, dict[str, int]]:
        """The digest, and how many records there are of what: `quotes AUD/USD.SIM`."""
        counts: dict[str, int] = {}
        for key, count in self._counts.items():
            name = " ".join(key.split(" ")[:2])
            counts[name] = counts.get(name, 0) + count
        return self._hash.hexdigest(), dict(sorted(counts.items()))


def write(data: Iterable[Any], update: Callable[[bytes], object]) -> dict[str, int]:
    """Hand the bytes of data objects to `update`; how many records there are of each key."""
    scale = 10 ** (16 - _fixed_precision())
    counts: dict[str, int] = {}
    last, chunk = "", bytearray()
    for item in data:
        for key, record in _records(item, scale):
            if key != last:
                chunk += key.encode() + b"\0"
                last = key
            chunk += record
            counts[key] = counts.get(key, 0) + 1
        if len(chunk) > 1 << 16:
            update(bytes(chunk))
            chunk.clear()
    update(bytes(chunk))
    return counts


def _fixed_precision() -> int:
    """How many decimals a raw value has: 16 in the wheels for Linux and macOS, 9 in those for Windows."""
    objects = sys.modules.get("nautilus_trader.model.objects")
    return int(getattr(objects, "FIXED_PRECISION", 16))


def _records(item: Any, scale: int) -> Iterator[tuple[str, bytes]]:
    kind = type(item).__name__
    if kind == "QuoteTick":
        bid, size = item.bid_price, item.bid_size
        amounts = (bid, item.ask_price, size, item.ask_size)
        key = f"quotes {item.instrument_id} {bid.precision} {size.precision}"
        yield key, struct.pack("<6Q", *_raw(amounts, scale), item.ts_event, item.ts_init)
    elif kind == "TradeTick":
        key = f"trades {item.instrument_id} {item.price.precision} {item.size.precision}"
        head = struct.pack("<2QB", *_raw((item.price, item.size), scale), int(item.aggressor_side))
        yield key, head + f"{item.trade_id}\0".encode() + struct.pack("<2Q", item.ts_event, item.ts_init)
    elif kind == "Bar":
        key = f"bars {item.bar_type} {item.open.precision} {item.volume.precision}"
        amounts = (item.open, item.high, item.low, item.close, item.volume)
        yield key, struct.pack("<7Q", *_raw(amounts, scale), item.ts_event, item.ts_init)
    elif kind == "OrderBookDelta":
        yield _delta(item, scale)
    elif kind == "OrderBookDeltas":
        yield from (_delta(delta, scale) for delta in item.deltas)
    elif kind == "OrderBookDepth10":
        sides = ([one for one in side if one.size.raw > 0] for side in (item.bids, item.asks))
        levels = (b"".join(struct.pack("<2Q", *_raw((o.price, o.size), scale)) for o in side) + b"\0" for side in sides)
        yield f"depths {item.instrument_id}", b"".join(levels) + struct.pack("<2Q", item.ts_event, item.ts_init)
    else:
        yield "custom", struct.pack("<Q", item.ts_init)


def _delta(delta: Any, scale: int) -> tuple[str, bytes]:
    order = delta.order
    if order is None or int(order.side) == 0:
        key, side, amounts, number = f"deltas {delta.instrument_id} 0 0", 0, [0, 0], 0
    else:
        key = f"deltas {delta.instrument_id} {order.price.precision} {order.size.precision}"
        amounts = list(_raw((order.price, order.size), scale))
        side, number = int(order.side), int(order.order_id)
    head = struct.pack("<2B3QB", int(delta.action), side, *amounts, number, delta.flags)
    return key, head + struct.pack("<3Q", delta.sequence, delta.ts_event, delta.ts_init)


def _raw(amounts: Iterable[Any], scale: int) -> Iterator[int]:
    return (amount.raw * scale & _LOW for amount in amounts)


def _differs(value: Any, default: Any) -> bool:
    """Identifiers refuse to be compared with None."""
    return value is not default if value is None or default is None else bool(value != default)


def settings(config: Any) -> dict[str, str]:
    """A config's fields as text: the user's all, NautilusTrader's own where they are not the default."""
    own = set[str]()
    for one in type(config).__mro__:
        if not one.__module__.startswith(_HOUSE):
            own.update(getattr(one, "__annotations__", {}))
    names: tuple[str, ...] = getattr(config, "__struct_fields__", None) or tuple(
        cast("dict[str, object]", vars(config))
    )
    given: tuple[object, ...] = getattr(config, "__struct_defaults__", None) or ()
    defaults = dict(zip(names[len(names) - len(given) :], given, strict=True))
    found: dict[str, str] = {}
    for name in sorted(names):
        value = getattr(config, name)
        if name in own or name not in defaults or _differs(value, defaults[name]):
            found[name] = plain(value)
    return found


def plain(value: object) -> str:
    """A value as text that is the same in every process."""
    if isinstance(value, dict):
        pairs = cast("dict[object, object]", value).items()
        return "{" + ", ".join(f"{k}: {v}" for k, v in sorted((plain(k), plain(v)) for k, v in pairs)) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(plain, cast("Iterable[object]", value))) + "]"
    if isinstance(value, (set, frozenset)):
        return "{" + ", ".join(sorted(map(plain, cast("Iterable[object]", value)))) + "}"
    if isinstance(value, type):
        return value.__qualname__
    if fields := cast("tuple[str, ...]", getattr(value, "__struct_fields__", ())):
        return f"{type(value).__name__}({', '.join(f'{name}={plain(getattr(value, name))}' for name in fields)})"
    return _ADDRESS.sub(
        "", getattr(value, "code", None) or getattr(value, "name", None) or str(value)
    )  # currency, enum


def model(value: Any) -> str:
    """A fill, fee or latency model: its class, and its public plain attributes."""
    if value is None:
        return "none"
    names = (name for name in dir(value) if not name.startswith("_"))
    plain_types = (bool, int, float, str)
    pairs = ((name, getattr(value, name, None)) for name in names)
    words = (f"{name}={item!r}" for name, item in pairs if isinstance(item, plain_types))
    return f"{type(value).__name__}({', '.join(words)})"


def sources(root: str) -> tuple[str, int]:
    """The digest of the project's modules that were imported, and how many they are; line ends do not count."""
    base = os.path.join(os.path.realpath(root), "")  # noqa: PTH118
    found: dict[str, bytes] = {}
    for module in list(sys.modules.values()):
        filename = getattr(module, "__file__", None)
        if not isinstance(filename, str) or not filename.endswith(".py"):
            continue
        path = os.path.realpath(filename)
        if path.startswith(base) and "site-packages" not in path:
            try:
                found[path.removeprefix(base)] = Path(path).read_bytes().replace(b"\r\n", b"\n")
            except OSError:
                continue  # removed by the script itself
    digest = hasher()
    for name in sorted(found):
        digest.update(f"{name}\0{len(found[name])}\0".encode() + found[name])
    return digest.hexdigest(), len(found)
