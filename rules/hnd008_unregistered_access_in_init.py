import re
from collections.abc import Iterator, Sequence

import libcst as cst

from lintkit.rule import Class, Edit, Example, Finding, Fix, Program, PythonSource, Rule, Severity, Span, api

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
            said = list(self._function(source, init))
            fix = _moved(source, one, init, [node for node, _ in said])
            for place, (node, message) in enumerate(said):
                yield self.finding(source, node, message, fix=fix if place == 0 else None)
            for function in (f for f in early if f not in late and _is_called(program, start.node, f.node)):
                for node, message in self._function(source, function.node):
                    yield self.finding(source, node, message)

    def _function(self, source: PythonSource, function: cst.FunctionDef) -> Iterator[tuple[cst.Attribute, str]]:
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
                yield node, f"`self.{name}` {how} before the strategy is registered: {_CURE}"
            elif called and (name.startswith(api.DATA_COMMANDS) or name in _ORDERS):
                yield node, f"`self.{name}` fails before the strategy is registered: {_CURE}"


_CURE = "move it from `__init__` to `on_start`"


def _is_self(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value == "self"


def _tests_none(source: PythonSource, node: cst.CSTNode) -> bool:
    return isinstance(source.parent(node), (cst.If, cst.IfExp, cst.BooleanOperation, cst.Comparison))


def _is_called(program: Program, init: cst.FunctionDef, method: cst.FunctionDef) -> bool:
    """Whether `__init__` itself calls the method, not a function that it defines."""
    caller, target = program.calls.functions[init], program.calls.functions[method]
    return any(site.caller is caller and site.call is not None for site in program.calls.sites.get(target, ()))


def _moved(source: PythonSource, one: Class, init: cst.FunctionDef, nodes: Sequence[cst.Attribute]) -> Fix | None:
    """All statements that need the kernel moved from `__init__` to the beginning of `on_start`.

    None where something else in `__init__` needs what they set, or they need what only `__init__` has.
    """
    lines = {id(line): line for node in nodes if (line := _line(source, init, node)) is not None}
    moved = sorted(lines.values(), key=source.order)
    kept = [line for line in init.body.body if id(line) not in lines]
    if not moved or len(lines) < len({id(_line(source, init, node)) for node in nodes}) or not kept:
        return None
    texts = [_without_config(source, init, line) for line in moved]
    stays = " ".join(source.code(line) for line in kept)
    if None in texts or any(re.search(rf"self\.{name}\b", stays) for line in moved for name in _sets(line)):
        return None
    place = _start_of(source, one, init, [text for text in texts if text is not None])
    if place is None:
        return None
    spans = [source.span(line) for line in moved]
    gone = [Edit(Span(span.line, 1, span.end_line + 1, 1), "") for span in spans]
    return Fix("move to `on_start`", (*gone, place), safe=False)


def _line(source: PythonSource, init: cst.FunctionDef, node: cst.CSTNode) -> cst.SimpleStatementLine | None:
    """The statement of `__init__` around a place, where it stands alone on its lines."""
    for up in source.parents(node):
        if isinstance(up, cst.SimpleStatementLine):
            return up if len(up.body) == 1 and source.parent(up) is init.body else None
    return None


def _sets(line: cst.SimpleStatementLine) -> Iterator[str]:
    small = line.body[0]
    targets = [t.target for t in small.targets] if isinstance(small, cst.Assign) else []
    targets += [small.target] if isinstance(small, cst.AnnAssign) else []
    yield from (target.attr.value for target in targets if isinstance(target, cst.Attribute))


def _without_config(source: PythonSource, init: cst.FunctionDef, line: cst.SimpleStatementLine) -> str | None:
    """The statement by `self.config` instead of the parameter; None where it uses other local names."""
    span = source.span(line)
    first, last = source.lines.offset(span.line, span.column), source.lines.offset(span.end_line + 1, 1)
    text = source.text[first:last].rstrip()
    parameters = [p.name.value for p in (*init.params.params[1:], *init.params.kwonly_params)]
    local = {target.target.value for target in _assigned(source, init) if isinstance(target.target, cst.Name)}
    words = set(re.findall(r"(?<![\w.])[A-Za-z_]\w*", text))
    if words & (local | set(parameters) - {"config"}):
        return None
    return re.sub(r"(?<![\w.])config\b(?!\s*=[^=])", "self.config", text)


def _assigned(source: PythonSource, init: cst.FunctionDef) -> Iterator[cst.AssignTarget]:
    for assign in source.find(cst.Assign):
        if source.enclosing(assign, cst.FunctionDef) is init:
            yield from (target for target in assign.targets if isinstance(target.target, cst.Name))


def _start_of(source: PythonSource, one: Class, init: cst.FunctionDef, texts: Sequence[str]) -> Edit | None:
    """The edit that puts statements into `on_start`, and makes one where the class has none."""
    own = one.methods.get("on_start")
    body = source.span(init.body.body[0])
    if own is not None:
        first = next((line for line in own.body.body if not _is_text(line)), None)
        if first is None or not isinstance(own.body, cst.IndentedBlock):
            return None
        at = source.span(first)
        joint = f"\n{' ' * (at.column - 1)}"
        return Edit(Span(at.line, at.column, at.line, at.column), joint.join(texts) + joint)
    end = source.span(init.body.body[-1]).end_line
    if one.method("on_start") is not None or source.text.count("\n") < end:
        return None
    outer, inner = " " * (source.span(init).column - 1), " " * (body.column - 1)
    lines = "".join(f"{inner}{text}\n" for text in texts)
    return Edit(Span(end + 1, 1, end + 1, 1), f"\n{outer}def on_start(self) -> None:\n{lines}")


def _is_text(line: cst.BaseStatement | cst.BaseSmallStatement) -> bool:
    small = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
    return isinstance(small, cst.Expr) and isinstance(small.value, (cst.SimpleString, cst.ConcatenatedString))
