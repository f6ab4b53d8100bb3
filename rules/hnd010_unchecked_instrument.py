from collections.abc import Iterator, Sequence
from typing import TypeVar

import libcst as cst

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity, api

N = TypeVar("N", bound=cst.CSTNode)


class UncheckedInstrument(Rule):
    """Instrument that may not be there.

    `self.cache.instrument(id)` is None when the venue's provider did not load it, which is its default. The next
    attribute raises AttributeError: in `on_start` a live node then runs on without the strategy, in a handler it dies
    with orders left working.

    Test for None, say so in the log and stop: `if self.instrument is None: self.stop()`. Reported where the strategy
    starts: once data of an instrument comes in, it is there.
    """

    id = "HND010"
    name = "unchecked-instrument"
    severity = Severity.WARNING
    since = "0.1.0"
    mentions = frozenset({"instrument"})

    invalid = [
        Example(
            "used at once, and kept and used in another handler",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Trusting(Strategy):
                def on_start(self):
                    self.instrument = self.cache.instrument(self.config.instrument_id)  # !

                    self.step = self.cache.instrument(self.config.other).price_increment  # !

                def on_bar(self, bar):
                    self.submit_order(self.make(self.instrument.make_qty(1), self.step))
            """,
        ),
    ]
    valid = [
        Example(
            "tested",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Careful(Strategy):
                def on_start(self):
                    self.instrument = self.cache.instrument(self.config.instrument_id)
                    if self.instrument is None:
                        self.log.error("no instrument")
                        self.stop()
                        return
                    other = self.cache.instrument(self.config.other)
                    assert other is not None
                    self.step = other.price_increment
                    if third := self.cache.instrument(self.config.third):
                        self.size = third.size_increment

                def on_bar(self, bar):
                    self.submit_order(self.make(self.instrument.make_qty(1)))
            """,
        ),
        Example(
            "only kept or handed on",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Passing(Strategy):
                def on_start(self):
                    self.instrument = self.cache.instrument(self.config.instrument_id)
                    self.log.info(f"{self.instrument}")

                def on_order_filled(self, event):
                    fees = self.cache.instrument(event.instrument_id).taker_fee
                    self.log.info(f"{fees}")

                def find(self, instrument_id):
                    return self.cache.instrument(instrument_id)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_example(source):
            return
        for call in source.find(cst.Call):
            if not _is_lookup(call):
                continue
            function = program.calls.function_of(source, call)
            owner = program.types.self_class(source, call)
            if function is None or owner is None or not owner.derives_from(*api.COMPONENTS):
                continue
            way = program.handlers.way_to(function)
            if way is None or way.trades:  # once data comes in, the instrument is there
                continue
            if self._fails(source, call, function.node, owner.node):
                yield self.finding(
                    source,
                    call,
                    "`cache.instrument` gives None for an instrument that the provider did not load, and the use of it"
                    " raises AttributeError, which stops the strategy with its orders left working: test for None",
                )

    def _fails(self, source: PythonSource, call: cst.Call, function: cst.FunctionDef, owner: cst.ClassDef) -> bool:
        parent = source.parent(call)
        if isinstance(parent, cst.Attribute):
            return True
        target = parent.targets[0].target if isinstance(parent, cst.Assign) and len(parent.targets) == 1 else None
        if isinstance(parent, cst.AnnAssign):
            target = parent.target
        uses: Sequence[cst.CSTNode]
        if isinstance(target, cst.Name):
            uses = [n for n in _inside(source, cst.Name, function) if n.value == target.value and n is not target]
        elif isinstance(target, cst.Attribute) and isinstance(target.value, cst.Name):
            name = target.attr.value
            uses = [n for n in _inside(source, cst.Attribute, owner) if n.attr.value == name and n is not target]
        else:
            return False
        tested = any(_is_test(source, use) for use in uses)
        return not tested and any(isinstance(source.parent(use), cst.Attribute) for use in uses)


def _is_lookup(call: cst.Call) -> bool:
    func = call.func
    return (
        isinstance(func, cst.Attribute)
        and func.attr.value == "instrument"
        and isinstance(func.value, cst.Attribute)
        and func.value.attr.value == "cache"
    )


def _inside(source: PythonSource, kind: type[N], where: cst.CSTNode) -> list[N]:
    return [node for node in source.find(kind) if any(up is where for up in source.parents(node))]


def _is_test(source: PythonSource, use: cst.CSTNode) -> bool:
    """In a condition, or where None is allowed for."""
    parent = source.parent(use)
    plain = (cst.If, cst.While, cst.IfExp, cst.Assert, cst.Comparison, cst.BooleanOperation, cst.UnaryOperation)
    if isinstance(parent, cst.Arg):
        call = source.parent(parent)
        return isinstance(call, cst.Call) and isinstance(call.func, (cst.Name, cst.Attribute)) and "require" in (
            call.func.value if isinstance(call.func, cst.Name) else call.func.attr.value
        ).lower()  # fmt: skip
    return isinstance(parent, (*plain, cst.NamedExpr))
