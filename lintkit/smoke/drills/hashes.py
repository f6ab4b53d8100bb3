"""Other orders of what has no order: sets (by Python's hash seed), the project's imports, the names in a folder."""

from typing import Any

from lintkit.smoke.drills.lab import Lab
from lintkit.smoke.drills.outcome import Outcome
from lintkit.smoke.drills.suspects import Change, Suspect, judge

SUMMARY = "other hash seeds, imports in another order, folders listed in another order"

PASSED = "trades the same with other hash seeds, and imports and folders in another order"


def changes(lab: Lab) -> tuple[Change, ...]:
    """All three orders at once."""
    return tuple(
        Change(f"PYTHONHASHSEED={seed}, imports and folders in another order", _orders(lab, seed), _hash_seed(seed))
        for seed in range(1, 1 + lab.settings.hash_seeds)
    )


def drill(lab: Lab) -> Outcome:
    return judge(lab, "hash", changes(lab), PASSED, explain)


def _orders(lab: Lab, seed: int, *, imports: bool = True, listings: bool = True) -> dict[str, Any]:
    script = lab.target.script
    return {"ordering": {"seed": seed, "script": script, "imports": imports and bool(script), "listings": listings}}


def _hash_seed(seed: int) -> tuple[tuple[str, str], ...]:
    return (("PYTHONHASHSEED", str(seed)),)


def explain(lab: Lab, change: Change, found: tuple[Suspect, ...], convicted: bool) -> tuple[str, ...]:  # noqa: FBT001
    """Say which of the three orders it is, by changing one at a time."""
    del convicted
    seed: int = change.perturb["ordering"]["seed"]
    still, by_hash, by_imports, by_listings = lab.run_all(
        [
            Change("", {}).variation(),
            Change("", {}, _hash_seed(seed)).variation(),
            Change("", _orders(lab, seed, listings=False)).variation(),
            Change("", _orders(lab, seed, imports=False)).variation(),
        ]
    )

    def differs(result: Any) -> bool:
        return result.tape.lines != still.tape.lines or result.failure != still.failure

    said: list[str] = []
    if differs(by_hash):
        said.append(
            f"PYTHONHASHSEED={seed} alone does it: a decision follows the order of a set, or a value of `hash()`"
        )
        said.append("sort before you iterate, or keep a dict or list")
    if differs(by_imports):
        said.append("imports in another order alone do it: a module does something when it is imported")
    if differs(by_listings):
        said += [f"{s.place} takes the order of {s.what} as given, which differs between machines" for s in found]
        said.append("folders listed in another order alone do it: sort the names")
    return tuple(said) or ("only with all of these orders changed at once does it differ",)
