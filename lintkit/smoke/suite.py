"""Runs a project's smoke targets and judges each against its accepted tape."""

import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from pathlib import Path

from lintkit.config import Config, Target
from lintkit.errors import ConfigError, LintkitError, SmokeError
from lintkit.smoke import golden
from lintkit.smoke.session import Engine, Failure, Result, Variation, Watch, Wishes, run, stop_all
from lintkit.smoke.tape import Event, Tape, TapeError
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


NAMED = 3
ACCEPTED = ("accepted", "now")
"""What the two sides are called where one of them is the accepted tape."""
PASSED = (Status.SAME, Status.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`comparison` is with the accepted tape, None if identical; of an unstable target, the first run with the second.

    `tape` is what was recorded, up to the failure if there is one; `golden` the accepted tape's path in the project.
    `labels` name the two sides; of a comparison of two engines `accepted` is what the first of them did. `result` is
    the run that `tape` is of, `engine` what ran it, `notes` say what else there is to know, `saw` what was seen before
    the divergence.
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
    labels: tuple[str, str] = ACCEPTED
    result: Result | None = None
    engine: Engine | None = None
    notes: tuple[str, ...] = ()
    saw: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """In words."""
        if self.status is Status.BROKEN and self.accepted is None:
            return "the backtest does not run"
        changed = self.comparison if self.status is Status.CHANGED else None
        return changed.kind.value if changed else self.status.value


@dataclass(frozen=True, slots=True)
class Order:
    """What to do with the targets. `accept`: make what they do now the accepted tapes, provided they do it twice.

    `against`: compare with what a second engine does, instead of the accepted tapes, which stay as they are.
    """

    engine: Engine
    accept: bool = False
    against: Engine | None = None
    wishes: Wishes = field(default_factory=Wishes)


def smoke(config: Config, targets: Sequence[Target], order: Order) -> tuple[Outcome, ...]:
    """Run the targets, as many at a time as the machine has processors. Their order is kept.

    An error of one target is its outcome; a `ConfigError` speaks of them all and is raised.
    """
    _check_paths(config, targets)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        try:
            return tuple(pool.map(partial(_outcome, config, order), targets))
        except BaseException:  # an interrupt reaches this thread only, and the pool waits for its own
            pool.shutdown(wait=False, cancel_futures=True)
            stop_all()
            raise


def smoke_found(config: Config, targets: Sequence[Target], order: Order) -> tuple[Outcome, ...]:
    """Run what a project was found to have: its scripts, then each strategy that none of them did run."""
    outcomes = smoke(config, [target for target in targets if not target.strategy], order)
    known = {name for outcome in outcomes if outcome.tape and not outcome.failure for name in _classes(outcome.tape)}
    left = [t for t in targets if t.strategy and t.strategy.path.rpartition(":")[2] not in known]
    return (*outcomes, *smoke(config, left, order))


def _classes(tape: Tape) -> Iterator[str]:
    """The classes of the components that a tape is of, by its header."""
    for key, value in tape.header:
        if key.startswith("config ") and (match := re.search(r"(?:^| )class=(\w+)", value)):
            yield match[1]


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
        if target.script and not (config.root / target.script).resolve().is_relative_to(config.root.resolve()):
            raise ConfigError(f"`script` of the smoke target `{target.name}` is outside the project: {target.script}")
        if owner := owners.get(path):
            raise ConfigError(f"two smoke targets, `{owner}` and `{target.name}`, share the tape {target.golden}")
        owners[path] = target.name


def _outcome(config: Config, order: Order, target: Target) -> Outcome:
    path = golden.path_of(target, config.root)
    try:
        if order.against:
            return _against(config, order, order.against, target, path)
        return _with_accepted(config, order, target, path)
    except LintkitError as error:
        return Outcome(target, path, Status.ERROR, error=error.seen_from(config.root.resolve()).seen_from(config.root))


def _with_accepted(config: Config, order: Order, target: Target, path: Path) -> Outcome:
    result, engine, notes = _run(config, target, order.engine, order.wishes)
    try:
        accepted = golden.load(path)
        comparison = _compare(accepted, result.tape, path) if accepted else None
    except SmokeError:
        if not order.accept or not golden.is_tape(path):
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
        result=result,
        engine=engine,
        notes=notes,
    )
    if order.accept:
        return _accept(config, outcome, engine, order.wishes)
    if outcome.status is Status.CHANGED and comparison:
        return replace(outcome, saw=_saw(config, target, engine, comparison))
    return outcome


