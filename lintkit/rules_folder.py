"""Where our own rules are."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def builtin_rules() -> Path:
    """Beside this package in a checkout, inside it in a wheel."""
    root = _PACKAGE.parent
    return root / "rules" if (root / "pyproject.toml").is_file() else _PACKAGE / "rules"
