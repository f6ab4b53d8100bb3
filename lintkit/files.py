"""Files are written whole: whatever happens on the way, they hold the old content or the new one, complete."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from lintkit.errors import LintkitError


def write(path: Path, data: bytes) -> None:
    """Replace a file, or what a link points to; it keeps its mode. `LintkitError`: it cannot be written."""
    try:
        _replace(path.resolve(), data)
    except OSError as error:
        raise LintkitError(f"cannot be written: {error.strerror}", path=path) from error


def _replace(path: Path, data: bytes) -> None:
    mode = path.stat().st_mode & 0o777 if path.is_file() else 0o644  # temporary files are private
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            file.close()
            temporary.chmod(mode)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    if os.name == "posix":  # the rename itself survives a power cut only once the folder is on disk
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
