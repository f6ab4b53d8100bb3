"""The strategies and execution algorithms that NautilusTrader ships: the same tape on both engines.

They are read where the real package is installed, which LINTKIT_PARITY_PYTHON names; its release decides the profile.
"""

import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from .fuzz.compare import settled
from .test_surface import PACKAGE, profile, real_python

DRIVE = Path(__file__).parent / "shipped" / "drive.py"
WORLDS = ("quotes", "trades", "bars", "book")

# What cannot be compared, and why.
LEFT_OUT = {
    "orderbook_imbalance_rust": "a strategy of the compiled core",
    "market_buy_on_start": "a strategy of the compiled core",
}

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


def test_what_a_set_orders_is_the_same_in_any_order() -> None:
    rows = ["OrderFilled 1", "OrderCanceled a", "AccountState 1", "OrderCanceled b", "AccountState 2", "OrderFilled 2"]
    other = [rows[0], rows[3], "AccountState 3", rows[1], rows[4], rows[5]]
    assert settled(rows, 0) == settled(other, 0)
    assert sorted(settled(rows, 0)) == sorted([*rows[:2], *rows[3:]])
    assert settled(rows, 0) != settled([*rows[:5], "OrderFilled 3"], 0)


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("kind", ["strategies", "algorithms"])
def test_shipped_code_gives_the_real_tape(kind: str, world: str) -> None:
    left_out = {"__init__", *LEFT_OUT, *(["blank"] if kind == "algorithms" else [])}  # 1.221's does not import there
    files = [file for file in sorted((examples() / kind).glob("*.py")) if file.stem not in left_out]
    path = os.pathsep.join([str(PACKAGE / "compat"), str(PACKAGE.parent)])
    differences: dict[str, object] = {}
    for file in files:
        real = settled(tape(real_python(), file, world), 0)
        ours = settled(tape(sys.executable, file, world, PYTHONPATH=path, LINTKIT_PROFILE=profile()), 0)
        if real != ours:
            pairs = zip([*real, "end"], [*ours, "end"], strict=False)
            differences[file.stem] = next((pair for pair in pairs if pair[0] != pair[1]), (len(real), len(ours)))
    assert files
    assert differences == {}
