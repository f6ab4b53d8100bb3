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
    environment = os.environ | {"PYTHONPATH": str(COMPAT), "LINTKIT_PROFILE": "1.221"}
    done = subprocess.run([sys.executable, path], check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == 1, done.stdout
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("kind", "section", "setting"),
    [
        ("DataEngineConfig", "data_engine", "validate_data_sequence=True"),
        ("DataEngineConfig", "data_engine", "buffer_deltas=True"),
        ("DataEngineConfig", "data_engine", "emit_quotes_from_book_depths=True"),
        ("ExecEngineConfig", "exec_engine", "convert_quote_qty_to_base=False"),
        ("ExecEngineConfig", "exec_engine", "manage_own_order_books=True"),
        ("PortfolioConfig", "portfolio", "use_mark_prices=True"),
        ("PortfolioConfig", "portfolio", "bar_updates=False"),
    ],
)
def test_settings_of_the_engines(kind: str, section: str, setting: str, tmp_path: Path) -> None:
    config = f"from nautilus_trader.config import {kind}\n"
    made = f"BacktestEngine(BacktestEngineConfig({section}={kind}({setting})))\n"
    said = run(ENGINE + config + made, tmp_path)
    assert f"{kind}.{setting} is not supported" in said
    assert "script.py:3" in said
    assert "--engine nautilus" in said


def test_the_portfolio(tmp_path: Path) -> None:
    said = run(ENGINE + "BacktestEngine(BacktestEngineConfig()).portfolio.update_order\n", tmp_path)
    assert "Portfolio.update_order is not supported" in said
    assert "script.py:2" in said


def test_a_node_goes_on_after_a_failed_run_but_not_after_a_refusal(tmp_path: Path) -> None:
    head = (
        "from nautilus_trader.backtest.node import BacktestNode\nfrom nautilus_trader.config import BacktestRunConfig\n"
    )
    made = "BacktestNode([BacktestRunConfig(venues=[], data=[], data_clients={'X': 1})]).run()\n"
    said = run(head + made, tmp_path)
    assert "BacktestRunConfig.data_clients is not supported" in said
    assert "script.py:3" in said


@pytest.mark.parametrize(
    ("made", "named"),
    [
        ("BacktestEngine(BacktestEngineConfig()).clear_strategies()", "BacktestEngine.clear_strategies"),
        ("BacktestEngine(BacktestEngineConfig()).trader.stop()", "Trader.stop"),
        ("Strategy().greeks", "Actor.greeks"),
        ("Actor().state", "Actor.state"),
        ("OrderFactory(trader_id=None, strategy_id=None, clock=None)", "OrderFactory made by hand"),
    ],
)
def test_attributes_that_only_the_real_classes_have(made: str, named: str, tmp_path: Path) -> None:
    imports = (
        "from nautilus_trader.common.actor import Actor\n"
        "from nautilus_trader.common.factories import OrderFactory\n"
        "from nautilus_trader.trading.strategy import Strategy\n"
    )
    said = run(ENGINE + imports + made + "\n", tmp_path)
    assert f"{named} is not supported" in said
    assert "script.py:5" in said
    assert "--engine nautilus" in said


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Strategy().nothing", "AttributeError: 'Strategy' object has no attribute 'nothing'"),
        (f"{ENGINE}BacktestEngine().portfolio.all", "AttributeError: 'Portfolio' object has no attribute 'all'"),
        (
            "from nautilus_trader.model.data import Tick",
            "ImportError: cannot import name 'Tick' from 'nautilus_trader.model.data': no release of NautilusTrader has it",
        ),
        (
            "import nautilus_trader.indicators.average",
            (
                "ModuleNotFoundError: No module named 'nautilus_trader.indicators.average': NautilusTrader 1.221.0 "
                "does not have it, others do until 1.219.0"
            ),
        ),
        (
            "from nautilus_trader.model.events import PositionAdjusted",
            (
                "ImportError: cannot import name 'PositionAdjusted' from 'nautilus_trader.model.events': NautilusTrader "
                "1.221.0 does not have it, others do since 1.222.0"
            ),
        ),
    ],
)
def test_what_the_release_does_not_have_is_missing_as_ever(asked: str, said: str, tmp_path: Path) -> None:
    assert run(f"from nautilus_trader.trading.strategy import Strategy\n{asked}\n", tmp_path) == said
