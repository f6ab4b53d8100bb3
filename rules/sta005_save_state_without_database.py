import re
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import ConfigSource, Entry, Example, Finding, Program, PythonSource, Rule, Severity

_FLAGS = ("save_state", "load_state")


class SaveStateWithoutDatabase(Rule):
    """State that has nowhere to be saved.

    `save_state` and `load_state` go through the cache's database. Without one the kernel does not even call
    `on_save`: nothing is kept, nothing is said, and after a restart the strategy starts from nothing.

    Give the node `cache=CacheConfig(database=DatabaseConfig(...))`.
    """

    id = "STA005"
    name = "save-state-without-database"
    severity = Severity.ERROR
    since = "0.1.0"
    config_words = re.compile(r"save_state|load_state")
    mentions = frozenset({"TradingNodeConfig"})

    invalid = [
        Example(
            "no cache, and a cache without a database",
            """
            from nautilus_trader.config import CacheConfig, TradingNodeConfig

            one = TradingNodeConfig(
                exec_clients=EXEC,
                save_state=True,  # !
                load_state=True,
            )
            two = TradingNodeConfig(
                cache=CacheConfig(tick_capacity=100),
                load_state=True,  # !
            )
            """,
        ),
        Example(
            "a config file",
            """
            # --- live.yaml
            trader_id: T-001
            exec_clients: {}
            save_state: true  # !
            cache:
              tick_capacity: 100
            """,
        ),
    ]
    valid = [
        Example(
            "a database, or one that cannot be seen",
            """
            from nautilus_trader.config import CacheConfig, DatabaseConfig, TradingNodeConfig

            def node(cache, options):
                return [
                    TradingNodeConfig(save_state=True, cache=CacheConfig(database=DatabaseConfig())),
                    TradingNodeConfig(save_state=True, cache=cache),
                    TradingNodeConfig(save_state=True, **options),
                    TradingNodeConfig(save_state=False),
                ]
            """,
        ),
        Example(
            "config files that are complete, or not a node's",
            """
            # --- live.yaml
            trader_id: T-001
            exec_clients: {}
            save_state: true
            cache:
              database: {type: redis}
            # --- other.yaml
            ui:
              save_state: true
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for node in program.nodes.of(source):
            flags = [flag for flag in _FLAGS if node.is_true(flag, program.values)]
            if not flags or program.nodes.has_database(node) is not False:
                continue
            given = node.arguments[flags[0]]
            place = given.source.parent(given.value)
            yield self.finding(
                given.source,
                place if isinstance(place, (cst.Arg, cst.DictElement)) else given.value,
                f"`{flags[0]}` does nothing because the node's cache has no database, so a restart starts from nothing:"
                " give it `cache=CacheConfig(database=DatabaseConfig(...))`",
            )

    def check_config(self, source: ConfigSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        done: set[tuple[str | int, ...]] = set()
        for entry in source.entries:
            owner = entry.path[:-1]
            if not entry.path or entry.path[-1] not in _FLAGS or entry.value is not True or owner in done:
                continue
            fields = {e.path[-1] for e in source.children(owner)}
            if fields & {"exec_clients", "data_clients", "trader_id"} and not _has_database(source, owner):
                done.add(owner)
                message = (
                    f"`{entry.path[-1]}` does nothing because the node's `cache` has no `database`, so a restart starts"
                    " from nothing: give it one"
                )
                yield self.finding(source, entry.key or entry.span, message)


def _has_database(source: ConfigSource, owner: tuple[str | int, ...]) -> bool:
    found: list[Entry] = [e for e in source.children((*owner, "cache")) if e.path[-1] == "database"]
    return any(e.value is not None for e in found)
