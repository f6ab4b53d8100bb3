"""What a tape says it was made of: the same from the engine's own data and from Python objects; stable; and shown."""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lintkit.cli import main
from lintkit.config import load_config
from lintkit.smoke import html, session, suite

DUO = Path(__file__).parents[2] / "fixtures" / "projects" / "duo"
COMPARE = """
import hashlib, json, sys
from lintkit.smoke import digest, market
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType, BookType, OmsType
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Money

market.STEPS = 400
engine = BacktestEngine()
engine.add_venue(Venue("XNAS"), OmsType.NETTING, AccountType.MARGIN, [Money(1, USD)], book_type=BookType.L2_MBP)
instrument = market.make_instrument("AAPL.XNAS")
engine.add_instrument(instrument)
bars = [BarType.from_str("AAPL.XNAS-1-MINUTE-LAST-EXTERNAL")]
engine.add_data(sorted(market.make_data(instrument, bars, 3, "equity", books=True), key=lambda item: item.ts_init))
ours, theirs = digest.hasher(), digest.hasher()
counts = engine._core.write_data(ours.update)
assert digest.write(engine.data, theirs.update) == counts, counts
assert {key.split()[0] for key in counts} == {"quotes", "trades", "bars", "deltas"}
print(ours.hexdigest() == theirs.hexdigest())
"""


def test_the_engines_bytes_are_those_of_the_objects() -> None:
    package = Path(session.PACKAGE)
    path = f"{package / 'compat'}:{package.parent}"
    done = subprocess.run(
        [sys.executable, "-c", COMPARE], env={"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert done.stdout == "True\n", done.stderr


@pytest.fixture
def duo(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DUO, tmp_path / "duo", ignore=shutil.ignore_patterns("__pycache__")))


def test_a_change_of_data_and_of_a_setting_is_named_first(duo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["smoke", str(duo), "fx", "--accept"]) == 0
    (duo / "tapes" / "fx.tape").unlink()
    assert main(["smoke", str(duo), "fx", "--accept"]) == 0
    quotes = duo / "data" / "audusd_quotes.csv"
    quotes.write_text("\n".join(quotes.read_text(encoding="utf-8").splitlines()[:2000]) + "\n", encoding="utf-8")
    script = duo / "backtest_fx.py"
    script.write_text(script.read_text(encoding="utf-8").replace("pullback=0.4", "pullback=0.7"), encoding="utf-8")
    capsys.readouterr()
    page = duo / "page.html"
    assert main(["smoke", str(duo), "fx", "--html", str(page)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "fx: different trades"
    assert lines[1].startswith("  different data: ")
    assert lines[1].endswith("2400 quotes AUD/USD.SIM -> " + lines[1].rpartition(" -> ")[2])
    assert "1999 quotes AUD/USD.SIM" in lines[1]
    assert lines[2] == "  different configuration: EmaBracket-AUD pullback: 0.4 -> 0.7"
    text = "\n".join(lines)
    saw = [line for line in lines if line.startswith("    saw before")]
    assert all(
        re.match(r" +saw before +2024-03-04 \d\d:\d\d:\d\d\.\d{3}  (QuoteTick|Bar) AUD/USD\.SIM", line) for line in saw
    )
    assert len(saw) == 2, text
    assert re.search(r"now by +duo/strategies/ema_bracket\.py:\d+  self\.submit_order_list\(", text)
    written = page.read_text(encoding="utf-8")
    assert written.count("<svg") == 5  # a balance of each account and currency, a chart of each instrument
    assert 'class="then"' in written
    assert "http" not in written.replace("http://www.w3.org", "")


def test_the_page_of_a_run_that_is_identical(duo: Path) -> None:
    config = load_config(duo)
    order = suite.Order(session.Engine(), wishes=session.Wishes(prices=True))
    page = html.render(suite.smoke(config, config.smoke.targets, order))
    assert "smoke: 2 of 2 identical" in page
    assert 'class="market"' in page
    assert (
        hashlib.sha256(page.encode()).digest()
        == hashlib.sha256(html.render(suite.smoke(config, config.smoke.targets, order)).encode()).digest()
    )


def test_what_runs_where_nautilus_is_not_installed_is_not_auto(duo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (duo / "backtest_fx.py").write_text("import nautilus_trader.indicators.macd\n", encoding="utf-8")
    assert main(["smoke", str(duo), "fx", "--engine", "auto"]) == 1
    out = capsys.readouterr().out
    assert "others do until 1.219.0" in out
    assert "auto: nautilus_trader is not installed for" in out


def test_two_profiles_against_each_other(duo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (duo / "tapes" / "fx.tape").read_bytes()
    assert main(["smoke", str(duo), "fx", "--against", "1.231"]) == 1
    out = capsys.readouterr().out
    assert "bundled 1.221" in out
    assert "bundled 1.231" in out
    assert "PYTHONHASHSEED" not in out
    assert main(["smoke", str(duo), "fx", "--against", "1.221"]) == 0
    assert (duo / "tapes" / "fx.tape").read_bytes() == before


def test_an_order_of_sets_is_named_when_engines_differ(duo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = (duo / "backtest_fx.py").read_text(encoding="utf-8")
    script = script.replace("nanos=20_000_000", 'nanos=20_000_000 + hash("up") % 997 * 1_000_000')
    (duo / "backtest_fx.py").write_text(script, encoding="utf-8")
    assert main(["smoke", str(duo), "fx", "--against", "1.231"]) == 1
    assert "bundled 1.231 itself does otherwise with another PYTHONHASHSEED" in capsys.readouterr().out


OTHERS = sorted((Path.home() / ".pyenv" / "versions").glob("3.*/bin/python"))


@pytest.mark.slow
@pytest.mark.parametrize("python", OTHERS, ids=lambda path: path.parts[-3])
def test_other_interpreters(duo: Path, tmp_path: Path, python: Path) -> None:
    """Real environments of what is here: they run the bundled engine, or say in one line why not."""
    environment = tmp_path / "environment"
    subprocess.run([python, "-m", "venv", "--without-pip", environment], check=True)
    (duo / "backtest_fx.py").write_text(
        (DUO / "backtest_fx.py")
        .read_text(encoding="utf-8")
        .replace("from duo import feed", "import msgspec\nfrom duo import feed"),
        encoding="utf-8",
    )
    config = load_config(duo)
    engine = session.Engine(python=str(environment / "bin" / "python"))
    (outcome,) = suite.smoke(config, config.smoke.targets[:1], suite.Order(engine))
    version = tuple(map(int, python.parts[-3].split(".")))
    if version < (3, 10):
        assert "Python 3.10 or newer" in str(outcome.error) or "SyntaxError" in str(outcome.error)
    elif version[:2] == sys.version_info[:2]:
        assert outcome.verdict == "identical"
    else:
        assert "No module named" in str(outcome.error)
        assert "install msgspec and numpy there" in str(outcome.error)
