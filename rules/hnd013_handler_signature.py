from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity, api

_PLAIN = frozenset({
    "on_start", "on_stop", "on_resume", "on_reset", "on_dispose", "on_degrade", "on_fault", "on_save",
})  # fmt: skip
"""Handlers that are called with nothing; all others get one thing."""

_UNSURE = frozenset({"on_market_exit"})


class HandlerSignature(Rule):
    """Handler that cannot take what it is called with.

    The kernel calls `on_start`, `on_stop` and their kin with nothing, and every other handler with one thing: the bar,
    the event, the state. A handler that wants two, or none, raises TypeError at its first event. Live that ends the
    process with `os._exit(1)` and orders working; in `on_order_filled` that is the moment at which a position is there
    and its stop is not.

    Give the handler the parameters of the release that you run: `def on_order_filled(self, event)`.
    """

    id = "HND013"
    name = "handler-signature"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({*api.HANDLERS})

    invalid = [
        Example(
            "a parameter too many, none, and one where nothing comes",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Mine(Strategy):
                def on_start(self, event):  # !
                    self.subscribe_bars(self.config.bar_type)

                def on_bar(self):  # !
                    self.decide(self.cache.bar(self.config.bar_type))

                def on_order_filled(self, order, fill):  # !
                    self.protect(order, fill.price)

                def on_position_closed(self, event, *, reason):  # !
                    self.log.info(reason)
            """,
        ),
    ]
    valid = [
        Example(
            "what the kernel gives, and more that need not be given",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Mine(Strategy):
                def on_start(self, *args):
                    self.subscribe_bars(self.config.bar_type)

                def on_stop(self):
                    self.cancel_all_orders(self.config.instrument_id)

                def on_load(self, state):
                    self.state = state

                def on_bar(self, bar, live=True):
                    self.decide(bar, live)

                def on_order_filled(self, *args, **kwargs):
                    self.protect(args[0])

            class Book:
                def on_bar(self, strategy, bar):
                    strategy.decide(bar)
            """,
        ),
        Example(
            "wrapped by a decorator, and not a method of an instance",
            """
            from nautilus_trader.common.actor import Actor
            from tools import timed

            class Mine(Actor):
                @timed
                def on_bar(self, bar, clock):
                    self.seen = clock()

                @staticmethod
                def on_data(data):
                    print(data)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for one in program.classes.components_in(source):
            for name, node in one.methods.items():
                if name not in api.HANDLERS or name in _UNSURE or node.decorators:
                    continue
                wanted = 1 if name in _PLAIN else 2
                problem = _problem(node, wanted)
                if problem is not None:
                    given, form = ("nothing", "self") if wanted == 1 else ("one argument", _two(name))
                    yield self.finding(
                        source,
                        node.name,
                        f"the kernel calls `{name}` with {given} and this one {problem}, so its first call raises"
                        f" TypeError and nothing of it is done: write `def {name}({form})`",
                    )


def _two(name: str) -> str:
    return f"self, {'state' if name == 'on_load' else 'event' if name.startswith(('on_order_', 'on_pos')) else 'data'}"


def _problem(node: cst.FunctionDef, wanted: int) -> str | None:
    """What is wrong with the parameters of a method that gets itself and `wanted - 1` more."""
    positional = [*node.params.posonly_params, *node.params.params]
    required = sum(one.default is None for one in positional)
    takes_any = isinstance(node.params.star_arg, cst.Param)
    if required > wanted:
        return f"wants {required - 1}"
    if len(positional) < wanted and not takes_any:
        return "takes none"
    missing = next((one.name.value for one in node.params.kwonly_params if one.default is None), None)
    return f"needs `{missing}`" if missing is not None else None
