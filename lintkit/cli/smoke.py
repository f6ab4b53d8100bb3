"""`lintkit smoke`: do the backtests still trade identically?"""

import argparse
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from lintkit.config import Config, Target, find_root, load_config
from lintkit.errors import ConfigError, SmokeError
from lintkit.smoke import golden, report, suite
from lintkit.smoke.profile import PROFILES, profile_for
from lintkit.smoke.session import Engine

HINT = "add [[tool.lintkit.smoke.target]] with `script`, or name a script: lintkit smoke backtest.py"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Each script runs unchanged in a child process, with the time limit and, on Linux, the memory limit of "
        "[tool.lintkit.smoke]. Accepted tapes are changed by --accept only."
    )
    parser.add_argument(
        "what",
        nargs="*",
        metavar="TARGET",
        help="smoke targets by name (default: all that are configured), a project's folder, "
        "or a backtest script; what follows a script are its arguments (put -- before options)",
    )
    parser.add_argument("--root", type=Path, help="the project's folder (default: found from here upward)")
    parser.add_argument("--accept", action="store_true", help="make what the targets do now the accepted tapes")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--keep-tape", type=Path, metavar="FILE", help="write the recorded tape of one target to FILE")
    engine_arguments(parser)


def engine_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that say what runs the scripts; `gate` has them too."""
    parser.add_argument(
        "--engine",
        choices=("bundled", "nautilus"),
        default="bundled",
        help="the bundled engine (default), or the nautilus_trader of the interpreter",
    )
    parser.add_argument("--profile", choices=PROFILES, help="the version that the bundled engine behaves as")
    parser.add_argument("--python", default=sys.executable, metavar="PATH", help="the interpreter of the scripts")


def run(options: argparse.Namespace) -> int:
    config, targets = select(options.what, options.root)
    if options.keep_tape and len(targets) != 1:
        raise ConfigError(f"--keep-tape keeps one tape, not {len(targets)}", hint="name one target")
    outcomes = suite.smoke(config, targets, engine_of(options, config), accept=options.accept)
    if options.keep_tape and (tape := outcomes[0].tape):
        golden.save(options.keep_tape, tape)
    code = suite.exit_code(outcomes)
    if options.json:
        print(json.dumps({"exit_code": code, "targets": report.data(outcomes)}, indent=2))
    else:
        Console(highlight=False, soft_wrap=True).print(*report.details(outcomes), report.summary(outcomes), sep="\n")
    return code


def engine_of(options: argparse.Namespace, config: Config) -> Engine:
    profile = options.profile or profile_for(config.root, config.nautilus_version)
    return Engine(options.engine, profile, options.python)


@dataclass(frozen=True, slots=True)
class _Words:
    """The positional words, sorted out."""

    root: Path | None
    names: tuple[str, ...]
    script: Path | None
    args: tuple[str, ...]


def select(what: list[str], root: Path | None) -> tuple[Config, tuple[Target, ...]]:
    """The project and the targets that the command line means: a folder, names, or a script with its arguments."""
    words = _sort_out(what)
    if root and words.root:
        raise ConfigError(f"two project folders: {root} and {words.root}", hint="name one")
    root = root or words.root or find_root(words.script or Path.cwd())
    if not root.is_dir():
        raise ConfigError("not a folder", path=root)
    config = load_config(root)
    if words.script:
        return config, (_unconfigured(words.script, words.args, root),)
    known = {target.name: target for target in config.smoke.targets}
    for name in words.names:
        if name not in known:
            hint = f"known targets: {', '.join(known)}" if known else HINT
            raise ConfigError(f"no smoke target `{name}`", path=root, hint=hint)
    targets = tuple(known[name] for name in dict.fromkeys(words.names)) or config.smoke.targets
    if not targets:
        raise ConfigError("no smoke target is configured", path=root, hint=HINT)
    return config, targets


def _sort_out(what: list[str]) -> _Words:
    root: Path | None = None
    names: list[str] = []
    for number, word in enumerate(what):
        path = Path(word)
        if word.endswith(".py"):
            if names:
                raise ConfigError(f"a script beside configured targets: {word}", hint="run them one after the other")
            return _Words(root, (), path, tuple(what[number + 1 :]))
        if root is None and path.is_dir() and _means_folder(word):
            root = path
        else:
            names.append(word)
    return _Words(root, tuple(names), None, ())


def _means_folder(word: str) -> bool:
    """Rather than a target of the same name: it is written as a path, or it is a project."""
    marks = ("lintkit.toml", "pyproject.toml", ".git")
    return word in (".", "..") or "/" in word or os.sep in word or any(Path(word, mark).exists() for mark in marks)


def _unconfigured(script: Path, args: tuple[str, ...], root: Path) -> Target:
    """A target that the command line describes instead of the configuration."""
    if not script.is_file():
        raise SmokeError("no such script", path=script)
    try:
        relative = script.resolve().relative_to(root.resolve()).as_posix()
    except ValueError as error:
        raise ConfigError(f"the script is outside the project {root}", path=script, hint="set --root") from error
    return Target(script.stem, relative, args, f"tapes/{script.stem}.tape")
