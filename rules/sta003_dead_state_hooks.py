import re
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Confidence, Example, Finding, Fix, Program, PythonSource, Rule, Severity

_FLAG = {"on_save": "save_state", "on_load": "load_state"}


class DeadStateHooks(Rule):
    """State hooks that are never called.

    A strategy or actor that defines `on_save` or `on_load` expects to find its state again after a restart. The
    kernel calls them only when the node's configuration sets `save_state` and `load_state`, and both are false by
    default. The code looks as if it survived a restart and starts from nothing: stops, open legs and counters are
    forgotten with real positions in the market.

    Set `save_state=True` and `load_state=True` on the `TradingNodeConfig`, together with a cache database. A class
    that saves and has no `on_load`, or the other way round, is reported too when its flag is on.
    """

    id = "STA003"
    name = "dead-state-hooks"
    severity = Severity.ERROR
    since = "0.1.0"
    config_words = re.compile(r"save_state|load_state")

    invalid = [
        Example(
            "hooks, and a node with the default flags",
            """
            from nautilus_trader.config import TradingNodeConfig
            from nautilus_trader.trading.strategy import Strategy

            class Keeper(Strategy):
                def on_save(self):  # !
                    return {"stop": self.stop}

                def on_load(self, state):
                    self.stop = state["stop"]

            config = TradingNodeConfig(trader_id="T-001", exec_clients=EXEC)
            """,
        ),
        Example(
            "hooks of a mixin",
            """
            from nautilus_trader.config import TradingNodeConfig
            from nautilus_trader.trading.strategy import Strategy

            class Persistent:
                def on_save(self):  # !
                    return {"stop": self.stop}

                def on_load(self, state):
                    self.stop = state["stop"]

            class Keeper(Persistent, Strategy):
                pass

            config = TradingNodeConfig(trader_id="T-001", exec_clients=EXEC)
            """,
        ),
        Example(
            "saved and never read",
            """
            from nautilus_trader.config import TradingNodeConfig
            from nautilus_trader.trading.strategy import Strategy

            class Writer(Strategy):
                def on_save(self):  # !
                    return {"stop": self.stop}

            config = TradingNodeConfig(save_state=True, load_state=True, exec_clients=EXEC)
            """,
        ),
    ]
    valid = [
        Example(
            "both flags",
            """
            from nautilus_trader.config import TradingNodeConfig
            from nautilus_trader.trading.strategy import Strategy

            class Keeper(Strategy):
                def on_save(self):
                    return {"stop": self.stop}

                def on_load(self, state):
                    self.stop = state["stop"]

            config = TradingNodeConfig(exec_clients=EXEC, save_state=True, load_state=True)
            """,
        ),
        Example(
            "flags in a file that the node is made from",
            """
            from nautilus_trader.config import TradingNodeConfig
            from nautilus_trader.common.actor import Actor

            class Keeper(Actor):
                def on_save(self):
                    return {"stop": self.stop}

                def on_load(self, state):
                    self.stop = state["stop"]

            config = TradingNodeConfig(**read("live.yaml"))
            # --- live.yaml
            save_state: true
            load_state: true
            """,
        ),
        Example(
            "no node in sight, and hooks that keep nothing",
            """
            from nautilus_trader.trading.strategy import Strategy

            class Keeper(Strategy):
                def on_save(self):
                    return {"stop": self.stop}
            """,
        ),
        Example(
            "hooks that only fill in the form",
            """
            from nautilus_trader.config import TradingNodeConfig
            from nautilus_trader.trading.strategy import Strategy

            class Empty(Strategy):
                def on_save(self) -> dict[str, bytes]:
                    '''Nothing to save.'''
                    return {}

                def on_load(self, state) -> None:
                    pass

            config = TradingNodeConfig(exec_clients=EXEC)
            """,
        ),
    ]

    def check_program(self, program: Program) -> Iterator[Finding]:
        classes = [one for one in program.classes.components if not program.is_test(one.source)]
        keepers = dict.fromkeys(base for one in classes for base in one.mro if not program.is_test(base.source))
        hooks = [
            (one, name, one.methods[name])
            for one in keepers
            for name in _FLAG
            if name in one.methods and not _is_empty(one.source, one.methods[name])
        ]
        if not hooks:
            return
        nodes = [node for s in program.python if not program.is_test(s) for node in program.nodes.of(s)]
        if not nodes:
            return
        off = {flag for flag in _FLAG.values() if not _is_set(program, flag)}
        sure = not any(node.is_open for node in nodes)
        reported: set[object] = set()
        for one, name, method in hooks:
            other = "on_load" if name == "on_save" else "on_save"
            if one in reported:
                continue
            if _FLAG[name] in off:
                reported.add(one)
                flags = " and ".join(f"`{flag}=True`" for flag in _FLAG.values() if flag in off)
                message = (
                    f"`{one.name}.{name}` is never called because no node sets `{_FLAG[name]}`, so a restart forgets"
                    f" what it should keep: set {flags} on the `TradingNodeConfig`"
                )
            elif one.method(other) is None and not one.has_unknown_base:
                reported.add(one)
                message = (
                    f"`{one.name}` defines `{name}` and no `{other}`, so a restart forgets what it should keep: define"
                    " both"
                )
            else:
                continue
            severity, confidence = (
                (Severity.ERROR, Confidence.CERTAIN) if sure else (Severity.WARNING, Confidence.LIKELY)
            )
            fix = self._fix(one.source, sorted(off), program) if _FLAG[name] in off else None
            yield self.finding(one.source, method.name, message, severity=severity, confidence=confidence, fix=fix)

    def _fix(self, source: PythonSource, flags: list[str], program: Program) -> Fix | None:
        """The flags on the one node of the same file; a database for its cache is up to the user."""
        nodes = program.nodes.of(source)
        if len(nodes) != 1:
            return None
        absent = [f"{flag}=True" for flag in flags if nodes[0].lacks(flag)]
        title = "switch saving and loading on (needs a cache database)"
        return self.adding(source, nodes[0].call, absent, title, safe=False) if absent else None


