"""A project in a temporary folder, run on the stand-in engine of `double/`."""

import os
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from lintkit.config import SmokeConfig, Target
from lintkit.smoke import session

DOUBLE = Path(__file__).parent / "double"
ENGINE = session.Engine("nautilus")
IMPORTS = "from nautilus_trader.backtest.engine import BacktestEngine, event, fill\n"

# The same examples everywhere, and no verdict from a busy machine's clock.
settings.register_profile("smoke", deadline=None, derandomize=True)
settings.load_profile("smoke")


@dataclass
class Project:
    root: Path

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def script(self, text: str, name: str = "backtest.py") -> None:
        self.write(name, IMPORTS + textwrap.dedent(text))

    def run(self, *args: str, timeout: float = 20.0, memory_mib: int = 4096) -> session.Result:
        target = Target("backtest", "backtest.py", args, "tapes/backtest.tape")
        return session.run(target, self.root, SmokeConfig((), timeout, memory_mib), ENGINE)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(DOUBLE), os.environ.get("PYTHONPATH")])))
    root = tmp_path / "project"
    root.mkdir()
    (root / "pyproject.toml").write_text('[[tool.lintkit.smoke.target]]\nscript = "backtest.py"\n', encoding="utf-8")
    return Project(root)
