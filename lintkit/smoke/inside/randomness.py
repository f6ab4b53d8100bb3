"""Randomness that nobody seeded, drawn from a stream of our own: the same in every run, or another on purpose.

Settings: `seed`, `only`. What the script seeds itself is left to it. Covered: `random` (its module functions and
generators made without a seed), `os.urandom` and what rests on it (`secrets`, `uuid.uuid4`, `random.SystemRandom`,
numpy's generators made without a seed), and numpy's global generator.
"""

import os
import random
import uuid
from collections.abc import Callable
from typing import Any

from lintkit.smoke.inside.late import when_imported
from lintkit.smoke.inside.places import Places, Readings

STILL = 0
_SEEDS = {"seed", "setstate", "set_state"}
_NOT_DRAWS = {"getstate", "get_state"}


class Stream:
    """Two sources: of the still run, and of the changed one."""

    def __init__(self, settings: dict[str, Any], readings: Readings) -> None:
        self._readings = readings
        self.still = random.Random(STILL)  # noqa: S311  # a substitute for noise
        self.changed = random.Random(settings["seed"])  # noqa: S311

    def choose(self, what: str) -> random.Random:
        return self.changed if self._readings.note(what) else self.still


def install(settings: dict[str, Any], places: Places, tell: Callable[..., None]) -> None:
    stream = Stream(settings, Readings("seed", places, tell, settings))
    _replace_system(stream)
    _replace_unseeded(stream)
    _replace_functions(stream)
    when_imported("numpy.random", lambda module: _replace_numpy(module, stream))


def _replace_system(stream: Stream) -> None:
    def urandom(size: int, /) -> bytes:
        return stream.choose("os.urandom").randbytes(size)

    os.urandom = urandom
    random._urandom = urandom  # type: ignore[attr-defined]  # noqa: SLF001  # pyright: ignore[reportAttributeAccessIssue]
    # `uuid.uuid1` then takes the time and `random`, which are ours.
    uuid._generate_time_safe = None  # type: ignore[attr-defined]  # noqa: SLF001  # pyright: ignore[reportAttributeAccessIssue]
    uuid._UuidCreate = None  # type: ignore[attr-defined]  # noqa: SLF001  # pyright: ignore[reportAttributeAccessIssue]


def _replace_unseeded(stream: Stream) -> None:
    real = random.Random.seed

    def seed(self: random.Random, a: Any = None, version: int = 2) -> None:
        if a is None and not isinstance(self, random.SystemRandom):
            a = stream.choose("random.Random()").getrandbits(64)
        real(self, a, version)

    random.Random.seed = seed


def _replace_functions(stream: Stream) -> None:
    """The functions of `random`, which draw from a generator that Python seeds from the system."""
    draw: Any = random.random
    shared: random.Random = draw.__self__
    _replace_global(random, shared, shared.getstate, shared.setstate, "random", stream)


def _replace_numpy(module: Any, stream: Stream) -> None:
    shared = module.mtrand._rand  # noqa: SLF001
    _replace_global(module, shared, shared.get_state, shared.set_state, "numpy.random", stream)


def _replace_global(
    module: Any, shared: Any, get: Callable[[], Any], put: Callable[[Any], None], label: str, stream: Stream
) -> None:
    """Let the module's functions draw from the right one of two states, until the script seeds their generator."""
    shared.seed(STILL)
    states = {id(stream.still): get()}
    shared.seed(stream.changed.getrandbits(32))
    states[id(stream.changed)] = get()
    active = id(stream.changed)
    is_seeded = False

    def drawing(name: str, draw: Callable[..., Any]) -> Callable[..., Any]:
        def function(*args: Any, **kwargs: Any) -> Any:
            nonlocal active
            if not is_seeded:
                chosen = id(stream.choose(f"{label}.{name}"))
                if chosen != active:
                    states[active] = get()
                    put(states[chosen])
                    active = chosen
            return draw(*args, **kwargs)

        function.__name__ = name
        return function

    def seeding(real: Callable[..., Any]) -> Callable[..., Any]:
        def seed(*args: Any, **kwargs: Any) -> Any:
            nonlocal is_seeded
            given = [*args[:1], *kwargs.values()]
            is_seeded = bool(given) and given[0] is not None
            if is_seeded:
                return real(*args, **kwargs)
            return real(stream.choose(f"{label}.seed()").getrandbits(32))

        return seed

    for name in dir(module):
        function = getattr(module, name)
        if name in _SEEDS:  # numpy's is a function, not a method
            setattr(module, name, seeding(function))
        elif getattr(function, "__self__", None) is shared and name not in _NOT_DRAWS and not name.startswith("_"):
            setattr(module, name, drawing(name, function))
