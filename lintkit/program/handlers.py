"""What runs on the kernel's thread, and when: while it trades, or only while it starts and stops."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from lintkit.program import api
from lintkit.program.calls import Asked, Calls, Function, Site, in_order, is_elsewhere
from lintkit.reads import Questions
from lintkit.source import PythonSource

LIFECYCLE = frozenset({
    "on_start", "on_stop", "on_reset", "on_resume", "on_load", "on_save", "on_dispose", "on_degrade", "on_fault",
})  # fmt: skip
"""Handlers that run once, not while data comes in."""


@dataclass(frozen=True, slots=True)
class Way:
    """How the kernel comes to a function: the handler first. `trades` when that runs while data comes in."""

    functions: tuple[Function, ...]
    label: str
    trades: bool

    @property
    def steps(self) -> tuple[str, ...]:
        """The names of the functions on the way, with module or class where these change."""
        pairs = zip(self.functions, self.functions[1:], strict=False)
        return (self.label, *(target.seen_from(function) for function, target in pairs))

    @property
    def plain(self) -> tuple[object, ...]:
        """All that can be seen of it without a look into a file."""
        return [function.id for function in self.functions], self.label, self.trades


class Handlers:
    def __init__(self, calls: Calls, questions: Questions) -> None:
        self._calls = calls
        self._ways = Asked(questions, "way", self._all_ways, lambda way: way.plain, calls.functions.known)

    def way_to(self, function: Function) -> Way | None:
        """The shortest way on the kernel's own thread, from a handler that trades where there is one."""
        return self._ways.get(function)

    def is_elsewhere(self, source: PythonSource, node: cst.CSTNode) -> bool:
        """Whether code is handed to a thread, a process or an executor: as it is, or in a lambda or `partial`."""
        return is_elsewhere(source, node)

    def site_in_component(self, way: Way) -> Site | None:
        """Where the way leaves the last strategy or actor on it; None when it ends in one."""
        for caller, target in reversed(list(zip(way.functions, way.functions[1:], strict=False))):
            if target.owner is not None and target.owner.derives_from(*api.COMPONENTS):
                return None
            if caller.owner is not None and caller.owner.derives_from(*api.COMPONENTS):
                return next((s for s in self._calls.sites[target] if s.caller is caller), None)
        return None

    def _all_ways(self) -> dict[Function, Way]:
        entries = {f: steps for f, steps in self._calls.reached.all.items() if len(steps) == 1}
        once = {f: steps[0] for f, steps in entries.items() if steps[0] in LIFECYCLE}
        starts = {f: steps[0] for f, steps in entries.items() if steps[0] not in LIFECYCLE}
        starts |= {f: f"{f.name} (callback)" for f in self._callbacks() if f not in starts}
        edges = self._edges()
        return _spread(once, edges, trades=False) | _spread(starts, edges, trades=True)

    def _callbacks(self) -> Iterator[Function]:
        """Methods that reached code hands on to be called: subscriptions, requests, the message bus."""
        for function, sites in self._calls.sites.all.items():
            if function.owner is not None and any(self._is_callback(site) for site in sites):
                yield function

    def _is_callback(self, site: Site) -> bool:
        if site.is_call or site.caller not in self._calls.reached.all:
            return False
        return site.is_argument and not site.is_elsewhere

    def _edges(self) -> dict[Function, tuple[Function, ...]]:
        """Who runs what on its own thread."""
        found: dict[Function, dict[Function, None]] = {}
        for target, sites in self._calls.sites.all.items():
            for site in sites:
                if site.caller is not None and not site.is_elsewhere:
                    found.setdefault(site.caller, {})[target] = None
        return {caller: tuple(sorted(targets, key=in_order)) for caller, targets in found.items()}


def _spread(
    starts: dict[Function, str], edges: dict[Function, tuple[Function, ...]], *, trades: bool
) -> dict[Function, Way]:
    found = {function: Way((function,), label, trades) for function, label in starts.items()}
    queue = deque(found)
    while queue:
        function = queue.popleft()
        for target in edges.get(function, ()):
            if target not in found:
                found[target] = Way((*found[function].functions, target), found[function].label, trades)
                queue.append(target)
    return found
