"""Randomness that nobody seeded: another draw must not be another trade."""

from lintkit.smoke.drills.lab import Lab
from lintkit.smoke.drills.outcome import Outcome
from lintkit.smoke.drills.suspects import Change, Suspect, judge

SUMMARY = "other draws from random, numpy.random, os.urandom, uuid4 and secrets where nobody seeded them"
_CHANGES = tuple(
    Change(f"other draws from unseeded randomness (draw {seed})", {"randomness": {"seed": seed}}) for seed in (1, 2)
)

PASSED = "trades the same whatever unseeded randomness draws"


def changes(lab: Lab) -> tuple[Change, ...]:
    del lab
    return _CHANGES


def drill(lab: Lab) -> Outcome:
    return judge(lab, "seed", _CHANGES, PASSED, explain)


def explain(lab: Lab, change: Change, found: tuple[Suspect, ...], convicted: bool) -> tuple[str, ...]:  # noqa: FBT001
    del lab, change
    if not found:
        return ("no line of the project drew before the tapes part: a library does it for it",)
    verb = "draws" if convicted else "draws, among others,"
    return (
        *(f"{suspect.place} {verb} from unseeded randomness ({suspect.what})" for suspect in found),
        "give it a generator with a seed from the config: `random.Random(seed)`, `numpy.random.default_rng(seed)`",
    )
