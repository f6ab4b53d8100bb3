"""Drill outcomes for people (styled lines) and machines (plain data). Prints nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from rich.text import Text

from lintkit.smoke import words
from lintkit.smoke.drills.outcome import Outcome, Status, Table

_STYLES = {
    Status.PASSED: "green",
    Status.FAILED: "red",
    Status.MEASURED: "cyan",
    Status.SKIPPED: "yellow",
    Status.ERROR: "red",
}


def details(outcomes: Sequence[Outcome]) -> list[Text]:
    """A line for what passed, a paragraph for what did not."""
    return [line for outcome in outcomes for line in _outcome(outcome)]


def summary(outcomes: Sequence[Outcome]) -> Text:
    failed = [o for o in outcomes if o.status is Status.FAILED]
    errors = [o for o in outcomes if o.status is Status.ERROR]
    if not outcomes:
        return Text("drills: none", style="yellow")
    if failed or errors:
        names = ", ".join(f"{o.target.name} {o.drill}: {o.status.value}" for o in (*failed, *errors))
        return Text(f"drills: {names}", style="bold red")
    counts = {status: sum(o.status is status for o in outcomes) for status in Status}
    said = ", ".join(f"{count} {status.value}" for status, count in counts.items() if count)
    return Text(f"drills: {said}", style="bold green")


def _outcome(outcome: Outcome) -> Iterator[Text]:
    name = f"{outcome.target.name}: {outcome.drill}"
    style = _STYLES[outcome.status]
    if outcome.error:
        yield Text.assemble((name, "bold"), ": ", (outcome.status.value, f"bold {style}"))
        yield Text(f"  {outcome.error}")
        return
    yield Text.assemble(
        (name, "bold"), ": ", (outcome.status.value, f"bold {style}"), ", ", words.printable(outcome.summary)
    )
    for detail in outcome.details:
        yield Text(f"  {words.printable(detail)}")
    if outcome.comparison:
        first = outcome.comparison.divergence
        yield Text(f"  first divergence, event {first.index}", style="bold")
        for label, place in (("undisturbed", first.then), ("drilled", first.now)):
            yield Text(f"    {label:<12}  {words.printable(words.line(place.entry))}")
        if changed := words.changes(first.then.entry, first.now.entry):
            yield Text(f"    {'':<12}  {words.printable(changed)}", style="bold")
    if outcome.failure:
        where = f"{outcome.failure.path}:{outcome.failure.line}: " if outcome.failure.path else ""
        yield Text(f"  {where}{words.printable(outcome.failure.message)}", style="red")
    if outcome.table:
        yield from _table(outcome.table)


def _table(table: Table) -> Iterator[Text]:
    cells = (table.columns, *table.rows)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for number, (name, *values) in enumerate(cells):
        numbers = "  ".join(f"{value:>{width}}" for value, width in zip(values, widths[1:], strict=True))
        yield Text(f"    {name:<{widths[0]}}  {numbers}".rstrip(), style="" if number else "dim")


def data(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """The outcomes as JSON values."""
    return [_data(outcome) for outcome in outcomes]


def _data(outcome: Outcome) -> dict[str, Any]:
    first = outcome.comparison.divergence if outcome.comparison else None
    return {
        "target": outcome.target.name,
        "script": outcome.target.script,
        "drill": outcome.drill,
        "status": outcome.status.name.lower(),
        "summary": outcome.summary,
        "details": list(outcome.details),
        "places": [{"path": path, "line": int(line)} for path, _, line in (p.rpartition(":") for p in outcome.places)],
        "divergence": first
        and {"event": first.index, "undisturbed": words.line(first.then.entry), "drilled": words.line(first.now.entry)},
        "failure": outcome.failure and asdict(outcome.failure),
        "error": str(outcome.error) if outcome.error else None,
        "table": outcome.table and {"columns": outcome.table.columns, "rows": outcome.table.rows},
    }
