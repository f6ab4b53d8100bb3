"""The simulated venues that a program sets up, and how."""

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from lintkit.program import api
from lintkit.program.arguments import Arguments, bind
from lintkit.program.names import Assigned, Names
from lintkit.program.types import ExternalTypes
from lintkit.source import PythonSource


@dataclass(frozen=True, slots=True)
class Venue:
    """A call of `BacktestEngine.add_venue` or of `BacktestVenueConfig`."""

    source: PythonSource
    call: cst.Call
    arguments: Arguments
    is_config: bool
    runs: bool
    """False where the engine is a variable on which nothing is ever run, and which goes nowhere else."""

    def lacks(self, name: str) -> bool:
        """Whether an argument is surely not given."""
        return name not in self.arguments.given and not self.arguments.unpacked


class Venues:
    def __init__(self, names: Names, types: ExternalTypes) -> None:
        self._names, self._types = names, types
        self._known: dict[PythonSource, tuple[Venue, ...]] = {}

    def of(self, source: PythonSource) -> tuple[Venue, ...]:
        """In source order."""
        if source not in self._known:
            self._known[source] = tuple(self._find(source))
        return self._known[source]

    def _find(self, source: PythonSource) -> Iterator[Venue]:
        for call in source.find(cst.Call):
            arguments = bind(call, api.VENUE_PARAMETERS)
            if api.short(self._names.external(source, call.func)) == "BacktestVenueConfig":
                yield Venue(source, call, bind(call), is_config=True, runs=True)
            elif self._adds_venue(source, call):
                yield Venue(source, call, arguments, is_config=False, runs=self._runs(source, call))

    def _adds_venue(self, source: PythonSource, call: cst.Call) -> bool:
        if not (isinstance(call.func, cst.Attribute) and call.func.attr.value == "add_venue"):
            return False
        keywords = bind(call).given.keys()
        return len(keywords & {*api.VENUE_PARAMETERS}) > 1 or "BacktestEngine" in self._types.of(
            source, call.func.value
        )

    def _runs(self, source: PythonSource, call: cst.Call) -> bool:
        engine = call.func.value if isinstance(call.func, cst.Attribute) else None
        bound = self._names.bindings(source, engine) if isinstance(engine, cst.Name) else None
        is_local = bound is not None and all(isinstance(b, Assigned) for b in bound[1])
        if (
            bound is None
            or not isinstance(engine, cst.Name)
            or not isinstance(bound[0], cst.FunctionDef)
            or not is_local
        ):
            return True
        for name in source.find(cst.Name):
            if name.value != engine.value or (self._names.bindings(source, name) or (None,))[0] is not bound[0]:
                continue
            parent = source.parent(name)
            is_method = isinstance(parent, cst.Attribute) and isinstance(source.parent(parent), cst.Call)
            if isinstance(parent, (cst.AssignTarget, cst.AnnAssign)):
                continue
            if not is_method or (isinstance(parent, cst.Attribute) and parent.attr.value == "run"):
                return True
        return False
