"""What would change a run and is not supported is refused by name, with the script's line and the way out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import lintkit

COMPAT = Path(lintkit.__file__).parent / "compat"
ENGINE = "from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig\n"


def run(script: str, folder: Path) -> str:
    path = folder / "script.py"
    path.write_text(script, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(COMPAT)}
    done = subprocess.run([sys.executable, path], check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == 1, done.stdout
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize("name", ["validate_data_sequence", "buffer_deltas", "emit_quotes_from_book_depths"])
def test_settings_of_the_data_engine(name: str, tmp_path: Path) -> None:
    config = "from nautilus_trader.config import DataEngineConfig\n"
    made = f"BacktestEngine(BacktestEngineConfig(data_engine=DataEngineConfig({name}=True)))\n"
    said = run(ENGINE + config + made, tmp_path)
    assert f"DataEngineConfig.{name} is not supported" in said
    assert "script.py:3" in said
    assert "--engine nautilus" in said


def test_the_portfolio(tmp_path: Path) -> None:
    said = run(ENGINE + "BacktestEngine(BacktestEngineConfig()).portfolio.margins_by_account\n", tmp_path)
    assert "Portfolio.margins_by_account is not supported" in said
    assert "script.py:2" in said
