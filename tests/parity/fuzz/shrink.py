"""Makes a scenario that shows a difference as small as it gets.

Delta debugging over the lists of a scenario, then over optional settings: what can go without the difference going, goes.
"""

import copy
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]
Fails = Callable[[Json], bool]

_OPTIONAL = {
    "venue": ("fill", "fee", "latency", "leverage"),
    "strategy": ("oms", "manage_gtd", "bars"),
    "action": ("tif", "expire", "reduce_only", "post_only", "display", "emulation", "position", "trigger_type"),
}


def shrink(scenario: Json, fails: Fails) -> Json:
    """The smallest scenario found for which `fails` still holds."""
    scenario = copy.deepcopy(scenario)
    scenario.pop("again", None) if fails({k: v for k, v in scenario.items() if k != "again"}) else None
    size = -1
    while size != (size := len(str(scenario))):
        for key in ("actions", "data"):
            scenario = _shorten(scenario, key, fails)
        scenario = _simplify(scenario, fails)
    return scenario


def _shorten(scenario: Json, key: str, fails: Fails) -> Json:
    chunk = max(1, len(scenario[key]) // 2)
    while chunk:
        at = 0
        while at < len(scenario[key]):
            fewer = scenario[key][:at] + scenario[key][at + chunk :]
            candidate = {**scenario, key: fewer}
            if fewer and fails(candidate):
                scenario = candidate
            else:
                at += chunk
        chunk //= 2
    return scenario


def _simplify(scenario: Json, fails: Fails) -> Json:
    for candidate in _simpler(scenario):
        if fails(candidate):
            return _simplify(candidate, fails)
    return scenario


def _simpler(scenario: Json) -> Iterator[Json]:
    """Scenarios with one setting less."""
    for kind, key in (("venue", "venues"), ("strategy", "strategies"), ("action", "actions")):
        for n, part in enumerate(scenario[key]):
            for name in _OPTIONAL[kind]:
                if part.get(name):
                    yield _without(scenario, (key, n), name)
            for group in ("options", "later"):
                for name in part.get(group, {}):
                    yield _without(scenario, (key, n, group), name)
            for name in ("liquidity_consumption",):
                if part.get(name):
                    yield _without(scenario, (key, n), name)


def _without(scenario: Json, path: tuple[Any, ...], name: str) -> Json:
    candidate = copy.deepcopy(scenario)
    part = candidate
    for step in path:
        part = part[step]
    del part[name]
    return candidate