def _is_set(program: Program, flag: str) -> bool:
    """Whether anything outside of tests may turn a flag on."""
    for source in program.python:
        if flag in source.words and not program.is_test(source) and _sets(source, flag):
            return True
    return any(
        str(entry.path[-1]) == flag and entry.value is not False
        for config in program.configs
        if not program.is_test(config)
        for entry in config.entries
        if entry.path
    )


def _sets(source: PythonSource, flag: str) -> bool:
    values = [a.value for a in source.find(cst.Arg) if a.keyword is not None and a.keyword.value == flag]
    for text in source.find(cst.SimpleString):
        if text.evaluated_value == flag:
            parent = source.parent(text)
            if not isinstance(parent, cst.DictElement) or parent.key is not text:
                return True
            values.append(parent.value)
    return any(not (isinstance(v, cst.Name) and v.value in {"False", "None"}) for v in values)


def _is_empty(source: PythonSource, method: cst.FunctionDef) -> bool:
    """A docstring, `pass`, `return {}`, a call of super: nothing of the class's own is kept."""
    for line in method.body.body:
        for small in line.body if isinstance(line, (cst.SimpleStatementLine, cst.SimpleStatementSuite)) else [line]:
            kept = isinstance(small, cst.Return) and not (
                small.value is None
                or (isinstance(small.value, cst.Dict) and not small.value.elements)
                or (isinstance(small.value, cst.Name) and small.value.value == "None")
                or (isinstance(small.value, cst.Call) and "super()" in source.code(small.value))
            )
            plain = isinstance(small, (cst.Pass, cst.Return)) or (
                isinstance(small, cst.Expr) and isinstance(small.value, (cst.SimpleString, cst.Ellipsis, cst.Call))
            )
            if kept or not plain:
                return False
    return True
