"""Drill outcomes as one self-contained HTML page: no script, nothing loaded from elsewhere."""

from collections.abc import Iterator, Sequence
from html import escape

from lintkit.smoke import words
from lintkit.smoke.drills import svg
from lintkit.smoke.drills.outcome import Outcome, Table

_STYLE = """
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin: 2.5rem 0 .3rem; font-size: 1.15rem } svg { max-width: 44rem; display: block; margin: .5rem 0 1rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; display: block; overflow-x: auto }
th, td { padding: .15rem .7rem; text-align: right; border-bottom: 1px solid #8884; white-space: nowrap }
th:first-child, td:first-child { text-align: left } h3 { font-size: .95rem; margin: 1rem 0 0 }
.status { padding: .1rem .5rem; border-radius: .3rem; color: #fff; font-size: .8rem; background: #57606a }
.passed { background: #1a7f37 } .failed, .error { background: #cf222e } .measured { background: #0969da }
pre { background: #8881; padding: .6rem; overflow-x: auto }
"""


def render(project: str, outcomes: Sequence[Outcome]) -> str:
    title = f"Drills of {escape(project)}"
    body = "\n".join(part for outcome in outcomes for part in _outcome(outcome))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>\n'
        f"<body><h1>{title}</h1>\n{body}\n</body></html>\n"
    )


def _outcome(outcome: Outcome) -> Iterator[str]:
    status = f'<span class="status {outcome.status.name.lower()}">{outcome.status.value}</span>'
    yield f"<h2>{escape(outcome.target.name)}: {outcome.drill} {status}</h2>"
    yield f"<p>{escape(str(outcome.error or outcome.summary))}</p>"
    if outcome.details:
        yield f"<ul>{''.join(f'<li>{escape(detail)}</li>' for detail in outcome.details)}</ul>"
    if outcome.comparison:
        first = outcome.comparison.divergence
        lines = (f"undisturbed  {words.line(first.then.entry)}", f"drilled      {words.line(first.now.entry)}")
        yield f"<pre>{escape(chr(10).join(lines))}</pre>"
    if outcome.failure:
        yield f"<pre>{escape(outcome.failure.message)}</pre>"
    for plot in outcome.plots:
        yield f"<h3>{escape(plot.title)}</h3>{svg.render(plot)}"
    if outcome.table:
        yield _table(outcome.table)


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in table.columns)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in table.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
