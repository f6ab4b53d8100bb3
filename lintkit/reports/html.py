"""The audit as one page that needs nothing else: no network, no fonts, no scripts but the filter's few lines.

Everything that comes from files is escaped, and the page's own policy forbids any other script or request.
"""

import base64
import hashlib
from collections.abc import Iterator
from html import escape

from lintkit.finding import Finding
from lintkit.report import Report
from lintkit.reports.outline import Group, excerpt, facts, groups
from lintkit.reports.text import clean

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #ffffff; --card: #f6f8fa; --line: #d5dae0;
  --error: #b3261e; --warning: #8a5a00; --note: #1f5fa8; --hit: #fff3cd; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --soft: #9aa4af; --paper: #14171b; --card: #1c2127;
  --line: #343b44; --error: #ff8a80; --warning: #e8b04a; --note: #7db8ff; --hit: #3a3217; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 5rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 1.25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 3rem 0 .5rem; }
h2 code { color: var(--soft); font-size: .95em; margin-right: .4em; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: 0 0 1.5rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
code, pre { font: .86rem/1.55 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.why { color: var(--soft); max-width: 46rem; }
.why p { margin: .5rem 0; }
article { border: 1px solid var(--line); border-radius: 8px; margin: 1rem 0; overflow: hidden; }
article header { padding: .7rem 1rem; background: var(--card); border-bottom: 1px solid var(--line); }
.place { font-weight: 600; overflow-wrap: anywhere; }
.badge { font-size: .78rem; font-weight: 650; letter-spacing: .02em; margin-right: .6rem; }
.error .badge, b.error { color: var(--error); } .warning .badge, b.warning { color: var(--warning); }
.note .badge, b.note { color: var(--note); }
article p { margin: .35rem 0 0; overflow-wrap: anywhere; }
pre { margin: 0; padding: .6rem 0; overflow-x: auto; }
pre span { display: block; padding: 0 1rem; min-width: max-content; white-space: pre; }
pre i { display: inline-block; width: 3.2em; margin-right: 1em; text-align: right; color: var(--soft);
  font-style: normal; user-select: none; }
pre .hit { background: var(--hit); }
nav { position: sticky; top: 0; z-index: 1; background: var(--paper); border-bottom: 1px solid var(--line);
  padding: .7rem 0; display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center; }
nav label { color: var(--soft); } select { font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--line); border-radius: 6px; padding: .15rem .4rem; margin-left: .4rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th { text-align: left; color: var(--soft); font-weight: 500; } th, td { padding: .35rem .75rem .35rem 0; }
tr + tr { border-top: 1px solid var(--line); } th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; }
[hidden] { display: none !important; }
@media print { nav { display: none; } }
"""

_SCRIPT = """
const rule = document.getElementById('rule'), severity = document.getElementById('severity');
const count = document.getElementById('count');
function show() {
  let shown = 0;
  for (const section of document.querySelectorAll('section')) {
    let any = false;
    for (const one of section.querySelectorAll('article')) {
      const other = (select, value) => select.value && select.value !== value;
      one.hidden = other(rule, one.dataset.rule) || other(severity, one.dataset.severity);
      if (!one.hidden) { any = true; shown += 1; }
    }
    section.hidden = !any;
  }
  count.textContent = shown + (shown === 1 ? ' finding' : ' findings');
}
rule.addEventListener('change', show); severity.addEventListener('change', show); show();
"""


def render(report: Report, title: str) -> str:
    return "".join(_page(report, title))


def _page(report: Report, title: str) -> Iterator[str]:
    own = f"style-src '{_hash(_STYLE)}'; script-src '{_hash(_SCRIPT)}'"
    policy = f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>lintkit audit: {_text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
    yield f"<h1>lintkit audit: {_text(title)}</h1>\n<dl>\n"
    for name, value in facts(report):
        yield f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>\n"
    yield "</dl>\n"
    found = groups(report)
    if not found:
        yield "<p>No findings.</p>\n</main>\n</body>\n</html>\n"
        return
    yield from _overview(found)
    for group in found:
        yield from _group(report, group)
    yield f"</main>\n<script>{_SCRIPT}</script>\n</body>\n</html>\n"


def _overview(found: tuple[Group, ...]) -> Iterator[str]:
    yield "<table>\n<tr><th>Rule</th><th>Severity</th><th class=n>Findings</th><th>About</th></tr>\n"
    for group in found:
        name = group.severity.name.lower()
        yield (
            f'<tr><td><a href="#{_text(group.info.id)}"><code>{_text(group.info.id)}</code></a></td>'
            f'<td><b class="{name}">{name}</b></td><td class="n">{len(group.findings)}</td>'
            f"<td>{_text(group.info.title)}</td></tr>\n"
        )
    yield "</table>\n<nav>\n<label>Rule<select id=rule><option value=''>all</option>"
    for group in found:
        yield f'<option value="{_text(group.info.id)}">{_text(group.info.id)} {_text(group.info.name)}</option>'
    yield "</select></label>\n<label>Severity<select id=severity><option value=''>all</option>"
    for severity in sorted({f.severity for group in found for f in group.findings}, reverse=True):
        yield f"<option>{severity.name.lower()}</option>"
    yield "</select></label>\n<span id=count></span>\n</nav>\n"


def _group(report: Report, group: Group) -> Iterator[str]:
    rule = _text(group.info.id)
    yield f'<section>\n<h2 id="{rule}"><code>{rule}</code>{_text(group.info.title)}</h2>\n'
    paragraphs = [p for p in group.info.why.split("\n\n") if p.strip()]
    yield '<div class="why">' + "".join(f"<p>{_message(' '.join(p.split()))}</p>" for p in paragraphs) + "</div>\n"
    for finding in group.findings:
        yield from _finding(report, finding)
    yield "</section>\n"


def _finding(report: Report, finding: Finding) -> Iterator[str]:
    severity = finding.severity.name.lower()
    place = f"{finding.path}:{finding.span.line}:{finding.span.column}"
    yield f'<article class="{severity}" data-rule="{_text(finding.rule)}" data-severity="{severity}">\n<header>'
    yield f'<span class="badge">{severity}</span><span class="place">{_text(place)}</span>'
    yield f"<p>{_message(finding.message)}</p></header>\n"
    lines = list(excerpt(report, finding))
    if lines:
        rows = (f"<span{' class=hit' if hit else ''}><i>{n}</i>{_text(text) or ' '}</span>" for n, text, hit in lines)
        yield f"<pre>{''.join(rows)}</pre>\n"
    yield "</article>\n"


def _message(message: str) -> str:
    parts = message.split("`")
    return "".join(f"<code>{_text(part)}</code>" if index % 2 else _text(part) for index, part in enumerate(parts))


def _text(text: str) -> str:
    return escape(clean(text), quote=True)


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
