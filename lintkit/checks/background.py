"""Other checkers run while ours does, each in a thread that waits for its process."""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from lintkit.checks.external import Outcome
from lintkit.discover import File

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor


class Background:
    """A pool that is made, and its modules imported, only when there is something to run."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._running: list[Future[Outcome]] = []

    def __enter__(self) -> "Background":  # noqa: PYI034  # `Self` needs Python 3.11
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def start(self, run: Callable[[Path, Sequence[File]], Outcome], root: Path, files: Sequence[File]) -> None:
        from concurrent.futures import ThreadPoolExecutor

        self._pool = self._pool or ThreadPoolExecutor(max_workers=4)
        self._running.append(self._pool.submit(run, root, files))

    def outcomes(self) -> list[Outcome]:
        """Of all that were started, in the order of their start."""
        return [future.result() for future in self._running]
