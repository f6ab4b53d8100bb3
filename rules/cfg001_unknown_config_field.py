import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

import libcst as cst

from lintkit.rule import (
    Confidence,
    ConfigSource,
    Edit,
    Entry,
    Example,
    Finding,
    Fix,
    Program,
    PythonSource,
    Rule,
    Severity,
    Span,
)

_STRICT_SINCE = (1, 226)
_SHAPES = ("CacheConfig", "LiveExecEngineConfig", "LiveRiskEngineConfig", "MessageBusConfig", "BacktestVenueConfig",
           "TradingNodeConfig", "DatabaseConfig", "LoggingConfig")  # fmt: skip
_LEAST_KNOWN = 3
_PARTS = {
    "cache": "CacheConfig", "data_engine": "LiveDataEngineConfig", "exec_engine": "LiveExecEngineConfig",
    "logging": "LoggingConfig", "message_bus": "MessageBusConfig", "risk_engine": "LiveRiskEngineConfig",
}  # fmt: skip
"""The tables of a node's configuration, and what they are made into."""
_LEAST_PARTS = 2


class UnknownConfigField(Rule):
    """Configuration key that nobody reads.

    Before release 1.226 NautilusTrader ignores keys that it does not know: with `flush_on_star: false` or
    `reconciliation_lookback_min: 60` the node starts, and runs on the defaults that the key was to change. Newer
    releases refuse to start.

    Keys of a configuration that is loaded by path (`config_path` beside `config`) are compared with that class, of
    NautilusTrader or of the project. Elsewhere only a key that is a typing mistake away from a real one is reported,
    in a table whose other keys are those of one configuration class.
    """

    id = "CFG001"
    name = "unknown-config-field"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"config_path"})
    config_words = re.compile(
        r"config_path|flush_on_start|reconciliation|trader_id|starting_balances|buffer_interval_ms|log_level"
    )

    invalid = [
        Example(
            "a typing mistake in a strategy's table",
            """
            from nautilus_trader.config import ImportableStrategyConfig, StrategyConfig

            class MyConfig(StrategyConfig, frozen=True):
                instrument_id: str
                trade_size: int = 1

            strategy = ImportableStrategyConfig(
                strategy_path="strategy:Mine",
                config_path="strategy:MyConfig",
                config={"instrument_id": "X.SIM", "trade_sise": 2},  # !
            )
            """,
        ),
        Example(
            "by path and by shape, in files",
            """
            # --- node.json
            {"config_path": "nautilus_trader.config:CacheConfig",
             "config": {"flush_on_star": false}}  // !
            # --- node.yaml
            cache:
              database: null
              encoding: msgpack
              timestamps_as_iso8601: true
              flush_on_star: false  # !
            """,
        ),
        Example(
            "in a table of a node's configuration",
            """
            # --- node.yaml
            trader_id: DESK-001
            exec_engine:
              reconciliation_lookback_min: 60  # !
            """,
        ),
    ]
    valid = [
        Example(
            "fields of the class and of its bases, unknown classes, and somebody else's tables",
            """
            from nautilus_trader.config import ImportableStrategyConfig, StrategyConfig

            class Base(StrategyConfig, frozen=True):
                instrument_id: str

            class MyConfig(Base, frozen=True):
                trade_size: int = 1

            a = ImportableStrategyConfig(
                strategy_path="strategy:Mine",
                config_path="strategy:MyConfig",
                config={"instrument_id": "X.SIM", "trade_size": 2, "order_id_tag": "1", "oms_type": "NETTING"},
            )
            b = ImportableStrategyConfig(strategy_path="x:Y", config_path="elsewhere:YConfig", config={"what": 1})
            # --- load.py
            import nautilus_trader

            def load(table):
                return table["starting_balance"]
            # --- venue.yaml
            name: SIM
            oms_type: NETTING
            account_type: MARGIN
            starting_balance: 1000
            # --- other.yaml
            server:
              encoding: utf-8
              database: x
              flush_on_star: true
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            given = program.arguments(call)
            path, table = given.value("config_path"), given.value("config")
            text = program.text(source, path) if path is not None else None
            if text is None or not isinstance(table, cst.Dict):
                continue
            fields = program.config_fields(source, text)
            for element in table.elements if fields is not None else ():
                key = element.key if isinstance(element, cst.DictElement) else None
                name = key.evaluated_value if isinstance(key, cst.SimpleString) else None
                if fields is not None and key is not None and isinstance(name, str) and name not in fields:
                    yield self._report(source, source.span(key), name, text, fields, program)

    def check_config(self, source: ConfigSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        tables: dict[tuple[str | int, ...], dict[str, Entry]] = {}
        for entry in source.entries:
            if entry.path and isinstance(entry.path[-1], str):
                tables.setdefault(entry.path[:-1], {})[entry.path[-1]] = entry
        for path, table in tables.items():
            by_path = tables.get((*path, "config"), {})
            named = table.get("config_path")
            if named is not None and isinstance(named.value, str):
                fields = program.config_fields(None, named.value)
                for name, entry in by_path.items() if fields is not None else ():
                    if fields is not None and name not in fields and entry.key is not None and name != "<<":
                        yield self._report(source, entry.key, name, named.value, fields, program)
            else:
                part = _part(path, tables, program)
                yield from self._shape(source, table, (part,) if part else _SHAPES, program, is_part=part is not None)

    def _shape(
        self,
        source: ConfigSource,
        table: Mapping[str, Entry],
        names: tuple[str, ...],
        program: Program,
        *,
        is_part: bool,
    ) -> Iterator[Finding]:
        """A table whose keys are all but one those of a configuration class, the one being nearly another of them."""
        for name in names:
            known = program.surface.parameters(name)
            fields = known.names if known else frozenset[str]()
            strange = [key for key in table if key not in fields]
            if len(strange) != 1 or (len(table) - 1 < _LEAST_KNOWN and not is_part):
                continue
            near = get_close_matches(strange[0], sorted(fields - table.keys()), n=1, cutoff=0.85)
            entry = table[strange[0]]
            read_by_project = any(strange[0] in source.words for source in program.python)
            if near and entry.key is not None and not read_by_project:
                yield self._report(source, entry.key, strange[0], name, fields, program, is_certain=False)
                return

    def _report(
        self,
        source: PythonSource | ConfigSource,
        place: Span,
        name: str,
        owner: str,
        fields: frozenset[str],
        program: Program,
        *,
        is_certain: bool = True,
    ) -> Finding:
        near = get_close_matches(name, sorted(fields), n=1, cutoff=0.8)
        version = program.target.version
        strict = version is not None and (version.major, version.minor) >= _STRICT_SINCE
        effect = "refuses to start" if strict else "ignores it and runs on the default"
        fix = None
        if near and is_certain:
            old = source.lines.line(place.line)[place.column - 1 : place.end_column - 1]
            fix = (
                Fix(f"rename to {near[0]}", (Edit(place, old.replace(name, near[0])),), safe=True)
                if name in old
                else None
            )
        return self.finding(
            source,
            place,
            f"`{owner.rpartition(':')[2]}` has no field `{name}`, so NautilusTrader {effect}"
            f"{f': write `{near[0]}`' if near else ': remove it'}",
            confidence=Confidence.CERTAIN if is_certain else Confidence.LIKELY,
            fix=fix,
        )


def _part(
    path: tuple[str | int, ...], tables: Mapping[tuple[str | int, ...], Mapping[str, Entry]], program: Program
) -> str | None:
    """The class of a table that stands in a node's configuration."""
    known = program.surface.parameters("TradingNodeConfig")
    around = tables.get(path[:-1], {}).keys() if path else ()
    is_node = known is not None and len(known.names & frozenset(around)) >= _LEAST_PARTS
    return _PARTS.get(str(path[-1])) if path and is_node else None