def _against(config: Config, order: Order, second: Engine, target: Target, path: Path) -> Outcome:
    """What two engines do. The first of them is taken for right."""
    before, _, _ = _run(config, target, order.engine, order.wishes)
    now, engine, notes = _run(config, target, second, order.wishes)
    labels = (_label(order.engine, before), _label(second, now))
    failure = before.failure or now.failure
    comparison = None if failure else compare(before.tape, now.tape)
    if failure:
        notes = (*notes, f"it is {labels[0] if before.failure else labels[1]} that it does not run on")
    elif comparison and _depends_on_hashes(config, target, engine, order.wishes, now):
        notes = (*notes, f"{labels[1]} itself does otherwise with another PYTHONHASHSEED: an order of sets decides")
    return Outcome(
        target,
        path,
        _status(before.tape, comparison, failure),
        tape=now.tape,
        accepted=before.tape,
        comparison=comparison,
        failure=failure,
        output=before.output if before.failure else now.output,
        labels=labels,
        result=now,
        engine=engine,
        notes=notes,
        saw=_saw(config, target, engine, comparison) if comparison else (),
    )


def _depends_on_hashes(config: Config, target: Target, engine: Engine, wishes: Wishes, result: Result) -> bool:
    """Whether an engine's tape is another one with other hashes; no answer, where that run ends early, is no."""
    seed = Variation(environment={"PYTHONHASHSEED": "1"})
    try:
        other = run(target, config.root, config.smoke, engine, seed, wishes)
    except SmokeError:
        return False
    return other.failure is None and other.tape.lines != result.tape.lines


def _label(engine: Engine, result: Result) -> str:
    return f"bundled {engine.profile}" if engine.name == "bundled" else f"nautilus {result.version}"


def _run(config: Config, target: Target, engine: Engine, wishes: Wishes) -> tuple[Result, Engine, tuple[str, ...]]:
    """Run a target; of `auto`, on ours where it offers all that is asked for, else on the real one where there is one.

    The engine that ran it, and what there is to say of the run.
    """
    if engine.name != "auto":
        result = run(target, config.root, config.smoke, engine, wishes=wishes)
        return result, engine, _notes(result)
    bundled = replace(engine, name="bundled")
    result = run(target, config.root, config.smoke, bundled, wishes=wishes)
    if not (result.failure and result.failure.refused):
        return result, bundled, _notes(result)
    real = replace(engine, name="nautilus")
    try:
        other = run(target, config.root, config.smoke, real, wishes=wishes)
    except SmokeError as error:
        if not error.message.startswith("no nautilus engine"):
            raise
        note = f"auto: nautilus_trader is not installed for `{engine.python}` either"
        return result, bundled, (*_notes(result), note)
    lacked, refused, _ = result.failure.message.partition(" is not supported by")
    why = f"does not offer {lacked.rpartition(': ')[2]}" if refused else f"behaves as another release: {lacked}"
    note = f"auto: ran on nautilus_trader {other.version}, since the bundled engine {why}"
    return other, real, (*_notes(other), note)


def _notes(result: Result) -> tuple[str, ...]:
    notes = [f"inferred: {text}" for text in result.inferred]
    inside = [name for name in result.wrote if not Path(name).is_absolute()]
    outside = [name for name in result.wrote if Path(name).is_absolute()]
    if inside:
        kept = ", which was discarded (`writes` keeps it)" if result.discarded else ""
        notes.append(f"wrote {_some(inside)}{kept}")
    if outside and result.confined:
        notes.append(f"kept from writing outside the project (`writes` allows it): {_some(outside)}")
    elif outside:
        notes.append(f"wrote outside the project, which is not undone: {_some(outside)}")
    if result.children and not result.failure:
        notes.append(f"it started {result.children}: what a BacktestEngine does there is not on the tape")
    if result.refused:
        notes.append(f"no network: kept from {', '.join(result.refused[:NAMED])} (`network = true` allows it)")
    return tuple(notes)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _saw(config: Config, target: Target, engine: Engine, comparison: Comparison) -> tuple[str, ...]:
    """What the strategy saw before the divergence, by another run up to there; nothing where that run fails."""
    first = comparison.divergence
    times = [entry.time_ns for entry in (first.then.entry, first.now.entry) if isinstance(entry, Event)]
    if not times:
        return ()
    wishes = Wishes(watch=Watch(first.index, min(times), comparison.instrument))
    try:
        return run(target, config.root, config.smoke, engine, wishes=wishes).saw
    except SmokeError:
        return ()


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


def _accept(config: Config, outcome: Outcome, engine: Engine, wishes: Wishes) -> Outcome:
    if outcome.status not in (Status.CHANGED, Status.MISSING) or outcome.tape is None:
        return outcome
    again = run(outcome.target, config.root, config.smoke, engine, wishes=wishes)
    difference = compare(outcome.tape, again.tape)
    if again.failure or difference:
        # A wall clock, an unseeded model or a hash order: a tape that nobody can repeat accepts nothing.
        return replace(
            outcome,
            status=Status.UNSTABLE,
            comparison=difference,
            failure=again.failure,
            labels=("first run", "second run"),
        )
    golden.save(outcome.golden, outcome.tape)
    return replace(outcome, status=Status.ACCEPTED)
