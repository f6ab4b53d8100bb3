import re
from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Confidence, ConfigSource, Example, Finding, Program, PythonSource, Rule, Severity

_LATENCY = re.compile(r"latency", re.IGNORECASE)
_OUTPUT = re.compile(r"log|record|track|measure|metric|monitor|report|observe|alert|max_|warn|threshold", re.IGNORECASE)
_BACKTEST = re.compile(r"starting_balances|\bvenues?\b|fill_model|BacktestVenueConfig", re.IGNORECASE)
_VENUES = frozenset({"add_venue", "BacktestVenueConfig", "BacktestEngine"})


class LatencySettingUnused(Rule):
    """Latency setting that goes nowhere.

    The function that builds the venue takes `latency_ms`, or the backtest's configuration has one, and nothing ever
    reads it: orders fill at the time they are sent while everybody who looks at the settings believes in 50 ms.

    Pass it on, `latency_model=LatencyModel(base_latency_nanos=latency_ms * 1_000_000)`, or remove it.
    """

    id = "VEN019"
    name = "latency-setting-unused"
    severity = Severity.ERROR
    since = "0.1.0"
    config_words = re.compile(r"latency")
    mentions = _VENUES

    invalid = [
        Example(
            "a parameter that is not read, and a field of a config",
            """
            from dataclasses import dataclass
            from nautilus_trader.config import BacktestVenueConfig

            def venue(name, latency_ms: int = 50):  # !
                return BacktestVenueConfig(name=name, starting_balances=["1 USD"], latency_model=None)

            @dataclass
            class BacktestSettings:
                name: str
                latency_nanos: int = 50_000_000  # !
            """,
        ),
        Example(
            "a key of a config file that no code knows",
            """
            # --- backtest.yaml
            venues:
              - name: SIM
                starting_balances: ["1 USD"]
                latency_ms: 50  # !
            # --- run.py
            from nautilus_trader.backtest.engine import BacktestEngine

            engine = BacktestEngine()
            engine.add_venue(**read("backtest.yaml"))
            """,
        ),
    ]
    valid = [
        Example(
            "passed on",
            """
            from dataclasses import dataclass
            from nautilus_trader.backtest.models import LatencyModel
            from nautilus_trader.config import BacktestVenueConfig

            @dataclass
            class Settings:
                latency_ms: int = 50

            def venue(name, settings: Settings, latency_ms: int = 50):
                model = LatencyModel(latency_ms * 1_000_000 + settings.latency_ms)
                return BacktestVenueConfig(name=name, latency_model=model)
            # --- backtest.yaml
            venues:
              - name: SIM
                starting_balances: ["1 USD"]
                latency_ms: 50
            """,
        ),
        Example(
            "measured latencies, and functions that build no venue",
            """
            from nautilus_trader.backtest.engine import BacktestEngine

            class Engine:
                def on_latency(self, latency_ms):
                    raise NotImplementedError

                def record_latency(self, latency_ms):
                    return None

            def other(latency_ms):
                return 1

            def build(engine: BacktestEngine, **latency):
                engine.add_venue(**latency)
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source):
            return
        for node in source.find(cst.FunctionDef):
            parameters = [*node.params.params, *node.params.kwonly_params]
            for parameter in parameters:
                name = parameter.name.value
                if _LATENCY.search(name) and _builds_venue(source, node) and not _is_read(source, node, name):
                    message = (
                        f"`{name}` is never read, so the venue that this function builds does not have the latency that"
                        " its callers ask for: pass a `LatencyModel` made from it"
                    )
                    yield self.finding(source, parameter, message)
        for node in source.find(cst.AnnAssign):
            name = node.target.value if isinstance(node.target, cst.Name) else ""
            if not _LATENCY.search(name) or _OUTPUT.search(name) or not self._is_setting(source, node):
                continue
            if not _is_known(program, name, node):
                message = f"nothing reads the setting `{name}`, so backtests run without the latency that it promises"
                yield self.finding(source, node, message, severity=Severity.WARNING, confidence=Confidence.LIKELY)

    def check_config(self, source: ConfigSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source) or not program.python or not _BACKTEST.search(source.text):
            return
        for entry in source.entries:
            name = str(entry.path[-1]) if entry.path else ""
            number = isinstance(entry.value, (int, float)) and not isinstance(entry.value, bool)
            if not (number and _LATENCY.search(name)) or _OUTPUT.search(".".join(map(str, entry.path))):
                continue
            if name.endswith("latency_nanos") or any(name in python.words for python in program.python):
                continue
            message = f"no code of the project reads `{name}`, so backtests run without the latency that it promises"
            place = entry.key or entry.span
            yield self.finding(source, place, message, severity=Severity.WARNING, confidence=Confidence.LIKELY)

    def _is_setting(self, source: PythonSource, node: cst.AnnAssign) -> bool:
        """A field with a value in a class whose name speaks of a backtest, a simulation or a venue."""
        owner = source.enclosing(node, cst.ClassDef, cst.FunctionDef)
        if not isinstance(owner, cst.ClassDef) or node.value is None:
            return False
        return re.search(r"backtest|simulat|venue", owner.name.value, re.IGNORECASE) is not None


def _builds_venue(source: PythonSource, node: cst.FunctionDef) -> bool:
    for call in source.find(cst.Call):
        name = call.func.attr.value if isinstance(call.func, cst.Attribute) else getattr(call.func, "value", "")
        if name in {"add_venue", "BacktestVenueConfig"} and any(up is node for up in source.parents(call)):
            return True
    return False


def _is_read(source: PythonSource, node: cst.FunctionDef, name: str) -> bool:
    for use in source.find(cst.Name):
        parent = source.parent(use)
        labels = (isinstance(parent, cst.Param) and parent.name is use) or (
            isinstance(parent, cst.Arg) and parent.keyword is use
        )
        if use.value == name and not labels and any(up is node.body for up in source.parents(use)):
            return True
    return any(call.func.value == "locals" for call in source.find(cst.Call) if isinstance(call.func, cst.Name))


def _is_known(program: Program, name: str, field: cst.AnnAssign) -> bool:
    """Whether any code reads the field, also by a string or by unpacking all of them."""
    for source in program.python:
        if name not in source.words or program.is_test(source):
            continue
        if any(a.attr.value == name for a in source.find(cst.Attribute)):
            return True
        if any(text.evaluated_value == name for text in source.find(cst.SimpleString)):
            return True
        if any(n.value == name and _reads(source, n, field) for n in source.find(cst.Name)):
            return True
    return False


def _reads(source: PythonSource, name: cst.Name, field: cst.AnnAssign) -> bool:
    parent = source.parent(name)
    if isinstance(parent, cst.Arg) and parent.keyword is name:
        return False
    return parent is not field and not isinstance(parent, (cst.Param, cst.AnnAssign))
