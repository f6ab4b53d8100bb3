"""Every rule on one Markdown page, from the rule files themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

FAMILIES = {
    "API": "Releases of NautilusTrader",
    "CFG": "Configuration",
    "CLK": "Clock and determinism",
    "HND": "Event handlers",
    "IND": "Indicators",
    "INS": "Instruments",
    "LAH": "Look-ahead",
    "LOG": "Logging",
    "ORD": "Orders and risk",
    "STA": "State and recovery",
    "UNI": "Units",
    "VEN": "Simulated venues",
}


@dataclass(frozen=True, slots=True)
class Page:
    """What the page says of one rule. `why` is its documentation below the title."""

    id: str
    name: str
    severity: str
    title: str
    why: str
    reported: tuple[str, str]
    """Title and code of its first example."""


def render(pages: Sequence[Page]) -> str:
    lines = [
        "# Rules",
        "",
        "Generated from the rule files by `lintkit rules --output-format markdown`. `lintkit explain ID` prints a rule",
        "with all of its examples, the traps among them.",
        "",
    ]
    for family, title in FAMILIES.items():
        own = [page for page in pages if page.id.startswith(family)]
        if not own:
            continue
        lines += [f"## {title}", "", "| rule | name | severity | what it finds |", "| --- | --- | --- | --- |"]
        lines += [f"| [{p.id}](#{_anchor(p)}) | {p.name} | {p.severity} | {p.title} |" for p in own]
        lines.append("")
    for page in pages:
        title, code = page.reported
        lines += [f"## {page.id} {page.name}", "", f"*{page.severity}.* {page.title}", "", page.why, ""]
        lines += [f"Reported, {title}:", "", "```python", code, "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def _anchor(page: Page) -> str:
    return f"{page.id.lower()}-{page.name}"
