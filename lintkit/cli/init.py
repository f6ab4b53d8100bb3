"""`lintkit init`: which smoke targets would fit this project?"""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from rich.console import Console
from rich.text import Text

from lintkit.cli import OK
from lintkit.config import Config, Target, find_root, load_config, parse_config
from lintkit.errors import ConfigError
from lintkit.files import write
from lintkit.propose import Proposal, propose
from lintkit.smoke import interpreters
from lintkit.smoke.profile import profile_for


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Reads the project and runs nothing. Without --write nothing is changed."
    parser.add_argument("path", nargs="?", type=Path, help="the project's folder (default: found from here upward)")
    parser.add_argument("--write", action="store_true", help="add the entries to pyproject.toml or lintkit.toml")
    parser.add_argument("--strategies", action="store_true", help="add strategies too, which run on made-up data")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    root: Path = options.path or find_root(Path.cwd())
    if not root.is_dir():
        raise ConfigError("not a folder", path=root, hint="name the project's folder")
    config = load_config(root)
    known = {
        (target.script, target.module, target.strategy and target.strategy.path) for target in config.smoke.targets
    }
    found = [
        p
        for p in propose(config)
        if not p.is_covered and (p.target.script, p.target.module, _path(p.target)) not in known
    ]
    scripts = [p for p in found if not p.target.strategy]
    wanted = found if options.strategies or not scripts else scripts
    file = root / "lintkit.toml" if (root / "lintkit.toml").is_file() else root / "pyproject.toml"
    entries = "\n".join(_entry(p.target, "" if file.name == "lintkit.toml" else "tool.lintkit.") for p in wanted)
    if options.write and wanted:
        _append(file, entries, config, len(wanted))
    if options.json:
        data = [
            {"name": p.target.name, "runs": list(p.target.runs), "why": p.why, "wanted": p in wanted} for p in found
        ]
        print(json.dumps({"file": file.name, "written": bool(options.write and wanted), "targets": data}, indent=2))
        return OK
    Console(highlight=False, soft_wrap=True).print(*_lines(config, found, wanted, entries, file, options), sep="\n")
    return OK


def _path(target: Target) -> str | None:
    return target.strategy and target.strategy.path


def _lines(
    config: Config,
    found: Sequence[Proposal],
    wanted: Sequence[Proposal],
    entries: str,
    file: Path,
    options: argparse.Namespace,
) -> Iterator[Text]:
    if config.smoke.targets:
        count = len(config.smoke.targets)
        are = "target is" if count == 1 else "targets are"
        yield Text(f"{count} smoke {are} configured already", style="dim")
    if not found:
        yield Text("nothing more was found: no script that runs a BacktestEngine or BacktestNode, and no strategy")
        return
    interpreter = interpreters.find(config.root, configured=config.smoke.python)
    yield Text(f"runs with {interpreter.path} ({interpreter.why})", style="dim")
    yield Text(f"behaves as NautilusTrader {profile_for(config.root, config.nautilus_version)}", style="dim")
    for proposal in found:
        words = proposal.target.runs if proposal.target.strategy else ("python", *proposal.target.runs)
        mark = "+" if proposal in wanted else " "
        yield Text.assemble(f"{mark} ", (proposal.target.name, "bold"), f": {' '.join(words)}  ({proposal.why})")
    if len(wanted) < len(found):
        yield Text("strategies without a script run on made-up data; `--strategies` adds them", style="dim")
    if options.write:
        yield Text(f"added to {file.name}; next: lintkit smoke, and lintkit smoke --accept", style="green")
    else:
        yield Text(f"\n{entries}\nnothing is written; `lintkit init --write` adds this to {file.name}", style="")


def _entry(target: Target, prefix: str) -> str:
    lines = [f"[[{prefix}smoke.target]]", f"name = {_text(target.name)}"]
    if target.strategy:
        lines.append(f"strategy = {_text(target.strategy.path)}")
        if target.strategy.instruments:
            lines.append(f"instruments = {_value(target.strategy.instruments)}")
        if target.strategy.config:
            given = ", ".join(f"{_key(name)} = {_value(value)}" for name, value in target.strategy.config.items())
            lines.append(f"config = {{ {given} }}")
    else:
        lines.append(f"module = {_text(target.module)}" if target.module else f"script = {_text(target.script)}")
    if target.cwd != ".":
        lines.append(f"cwd = {_text(target.cwd)}")
    if target.folders:
        lines.append(f"path = {_value(target.folders)}")
    return "\n".join((*lines, f"golden = {_text(target.golden)}", ""))


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # a JSON string is a TOML one


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _value(value: Any) -> str:
    """A JSON value as TOML: the same but for dicts, which configurations of strategies seldom hold."""
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        return f"{{ {', '.join(f'{_key(name)} = {_value(item)}' for name, item in items)} }}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, cast('list[Any]', value)))}]"
    return _text(value) if isinstance(value, str) else str(value).lower()


def _append(file: Path, entries: str, config: Config, count: int) -> None:
    """Add tables at the end, which leaves every byte as it is. Refuses where that would not add `count` targets."""
    before = file.read_bytes().decode() if file.is_file() else ""
    gap = "" if not before else "\n" if before.endswith("\n") else "\n\n"
    after = before + gap + entries
    try:
        parsed: Any = parse_config(file, after, config.root)
    except ConfigError as error:
        hint = "add the entries by hand"
        raise ConfigError(f"the entries cannot be added at its end: {error.message}", path=file, hint=hint) from error
    if len(parsed.smoke.targets) != len(config.smoke.targets) + count:
        raise ConfigError("the entries cannot be added at its end", path=file, hint="add them by hand")
    write(file, after.encode())
