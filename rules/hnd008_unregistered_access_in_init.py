from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity, api

_FAILS = {
    "clock": "raises NotImplementedError", "cache": "is None and raises AttributeError",
    "portfolio": "is None", "order_factory": "is None", "msgbus": "is None",
}  # fmt: skip
_ORDERS = {
    "submit_order", "submit_order_list", "cancel_order", "cancel_all_orders", "close_position", "modify_order",
    "close_all_positions", "publish_data", "publish_signal", "run_in_executor", "queue_for_executor",
}  # fmt: skip


class UnregisteredAccessInInit(Rule):
    """Kernel that is used before the strategy has one.

    In `__init__` a strategy is not registered with a trader yet: `self.clock` raises NotImplementedError, `self.cache`
    is None, `self.subscribe_*` and `self.request_*` raise ValueError, and `self.portfolio` and `self.order_factory`
    are silently None: keep a reference to one of them and the first order fails in the market instead of at the
    start.

    Move it to `on_start`. `self.log` works everywhere.
    """

    id = "HND008"
    name = "unregistered-access-in-init"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"__init__"})

    invalid = [
        Example(
            "clock, cache, subscription, and a factory that is kept",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Early(Strategy):
                def __init__(self, config):
                    super().__init__(config)
                    self.started = self.clock.timestamp_ns()  # !
                    self.instrument = self.cache.instrument(config.instrument_id)  # !
                    self.subscribe_bars(config.bar_type)  # !
                    self.factory = self.order_factory  # !
            """,
        ),
        Example(
            "in a method that `__init__` calls",
            """
            from nautilus_trader.common.actor import Actor

            class Early(Actor):
                def __init__(self, config):
                    super().__init__(config)
                    self._prepare()

                def _prepare(self):
                    self.day = self.clock.utc_now().date()  # !
            """,
        ),
    ]
    valid = [
        Example(
            "in `on_start`, or only handed over to run later",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Good(Strategy):
                def __init__(self, config):
                    super().__init__(config)
                    self.log.info("made")
                    self.now = lambda: self.clock.timestamp_ns()

                    def later():
                        return self.cache.instruments()

                    self.later = later

                def on_start(self):
                    self.started = self.clock.timestamp_ns()
                    self.subscribe_bars(self.config.bar_type)
            """,
        ),
        Example(
            "an attribute of the class's own, and no component",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Clocked:
                def __init__(self, clock):
                    self.clock = clock
                    self.started = self.clock.timestamp_ns()

            class Cached(Strategy):
                def __init__(self, config, cache):
                    super().__init__(config)
                    self.cache = cache
                    self.found = self.cache.get("x")
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for one in program.classes.components_in(source):
            init = one.methods.get("__init__")
            if init is None:
                continue
            start = program.calls.functions[init]
            own = {f for base in one.mro for f in base.methods.values()}
            early = [f for f in program.calls.called_by.get(start, ()) if f.node in own and f.source is source]
            late = program.calls.reached
            for function in (start, *(f for f in early if f not in late and _is_called(program, start.node, f.node))):
                yield from self._function(source, function.node)

    def _function(self, source: PythonSource, function: cst.FunctionDef) -> Iterator[Finding]:
        set_here = {
            target.target.attr.value
            for assign in source.find(cst.Assign)
            for target in assign.targets
            if isinstance(target.target, cst.Attribute) and source.enclosing(assign, cst.FunctionDef) is function
        }
        for node in source.find(cst.Attribute):
            if source.enclosing(node, cst.FunctionDef, cst.Lambda) is not function or not _is_self(node.value):
                continue
            name, parent = node.attr.value, source.parent(node)
            if name in set_here or isinstance(parent, (cst.AssignTarget, cst.AnnAssign)):
                continue
            called = isinstance(parent, cst.Call) and parent.func is node
            used = isinstance(parent, cst.Attribute) and parent.value is node
            if name in _FAILS and (used or name != "clock"):
                how = _FAILS[name] if used or name in {"portfolio", "order_factory", "msgbus"} else "is None"
                if _tests_none(source, node):
                    continue
                yield self.finding(source, node, f"`self.{name}` {how} before the strategy is registered: {_CURE}")
            elif called and (name.startswith(api.DATA_COMMANDS) or name in _ORDERS):
                yield self.finding(source, node, f"`self.{name}` fails before the strategy is registered: {_CURE}")


_CURE = "move it from `__init__` to `on_start`"


def _is_self(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value == "self"


def _tests_none(source: PythonSource, node: cst.CSTNode) -> bool:
    return isinstance(source.parent(node), (cst.If, cst.IfExp, cst.BooleanOperation, cst.Comparison))


def _is_called(program: Program, init: cst.FunctionDef, method: cst.FunctionDef) -> bool:
    """Whether `__init__` itself calls the method, not a function that it defines."""
    caller, target = program.calls.functions[init], program.calls.functions[method]
    return any(site.caller is caller and site.call is not None for site in program.calls.sites.get(target, ()))
