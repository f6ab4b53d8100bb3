from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity, api


class GeneratorHandler(Rule):
    """Handler that is a generator.

    A `yield` makes a handler a generator function. The kernel calls it and gets an object that nobody iterates: the
    body never runs, no order is sent, and there is not even a warning.

    Take the `yield` out, or move it to a function that the handler loops over.
    """

    id = "HND002"
    name = "generator-handler"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"yield"})

    invalid = [
        Example(
            "a handler that yields",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Silent(Strategy):
                def on_bar(self, bar):  # !
                    for order in self.orders(bar):
                        self.submit_order(order)
                        yield order
            """,
        ),
    ]
    valid = [
        Example(
            "a generator that the handler loops over, or has inside",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Fine(Strategy):
                def on_bar(self, bar):
                    def both():
                        yield bar.open
                        yield bar.close

                    for order in self.on_prices(both()):
                        self.submit_order(order)

                def on_prices(self, prices):
                    for price in prices:
                        yield self.make(price)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for node in source.find(cst.Yield):
            function = source.enclosing(node, cst.FunctionDef, cst.Lambda)
            known = program.calls.functions.get(function) if isinstance(function, cst.FunctionDef) else None
            if known is None or known.owner is None or known.name not in api.HANDLERS:
                continue
            first = next(n for n in source.find(cst.Yield) if source.enclosing(n, cst.FunctionDef) is known.node)
            if first is node and known.owner.derives_from(*api.COMPONENTS) and not known.node.decorators:
                message = (
                    f"`{known.name}` has a `yield`, so calling it only makes a generator: its body never runs and no"
                    " order of it is sent"
                )
                yield self.finding(source, known.node.name, message)
