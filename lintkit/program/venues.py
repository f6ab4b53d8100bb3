"""The simulated venues that a program sets up, and how."""

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from lintkit.program import api
from lintkit.program.arguments import Arguments, bind
from lintkit.program.mentions import Mentions
from lintkit.program.names import Assigned, Names
from lintkit.program.types import ExternalTypes
from lintkit.program.unpacked import unpacked
from lintkit.program.values import Values
from lintkit.reads import Memo
from lintkit.source import PythonSource

DATA = frozenset({"OrderBookDelta", "OrderBookDeltas", "OrderBookDepth10", "QuoteTick", "TradeTick", "Bar"})
"""The kinds of market data that a venue can be fed."""

_WORDS = frozenset({"add_venue", "BacktestVenueConfig"})

_WRANGLERS = {
    "QuoteTickDataWrangler": "QuoteTick", "TradeTickDataWrangler": "TradeTick", "BarDataWrangler": "Bar",
    "OrderBookDeltaDataWrangler": "OrderBookDelta", "QuoteTickDataWranglerV2": "QuoteTick",
    "TradeTickDataWranglerV2": "TradeTick", "BarDataWranglerV2": "Bar",
    "OrderBookDeltaDataWranglerV2": "OrderBookDelta",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Venue:
    """A call of `BacktestEngine.add_venue` or of `BacktestVenueConfig`."""

    source: PythonSource
    call: cst.Call
    arguments: Arguments
    is_config: bool
    runs: bool
    """False where the engine is a variable on which nothing is ever run, and which goes nowhere else."""

    more: frozenset[str] | None
    """The names that are given by unpacking; None if they cannot be seen."""

    def lacks(self, name: str) -> bool:
        """Whether an argument is surely not given."""
        return self.more is not None and name not in self.arguments.given and name not in self.more


class Venues:
    def __init__(self, names: Names, types: ExternalTypes, values: Values, mentions: Mentions) -> None:
        self._names, self._types, self._values = names, types, values
        self._mentions = mentions
        self._known: Memo[PythonSource, tuple[Venue, ...]] = Memo()
        self._data: Memo[PythonSource, frozenset[str]] = Memo()

    def of(self, source: PythonSource) -> tuple[Venue, ...]:
        """In source order."""
        if source not in self._mentions.mentioning(_WORDS):
            return ()
        return self._known.get(source, lambda: tuple(self._find(source)))

    def data(self, source: PythonSource) -> frozenset[str]:
        """The kinds of data that a file feeds its backtest, of `DATA`; empty as soon as one of them cannot be seen."""
        return self._data.get(source, lambda: self._all_known(source))

    def _all_known(self, source: PythonSource) -> frozenset[str]:
        found: set[str] = set()
        for call in source.find(cst.Call):
            name = (self._names.external(source, call.func) or "").rpartition(".")[2]
            if name == "BacktestDataConfig":
                kind = _class_name(bind(call, ("catalog_path", "data_cls")).value("data_cls"))
            elif isinstance(call.func, cst.Attribute) and call.func.attr.value == "add_data":
                kind = self._wrangled(source, call.args[0].value) if call.args else None
            else:
                continue
            if kind not in DATA:
                return frozenset()
            found.add(kind or "")
        return frozenset(found)

    def _wrangled(self, source: PythonSource, node: cst.BaseExpression) -> str | None:
        """The kind of what a wrangler's `process` gives."""
        where, made = self._values.origin(source, node)
        if not (isinstance(made, cst.Call) and isinstance(made.func, cst.Attribute)):
            return None
        where, wrangler = self._values.origin(where, made.func.value)
        if made.func.attr.value != "process" or not isinstance(wrangler, cst.Call):
            return None
        return _WRANGLERS.get((self._names.external(where, wrangler.func) or "").rpartition(".")[2])

    def _find(self, source: PythonSource) -> Iterator[Venue]:
        for call in source.find(cst.Call):
            arguments = bind(call, api.VENUE_PARAMETERS)
            if api.short(self._names.external(source, call.func)) == "BacktestVenueConfig":
                yield Venue(source, call, bind(call), is_config=True, runs=True, more=self._more(source, call))
            elif self._adds_venue(source, call):
                more = self._more(source, call)
                yield Venue(source, call, arguments, is_config=False, runs=self._runs(source, call), more=more)

    def _adds_venue(self, source: PythonSource, call: cst.Call) -> bool:
        if not (isinstance(call.func, cst.Attribute) and call.func.attr.value == "add_venue"):
            return False
        keywords = bind(call).given.keys() | (self._more(source, call) or frozenset())
        return len(keywords & {*api.VENUE_PARAMETERS}) > 1 or "BacktestEngine" in self._types.of(
            source, call.func.value
        )

    def _more(self, source: PythonSource, call: cst.Call) -> frozenset[str] | None:
        found: set[str] = set()
        for argument in call.args:
            if argument.star:
                entries = unpacked(self._names, source, argument.value) if argument.star == "**" else None
                if entries is None:
                    return None
                found |= entries.keys()
        return frozenset(found)

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


def _class_name(node: cst.BaseExpression | None) -> str | None:
    """`QuoteTick`, or the end of "nautilus_trader.model.data:QuoteTick"."""
    if isinstance(node, cst.SimpleString):
        return str(node.evaluated_value).rpartition(":")[2]
    if isinstance(node, cst.Attribute):
        return node.attr.value
    return node.value if isinstance(node, cst.Name) else None
