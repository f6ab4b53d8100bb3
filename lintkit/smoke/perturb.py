"""The child's side of the drills: changes what a script will meet. Loaded in the worker, standard library only.

The job's `perturb` object names the perturbations, each with its own settings: `{"clock": {"shift_secs": 3600}}`. They
apply to either engine, since they touch Python, its standard library and `BacktestEngine`'s public methods only.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from lintkit.smoke.inside.places import Places

ORDER = ("clock", "randomness", "ordering", "cut", "market", "restart")


def apply(perturb: Mapping[str, Any], root: str, tell: Callable[..., None]) -> None:
    """Put the perturbations in place. `tell(kind, **record)` reports to the parent. `ValueError`: an unknown name."""
    if unknown := perturb.keys() - set(ORDER):
        raise ValueError(f"no perturbation is called {min(unknown)!r}")
    places = Places(root)
    for name in ORDER:
        if name in perturb:
            import_module(f"lintkit.smoke.inside.{name}").install(perturb[name], places, tell)
