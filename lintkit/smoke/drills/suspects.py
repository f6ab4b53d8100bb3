"""Drills of one kind: the tape must not change, and when it does, the line that read what changed is found.

First everything that was asked for is changed at once: a target that still trades the same passes all of it. Otherwise
each drill is made by itself, against a run in which clock and randomness are held still, so that the one does not hide
behind the other. Suspects are the places that read the changed thing before the tapes part; one is guilty when changing
its readings alone changes the tape.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lintkit.smoke.drills.lab import STILL, Lab
from lintkit.smoke.drills.outcome import Outcome, Status
from lintkit.smoke.session import Result, Variation
from lintkit.smoke.verdict import Comparison, compare

MOST_SUSPECTS = 8


@dataclass(frozen=True, slots=True)
class Change:
    """`perturb` goes over what is held still; `words` completes "trades differently with ..."."""

    words: str
    perturb: dict[str, Any]
    environment: tuple[tuple[str, str], ...] = ()

    def variation(self) -> Variation:
        return Variation(STILL | self.perturb, dict(self.environment))

    def at(self, place: str) -> Variation:
        """The change of what is read at that place, and of nothing else."""
        return Variation(STILL | {name: settings | {"only": [place]} for name, settings in self.perturb.items()})


@dataclass(frozen=True, slots=True)
class Suspect:
    """`what` was read at `place`, for the last time before the tapes part when the tape had `at` lines."""

    place: str
    what: str
    at: int


Explain = Callable[[Lab, Change, tuple[Suspect, ...], bool], tuple[str, ...]]
"""What to say of a change: its guilty readings, or suspected ones (False) when none could be convicted alone."""


def passes_together(lab: Lab, changes: Sequence[Sequence[Change]]) -> bool:
    """Whether the target trades the same with one change of each drill at once, for each round of them."""
    plain = lab.plain()
    rounds = [_merged([drill[at % len(drill)] for drill in changes]) for at in range(max(map(len, changes)))]
    results = lab.run_all([change.variation() for change in rounds])
    return all(result.failure is None and result.tape.lines == plain.tape.lines for result in results)


def _merged(changes: Sequence[Change]) -> Change:
    perturb = {name: settings for change in changes for name, settings in change.perturb.items()}
    return Change("", perturb, tuple(pair for change in changes for pair in change.environment))


def judge(lab: Lab, name: str, changes: Sequence[Change], passed: str, explain: Explain) -> Outcome:
    """Make one drill: compare the still run with each change, name the culprit of the first that differs."""
    lab.plain()
    lab.still({})
    still, *changed = lab.run_all([Variation(STILL), *(change.variation() for change in changes)])
    for change, result in zip(changes, changed, strict=True):
        comparison = compare(still.tape, result.tape)
        if comparison is None and result.failure is None:
            continue
        index = comparison.divergence.index if comparison else len(result.tape.lines)
        suspects = _suspects(result, name, index)
        guilty = tuple(suspect for suspect in suspects if _is_guilty(lab, change, suspect, still))
        found = guilty or tuple(suspects[:3])
        return Outcome(
            name,
            lab.target,
            Status.FAILED,
            _summary(change, comparison, result),
            explain(lab, change, found, bool(guilty)),
            tuple(dict.fromkeys(suspect.place for suspect in found)),
            comparison,
            result.failure,
        )
    return Outcome(name, lab.target, Status.PASSED, passed)


def _summary(change: Change, comparison: Comparison | None, result: Result) -> str:
    if comparison is None:
        message = result.failure.message if result.failure else "it runs to its end"
        return f"ends differently with {change.words}: {message}"
    return f"{comparison.kind.value} with {change.words}"


def _suspects(result: Result, kind: str, index: int) -> list[Suspect]:
    """Places that read before the tapes part, the latest reader first."""
    last: dict[str, Suspect] = {}
    for reading in result.records.get("reading", ()):
        if reading["drill"] == kind and reading["at"] <= index:
            last[reading["place"]] = Suspect(reading["place"], reading["what"], reading["at"])
    return sorted(last.values(), key=lambda suspect: (-suspect.at, suspect.place))[:MOST_SUSPECTS]


def _is_guilty(lab: Lab, change: Change, suspect: Suspect, still: Result) -> bool:
    alone = lab.run(change.at(suspect.place))
    return alone.tape.lines != still.tape.lines or alone.failure != still.failure
