"""The drills by name, and running them on a target.

Each is a module with `SUMMARY` and `drill(lab)`. Those that must not change the tape, and cost a run or two, also have
`changes(lab)` and `PASSED`, so that they can be made together.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from lintkit.errors import LintkitError
from lintkit.smoke.drills.lab import Lab
from lintkit.smoke.drills.outcome import Outcome, Status
from lintkit.smoke.drills.suspects import passes_together

MODULES = {
    "clock": "clock",
    "hash": "hashes",
    "seed": "seed",
    "prefix": "prefix",
    "restart": "restart",
    "latency": "latency",
    "fills": "fills",
    "ticks": "ticks",
}
TOGETHER = ("clock", "hash", "seed")


def module(name: str) -> Any:
    return import_module(f"lintkit.smoke.drills.{MODULES[name]}")


def drill(lab: Lab, names: Sequence[str]) -> tuple[Outcome, ...]:
    """Make the named drills on one target, in their fixed order. An error of one is its outcome."""
    outcomes: dict[str, Outcome] = {}
    together = [name for name in TOGETHER if name in names]
    try:
        if len(together) > 1 and passes_together(lab, [module(name).changes(lab) for name in together]):
            for name in together:
                outcomes[name] = Outcome(name, lab.target, Status.PASSED, module(name).PASSED)
    except LintkitError as error:
        outcomes |= {name: _error(lab, name, error) for name in together}
    wanted = [name for name in MODULES if name in names]
    return tuple(outcomes.get(name) or _alone(lab, name) for name in wanted)


def _alone(lab: Lab, name: str) -> Outcome:
    try:
        return module(name).drill(lab)
    except LintkitError as error:
        return _error(lab, name, error)


def _error(lab: Lab, name: str, error: LintkitError) -> Outcome:
    return Outcome(name, lab.target, Status.ERROR, error.message, error=error.seen_from(lab.root.resolve()))
