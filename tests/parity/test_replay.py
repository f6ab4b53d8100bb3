"""What a run says of positions and balances follows from its fills: rebuilt in plain Python, scenario by scenario."""

import json
import os
import subprocess
import sys
from functools import cache

import pytest

from .replay import Ledger, Row
from .test_scenarios import RELEASES, ROOT, SCRIPTS, recorded


@cache
def told(part: str, profile: str) -> dict[str, list[list[Row]]]:
    """What each engine of each scenario said."""
    folder = ROOT / "tests" / "parity" / "scenarios"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "lintkit" / "compat"), "LINTKIT_PROFILE": profile}
    command = [sys.executable, folder / "events.py", SCRIPTS[part].removesuffix(".py")]
    done = subprocess.run(command, env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    scenarios: dict[str, list[list[Row]]] = {}
    engines: list[list[Row]] = []
    for line in done.stdout.splitlines():
        row = json.loads(line)
        if row["kind"] == "Scenario":
            engines = scenarios[row["name"]] = []
        elif row["kind"] == "Engine":
            engines.append([])
        else:
            engines[-1].append(row)
    return scenarios


@pytest.mark.parametrize("profile", RELEASES)
@pytest.mark.parametrize(
    ("part", "name"), [pytest.param(part, name, id=name) for part in SCRIPTS for name in recorded(part, "1.231.0")]
)
def test_positions_and_balances_follow_from_the_fills(part: str, name: str, profile: str) -> None:
    scenarios = told(part, profile)
    if not scenarios.get(name):
        pytest.skip(f"nothing runs in {profile}")
    for rows in scenarios[name]:
        ledger = Ledger(settles_unsubmitted=profile != "1.221")
        for row in rows:
            ledger.read(row)
        assert ledger.wrong == []


def test_a_wrong_balance_and_a_wrong_position_are_seen() -> None:
    (rows,) = told("p1", "1.221")["s01_market_same_tick"]
    for kind, field, value in [
        ("AccountState", "totals", {"USD": "1.00"}),
        ("PositionChanged", "quantity", "1"),
        ("PositionClosed", "realized", "9.99 USD"),
    ]:
        for i, row in enumerate(rows):
            if row["kind"] == kind and not row.get("reported"):
                ledger = Ledger(settles_unsubmitted=False)
                for said in [*rows[:i], row | {field: value}]:
                    ledger.read(said)
                assert len(ledger.wrong) == 1
                break
