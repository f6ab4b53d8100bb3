import re
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import ConfigSource, Edit, Example, Finding, Fix, Program, PythonSource, Rule, Severity, api

_FIELD = "use_instance_id"


class InstanceIdKeys(Rule):
    """Cache keys that no restart finds again.

    With `use_instance_id=True` every key of the cache carries the node's instance id, and an instance id that is not
    set is a new random one at every start. The restarted node reads an empty namespace, knows no order and no
    position, and trades on top of them while the old keys pile up; release 1.221 does not even start.

    Leave it false, or fix `instance_id` on the `TradingNodeConfig`.
    """

    id = "STA006"
    name = "instance-id-keys"
    severity = Severity.ERROR
    since = "0.1.0"
    config_words = re.compile(_FIELD)
    mentions = frozenset({_FIELD})

    invalid = [
        Example(
            "a random id at every start",
            """
            from nautilus_trader.config import CacheConfig, DatabaseConfig, TradingNodeConfig

            config = TradingNodeConfig(
                cache=CacheConfig(
                    database=DatabaseConfig(),
                    use_instance_id=True,  # !
                ),
            )
            """,
            fixed="""
            from nautilus_trader.config import CacheConfig, DatabaseConfig, TradingNodeConfig

            config = TradingNodeConfig(
                cache=CacheConfig(
                    database=DatabaseConfig(),
                    use_instance_id=False,  # !
                ),
            )
            """,
        ),
        Example(
            "a config file",
            """
            # --- live.yaml
            trader_id: T-001
            cache:
              database: {type: redis}
              use_instance_id: true  # !
            """,
            fixed="""
            # --- live.yaml
            trader_id: T-001
            cache:
              database: {type: redis}
              use_instance_id: false  # !
            """,
        ),
    ]
    valid = [
        Example(
            "a fixed id, or no such keys",
            """
            from nautilus_trader.config import CacheConfig, TradingNodeConfig

            CACHE = CacheConfig(database=DB, use_instance_id=True)
            one = TradingNodeConfig(instance_id=ID, cache=CACHE)
            two = TradingNodeConfig(cache=CacheConfig(database=DB, use_instance_id=False))
            """,
        ),
        Example(
            "no database, so no keys",
            """
            from nautilus_trader.config import CacheConfig

            cache = CacheConfig(use_instance_id=True)
            """,
        ),
        Example(
            "a config file with an id, and a message bus",
            """
            # --- live.yaml
            trader_id: T-001
            instance_id: 5f0f7e0c-1f0e-4f0e-9d7e-000000000001
            cache:
              database: {type: redis}
              use_instance_id: true
            # --- bus.yaml
            message_bus:
              use_instance_id: true
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            if api.short(program.names.external(source, call.func)) != "CacheConfig":
                continue
            arguments = program.arguments(call, ("database",))
            given, database = arguments.given.get(_FIELD), arguments.value("database")
            if given is None or database is None or not program.truth(source, given.value).is_true:
                continue
            if isinstance(database, cst.Name) and database.value == "None":
                continue
            if not any("instance_id" in s.words and _fixes_id(s, program) for s in program.python):
                fix = self.replace(source, given.value, "False", "set to False", safe=True)
                yield self.finding(source, given, _MESSAGE, fix=fix)

    def check_config(self, source: ConfigSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for entry in source.entries:
            if len(entry.path) < 2 or entry.path[-2:] != ("cache", _FIELD) or entry.value is not True:  # noqa: PLR2004
                continue
            beside = {e.path[-1] for e in source.children(entry.path[:-2])}
            database = [e for e in source.children(entry.path[:-1]) if e.path[-1] == "database"]
            if "instance_id" not in beside and any(e.value is not None for e in database):
                fix = Fix("set to false", (Edit(entry.span, "false"),), safe=True)
                yield self.finding(source, entry.key or entry.span, _MESSAGE, fix=fix)


_MESSAGE = (
    f"`{_FIELD}` puts the cache's keys under an id that is new at every start, so a restart knows neither its orders"
    " nor its positions and trades on top of them: leave it false or set `instance_id` on the node"
)


def _fixes_id(source: PythonSource, program: Program) -> bool:
    """Whether a node of the file has an instance id, or may have one."""
    return any(not node.lacks("instance_id") for node in program.nodes.of(source))
