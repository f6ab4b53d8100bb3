"""Two lives of a target: the first stops at a time, the second starts there with what was saved.

Settings: `life` (1 or 2), `at_ns`, `file`, `kill` (neither `on_stop` nor `on_save`), `forgets` (the cache's database is
flushed when the second life starts), `redis` (the socket of a server that keeps what a configured database would; none:
the cache is kept in `file`).

The venue does not restart: in the second life, a process of its own, everything that the first life's strategies asked
of the engine is asked again at the same moments by their empty shells (`ghost.py`), so that the market, the orders and
the positions are what they were, without a line of the user's strategy having run. Then the shells come to life as a
live node's strategies do: timers and subscriptions are gone, `on_load` gets what `on_save` gave, `on_start` is called.
"""

import pickle
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from lintkit.smoke.inside.database import Kept, configured
from lintkit.smoke.inside.engines import extend, to_ns
from lintkit.smoke.inside.forget import Forgetful
from lintkit.smoke.inside.ghost import Ghost, Moments, Recorded, load, save
from lintkit.smoke.inside.places import Places


def install(settings: dict[str, Any], places: Places, tell: Callable[..., None]) -> None:
    del places
    if settings["life"] == 1:
        extend(lambda original: _first(original, settings, tell))
    else:
        extend(lambda original: _second(original, settings, tell))


def _components(engine: Any) -> list[Any]:
    return [*engine.trader.actors(), *engine.trader.strategies()]


def _stops_in(engine: Any, start: Any, end: Any, at_ns: int) -> bool:
    """Whether this run is the one to stop: the first that gets there."""
    return not engine.__dict__.get("_drill_over") and at_ns >= (to_ns(start) or 0) and at_ns <= (to_ns(end) or at_ns)


def _first(original: Any, settings: dict[str, Any], tell: Callable[..., None]) -> dict[str, Any]:
    recorded = Recorded()
    at_ns: int = settings["at_ns"]

    def run(self: Any, start: Any = None, end: Any = None, *args: Any, **kwargs: Any) -> Any:
        if not _stops_in(self, start, end, at_ns):
            return original.run(self, start, end, *args, **kwargs)
        self._drill_over = True
        for component in _components(self):
            if why := recorded.watch(component):
                tell("unsupported", message=f"what the strategies ask of the engine cannot be repeated: {why}")
                return original.run(self, start, end, *args, **kwargs)
        result = original.run(self, start, at_ns, streaming=settings["kill"])
        states = {} if settings["kill"] else {str(c.id): c.on_save() for c in _components(self)}
        if configured(self):
            tell("database")
        if settings.get("redis"):
            with closing(Kept(settings["redis"], self)) as kept:
                kept.save(self.cache, states)
            states = {}
        try:
            Path(settings["file"]).write_bytes(save({"moments": recorded.moments, "states": states}))
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            tell("unsupported", message=f"what the strategies ask of the engine cannot be repeated: {error}")
        return result

    return {"run": run}


def _second(original: Any, settings: dict[str, Any], tell: Callable[..., None]) -> dict[str, Any]:
    at_ns: int = settings["at_ns"]

    def run(self: Any, start: Any = None, end: Any = None, *args: Any, **kwargs: Any) -> Any:
        if not _stops_in(self, start, end, at_ns):
            return original.run(self, start, end, *args, **kwargs)
        self._drill_over = True
        left: dict[str, Any] = load(Path(settings["file"]).read_bytes())
        moments: Moments = left["moments"]
        ghosts = [Ghost(component, moments) for component in _components(self)]
        original.run(self, start, at_ns, streaming=True)
        for ghost in ghosts:
            ghost.stop(graceful=not settings["kill"])
        _tell_carried(self.cache, tell)
        known, states = _restored(self, settings, left["states"])
        for ghost in ghosts:
            if known is not None:
                Forgetful(ghost.component, known)
            ghost.revive(states.get(str(ghost.component.id)))
        tell("restarted")
        return original.run(self, at_ns + 1, end, *args, **kwargs)

    return {"run": run}


def _restored(engine: Any, settings: dict[str, Any], states: dict[str, Any]) -> tuple[set[str] | None, dict[str, Any]]:
    """Which orders and positions the cache knows again (None: all), and the components' states."""
    config = configured(engine)
    flushes = settings["forgets"] or (config is not None and config.flush_on_start)
    if not settings.get("redis"):
        return (set(), {}) if flushes else (None, states)
    with closing(Kept(settings["redis"], engine)) as kept:
        if flushes:
            kept.flush()
        names = [str(component.id) for component in _components(engine)]
        return kept.ids(), {name: kept.state(name) for name in names}


def _tell_carried(cache: Any, tell: Callable[..., None]) -> None:
    """What is open at the venue while nobody watches."""
    orders = [*cache.orders_open(), *cache.orders_inflight()]
    tell(
        "carried",
        orders=sorted({str(order.client_order_id) for order in orders}),
        positions=[
            [str(p.strategy_id), str(p.instrument_id), str(p.signed_decimal_qty())] for p in cache.positions_open()
        ],
    )
