import re
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import (
    Confidence,
    ConfigSource,
    Container,
    Edit,
    Entry,
    Example,
    Finding,
    Fix,
    Kind,
    Program,
    PythonSource,
    Rule,
    Severity,
    api,
)

FIELD = "flush_on_start"
_TRUE_WORDS = {"true", "yes", "on", "1", "y", "t", "enabled"}
_ENVIRONMENT = re.compile(r"\$\{?\w+|\{\{.*\}\}|%\(\w+\)s|!env")
_BACKTEST = re.compile(r"backtest|back_test|simulat", re.IGNORECASE)
_COST = (
    "runs FLUSHDB on the Redis database when the node starts, so the positions and orders of every trader there are"
    " gone"
)


class FlushOnStart(Rule):
    """Cache that is emptied when the node starts.

    With `flush_on_start` true, a node that starts runs FLUSHDB on its Redis database: not only its own keys go but
    those of every trader and every other application in the same database, message-bus streams included. The
    restarted strategy knows of no position and opens new ones on top of the old.

    Set it to false (the default) wherever real money trades. Backtests may flush. In config files the setting is
    known by its key, in any spelling and at any depth.
    """

    id = "STA001"
    name = "flush-on-start"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"flush_on_start"})
    config_words = re.compile(r"flush[-_ ]?on[-_ ]?start")

    invalid = [
        Example(
            "a live node",
            """
            from nautilus_trader.config import CacheConfig, DatabaseConfig, TradingNodeConfig

            config = TradingNodeConfig(
                cache=CacheConfig(
                    database=DatabaseConfig(),
                    flush_on_start=True,  # !
                ),
            )
            """,
            fixed="""
            from nautilus_trader.config import CacheConfig, DatabaseConfig, TradingNodeConfig

            config = TradingNodeConfig(
                cache=CacheConfig(
                    database=DatabaseConfig(),
                    flush_on_start=False,  # !
                ),
            )
            """,
        ),
        Example(
            "a constant of another file, and the environment",
            """
            import os
            from nautilus_trader.cache.config import CacheConfig
            import settings

            one = CacheConfig(database=settings.DB, flush_on_start=settings.CLEAN)  # !
            two = CacheConfig(database=settings.DB, flush_on_start=os.getenv("FLUSH", "0") == "1")  # !
            # --- settings.py
            CLEAN = not False
            """,
        ),
        Example(
            "a dict that becomes the configuration",
            """
            import nautilus_trader

            NODE = {"trader_id": "T-001", "cache": {"database": {}, "flush_on_start": True}}  # !
            """,
        ),
        Example(
            "YAML",
            """
            # --- config/live.yaml
            cache:
              database: {type: redis}
              flush_on_start: true  # !
            """,
            fixed="""
            # --- config/live.yaml
            cache:
              database: {type: redis}
              flush_on_start: false  # !
            """,
        ),
        Example(
            "other spellings, as text, from the environment",
            """
            # --- node.yml
            a: {flush-on-start: "yes"}  # !
            b:
              - flushOnStart: 1  # !
              - FLUSH_ON_START: on  # !
            c: {flush_on_start: "${FLUSH}"}  # !
            """,
        ),
        Example(
            "TOML",
            """
            # --- node.toml
            [node.cache]
            flush_on_start = true  # !
            """,
            fixed="""
            # --- node.toml
            [node.cache]
            flush_on_start = false  # !
            """,
        ),
        Example(
            "JSON",
            """
            # --- node.json
            {"cache": {"encoding": "msgpack",
              "flush_on_start": true}}  // !
            """,
            fixed="""
            # --- node.json
            {"cache": {"encoding": "msgpack",
              "flush_on_start": false}}  // !
            """,
        ),
    ]
    valid = [
        Example(
            "false, or the default",
            """
            from nautilus_trader.config import CacheConfig

            a = CacheConfig(flush_on_start=False)
            b = CacheConfig()
            """,
        ),
        Example(
            "a backtest may flush",
            """
            from nautilus_trader.config import BacktestEngineConfig, CacheConfig

            config = BacktestEngineConfig(cache=CacheConfig(flush_on_start=True))
            cache = CacheConfig(flush_on_start=True)
            other = BacktestEngineConfig(cache=cache)
            """,
        ),
        Example(
            "not known",
            """
            from nautilus_trader.config import CacheConfig

            def make(flush, section):
                return [CacheConfig(flush_on_start=flush), CacheConfig(**section)]
            """,
        ),
        Example(
            "config files that do not flush, or only backtests",
            """
            # --- config/live.yaml
            cache:
              flush_on_start: false
            text: "flush_on_start: true"
            # flush_on_start: true
            # --- config/backtest.yaml
            cache:
              flush_on_start: true
            # --- config/all.yaml
            backtest:
              cache: {flush_on_start: true}
            live:
              cache: {flush_on_start: "false"}
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for argument in source.find(cst.Arg):
            call = source.parent(argument)
            if argument.keyword and argument.keyword.value == FIELD and isinstance(call, cst.Call):
                yield from self._value(source, argument, argument.value, call, program)
        for element in source.find(cst.DictElement):
            if isinstance(element.key, cst.SimpleString) and element.key.evaluated_value == FIELD:
                yield from self._value(source, element, element.value, None, program)

    def check_config(self, source: ConfigSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source) or _BACKTEST.search(source.path.name):
            return
        for entry in source.entries:
            key = entry.path[-1] if entry.path else None
            if not isinstance(key, str) or re.sub(r"[-_ ]", "", key).lower() != "flushonstart":
                continue
            if any(isinstance(part, str) and _BACKTEST.search(part) for part in entry.path[:-1]):
                continue
            if isinstance(entry.value, str) and _ENVIRONMENT.search(entry.value):
                message = f"`{key}` is decided by the environment: when true it {_COST}: write `false`"
                yield self.finding(source, entry.span, message, severity=Severity.WARNING, confidence=Confidence.LIKELY)
            elif _is_true(entry):
                off = _false_like(source, entry)
                fix = Fix(f"set to {off}", (Edit(entry.span, off),), safe=True)
                message = f"`{key}` {_COST} and the strategy trades on top of them: set it to `{off}`"
                yield self.finding(source, entry.span, message, fix=fix)

    def _value(
        self,
        source: PythonSource,
        place: cst.CSTNode,
        value: cst.BaseExpression,
        call: cst.Call | None,
        program: Program,
    ) -> Iterator[Finding]:
        truth = program.truth(source, value)
        if not (truth.is_true or truth.from_environment) or self._in_backtest(source, place, program):
            return
        if truth.from_environment:
            message = f"`{FIELD}` is decided by the environment: when true it {_COST}: write `False`"
            yield self.finding(source, place, message, severity=Severity.WARNING, confidence=Confidence.LIKELY)
            return
        fix = self.replace(source, value, "False", "set to False", safe=True)
        arguments = program.arguments(call) if call is not None else None
        database = arguments.value("database") if arguments else None
        nowhere = arguments is not None and not arguments.unpacked and (database is None or _is_none(database))
        if nowhere and call is not None and api.short(program.names.external(source, call.func)) == "CacheConfig":
            message = (
                f"`{FIELD}` has no database to empty yet, but the day one is configured it {_COST}: set it to `False`"
            )
            yield self.finding(source, place, message, severity=Severity.WARNING, fix=fix)
        else:
            message = f"`{FIELD}` {_COST} and the strategy trades on top of them: set it to `False`"
            yield self.finding(source, place, message, fix=fix)

    def _in_backtest(self, source: PythonSource, node: cst.CSTNode, program: Program) -> bool:
        """Inside the configuration of a backtest, or under a name that only such a configuration uses."""
        child = node
        for up in source.parents(node):
            if isinstance(up, cst.Call) and "Backtest" in (api.short(program.names.external(source, up.func)) or ""):
                return True
            if isinstance(up, cst.Assign) and len(up.targets) == 1 and up.value is child:
                target = up.targets[0].target
                return isinstance(target, cst.Name) and self._only_for_backtests(source, target, program)
            if isinstance(up, (cst.FunctionDef, cst.ClassDef)):
                return False
            child = up
        return False

    def _only_for_backtests(self, source: PythonSource, target: cst.Name, program: Program) -> bool:
        uses = [name for name in source.find(cst.Name) if name.value == target.value and name is not target]
        uses = [name for name in uses if not _is_keyword(source, name)]
        return bool(uses) and all(self._in_backtest(source, use, program) for use in uses)


def _is_keyword(source: PythonSource, name: cst.Name) -> bool:
    parent = source.parent(name)
    return isinstance(parent, cst.Arg) and parent.keyword is name


def _is_none(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"


def _is_true(entry: Entry) -> bool:
    if isinstance(entry.value, str):
        return entry.value.strip().lower() in _TRUE_WORDS
    return isinstance(entry.value, (bool, int, float)) and not isinstance(entry.value, Container) and bool(entry.value)


def _false_like(source: ConfigSource, entry: Entry) -> str:
    """False as the format and the rest of the entry write it."""
    if isinstance(entry.value, str):
        quote = entry.raw[:1] if entry.raw[:1] in "\"'" else ""
        return f"{quote}false{quote}"
    return "0" if source.kind is not Kind.YAML and not isinstance(entry.value, bool) else "false"
