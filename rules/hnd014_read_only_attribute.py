from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity, api

_ACTOR = frozenset({
    "cache", "clock", "config", "greeks", "id", "is_degraded", "is_disposed", "is_faulted", "is_initialized",
    "is_running", "is_stopped", "log", "msgbus", "portfolio", "registered_indicators", "state", "trader_id", "type",
})  # fmt: skip
_STRATEGY = frozenset({
    "external_order_claims", "manage_contingent_orders", "manage_gtd_expiry", "oms_type", "order_factory",
    "order_id_tag", "use_hyphens_in_client_order_ids", "use_uuid_client_order_ids",
})  # fmt: skip
_READ_ONLY = _ACTOR | _STRATEGY


class ReadOnlyAttribute(Rule):
    """Attribute of the kernel that cannot be set.

    `self.config`, `self.log`, `self.id` and their like belong to NautilusTrader's compiled base class and are
    read-only: assigning to one raises AttributeError. In `__init__` the strategy cannot even be made; in a handler
    of a live node the exception ends the process with orders left working.

    Use another name, or nothing at all: `super().__init__(config)` has set `self.config` already.
    """

    id = "HND014"
    name = "read-only-attribute"
    severity = Severity.ERROR
    since = "0.1.0"

    invalid = [
        Example(
            "in a strategy and in an actor",
            """
            import logging
            from nautilus_trader.common.actor import Actor
            from nautilus_trader.trading.strategy import Strategy

            class One(Strategy):
                def __init__(self, config):
                    super().__init__(config)
                    self.config = config  # !
                    self.id, self.size = config.name, config.size  # !

                def on_bar(self, bar):
                    self.oms_type = "NETTING"  # !

            class Two(Actor):
                def on_start(self):
                    self.log: logging.Logger = logging.getLogger("two")  # !
            """,
        ),
    ]
    valid = [
        Example(
            "names of the class's own, and setters",
            """
            from nautilus_trader.common.actor import Actor
            from nautilus_trader.trading.strategy import Strategy

            class One(Strategy):
                def __init__(self, config):
                    super().__init__(config)
                    self.settings = config
                    self.cache_size = 5
                    self.config.window = 3

            class Two(Actor):
                def on_start(self):
                    self.oms_type = "NETTING"

            class Three(Strategy):
                @property
                def state(self):
                    return self._state

                @state.setter
                def state(self, value):
                    self._state = value

                def on_bar(self, bar):
                    self.state = "flat"

            class Plain:
                def __init__(self, config):
                    self.config = config
            """,
        ),
        Example(
            "declared by a class of the project",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Base(Strategy):
                state = None

                def on_start(self):
                    self.state = "flat"

            class Own(Base):
                def on_bar(self, bar):
                    self.state = "long"
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        done: set[tuple[object, str]] = set()
        for node in source.find(cst.Attribute):
            if node.attr.value not in _READ_ONLY or not _is_set(source, node):
                continue
            owner = program.types.self_class(source, node) if _is_self(node.value) else None
            if owner is None or not owner.derives_from(*api.COMPONENTS):
                continue
            name = node.attr.value
            if name in _STRATEGY and not owner.derives_from("Strategy", "ExecAlgorithm"):
                continue
            if any(name in one.methods or _declares(one.node, name) for one in owner.mro):
                continue
            if (owner, name) in done:  # the first one raises
                continue
            done.add((owner, name))
            message = (
                f"`self.{name}` is a read-only attribute of NautilusTrader, so this raises AttributeError: use another"
                " name"
            )
            yield self.finding(source, node, message)


def _is_self(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value == "self"


def _is_set(source: PythonSource, node: cst.Attribute) -> bool:
    parent = source.parent(node)
    if isinstance(parent, cst.Element):
        outer = source.parent(parent)
        return isinstance(outer, (cst.Tuple, cst.List)) and isinstance(source.parent(outer), cst.AssignTarget)
    if isinstance(parent, cst.AnnAssign):
        return parent.target is node and parent.value is not None
    return isinstance(parent, cst.AssignTarget) or (isinstance(parent, cst.AugAssign) and parent.target is node)


def _declares(node: cst.ClassDef, name: str) -> bool:
    """A class attribute hides the read-only one of the base."""
    for line in node.body.body:
        for small in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            targets = [t.target for t in small.targets] if isinstance(small, cst.Assign) else []
            if isinstance(small, cst.AnnAssign) and small.value is not None:
                targets.append(small.target)
            if any(isinstance(target, cst.Name) and target.value == name for target in targets):
                return True
    return False
