"""Many streams as one, by time.

Streams with the same time come in the order in which the real package's binary heap happens to hold them. Backtests see
that order, so the heap is the same: those of Rust's standard library, on the streams' next times.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Times = "NDArray[np.uint64]"
Run = tuple[int, int, int]
"""Stream, and the first and the last but one of its items that follow each other."""


def runs(streams: "Sequence[NDArray[np.uint64]]") -> Iterator[Run]:
    """The streams' items in order of time; each stream is in that order itself."""
    import numpy as np  # half of the start-up time of a script without catalogs

    heap: list[tuple[int, int]] = []  # time and stream
    at = [0] * len(streams)
    for stream, times in enumerate(streams):
        if len(times):
            heap.append((int(times[0]), stream))
            _sift_up(heap, 0, len(heap) - 1)
    while heap:
        stream = heap[0][1]
        times, start = streams[stream], at[stream]
        others = heap[1:3]
        limit = min(other[0] for other in others) if others else None
        # It stays on top for as long as none of the others is earlier.
        end = len(times) if limit is None else int(np.searchsorted(times, np.uint64(limit), side="right"))
        end = max(end, start + 1)
        yield stream, start, end
        at[stream] = end
        if end < len(times):
            heap[0] = (int(times[end]), stream)
            _sift_down(heap)
        else:
            _pop(heap)


def _sift_up(heap: list[tuple[int, int]], start: int, at: int) -> None:
    moved = heap[at]
    while at > start:
        parent = (at - 1) // 2
        if moved[0] >= heap[parent][0]:
            break
        heap[at] = heap[parent]
        at = parent
    heap[at] = moved


def _first(heap: list[tuple[int, int]], child: int) -> int:
    """The earlier one of two siblings; the right one of equals."""
    return child + (heap[child][0] >= heap[child + 1][0])


def _sift_down(heap: list[tuple[int, int]]) -> None:
    moved, at, end = heap[0], 0, len(heap)
    child = 1
    while child <= end - 2:
        child = _first(heap, child)
        if moved[0] <= heap[child][0]:
            break
        heap[at], at = heap[child], child
        child = 2 * at + 1
    else:
        if child == end - 1 and moved[0] > heap[child][0]:
            heap[at], at = heap[child], child
    heap[at] = moved


def _pop(heap: list[tuple[int, int]]) -> None:
    last = heap.pop()
    if not heap:
        return
    at, end = 0, len(heap)
    child = 1
    while child <= end - 2:
        child = _first(heap, child)
        heap[at], at = heap[child], child
        child = 2 * at + 1
    if child == end - 1:
        heap[at], at = heap[child], child
    heap[at] = last
    _sift_up(heap, 0, at)


def merged(streams: Sequence[tuple[Any, Sequence[Any]]]) -> Sequence[Any]:
    """Pairs of times and items as one sequence; that of the only stream as it is."""
    filled = [(times, items) for times, items in streams if len(items)]
    if len(filled) <= 1:
        return filled[0][1] if filled else []
    result: list[Any] = []
    for stream, start, end in runs([times for times, _ in filled]):
        result.extend(filled[stream][1][start:end])
    return result
