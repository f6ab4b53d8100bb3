"""Which releases of NautilusTrader have a module or a name of one, from lintkit's table of its API.

Asked only when something is not here: what the release does not have itself cannot be had from the real package either.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from nautilus_trader._profile import RELEASE

_TABLE = Path(__file__).parents[2] / "data" / "nautilus_api.tsv"
_OPEN = ("nautilus_trader.core.nautilus_pyo3", "nautilus_trader.core.rust", "nautilus_trader.adapters")
"""Modules that the table does not know from within, or not in full."""


def missing(module: str, name: str | None = None) -> str | None:
    """Words about a module, or a name of it, that the release does not have; none for what it has or may have."""
    if module.startswith(_OPEN):
        return None
    versions, here = _versions(), 0
    for mask, names in _names(module):
        if name is None or name in names or "?" in names:
            here |= mask
    if name is not None and not here:
        for mask, _ in _names(f"{module}.{name}"):
            here |= mask
    wanted = versions.index(RELEASE)
    if here >> wanted & 1:
        return None
    found = [version for at, version in enumerate(versions) if here >> at & 1]
    if not found:
        return "no release of NautilusTrader has it"
    when = f"since {found[0]}" if versions.index(found[0]) > wanted else f"until {found[-1]}"
    return f"NautilusTrader {RELEASE} does not have it, others do {when}"


def _line(key: str) -> str | None:
    with _TABLE.open(encoding="utf-8") as lines:
        return next((line.partition("\t")[2] for line in lines if line.startswith(f"{key}\t")), None)


def _versions() -> list[str]:
    return json.loads(_line("versions") or "[]")


def _names(module: str) -> Iterator[tuple[int, frozenset[str]]]:
    for mask, names in json.loads(_line(f"module {module}") or "{}").items():
        yield int(mask, 16), frozenset(names.split())
