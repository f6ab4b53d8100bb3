"""What runs on the kernel's thread, and when: while it trades, or only while it starts and stops."""

from collections import deque
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from lintkit.program import api
from lintkit.program.calls import Calls, Function, Site
from lintkit.source import PythonSource

LIFECYCLE = frozenset({
    "on_start", "on_stop", "on_reset", "on_resume", "on_load", "on_save", "on_dispose", "on_degrade", "on_fault",
})  # fmt: skip
"""Handlers that run once, not while data comes in."""

_ELSEWHERE = frozenset({
    "run_in_executor", "queue_for_executor", "to_thread", "Thread", "submit", "Process", "Timer", "start_new_thread",
    "apply_async", "map_async", "run_coroutine_threadsafe",
})  # fmt: skip
"""What is given to these runs on another thread or in another process."""


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


class Handlers:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def way_to(self, function: Function) -> Way | None:
        """The shortest way on the kernel's own thread, from a handler that trades where there is one."""
        return self._trading.get(function) or self._lifecycle.get(function)

    def is_elsewhere(self, source: PythonSource, node: cst.CSTNode) -> bool:
        """Whether code is handed to a thread, a process or an executor: as it is, or in a lambda or `partial`."""
        for up in source.parents(node):
            if isinstance(up, cst.FunctionDef):
                return False
            if isinstance(up, cst.Call) and up.func is not node:
                func = up.func
                name = func.attr.value if isinstance(func, cst.Attribute) else getattr(func, "value", "")
                if name in _ELSEWHERE:
                    return True
        return False

    def site_in_component(self, way: Way) -> Site | None:
        """Where the way leaves the last strategy or actor on it; None when it ends in one."""
        for caller, target in reversed(list(zip(way.functions, way.functions[1:], strict=False))):
            if target.owner is not None and target.owner.derives_from(*api.COMPONENTS):
                return None
            if caller.owner is not None and caller.owner.derives_from(*api.COMPONENTS):
                return next((s for s in self._calls.sites[target] if s.caller is caller), None)
        return None

    @cached_property
    def _trading(self) -> dict[Function, Way]:
        starts = {f: steps[0] for f, steps in self._entries.items() if steps[0] not in LIFECYCLE}
        starts |= {f: f"{f.name} (callback)" for f in self._callbacks if f not in starts}
        return self._spread(starts, trades=True)

    @cached_property
    def _lifecycle(self) -> dict[Function, Way]:
        starts = {f: steps[0] for f, steps in self._entries.items() if steps[0] in LIFECYCLE}
        return self._spread(starts, trades=False)

    @cached_property
    def _entries(self) -> dict[Function, tuple[str, ...]]:
        return {f: steps for f, steps in self._calls.reached.items() if len(steps) == 1}

    @cached_property
    def _callbacks(self) -> tuple[Function, ...]:
        """Methods that reached code hands on to be called: subscriptions, requests, the message bus."""
        return tuple(
            function
            for function, sites in self._calls.sites.items()
            if function.owner is not None and any(self._is_callback(site) for site in sites)
        )

    def _is_callback(self, site: Site) -> bool:
        if site.call is not None or site.caller not in self._calls.reached:
            return False
        if self.is_elsewhere(site.source, site.node):
            return False
        return isinstance(site.source.parent(site.node), cst.Arg)

    @cached_property
    def _edges(self) -> dict[Function, tuple[Function, ...]]:
        """Who runs what on its own thread."""
        found: dict[Function, dict[Function, None]] = {}
        for target, sites in self._calls.sites.items():
            for site in sites:
                if site.caller is not None and not self.is_elsewhere(site.source, site.node):
                    found.setdefault(site.caller, {})[target] = None
        order = {function: index for index, function in enumerate(self._calls.functions.values())}
        return {caller: tuple(sorted(targets, key=order.__getitem__)) for caller, targets in found.items()}

    def _spread(self, starts: dict[Function, str], *, trades: bool) -> dict[Function, Way]:
        found = {function: Way((function,), label, trades) for function, label in starts.items()}
        queue = deque(found)
        while queue:
            function = queue.popleft()
            for target in self._edges.get(function, ()):
                if target not in found:
                    found[target] = Way((*found[function].functions, target), found[function].label, trades)
                    queue.append(target)
        return found
