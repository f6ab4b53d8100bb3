"""The imports that fixes bring along, and those that they leave without a use."""

from pathlib import PurePosixPath

import libcst as cst
import pytest

from lintkit.fix import apply
from lintkit.imports import naming, without_unused
from lintkit.source import PythonSource

MODULE, NAME = "nautilus_trader.backtest.models", "FeeModel"


@pytest.mark.parametrize(
    ("code", "call", "added"),
    [
        (f"from {MODULE} import FeeModel\nf()\n", "FeeModel", ""),
        (f"from {MODULE} import FeeModel as Fees\nf()\n", "Fees", ""),
        ("from nautilus_trader.backtest import models\nf()\n", "FeeModel", f"from {MODULE} import {NAME}\n"),
        ("from nautilus_trader.config import (\n    A,\n)\nf()\n", "FeeModel", f"from {MODULE} import {NAME}\n"),
        ("from nautilus_trader.config import A\nFeeModel = 1\nf()\n", None, ""),
        ("import os\nf()\n", None, ""),
        ("f()\nfrom nautilus_trader.config import A\n", None, ""),
    ],
)
def test_naming(code: str, call: str | None, added: str) -> None:
    source = PythonSource(PurePosixPath("a.py"), code)
    found = naming(source, next(iter(source.find(cst.Call))), MODULE, NAME)
    assert (found[0] if found else None) == call
    assert apply(code, found[1] if found else ()).replace("f()\n", "") == code.replace("f()\n", "") + added


@pytest.mark.parametrize(
    ("imports", "kept"),
    [
        ("import time\n", ""),
        ("import time as t, os\n", "import time as t, os\n"),
        ("import os, time\n", "import os\n"),
        ("from x import (\n    time,\n    os,\n)\n", "from x import (\n    os,\n)\n"),
        ("from x import (\n    os,\n    time,\n)\n", "from x import (\n    os,\n)\n"),
        ("import time  # noqa: F401\n", "import time  # noqa: F401\n"),
        (
            "try:\n    import time\nexcept ImportError:\n    pass\n",
            "try:\n    import time\nexcept ImportError:\n    pass\n",
        ),
    ],
)
def test_without_unused(imports: str, kept: str) -> None:
    """`os` was never used, and stays: it is not ours to remove."""
    assert without_unused(f"{imports}time.time()\n", f"{imports}clock()\n") == f"{kept}clock()\n"


@pytest.mark.parametrize("use", ["time.sleep(1)\n", "def f(x: 'time.x'): ...\n", "__all__ = ['time']\n"])
def test_what_is_still_used_stays(use: str) -> None:
    assert without_unused(f"import time\ntime.time()\n{use}", f"import time\n{use}") == f"import time\n{use}"
