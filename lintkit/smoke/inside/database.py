"""What a cache's database keeps between two lives of a target: a real Redis server, on a socket that the drill gives.

The user's own server is never spoken to: a drill that flushed it would be the accident that it warns of. Keys and
prefixes are those of NautilusTrader's trader; values are only what the drill needs to know again.
"""

import pickle
import socket
from typing import Any


class Redis:
    """As much of the protocol as the drill speaks. Raises `OSError` without a server."""

    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._file = self._socket.makefile("rb")

    def ask(self, *words: str | bytes) -> Any:
        parts = [word.encode() if isinstance(word, str) else word for word in words]
        lines = b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
        self._socket.sendall(b"*%d\r\n%s" % (len(parts), lines))
        return self._answer()

    def _answer(self) -> Any:
        line = self._file.readline()
        kind, rest = line[:1], line[1:].rstrip(b"\r\n")
        if kind == b"-":
            raise OSError(f"Redis refuses: {rest.decode()}")
        if kind == b"$":
            return None if rest == b"-1" else self._file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self._answer() for _ in range(int(rest))]
        return rest

    def close(self) -> None:
        self._file.close()
        self._socket.close()


class Kept:
    """The database of one engine."""

    def __init__(self, path: str, engine: Any) -> None:
        self._redis = Redis(path)
        self._prefix = f"trader-{engine.trader_id}"

    def flush(self) -> None:
        self._redis.ask("FLUSHDB")

    def save(self, cache: Any, states: dict[str, dict[str, bytes]]) -> None:
        for kind, ids in _open(cache).items():
            for one in ids:
                self._redis.ask("SET", f"{self._prefix}:{kind}:{one}", one)
        for component, state in states.items():
            if state:
                self._redis.ask("SET", f"{self._prefix}:strategies:{component}:state", pickle.dumps(state))

    def ids(self) -> set[str]:
        """The orders and positions that it knows."""
        found: list[bytes] = []
        for kind in ("orders", "positions"):
            found += self._redis.ask("KEYS", f"{self._prefix}:{kind}:*")
        return {key.decode().split(":", 2)[2] for key in found}

    def state(self, component: str) -> dict[str, bytes] | None:
        data = self._redis.ask("GET", f"{self._prefix}:strategies:{component}:state")
        return pickle.loads(data) if data else None  # noqa: S301  # the first life's, from a server of our own

    def close(self) -> None:
        self._redis.close()


def _open(cache: Any) -> dict[str, list[str]]:
    orders = [str(order.client_order_id) for order in cache.orders()]
    return {"orders": orders, "positions": [str(position.id) for position in cache.positions()]}


def configured(engine: Any) -> Any:
    """The engine's cache configuration if it names a database, else None."""
    cache = getattr(getattr(engine.kernel, "config", None), "cache", None)
    return cache if getattr(cache, "database", None) is not None else None
