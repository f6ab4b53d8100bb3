"""A real `nautilus_trader` beside ours, installed or as a checkout: nothing of it is bundled or run here."""

import sys
from pathlib import Path
from typing import Final

_OURS: Final = Path(__file__).resolve().parent


def root() -> Path:
    """The folder that holds the real package; ours where there is none."""
    for entry in sys.path:
        package = Path(entry or ".") / "nautilus_trader"
        if (package / "__init__.py").is_file() and package.resolve() != _OURS:
            return package.resolve().parent
    return _OURS.parent
