"""The strategies and execution algorithms that NautilusTrader ships: the same tape on both engines.

They are read where the real package is installed, which LINTKIT_PARITY_PYTHON names; its release decides the profile.
"""

import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from .test_surface import PACKAGE, profile, real_python

DRIVE = Path(__file__).parent / "shipped" / "drive.py"
WORLDS = ("quotes", "trades", "bars", "book")

# What cannot be compared, and why.
LEFT_OUT = {
    "orderbook_imbalance_rust": "a strategy of the compiled core",
    "market_buy_on_start": "a strategy of the compiled core",
}
# Reduce-only exits follow their position in the order of a set, which is another with another hash seed.
EXITS = ("OrderCanceled ", "OrderUpdated ")

pytestmark = [pytest.mark.parity, pytest.mark.long]


@lru_cache
def examples() -> Path:
    code = "import nautilus_trader.examples as e; print(next(iter(e.__path__)))"
    printed = subprocess.run([real_python(), "-c", code], capture_output=True, text=True, check=True).stdout
    return Path(printed.strip())


def tape(python: str, file: Path, world: str, **extra: str) -> list[str]:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment |= {"PYTHONHASHSEED": "0", **extra}
    done = subprocess.run(
        [python, str(DRIVE), str(file), world],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.splitlines()


def settled(rows: list[str]) -> list[str]:
    """The rows with what exits are told at one time, and the account states between, in the order of the text."""
    done: list[str] = []
    group: list[str] = []
    for row in [*rows, ""]:
        if group and not row.startswith((*EXITS, "AccountState ")):
            done += sorted(group)
            group = []
        if group or row.startswith(EXITS):
            group.append(row)
        elif row:
            done.append(row)
    return done


def test_what_a_set_orders_is_the_same_in_any_order() -> None:
    rows = ["OrderFilled 1", "OrderCanceled a", "AccountState 1", "OrderCanceled b", "AccountState 1", "OrderFilled 2"]
    other = [rows[0], *rows[3:5], *rows[1:3], rows[5]]
    assert settled(rows) == settled(other)
    assert sorted(settled(rows)) == sorted(rows)
    assert settled(rows) != settled([*rows[:5], "OrderFilled 3"])


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("kind", ["strategies", "algorithms"])
def test_shipped_code_gives_the_real_tape(kind: str, world: str) -> None:
    left_out = {"__init__", *LEFT_OUT, *(["blank"] if kind == "algorithms" else [])}  # 1.221's does not import there
    files = [file for file in sorted((examples() / kind).glob("*.py")) if file.stem not in left_out]
    path = os.pathsep.join([str(PACKAGE / "compat"), str(PACKAGE.parent)])
    differences: dict[str, object] = {}
    for file in files:
        real = settled(tape(real_python(), file, world))
        ours = settled(tape(sys.executable, file, world, PYTHONPATH=path, LINTKIT_PROFILE=profile()))
        if real != ours:
            pairs = zip([*real, "end"], [*ours, "end"], strict=False)
            differences[file.stem] = next((pair for pair in pairs if pair[0] != pair[1]), (len(real), len(ours)))
    assert len(files) > 1
    assert differences == {}
