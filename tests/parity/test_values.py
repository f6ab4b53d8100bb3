"""The value types, identifiers, instruments and configs give what the real package gave.

`values/expressions.txt` was evaluated on both releases (`values/<release>.json`, by `values/evaluate.py`); where a real
one is at hand (LINTKIT_PARITY_PYTHON names an interpreter that has it) the recording itself is checked, too.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import lintkit

VALUES = Path(__file__).parent / "values"
PACKAGE = Path(lintkit.__file__).parent
RELEASES = ("1.221.0", "1.231.0")

# Where we differ on purpose, and why.
DIFFERENT = {
    "order_side_to_str(9)": "garbage memory there, ValueError here",
    "Currency('ABC',8,0,'Abc',9)": "no such currency type: refused here",
    "TradeTick(I,P('1.0'),Q('1'),9,TradeId('1'),1,2)": "no such side: refused here, taken for SELLER there",
    "Venue.from_code('XCME')": "the table of exchanges' codes is not bundled",
    "Identifier('A')": "aborts on formatting there",
    "Price.from_raw(123456789012345678901234567890,16)": "its text is rounded to 28 digits there",
    "Price.from_raw(170141183460459988838491619328+1,16)": "beyond the limit by less than 1e-16",
    "Price.from_str('\uff10.\uff15')": "digits of other scripts",
    "TraderId('A-').get_tag()": "aborts in 1.231.0",
    "PyCondition.positive_int(1.5,'x')": "an argument type that 1.221.0 alone checks",
    "bt.id_spec_key": "a bound method's text",
    "as_utc_index(pd.DataFrame({'a':[1]},index=pd.DatetimeIndex(['2020-01-01']))).index": "pandas 3 prints otherwise",
}


def evaluate(python: str, environment: dict[str, str]) -> dict[str, str]:
    child = subprocess.run(
        [python, str(VALUES / "evaluate.py")],
        env=os.environ | {"PYTHONHASHSEED": "0"} | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return json.loads(child.stdout)


def recorded(release: str) -> dict[str, str]:
    return json.loads((VALUES / f"{release}.json").read_text(encoding="utf-8"))


def comparable(outcomes: dict[str, str]) -> dict[str, str]:
    """Without what differs on purpose; an abort of the real one is a ValueError of ours."""
    return {
        expression: "raises ValueError" if outcome == "aborts" else outcome
        for expression, outcome in outcomes.items()
        if expression not in DIFFERENT
    }


@pytest.mark.parametrize("release", RELEASES)
def test_values_are_those_of_the_real_package(release: str) -> None:
    ours = evaluate(
        sys.executable,
        {
            "PYTHONPATH": os.pathsep.join([str(PACKAGE / "compat"), str(PACKAGE.parent)]),
            "LINTKIT_PROFILE": release.rpartition(".")[0],
        },
    )
    real = comparable(recorded(release))
    wrong = {key: (value, ours[key]) for key, value in real.items() if ours[key] != value and not broken(value, key)}

    assert wrong == {}
    assert len(real) > 900


def broken(outcome: str, expression: str) -> bool:
    """1.231.0's bar wrangler cannot read the frames of pandas 3."""
    return outcome == "raises ValueError" and expression.startswith("[(str(x),x.ts_init) for x in BarDataWrangler")


@pytest.mark.parity
def test_recordings_are_what_the_real_package_gives() -> None:
    python = os.environ.get("LINTKIT_PARITY_PYTHON")
    if python is None:
        pytest.skip("LINTKIT_PARITY_PYTHON names no interpreter")
    command = [python, "-c", "import nautilus_trader; print(nautilus_trader.__version__)"]
    release = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    if release not in RELEASES:
        pytest.skip(f"no recording of {release}")

    live = evaluate(python, {})

    assert {key: value for key, value in live.items() if " at 0x" not in value} == {
        key: value for key, value in recorded(release).items() if " at 0x" not in value
    }
