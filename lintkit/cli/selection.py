"""Which project and which smoke targets the words of a command line mean."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from lintkit.config import Config, Target, find_root, load_config
from lintkit.errors import ConfigError, SmokeError
from lintkit.smoke import golden

TAPES = "tapes"
_LONGEST = 100
HINT = "add [[tool.lintkit.smoke.target]], see `lintkit init`, or name a script: lintkit smoke backtest.py"


@dataclass(frozen=True, slots=True)
class Selection:
    """`is_guessed`: nothing is configured; the targets are what the project was found to have, scripts first."""

    config: Config
    targets: tuple[Target, ...]
    is_guessed: bool = False


@dataclass(frozen=True, slots=True)
class _Words:
    """The positional words, sorted out."""

    root: Path | None
    names: tuple[str, ...]
    script: Path | None
    args: tuple[str, ...]


def select(what: list[str], root: Path | None, module: str | None = None) -> Selection:
    """`what`: targets by name, a project's folder, or a script with its arguments; of a `module` its arguments."""
    words = _Words(None, (), None, tuple(what)) if module else _sort_out(what)
    if root and words.root:
        raise ConfigError(f"two project folders: {root} and {words.root}", hint="name one")
    root = root or words.root or find_root(words.script or Path.cwd())
    if not root.is_dir():
        raise ConfigError("not a folder", path=root)
    config = load_config(root)
    if module:
        target = Target(module, "", words.args, f"tapes/{module}.tape", module=module, cwd=_cwd(root))
        return Selection(config, (target,))
    if words.script:
        return Selection(config, (_script(words.script, words.args, config),))
    if words.names or config.smoke.targets:
        return Selection(config, _named(words.names, config))
    targets = found(config)
    if not targets:
        message = "no smoke target is configured, and neither a script that runs a backtest nor a strategy was found"
        raise ConfigError(message, path=root, hint=HINT)
    return Selection(config, targets, is_guessed=True)


def found(config: Config) -> tuple[Target, ...]:
    """The backtests that a project has although none is configured."""
    from lintkit.propose import propose  # the static side takes its time to load

    return tuple(proposal.target for proposal in propose(config))


def accepted(config: Config) -> tuple[Target, ...]:
    """Of those, the ones that have an accepted tape."""
    if not (config.root / TAPES).is_dir():  # finding costs a look at every file
        return ()
    return tuple(target for target in found(config) if golden.path_of(target, config.root).is_file())


def _named(names: tuple[str, ...], config: Config) -> tuple[Target, ...]:
    known = {target.name: target for target in config.smoke.targets}
    for name in names:
        if name not in known:
            hint = f"known targets: {', '.join(known)}" if known else HINT
            raise ConfigError(f"no smoke target `{name}`", path=config.root, hint=hint)
    return tuple(known[name] for name in dict.fromkeys(names)) or config.smoke.targets


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


def _script(script: Path, args: tuple[str, ...], config: Config) -> Target:
    """The configured target that runs this, else one that the command line describes, with a tape of its own."""
    root = config.root
    if not script.is_file():
        raise SmokeError("no such script", path=script)
    try:
        relative = script.resolve().relative_to(root.resolve()).as_posix()
    except ValueError as error:
        raise ConfigError(f"the script is outside the project {root}", path=script, hint="set --root") from error
    same = [one for one in config.smoke.targets if one.script == relative and args in ((), one.args)]
    if len(same) == 1:
        return same[0]
    words = (re.sub(r"[^\w.]+", "-", arg).strip("-") for arg in args)
    name = "-".join([relative.removesuffix(".py").replace("/", "."), *filter(None, words)])[:_LONGEST]
    target = Target(name, relative, args, f"tapes/{name}.tape", cwd=_cwd(root))
    if owner := golden.owner_of(root / target.golden, config):
        message = f"`{target.golden}` is the accepted tape of the smoke target `{owner}`"
        raise ConfigError(message, path=script, hint="make this script a target with a `golden` of its own")
    return target


def check_output(*files: Path | None) -> None:
    """Refuse, before anything is run, files that could not be written in the end: nobody asked for their folders."""
    for file in files:
        if file is not None and not file.absolute().parent.is_dir():
            raise ConfigError("no such folder", path=file.parent, hint="make it first")


def _cwd(root: Path) -> str:
    """The current folder, as Python would have it; the project's where the current one is outside of it."""
    here, top = Path.cwd().resolve(), root.resolve()
    return here.relative_to(top).as_posix() if here.is_relative_to(top) else "."
