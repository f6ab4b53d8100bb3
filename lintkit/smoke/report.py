"""Smoke outcomes for people (styled lines) and for machines (plain data). Prints nothing."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from rich.text import Text

from lintkit.smoke import words
from lintkit.smoke.diff import Divergence
from lintkit.smoke.suite import ACCEPTED, PASSED, Outcome, Status
from lintkit.smoke.tape import Event, Run, format_line, format_time
from lintkit.smoke.totals import Totals, total
from lintkit.smoke.verdict import Comparison

OUTPUT_LINES = 12


def details(outcomes: Sequence[Outcome]) -> list[Text]:
    """A line for what passed, a paragraph for what did not."""
    return [line for outcome in outcomes for line in _outcome(outcome)]


def summary(outcomes: Sequence[Outcome]) -> Text:
    """One line with every verdict."""
    if not outcomes:
        return Text("smoke: no target configured (`lintkit init` proposes some), nothing was run", style="yellow")
    if all(outcome.status is Status.SAME for outcome in outcomes):
        return Text(f"smoke: {len(outcomes)} of {len(outcomes)} identical", style="bold green")
    passed = all(outcome.status in PASSED for outcome in outcomes)
    verdicts = ", ".join(f"{outcome.target.name}: {outcome.verdict}" for outcome in outcomes)
    return Text(f"smoke: {verdicts}", style="bold green" if passed else "bold red")


def _outcome(outcome: Outcome) -> Iterator[Text]:
    style = "green" if outcome.status in PASSED else "red"
    yield Text.assemble((outcome.target.name, "bold"), ": ", (outcome.verdict, f"bold {style}"))
    if outcome.error:
        yield Text(f"  {outcome.error}")
    if outcome.failure:
        where = f"{outcome.failure.path}:{outcome.failure.line}: " if outcome.failure.path else ""
        yield Text(f"  {where}{words.printable(outcome.failure.message)}", style="red")
        if not outcome.failure.path or outcome.failure.message.startswith("exit status"):  # it may have said why
            yield from (
                Text(f"  | {words.printable(line)}", style="dim")
                for line in outcome.output.splitlines()[-OUTPUT_LINES:]
            )
    if outcome.status is Status.UNSTABLE:
        yield Text("  two runs of the same script differ (wall clock, unseeded randomness, hash order?): not accepted")
    for note in outcome.notes:
        yield Text(f"  note: {words.printable(note)}", style="dim")
    if outcome.comparison:
        yield from _comparison(outcome, outcome.comparison)
    elif outcome.status in (Status.MISSING, Status.ACCEPTED) and outcome.tape:
        yield from _table(("recorded",), (total(outcome.tape),))
    yield from _hint(outcome)


def _hint(outcome: Outcome) -> Iterator[Text]:
    path = outcome.target.golden
    if outcome.status is Status.MISSING:
        yield Text(f"  right so? `lintkit smoke --accept` records it to {path}")
    elif outcome.status is Status.CHANGED and outcome.labels == ACCEPTED:
        yield Text("  meant so? `lintkit smoke --accept` makes it the accepted tape")
    elif outcome.status is Status.ACCEPTED:
        yield Text(f"  written to {path}")


def _comparison(outcome: Outcome, comparison: Comparison) -> Iterator[Text]:
    labels = ("accepted", "until it broke") if outcome.status is Status.BROKEN else outcome.labels
    if outcome.status is not Status.UNSTABLE:
        yield from _premises(comparison, of_engines=outcome.labels != ACCEPTED)
    yield from _divergence(outcome, comparison.divergence, labels)
    for text in outcome.saw:
        yield Text(f"    {'saw before':<15}  {words.printable(text)}", style="dim")
    for label, place in zip(labels, comparison.places, strict=True):
        if place:
            yield Text(f"    {label + ' by':<15}  {words.printable(f'{place}  {place.text}')}", style="cyan")
    if (trade := comparison.trade) and not _is_first(comparison):
        yield Text(f"  first different trade, no. {trade.number}", style="bold")
        yield from _sides(trade.then, trade.now, labels)
    yield from _table(labels, (comparison.then, comparison.now))


def _premises(comparison: Comparison, *, of_engines: bool) -> Iterator[Text]:
    for premise in comparison.premises:
        if premise.decides:
            kind = "data" if premise.kind == "data" else "configuration"
            what = f"{premise.what}: " if premise.what else ""
            change = words.printable(f"{what}{premise.then} -> {premise.now}")
            yield Text(f"  different {kind}: {change}", style="bold yellow")
        elif premise.kind == "source":
            yield Text("  note: the project's code is not what it was when the tape was accepted", style="dim")
        elif not of_engines or premise.kind != "engine":
            yield Text(f"  note: {premise.what} was `{premise.then}`, is `{premise.now}`", style="yellow")


def _is_first(comparison: Comparison) -> bool:
    first, trade = comparison.divergence, comparison.trade
    return bool(trade and trade.then == first.then.entry and trade.now == first.now.entry)


def _divergence(outcome: Outcome, first: Divergence, labels: tuple[str, str]) -> Iterator[Text]:
    run = f", engine {first.run.engine} run {first.run.run}" if first.run else ""
    with_accepted = outcome.labels == ACCEPTED
    place = f"{outcome.target.golden}:{first.then.line}" if with_accepted else ""
    yield Text(f"  first divergence, event {first.index}{run}{f' ({place})' if place else ''}", style="bold")
    for entry in first.before:
        yield _line("", entry, "dim")
    yield from _sides(first.then.entry, first.now.entry, labels)
    if not words.changes(first.then.entry, first.now.entry):
        for label, place_ in zip(labels, (first.then, first.now), strict=True):
            for entry in place_.after:
                yield _line(f"{label} next", entry, "dim")


def _sides(then: Event | Run | None, now: Event | Run | None, labels: tuple[str, str]) -> Iterator[Text]:
    yield _line(labels[0], then, "red")
    yield _line(labels[1], now, "green")
    if changed := words.changes(then, now):
        yield Text(f"    {'':<15}  {words.printable(changed)}", style="bold")


def _line(label: str, entry: Event | Run | None, style: str) -> Text:
    return Text(f"    {label:<15}  {words.printable(words.line(entry))}", style=style)


def _table(labels: Sequence[str], columns: Sequence[Totals]) -> Iterator[Text]:
    """Totals side by side; of two, what changed."""
    names = dict.fromkeys(name for column in columns for name in _rows(column))
    cells = [["", *labels, *(["change"] if len(columns) > 1 else [])]]
    for name in names:
        values = [_rows(column).get(name, Decimal(0)) for column in columns]
        row = [name, *(f"{value:,f}" for value in values)]
        if len(values) > 1:
            change = values[-1] - values[0]
            row.append(f"{change:+,f}" if change else "")
        cells.append(row)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for number, (name, *values) in enumerate(cells):
        numbers = "  ".join(f"{value:>{width}}" for value, width in zip(values, widths[1:], strict=True))
        yield Text(f"    {name:<{widths[0]}}  {numbers}".rstrip(), style="" if number else "dim")


def _rows(totals: Totals) -> dict[str, Decimal]:
    """By instrument, in what was traded; an instrument without a fill or a position has no row."""
    counts = {"orders": totals.orders, "refused orders": totals.refused, "fills": totals.fills}
    rows = {name: Decimal(count) for name, count in counts.items()}
    for name, traded in totals.instruments.items():
        if len(totals.instruments) > 1:
            rows[f"{name} fills"] = Decimal(traded.fills)
        rows[f"{name} volume"] = traded.volume
        for title, amounts in (("fees", traded.fees), ("P&L", traded.realized), ("drawdown", traded.drawdown)):
            rows |= {f"{name} {title} {currency}": amount for currency, amount in amounts.items()}
    rows |= {f"balance {name}": amount for name, amount in totals.balances.items()}
    return rows | {f"drawdown {name}": amount for name, amount in totals.drawdown.items()}


def data(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """The outcomes as JSON values; amounts are strings, so that no digit is lost."""
    return [_outcome_data(outcome) for outcome in outcomes]


def _outcome_data(outcome: Outcome) -> dict[str, Any]:
    comparison = outcome.comparison
    return {
        "target": outcome.target.name,
        "script": outcome.target.script or None,
        "runs": list(outcome.target.runs),
        "golden": outcome.target.golden,
        "status": outcome.status.name.lower(),
        "verdict": outcome.verdict,
        "passed": outcome.status in PASSED,
        "error": str(outcome.error) if outcome.error else None,
        "failure": outcome.failure
        and {"message": outcome.failure.message, "path": outcome.failure.path, "line": outcome.failure.line},
        "compared": list(outcome.labels),
        "notes": list(outcome.notes),
        "engine": outcome.tape.get("engine") if outcome.tape else None,
        "python": outcome.result.python if outcome.result else None,
        "premises": [
            {"kind": premise.kind, "what": premise.what, "then": premise.then, "now": premise.now}
            for premise in (comparison.premises if comparison else ())
        ],
        "divergence": comparison and _divergence_data(comparison.divergence),
        "saw": list(outcome.saw),
        "places": comparison
        and [place and {"path": place.path, "line": place.line, "text": place.text} for place in comparison.places],
        "trade": comparison
        and comparison.trade
        and {
            "number": comparison.trade.number,
            "then": _entry_data(comparison.trade.then),
            "now": _entry_data(comparison.trade.now),
        },
        "totals": {
            "then": _totals_data(comparison.then) if comparison else None,
            "now": _totals_data(comparison.now if comparison else total(outcome.tape)) if outcome.tape else None,
        },
    }


def _divergence_data(first: Divergence) -> dict[str, Any]:
    return {
        "event": first.index,
        "engine": first.run.engine if first.run else None,
        "run": first.run.run if first.run else None,
        "line": first.then.line,
        "then": _entry_data(first.then.entry),
        "now": _entry_data(first.now.entry),
        "changes": words.changes(first.then.entry, first.now.entry),
    }


def _entry_data(entry: Event | Run | None) -> dict[str, Any] | None:
    return entry and {
        "time": format_time(entry.time_ns) if isinstance(entry, Event) else None,
        "words": words.describe(entry),
        "line": format_line(entry),
    }


def _totals_data(totals: Totals) -> dict[str, Any]:
    amounts = {
        "volume": totals.volume,
        "fees": totals.fees,
        "realized": totals.realized,
        "balances": totals.balances,
        "drawdown": totals.drawdown,
    }
    return {
        "orders": totals.orders,
        "refused": totals.refused,
        "fills": totals.fills,
        **{title: _texts(values) for title, values in amounts.items()},
        "instruments": {
            name: {
                "fills": traded.fills,
                "volume": f"{traded.volume:f}",
                "fees": _texts(traded.fees),
                "realized": _texts(traded.realized),
                "drawdown": _texts(traded.drawdown),
            }
            for name, traded in totals.instruments.items()
        },
    }


def _texts(amounts: dict[str, Decimal]) -> dict[str, str]:
    return {name: f"{amount:f}" for name, amount in amounts.items()}
