"""Who may import whom. The table is the architecture; a new module must be entered here."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "lintkit"
PLAIN = {"finding", "errors", "config"}
MAY_IMPORT: dict[str, set[str]] = {
    "finding": set(),
    "errors": set(),
    "config": {"errors"},
    "text": {"finding"},
    "report": {"finding"},
    "kind": set(),
    "analysis": {"finding", "report", "suppress"},
    "decoding": {"formats.entry", "kind"},
    "rules_folder": set(),
    "changes": {"errors"},
    "cache": {
        "analysis", "config", "decoding", "discover", "finding", "kind", "manifests", "report", "suppress",
    },
    "analyse": {"analysis", "cards", "checks.rules", "config", "discover", "index", "lean", "load", "memory", "program", "report", "resume", "suppress"},
    "lean": set(),
    "reads": set(),
    "program.shapes": {"program.names", "reads", "source"},
    "program.gathered": {"reads", "source"},
    "delta": {"program", "program.shapes", "reads"},
    "resume": {"cards", "delta", "looks", "program", "program.gathered", "program.shapes", "reads", "results", "source"},
    "results": {"finding"},
    "cards": {"registry", "report", "rule"},
    "looks": {"cards", "program", "results"},
    "memory": {"cache", "cards", "discover", "index", "program.gathered", "program.shapes", "reads", "report", "results", "resume"},
    "checks.background": {"checks.external", "discover"},
    "index": {"errors"},
    "nodes": {"index"},
    "formats.entry": {"finding"},
    "formats.json": {"formats.entry", "text"},
    "formats.yaml": {"formats.entry", "finding"},
    "formats.toml": {"formats.entry", "text"},
    "formats.notebook": {"formats.entry", "formats.json"},
    "source": {"errors", "finding", "formats.entry", "formats.notebook", "index", "kind", "nodes", "reads", "text"},
    "discover": {"errors", "kind"},
    "load": {"analysis", "decoding", "discover", "finding", "formats.entry", "formats.json", "formats.notebook", "formats.toml", "formats.yaml", "index", "kind", "source"},
    "data": set(),
    "program.api": set(),
    "program.arguments": set(),
    "program.reference": set(),
    "program.target": {"manifests"},
    "program.surface": {"program.target"},
    "program.instruments": {"program.api", "program.arguments", "program.mentions", "program.names", "program.reference", "program.rows", "program.surface", "program.trading", "program.values", "reads", "source"},
    "program.rows": {"program.arguments", "program.names", "program.values", "reads", "source"},
    "program.units": {"program.names", "program.shapes", "program.values", "reads", "source"},
    "program.receivers": {"program.api", "program.classes", "program.containers", "program.names", "program.shapes", "program.surface", "program.types", "reads", "source"},
    "program.modules": {"source"},
    "program.names": {"program.modules", "reads", "source"},
    "program.classes": {"program.api", "program.names", "program.shapes", "reads", "source"},
    "program.types": {"program.api", "program.classes", "program.containers", "program.names", "program.shapes", "reads", "source"},
    "program.calls": {"program.api", "program.classes", "program.mentions", "program.names", "program.shapes", "program.types", "reads", "source"},
    "program.values": {"program.api", "program.arguments", "program.names", "source"},
    "program.latency": {"program.api", "program.values"},
    "program.effects": {"program.api", "program.names", "source"},
    "program.trading": {"program.api", "program.calls", "program.classes", "program.effects", "program.mentions", "program.names", "reads", "source"},
    "program.flow": {"program.api", "program.calls", "program.classes", "program.effects", "program.names", "program.trading", "program.types", "reads", "source"},
    "program.unpacked": {"program.names", "source"},
    "program.containers": {"source"},
    "program.guards": {"source"},
    "program.handlers": {"program.api", "program.calls", "reads", "source"},
    "program.mentions": {"reads", "source"},
    "program.nodes": {"program.api", "program.arguments", "program.mentions", "program.names", "program.unpacked", "program.values", "reads", "source"},
    "program.venues": {"program.api", "program.arguments", "program.mentions", "program.names", "program.types", "program.unpacked", "program.values", "reads", "source"},
    "program": {"program.api", "program.arguments", "program.calls", "program.classes", "program.flow", "program.gathered", "program.guards", "program.handlers", "program.instruments", "program.latency", "program.mentions", "program.modules", "program.names", "program.nodes", "program.receivers", "program.shapes", "program.surface", "program.target", "program.trading", "program.types", "program.units", "program.unpacked", "program.values", "program.venues", "reads", "source"},
    "rule": {
        "program.arguments", "program.classes",
        "finding", "formats.entry", "imports", "program", "program.api", "program.instruments", "program.nodes",
        "program.reference", "source",
    },
    "registry": {"errors", "rule", "rules_folder"},
    "policy": {"config", "discover", "errors", "finding"},
    "baseline": {"errors", "finding"},
    "manifests": set(),
    "examples": {"discover", "finding", "fix", "imports", "kind", "load", "program", "rule", "source"},
    "imports": {"finding", "fix", "source"},
    "suppress": {"finding", "kind", "source"},
    "fix": {"finding", "text"},
    "files": {"errors"},
    "fixing": {"decoding", "discover", "files", "finding", "fix", "imports", "kind"},
    "checks.external": {"errors", "finding"},
    "checks.ruff": {"checks.external", "config", "discover", "errors", "finding", "kind"},
    "checks.pyright": {"checks.external", "config", "discover", "finding", "kind"},
    "checks.rules": {"cards", "finding", "looks", "program", "reads", "results", "resume", "rule", "source"},
    "runner": {"analyse", "analysis", "baseline", "cache", "cards", "checks.background", "checks.pyright", "checks.ruff", "config", "decoding", "discover", "errors", "finding", "formats.entry", "memory", "policy", "report", "rules_folder", "suppress", "text"},
    "reports.json": {"finding", "report"},
    "reports.github": {"finding", "report"},
    "reports.sarif": {"finding", "report"},
    "reports.outline": {"finding", "report"},
    "reports.text": {"finding", "report", "reports.outline"},
    "reports.rulebook": set(),
    "reports.markdown": {"finding", "report", "reports.outline", "reports.text"},
    "reports.html": {"finding", "report", "reports.outline", "reports.text"},
    "formats": set(),
    "checks": set(),
    "reports": set(),
    "compat": {"_engine"},
    "propose": {"config", "discover", "load", "program", "program.calls", "program.classes", "source", "usage"},
    "usage": {"program", "program.classes", "program.values", "source"},
    "compiled": set(),
    "smoke": PLAIN | {"compiled", "files"},
    "cli": {
        "baseline", "cache", "changes", "config", "errors", "examples", "files", "fixing", "propose", "registry", "report", "reports.github",
        "reports.html", "reports.json", "reports.markdown", "reports.rulebook", "reports.sarif", "reports.text", "rule",
        "runner", "smoke",
    },
    "pytest_plugin": {"config", "errors", "smoke"},
    "__main__": {"cli"},
    "__init__": set(),
}  # fmt: skip
WHOLE = {"cli", "compat", "smoke"}
"""Packages whose modules are one entry of the table."""


def part(name: str) -> str:
    """`program.flow` for `lintkit.program.flow`, `smoke` for anything in it; a name in a module is its module."""
    pieces = name.split(".")[1:]
    if pieces[0] in WHOLE:
        return pieces[0]
    while pieces and not (path := PACKAGE.joinpath(*pieces)).with_suffix(".py").is_file() and not path.is_dir():
        if pieces == ["_engine"]:
            break
        pieces.pop()
    return ".".join(pieces)


def modules() -> dict[Path, str]:
    found: dict[Path, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        pieces = list(path.relative_to(PACKAGE).with_suffix("").parts)
        if pieces[0] == "rules":
            continue
        if pieces[0] in WHOLE:
            pieces = pieces[:1]
        elif pieces[-1] == "__init__" and len(pieces) > 1:
            pieces.pop()
        found[path] = ".".join(pieces)
    return found


def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names} if node.module else set()
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {part(name) for name in names if name.startswith("lintkit.")} - {""}


MODULES = modules()


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_imports_only_what_the_table_allows(path: Path) -> None:
    name = MODULES[path]
    assert name in MAY_IMPORT, "enter the module into the table"
    assert imports(path) - {name} <= MAY_IMPORT[name]


def test_the_table_has_no_dead_rows() -> None:
    assert set(MAY_IMPORT) == set(MODULES.values())


def test_the_table_has_no_edge_that_nobody_uses() -> None:
    used: dict[str, set[str]] = {}
    for path, name in MODULES.items():
        used.setdefault(name, set()).update(imports(path) - {name})
    spare = {name: allowed - used[name] for name, allowed in MAY_IMPORT.items() if name not in WHOLE}
    assert not {name: edges for name, edges in spare.items() if edges}


def test_the_table_is_acyclic() -> None:
    """A package's own docstring module stands for the package; its parts may name it to import their siblings."""
    graph = {name: {e for e in edges if not name.startswith(f"{e}.")} for name, edges in MAY_IMPORT.items()}
    assert tuple(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("path", sorted((ROOT / "rules").glob("*.py")), ids=lambda p: p.stem)
def test_a_rule_sees_only_the_rule_api(path: Path) -> None:
    assert imports(path) == {"rule"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_only_the_command_line_prints_or_exits(path: Path) -> None:
    if MODULES[path] in {"cli", "__main__", "compat", "smoke"}:
        return
    called = [n.func for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
    names = {ast.unparse(function) for function in called}
    assert not names & {"print", "exit", "quit", "sys.exit", "os._exit", "time.time", "datetime.now", "exec", "eval"}
