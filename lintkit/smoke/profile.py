"""Which NautilusTrader a project is written for, and so which behaviour the bundled engine follows."""

import re
from pathlib import Path

PROFILES = ("1.221", "1.231")

_LOCKED = re.compile(r'^name = "nautilus[-_]trader"\nversion = "(\d+)\.(\d+)', re.MULTILINE)
_REQUIRED = re.compile(r"^[^#\n]*\bnautilus[-_]trader\b[^#\n]*?(\d+)\.(\d+)", re.MULTILINE)
# A lock file says what is installed; the others what may be.
_PLACES = (
    ("uv.lock", _LOCKED),
    ("poetry.lock", _LOCKED),
    ("pdm.lock", _LOCKED),
    ("requirements.txt", _REQUIRED),
    ("pyproject.toml", _REQUIRED),
)


def profile_for(root: Path, version: str | None = None) -> str:
    """The profile nearest to the project's version, which is `version`, else what its files pin; 1.221 when unknown."""
    if version is not None and (match := re.match(r"(\d+)\.(\d+)", version)):
        return _nearest(match)
    for name, pattern in _PLACES:
        try:
            match = pattern.search((root / name).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError):  # absent, or not what its name says: no evidence either way
            continue
        if match:
            return _nearest(match)
    return PROFILES[0]


def _nearest(match: re.Match[str]) -> str:
    # Most of what changed a tape between the two came in 1.222 and 1.223.
    return PROFILES[0] if (int(match[1]), int(match[2])) <= (1, 221) else PROFILES[1]
