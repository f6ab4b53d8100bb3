"""Randomness that nobody seeded, drawn from a stream of our own: the same in every run, or another on purpose.

Settings: `seed`, `only`. What the script seeds itself is left to it. Covered: `random` (its module functions and
generators made without a seed), `os.urandom`, `/dev/urandom` and what rests on them (`secrets`, `uuid.uuid4`,
`random.SystemRandom`, numpy's generators made without a seed), and numpy's global generator.
"""

import builtins
import io
import os
import random
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from lintkit.smoke.inside.late import when_imported
from lintkit.smoke.inside.places import Places, Readings

STILL = 0
T = TypeVar("T")
_SEEDS = {"seed", "setstate", "set_state"}
_DEVICES = ("/dev/urandom", "/dev/random")
_NOT_DRAWS = {"getstate", "get_state"}


class Stream:
    """Two sources: of the still run, and of the changed one.

    Whoever reads takes from both, so that the one reader's draws do not move the others'.
    """

    def __init__(self, settings: dict[str, Any], readings: Readings) -> None:
        self.readings = readings
        self._still = random.Random(STILL)  # noqa: S311  # a substitute for noise
        self._changed = random.Random(settings["seed"])  # noqa: S311

    def draw(self) -> tuple[int, int]:
        """A number of each, unseen."""
        return self._still.getrandbits(32), self._changed.getrandbits(32)

    def take(self, what: str, draw: Callable[[random.Random], T]) -> T:
        still, changed = draw(self._still), draw(self._changed)
        return changed if self.readings.note(what) else still


def install(settings: dict[str, Any], places: Places, tell: Callable[..., None]) -> None:
    stream = Stream(settings, Readings("seed", places, tell, settings))
    _replace_system(stream)
    _replace_unseeded(stream)
    _replace_functions(stream)
    when_imported("numpy.random", lambda module: _replace_numpy(module, stream))


def _replace_system(stream: Stream) -> None:
    def urandom(size: int, /) -> bytes:
        return stream.take("os.urandom", lambda source: source.randbytes(size))

    def getrandom(size: int, flags: int = 0) -> bytes:
        del flags
        return stream.take("os.getrandom", lambda source: source.randbytes(size))

    os.urandom = urandom
    if hasattr(os, "getrandom"):
        os.getrandom = getrandom
    _replace_devices(stream)
    uuid.getnode = lambda: stream.take("uuid.getnode", lambda source: source.getrandbits(48))
    random._urandom = urandom  # noqa: SLF001  # pyright: ignore[reportAttributeAccessIssue]
    # `uuid.uuid1` then takes the time and `random`, which are ours.
    uuid._generate_time_safe = None  # noqa: SLF001  # pyright: ignore[reportAttributeAccessIssue]
    uuid._UuidCreate = None  # noqa: SLF001  # pyright: ignore[reportAttributeAccessIssue]


def _replace_devices(stream: Stream) -> None:
    real: Callable[..., Any] = io.open

    def opened(file: Any, *args: Any, **kwargs: Any) -> Any:
        return _Device(stream) if str(file) in _DEVICES else real(file, *args, **kwargs)

    io.open = builtins.open = opened


class _Device(io.RawIOBase):
    """What `/dev/urandom` is to who reads it."""

    def __init__(self, stream: Stream) -> None:
        super().__init__()
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        size = len(buffer)
        buffer[:] = self._stream.take("/dev/urandom", lambda source: source.randbytes(size))
        return size


def _replace_unseeded(stream: Stream) -> None:
    real = random.Random.seed

    def seed(self: random.Random, a: Any = None, version: int = 2) -> None:
        if a is None and not isinstance(self, random.SystemRandom):
            a = stream.take("random.Random()", lambda source: source.getrandbits(64))
        real(self, a, version)

    random.Random.seed = seed


def _replace_functions(stream: Stream) -> None:
    """The functions of `random`, which draw from a generator that Python seeds from the system."""
    draw: Any = random.random
    shared: random.Random = draw.__self__
    _Shared(shared, shared.getstate, shared.setstate, "random", stream).replace(random)


def _replace_numpy(module: Any, stream: Stream) -> None:
    shared = module.mtrand._rand  # noqa: SLF001
    _Shared(shared, shared.get_state, shared.set_state, "numpy.random", stream).replace(module)


class _Shared:
    """A module's own generator, with two states: its functions draw from both until the script seeds it."""

    def __init__(
        self, shared: Any, get: Callable[[], Any], put: Callable[[Any], None], label: str, stream: Stream
    ) -> None:
        self._shared = shared
        self._get = get
        self._put = put
        self._label = label
        self._stream = stream
        self._other: Any = None
        self._seed(shared.seed, stream.draw)

    def replace(self, module: Any) -> None:
        for name in dir(module):
            function = getattr(module, name)
            if name in _SEEDS:  # numpy's is a function, not a method
                setattr(module, name, self._seeding(name, function))
            elif getattr(function, "__self__", None) is self._shared and name not in _NOT_DRAWS and name[0] != "_":
                setattr(module, name, self._drawing(name, function))

    def _seed(self, seed: Callable[[int], Any], draw: Callable[[], tuple[int, int]]) -> None:
        """Both states from their streams, the still one active."""
        still, changed = draw()
        seed(changed)
        self._other = self._get()
        seed(still)

    def _swap(self) -> None:
        active = self._get()
        self._put(self._other)
        self._other = active

    def _drawing(self, name: str, draw: Callable[..., Any]) -> Callable[..., Any]:
        def function(*args: Any, **kwargs: Any) -> Any:
            value = draw(*args, **kwargs)
            if self._other is not None and self._stream.readings.note(f"{self._label}.{name}"):
                self._swap()
                value = draw(*args, **kwargs)
                self._swap()
            return value

        function.__name__ = name
        return function

    def _seeding(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def function(*args: Any, **kwargs: Any) -> Any:
            given = [*args[:1], *kwargs.values()]
            if name == "seed" and (not given or given[0] is None):
                self._stream.readings.note(f"{self._label}.seed()")
                return self._seed(real, self._stream.draw)
            self._other = None
            return real(*args, **kwargs)

        function.__name__ = name
        return function
