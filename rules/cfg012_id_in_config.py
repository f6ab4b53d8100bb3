from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity, api

_CONFIG = ("Config",)


class IdInConfig(Rule):
    """Memory address in a configuration.

    `id(table)` is the address of an object in one process. As a field of a configuration it is another number at every
    start, so nothing that keys on the configuration finds its results again, no two runs can be compared by it, and
    in another process, or once the object is gone, the strategy that turns the number back into an object crashes or
    trades on whatever lies there now.

    Put the values themselves into the configuration, or the path or key that they can be loaded by.
    """

    id = "CFG012"
    name = "id-in-config"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"id"})

    invalid = [
        Example(
            "an argument, and an entry of an importable configuration",
            """
            from nautilus_trader.config import ImportableStrategyConfig, StrategyConfig

            class MyConfig(StrategyConfig, frozen=True):
                symbol_info: int

            table = {"BTCUSDT": {"tick": "0.1"}}
            one = MyConfig(symbol_info=id(table))  # !
            two = ImportableStrategyConfig(
                strategy_path="mine:Mine",
                config_path="mine:MyConfig",
                config={"symbol_info": id(table)},  # !
            )
            three = ImportableStrategyConfig(
                strategy_path="mine:Mine",
                config_path="mine:MyConfig",
                config=dict(symbol_info=id(table)),  # !
            )
            """,
        ),
    ]
    valid = [
        Example(
            "an id of the project's own, and addresses that stay in one process",
            """
            from nautilus_trader.config import StrategyConfig

            class MyConfig(StrategyConfig, frozen=True):
                run: int
                symbol: str

            seen = {id(object())}

            def make(id, instrument):
                print(f"{id(instrument):x}")
                return MyConfig(run=id(instrument), symbol=instrument.id.value)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for call in source.find(cst.Call):
            if not isinstance(call.func, cst.Name) or program.names.external(source, call.func) != "builtins.id":
                continue
            owner = next((up for up in source.parents(call) if self._is_config(source, up, program)), None)
            if owner is not None and not _is_asked(source, call, owner):
                message = (
                    f"`{source.code(call)}` is an address in this process's memory, another one at every start, so the"
                    " strategy that reads the configuration crashes or trades on other data: pass the values, or the"
                    " path that they are loaded by"
                )
                yield self.finding(source, call, message)

    def _is_config(self, source: PythonSource, node: cst.CSTNode, program: Program) -> bool:
        if not isinstance(node, cst.Call):
            return False
        name = api.short(program.names.external(source, node.func))
        if name is not None:
            return name.endswith("Config")
        own = program.classes.named(program.names.resolve(source, node.func))
        return own is not None and any((api.short(base) or "").endswith(_CONFIG) for base in own.all_external)


def _is_asked(source: PythonSource, call: cst.Call, owner: cst.CSTNode) -> bool:
    """Whether the address only decides between values on its way into the configuration."""
    for up in source.parents(call):
        if up is owner:
            return False
        if isinstance(up, (cst.Comparison, cst.Lambda)):
            return True
    return False
