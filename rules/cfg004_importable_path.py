import re
from collections.abc import Iterator, Mapping

import libcst as cst

from lintkit.rule import ConfigSource, Edit, Example, Finding, Fix, Program, PythonSource, Rule, Severity, api

_FIELDS = frozenset({
    "strategy_path", "config_path", "actor_path", "exec_algorithm_path", "controller_path", "fill_model_path",
    "latency_model_path", "fee_model_path",
})  # fmt: skip
_MADE = ("strategy_path", "actor_path", "exec_algorithm_path", "controller_path")
_DOTTED = re.compile(r"(?P<module>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\.(?P<name>[A-Z]\w*)")


class ImportablePath(Rule):
    """Path to a class that cannot be imported.

    The paths of importable configurations are `module:Class`. With a dot for the colon, or a class that the module
    does not have, the node stops when it builds its strategies; a config file that was changed last is often only
    read at the next restart, in the middle of the night. A `config_path` that names another class than the one that
    the strategy takes is as bad: its settings are refused, or are not there when the strategy asks for them.

    Modules of the project and of NautilusTrader are looked into; others are not.
    """

    id = "CFG004"
    name = "importable-path"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = _FIELDS
    config_words = re.compile("|".join(sorted(_FIELDS)))

    invalid = [
        Example(
            "a dot, and a class that was renamed",
            """
            # --- run.py
            from nautilus_trader.config import ImportableStrategyConfig

            a = ImportableStrategyConfig(
                strategy_path="mine.Strategy",  # !
                config_path="mine:OldConfig",  # !
                config={},
            )
            # --- mine.py
            from nautilus_trader.config import StrategyConfig
            from nautilus_trader.trading.strategy import Strategy

            class NewConfig(StrategyConfig, frozen=True):
                pass
            """,
            fixed="""
            # --- run.py
            from nautilus_trader.config import ImportableStrategyConfig

            a = ImportableStrategyConfig(
                strategy_path="mine:Strategy",  # !
                config_path="mine:OldConfig",  # !
                config={},
            )
            # --- mine.py
            """,
        ),
        Example(
            "in a file",
            """
            # --- node.yaml
            strategies:
              - strategy_path: strategies.cross.Cross  # !
                config_path: strategies.cross:CrossConfig
            """,
            fixed="""
            # --- node.yaml
            strategies:
              - strategy_path: strategies.cross:Cross  # !
                config_path: strategies.cross:CrossConfig
            """,
        ),
        Example(
            "the configuration of another strategy",
            """
            # --- run.py
            from nautilus_trader.config import ImportableStrategyConfig

            a = ImportableStrategyConfig(
                strategy_path="mine:Mean",
                config_path="mine:TrendConfig",  # !
                config={"lookback": 20},
            )
            # --- node.yaml
            strategies:
              - strategy_path: mine:Mean
                config_path: nautilus_trader.trading.config:StrategyConfig  # !
            # --- mine.py
            from nautilus_trader.config import StrategyConfig
            from nautilus_trader.trading.strategy import Strategy

            class TrendConfig(StrategyConfig, frozen=True):
                lookback: int = 10

            class MeanConfig(StrategyConfig, frozen=True):
                lookback: int = 10
                entry: float = 2.0

            class Base(Strategy):
                def __init__(self, config: MeanConfig) -> None:
                    super().__init__(config)

            class Mean(Base):
                pass
            """,
        ),
    ]
    valid = [
        Example(
            "a configuration that has all the fields",
            """
            # --- run.py
            from nautilus_trader.config import ImportableStrategyConfig

            a = ImportableStrategyConfig(strategy_path="mine:Mean", config_path="mine:WideConfig", config={})
            b = ImportableStrategyConfig(strategy_path="mine:Any", config_path="mine:WideConfig", config={})
            # --- mine.py
            from nautilus_trader.config import StrategyConfig
            from nautilus_trader.trading.strategy import Strategy

            class MeanConfig(StrategyConfig, frozen=True):
                lookback: int = 10

            class WideConfig(MeanConfig, frozen=True):
                width: int = 10

            class Mean(Strategy):
                def __init__(self, config: MeanConfig) -> None:
                    super().__init__(config)

            class Any(Strategy):
                def __init__(self, config: StrategyConfig) -> None:
                    super().__init__(config)
            """,
        ),
        Example(
            "module and class, of the project, of the package, of somebody else",
            """
            # --- run.py
            from nautilus_trader.config import ImportableStrategyConfig

            a = ImportableStrategyConfig(strategy_path="mine:Mine", config_path="mine:MineConfig", config={})
            b = ImportableStrategyConfig(
                strategy_path="nautilus_trader.examples.strategies.ema_cross:EMACross",
                config_path="elsewhere.module:Config",
                config={},
            )
            c = load(config_path="settings/Live.yaml")
            d = load(config_path="settings.Live")
            # --- mine.py
            from nautilus_trader.config import StrategyConfig
            from nautilus_trader.trading.strategy import Strategy

            class MineConfig(StrategyConfig, frozen=True):
                pass

            class Mine(Strategy):
                pass
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            name = api.short(program.names.external(source, call.func)) or ""
            if not name.startswith("Importable"):
                continue
            for field, argument in program.arguments(call).given.items():
                text = program.text(source, argument.value) if field in _FIELDS else None
                problem = _problem(text, source, program) if text is not None else None
                if text is None or problem is None:
                    continue
                fix = None
                if isinstance(argument.value, cst.SimpleString) and problem[1]:
                    written = argument.value.value.replace(text, problem[1])
                    fix = self.replace(source, argument.value, written, f"write {problem[1]}", safe=True)
                yield self.finding(source, argument.value, f"`{field}` {problem[0]}", fix=fix)
            given = program.arguments(call).given
            texts = {f: program.text(source, given[f].value) for f in _FIELDS & given.keys()}
            other = _other_config({f: text for f, text in texts.items() if text is not None}, source, program)
            if other is not None:
                yield self.finding(source, given["config_path"].value, other)

    def check_config(self, source: ConfigSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for entry in source.entries:
            field = entry.path[-1] if entry.path else None
            if field not in _FIELDS or not isinstance(entry.value, str):
                continue
            near = {e.path[-1]: e.value for e in source.children(entry.path[:-1]) if e.path[-1] in _FIELDS}
            problem = _problem(entry.value, None, program) if len(near) > 1 else None
            if problem is not None:
                edit = Edit(entry.span, entry.raw.replace(entry.value, problem[1]))
                fix = Fix(f"write {problem[1]}", (edit,), safe=True) if problem[1] else None
                yield self.finding(source, entry.span, f"`{field}` {problem[0]}", fix=fix)
            elif field == "config_path":
                texts = {str(f): text for f, text in near.items() if isinstance(text, str)}
                other = _other_config(texts, None, program)
                if other is not None:
                    yield self.finding(source, entry.span, other)


def _other_config(paths: Mapping[str, str], source: PythonSource | None, program: Program) -> str | None:
    """What to say of a `config_path` whose class lacks what the constructor beside it takes."""
    made = next((paths[field] for field in _MADE if field in paths), None)
    if made is None or "config_path" not in paths:
        return None
    one = program.class_at(source, made)
    wanted = program.taken_config(one) if one is not None else None
    fields = program.config_fields(source, paths["config_path"]) if wanted is not None else None
    if one is None or wanted is None or fields is None:
        return None
    missing = sorted(frozenset[str]().union(*(base.fields for base in wanted.mro)) - fields)
    if not missing:
        return None
    return (
        f"`config_path` names `{paths['config_path'].rpartition(':')[2]}`, which has no `{missing[0]}`, and"
        f" `{one.name}` takes `{wanted.name}`, so its settings are refused or missing when it runs: name"
        f" `{wanted.name}`"
    )


def _problem(text: str, source: PythonSource | None, program: Program) -> tuple[str, str] | None:
    """What is wrong with a path, and the right one if that is known."""
    if ":" not in text:
        match = _DOTTED.fullmatch(text)
        if match is None:
            return None
        better = f"{match['module']}:{match['name']}"
        return (
            f"is `{text}`, without the colon, so the class is never found and the node stops: write `{better}`",
            better,
        )
    module, _, name = text.partition(":")
    if module.startswith(f"{api.PACKAGE}."):
        missing = program.surface.missing_name(module, name)
        if missing is not None and missing.is_certain:
            return f"names `{text}`, which is not in {missing.words}, so the node stops: correct the path", ""
        return None
    found = program.module_named(module, source)
    if found is not None and program.names.top_level(found, name) is None and not program.has_stars(found):
        return f"names `{name}`, which `{found.path}` does not have, so the node stops: correct the path", ""
    return None
