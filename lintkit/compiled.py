"""Whether the compiled engine is that of the Python beside it. Standard library only: the smoke worker asks."""

import zlib
from pathlib import Path

CRATE = Path(__file__).resolve().parent.parent / "engine" / "src"
"""Of a checkout; an installed lintkit has none, and an engine that came with it."""


def is_outdated(sources: str) -> bool:
    """Whether an engine with this `__sources__` was built from other sources than the checkout holds."""
    return CRATE.is_dir() and sources != checksum(CRATE)


def checksum(folder: Path) -> str:
    """As engine/build.rs computes it."""
    crc = 0
    for path in sorted(folder.rglob("*.rs"), key=lambda path: path.as_posix()):
        crc = zlib.crc32(path.read_bytes(), crc)
    return f"{crc:08x}"
