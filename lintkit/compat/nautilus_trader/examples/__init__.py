"""The strategies that the real package ships, where it is installed: they are plain Python, and run on either engine.

Nothing of them is bundled. Of the real package only these modules are ever loaded, from beside any folder of `sys.path`
that has it.
"""

import sys
from pathlib import Path
from typing import Any

from nautilus_trader import _refuse

_HERE = Path(__file__).parent


def _real() -> list[str]:
    folders = (Path(entry or ".") / "nautilus_trader" / "examples" for entry in sys.path)
    return [str(folder) for folder in folders if folder.is_dir() and folder.resolve() != _HERE.resolve()]


__path__ += _real()


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _refuse.unknown(__name__)(name)
