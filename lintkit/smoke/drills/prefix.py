"""Look-ahead: what a strategy did before a time must not change when the data end at that time.

Data are cut where the strategy had just decided something: at the times of orders, chosen at random. Cut are the data
that reach the engine, lists of data that were given to it, and what the script reads with a time axis: tables
(`inside/tables.py`) and text files (`inside/lines.py`). A script that reads its files in another way, or computes on
all data before the engine gets it, shows its look-ahead only where that passes through these.
"""

import random
from collections.abc import Sequence

from lintkit.smoke.drills.lab import STILL, Lab
from lintkit.smoke.drills.outcome import Outcome, Status
from lintkit.smoke.session import Result, Variation
from lintkit.smoke.tape import Event, Tape, format_time
from lintkit.smoke.verdict import compare

SUMMARY = "data cut at random times: the tape before the cut must not change (look-ahead)"


def drill(lab: Lab) -> Outcome:
    lab.plain()
    whole = lab.still({"cut": {}})
    spans = [span for span in whole.records.get("span", ()) if span["first"] is not None]
    if not spans:
        return Outcome("prefix", lab.target, Status.SKIPPED, "no data were added to an engine: nothing to cut")
    first, last = spans[0]["first"], spans[0]["last"]
    times = _cuts(whole.tape, first, last, lab.settings.cuts, lab.settings.seed)
    cuts = [Variation(STILL | {"cut": {"at_ns": time, "span_ns": [first, last]}}) for time in times]
    notes: list[str] = []
    compared = 0
    for time, result in zip(times, lab.run_all(cuts), strict=True):
        span = next(iter(result.records.get("span", ())), None)
        if span is None or span["first"] != first:
            notes.append(f"cut at {format_time(time)}: {_why_not(result, span)}, so it says nothing")
            continue
        compared += 1
        if outcome := _difference(lab, whole, result, time, span["until"]):
            return outcome
    reached = ", ".join(("the engine's data", *_tables(lab.run_all(cuts))))
    if not compared:
        return Outcome("prefix", lab.target, Status.SKIPPED, "the script does not run on cut data", tuple(notes))
    summary = f"the tape before the cut is the same at {compared} cuts of {reached}"
    return Outcome("prefix", lab.target, Status.PASSED, summary, tuple(notes))


def _cuts(tape: Tape, first: int, last: int, count: int, seed: int) -> list[int]:
    """Times right after decisions; where there are none, any times."""
    chooser = random.Random(seed)  # noqa: S311  # repeatable
    orders = {e.time_ns for e in tape.first_run if e.kind == "OrderInitialized" and first <= e.time_ns < last}
    if not orders:
        return sorted(chooser.randrange(first, last + 1) for _ in range(count))
    return sorted(chooser.sample(sorted(orders), min(count, len(orders))))


def until_time(events: list[Event], until: int) -> list[Event]:
    """The events that happened until a time. An account's state may bear an earlier time than what it follows."""
    end = next((at for at, event in enumerate(events) if event.time_ns > until), len(events))
    latest = max((event.time_ns for event in events[:end]), default=0)
    while end and events[end - 1].time_ns < latest:
        end -= 1  # late news: whether it came before the cut cannot be told
    return events[:end]


def _tables(results: Sequence[Result]) -> list[str]:
    """By what the script read the tables that were cut."""
    return sorted({str(record["reader"]) for result in results for record in result.records.get("table", ())})


def _why_not(result: Result, span: object) -> str:
    if result.failure:
        return f"the script fails on cut data ({result.failure.message})"
    return "the script then starts elsewhere in the data" if span else "the script runs no engine on cut data"


def _difference(lab: Lab, whole: Result, cut: Result, time: int, until: int) -> Outcome | None:
    """Strategies are stopped where the data end, and may act on that: after everything else of that time."""
    head = until_time(whole.tape.first_run, until)
    short = cut.tape.first_run
    index = next((at for at, entry in enumerate(head) if at >= len(short) or short[at] != entry), None)
    if index is None:
        return None
    entry = head[index]
    comparison = compare(whole.tape, cut.tape)
    details = ["a decision uses data from after its time: `shift(-1)`, a centred window, a fit over the whole table"]
    if tables := _tables([cut]):
        details.append(f"cut were {', '.join(tables)}, too: a calendar, known in advance, is no look-ahead")
    return Outcome(
        "prefix",
        lab.target,
        Status.FAILED,
        f"looks ahead: with data until {format_time(time)} only, it acts differently at {format_time(entry.time_ns)}",
        tuple(details),
        comparison=comparison,
        failure=cut.failure,
    )
