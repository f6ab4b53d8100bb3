"""Runs a project's smoke targets and judges each against its accepted tape."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from pathlib import Path

from lintkit.config import Config, Target
from lintkit.errors import ConfigError, LintkitError, SmokeError
from lintkit.smoke import golden
from lintkit.smoke.session import Engine, Failure, run, stop_all
from lintkit.smoke.tape import Tape, TapeError
from lintkit.smoke.verdict import Comparison, compare


class Status(Enum):
    """What became of one target."""

    SAME = "identical"
    CHANGED = "changed"
    MISSING = "no accepted tape yet"
    ACCEPTED = "accepted"
    UNSTABLE = "not reproducible"
    BROKEN = "the backtest no longer runs"
    ERROR = "no verdict"


PASSED = (Status.SAME, Status.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`comparison` is with the accepted tape, None if identical; of an unstable target, the first run with the second.

    `tape` is what was recorded, up to the failure if there is one; `golden` the accepted tape's path in the project.
    """

    target: Target
    golden: Path
    status: Status
    tape: Tape | None = None
    accepted: Tape | None = None
    comparison: Comparison | None = None
    failure: Failure | None = None
    output: str = ""
    error: LintkitError | None = None

    @property
    def verdict(self) -> str:
        """In words."""
        if self.status is Status.BROKEN and self.accepted is None:
            return "the backtest does not run"
        changed = self.comparison if self.status is Status.CHANGED else None
        return changed.kind.value if changed else self.status.value


def smoke(config: Config, targets: Sequence[Target], engine: Engine, *, accept: bool = False) -> tuple[Outcome, ...]:
    """Run the targets, as many at a time as the machine has processors. Their order is kept.

    With `accept`, what a target did becomes its accepted tape, provided that it does the same twice. An error of one
    target is its outcome; a `ConfigError` speaks of them all and is raised.
    """
    _check_paths(config, targets)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        try:
            return tuple(pool.map(partial(_outcome, config, engine, accept=accept), targets))
        except BaseException:  # an interrupt reaches this thread only, and the pool waits for its own
            pool.shutdown(wait=False, cancel_futures=True)
            stop_all()
            raise


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """1 if a tape changed, is missing or a script failed; else 2 if some target gave no verdict; else 0."""
    statuses = {outcome.status for outcome in outcomes}
    if statuses - {*PASSED, Status.ERROR}:
        return 1
    return 2 if Status.ERROR in statuses else 0


def _check_paths(config: Config, targets: Sequence[Target]) -> None:
    owners: dict[Path, str] = {}
    for target in targets:
        path = golden.path_of(target, config.root).resolve()
        if owner := owners.get(path):
            raise ConfigError(f"two smoke targets, `{owner}` and `{target.name}`, share the tape {target.golden}")
        owners[path] = target.name


def _outcome(config: Config, engine: Engine, target: Target, *, accept: bool) -> Outcome:
    path = golden.path_of(target, config.root)
    try:
        result = run(target, config.root, config.smoke, engine)
        try:
            accepted = golden.load(path)
            comparison = _compare(accepted, result.tape, path) if accepted else None
        except SmokeError:
            if not accept:
                raise
            accepted = comparison = None  # damaged, and about to be replaced
        outcome = Outcome(
            target,
            path,
            _status(accepted, comparison, result.failure),
            tape=result.tape,
            accepted=accepted,
            comparison=comparison,
            failure=result.failure,
            output=result.output,
        )
        return _accept(config, outcome, engine) if accept else outcome
    except LintkitError as error:
        return Outcome(target, path, Status.ERROR, error=error)


def _compare(accepted: Tape, recorded: Tape, path: Path) -> Comparison | None:
    try:
        return compare(accepted, recorded)
    except TapeError as error:  # edited by hand, or half merged
        raise golden.damaged(path, error) from error


def _status(accepted: Tape | None, comparison: Comparison | None, failure: Failure | None) -> Status:
    if failure:
        return Status.BROKEN
    if accepted is None:
        return Status.MISSING
    return Status.CHANGED if comparison else Status.SAME


def _accept(config: Config, outcome: Outcome, engine: Engine) -> Outcome:
    if outcome.status not in (Status.CHANGED, Status.MISSING) or outcome.tape is None:
        return outcome
    again = run(outcome.target, config.root, config.smoke, engine)
    difference = compare(outcome.tape, again.tape)
    if again.failure or difference:
        # A wall clock, an unseeded model or a hash order: a tape that nobody can repeat accepts nothing.
        return replace(outcome, status=Status.UNSTABLE, comparison=difference, failure=again.failure)
    golden.save(outcome.golden, outcome.tape)
    return replace(outcome, status=Status.ACCEPTED)
