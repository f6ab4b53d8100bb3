"""`[tool.lintkit]` of a project's pyproject.toml, or a lintkit.toml with the same keys at its top level."""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from lintkit.errors import ConfigError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


_STRATEGY_KEYS = {"config-class", "config", "venue", "instruments", "data", "seed"}
MARKETS = ("fx", "crypto", "equity", "future")
_VENUE_KEYS = {
    *("oms-type", "account-type", "base-currency", "balances", "leverage", "latency-ms", "book-type"),
    *("prob-fill-on-limit", "prob-slippage"),
}
_KEYS = {"nautilus-version", "exclude", "select", "ignore", "ruff", "pyright", "smoke", "drill",
         "per-file-ignores", "severity", "rules", "baseline"}  # fmt: skip
_SEVERITIES = ("error", "warning", "note")
_TYPES: dict[type, str] = {
    str: "text in quotes", bool: "true or false", int: "a whole number", float: "a number", list: "a list",
    dict: "a table",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StrategyTarget:
    """A strategy to run without a script of the user's. What is left out is inferred, and said.

    `path` is "package.module:Class"; `config` holds fields of its config class, as text where TOML has no such type.
    `venue` has the keys of `[tool.lintkit.smoke.target.venue]`; `data` are files, "catalog:FOLDER" or "market:KIND".
    """

    path: str
    config_class: str | None = None
    config: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)
    venue: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)
    instruments: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Target:
    """One backtest whose tape is compared: a script, a module or a strategy. Paths are relative to the project root.

    `script` is empty where another of the three is given; `cwd` is the folder that it runs in, `folders` are those to
    import from besides a script's own, as with PYTHONPATH (default: of a strategy the project's, else none).
    """

    name: str
    script: str
    args: tuple[str, ...]
    golden: str
    module: str | None = None
    strategy: StrategyTarget | None = None
    cwd: str = "."
    folders: tuple[str, ...] = ()

    @property
    def runs(self) -> tuple[str, ...]:
        """What it runs, as words."""
        if self.module:
            return ("-m", self.module, *self.args)
        return (self.strategy.path,) if self.strategy else (self.script, *self.args)


@dataclass(frozen=True, slots=True)
class SmokeConfig:
    """`writes` are the folders whose changes a run may keep, `python` the interpreter; relative to the project."""

    targets: tuple[Target, ...] = ()
    timeout_secs: float = 60.0
    memory_mib: int = 4096
    output_mib: int = 1024
    processes: int = 64
    network: bool = False
    writes: tuple[str, ...] = ()
    python: str | None = None


@dataclass(frozen=True, slots=True)
class DrillConfig:
    """`drills` is what `lintkit drill` runs when none is named, `gate` what the gate runs; both are names of drills.

    `seed` chooses the random times at which data are cut and targets are restarted. `edge_until_ms`: fail when the
    edge is gone at a lower latency. `stop`: a restart is "graceful" (`on_stop`, `on_save`) or a "kill" (neither);
    `flush_on_start`: the cache's database is flushed then.
    """

    drills: tuple[str, ...] = ("clock", "hash", "seed", "prefix", "restart", "latency", "fills", "ticks")
    gate: tuple[str, ...] = ("clock", "hash", "seed")
    seed: int = 1
    hash_seeds: int = 4
    cuts: int = 5
    restarts: int = 3
    stop: str = "graceful"
    flush_on_start: bool = False
    latencies_ms: tuple[float, ...] = (0.0, 1.0, 5.0, 25.0, 50.0, 100.0, 200.0, 500.0)
    edge_until_ms: float | None = None
    fill_probabilities: tuple[float, ...] = (0.25, 0.5, 0.75, 1.0)
    fill_seeds: int = 10


@dataclass(frozen=True, slots=True)
class Config:
    """`root` is the project's folder. `nautilus_version` overrides what the repo's own files pin."""

    root: Path
    nautilus_version: str | None = None
    exclude: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    ruff: bool | None = None
    pyright: bool | None = None
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Pattern of paths, and ids or beginnings of ids that are not reported there."""
    severity: tuple[tuple[str, str], ...] = ()
    """Id or beginning of one, and `error`, `warning` or `note`."""
    rules: tuple[str, ...] = ()
    """Folders of the project's own rules. Their code is run."""
    baseline: str | None = None
    smoke: SmokeConfig = field(default_factory=SmokeConfig)
    drill: DrillConfig = field(default_factory=DrillConfig)


def load_config(root: Path) -> Config:
    """Read the project's configuration; a project without one gets the defaults."""
    own, pyproject = root / "lintkit.toml", root / "pyproject.toml"
    if own.is_file():
        return _Reader(own).config(root, _load(own))
    if pyproject.is_file():
        return _Reader(pyproject).config(root, _tools(pyproject).get("lintkit", {}))
    return Config(root)


def parse_config(path: Path, text: str, root: Path) -> Config:
    """What the configuration would be if the file at `path` held `text`."""
    table = _parse(path, text)
    if path.name == "lintkit.toml":
        return _Reader(path, text).config(root, table)
    tools: Any = table.get("tool", {})
    return _Reader(path, text).config(root, tools.get("lintkit", {}) if isinstance(tools, dict) else {})  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]


def pyproject_has(root: Path, tool: str) -> bool:
    """Whether the project's pyproject.toml has a table `[tool.<tool>]`."""
    pyproject = root / "pyproject.toml"
    return pyproject.is_file() and tool in _tools(pyproject)


def place_of(root: Path, name: str) -> tuple[Path | None, int | None]:
    """Where the project's configuration names a rule; nowhere when the command line does."""
    own, pyproject = root / "lintkit.toml", root / "pyproject.toml"
    path = own if own.is_file() else pyproject
    if path.is_file():
        written = re.compile(rf"""["']{re.escape(name)}["']|^\s*{re.escape(name)}\s*=""")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if written.search(line):
                return path, number
    return None, None


def find_root(start: Path) -> Path:
    """The project that `start` belongs to: the nearest folder upward with our configuration, a pyproject or a .git."""
    folder = start if start.is_dir() else start.parent
    for candidate in (folder, *folder.resolve().parents):
        if any((candidate / name).exists() for name in ("lintkit.toml", "pyproject.toml", ".git")):
            return candidate
    return folder


def _tools(pyproject: Path) -> dict[str, Any]:
    table: Any = _load(pyproject).get("tool", {})
    return cast("dict[str, Any]", table) if isinstance(table, dict) else {}


def _load(path: Path) -> dict[str, Any]:
    try:
        return _parse(path, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", path=path) from error


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        raise ConfigError(f"not valid TOML: {error}", path=path, line=int(at[1]) if at else None) from error


def _named(value: object) -> str:
    return _TYPES.get(type(value), "a date or time")


class _Reader:
    """Takes values out of one file's table; what is left over is a typing mistake and is named."""

    def __init__(self, path: Path, text: str | None = None) -> None:
        """`text` is what the file holds, where that is not on disk."""
        self.path = path
        self._text = text

    def config(self, root: Path, table: Any) -> Config:
        known = self._table(table, "tool.lintkit", _KEYS)
        return Config(
            root=root,
            nautilus_version=self._version(known),
            exclude=self._strings(known, "exclude"),
            select=self._strings(known, "select"),
            ignore=self._strings(known, "ignore"),
            ruff=self._take(known, "ruff", bool, None),
            pyright=self._take(known, "pyright", bool, None),
            per_file_ignores=self._per_file(known),
            severity=self._severity(known),
            rules=self._strings(known, "rules"),
            baseline=self._take(known, "baseline", str, None),
            smoke=self._smoke(known.get("smoke", {})),
            drill=self._drill(known.get("drill", {})),
        )

    def _version(self, known: dict[str, Any]) -> str | None:
        version = self._take(known, "nautilus-version", str, None)
        if version is not None and not re.fullmatch(r"v?\d+\.\d+[\w.+-]*", version):
            message = f"`nautilus-version` is not a release of nautilus_trader: {version}"
            raise self._error("nautilus-version", message, 'write it as "1.221.0"')
        return version

    def _per_file(self, known: dict[str, Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        table: dict[str, Any] = self._take(known, "per-file-ignores", dict, {})
        for pattern in table:
            if not pattern.strip("/") or ".." in pattern.split("/"):
                raise self._error("per-file-ignores", f"`{pattern}` is no pattern of files in the project")
        return tuple((pattern, self._strings(table, pattern)) for pattern in table)

    def _severity(self, known: dict[str, Any]) -> tuple[tuple[str, str], ...]:
        table: dict[str, Any] = self._take(known, "severity", dict, {})
        for rule, name in table.items():
            if name not in _SEVERITIES:
                raise self._error(rule, f"the severity of `{rule}` must be one of {', '.join(_SEVERITIES)}")
        return tuple(table.items())

    def _smoke(self, table: Any) -> SmokeConfig:
        keys = {"target", "timeout", "memory-mb", "output-mb", "processes", "network", "writes", "python"}
        known = self._table(table, "tool.lintkit.smoke", keys)
        defaults = SmokeConfig()
        targets: list[Any] = self._take(known, "target", list, [])
        smoke = SmokeConfig(
            targets=tuple(self._target(t) for t in targets),
            timeout_secs=float(self._take(known, "timeout", (int, float), defaults.timeout_secs)),
            memory_mib=self._take(known, "memory-mb", int, defaults.memory_mib),
            output_mib=self._take(known, "output-mb", int, defaults.output_mib),
            processes=self._take(known, "processes", int, defaults.processes),
            network=self._take(known, "network", bool, defaults.network),
            writes=self._strings(known, "writes"),
            python=self._take(known, "python", str, None),
        )
        limits = {
            "timeout": smoke.timeout_secs,
            "memory-mb": smoke.memory_mib,
            "output-mb": smoke.output_mib,
            "processes": smoke.processes,
        }
        for key, value in limits.items():
            if not value > 0:
                raise self._error(key, f"`{key}` must be more than 0")
        for name in smoke.writes:
            if ".." in Path(name).parts:
                hint = "write it as an absolute path"
                raise self._error("writes", f"`writes` names a folder outside the project: {name}", hint)
        names = [t.name for t in smoke.targets]
        for name in names:
            if names.count(name) > 1:
                raise self._error("name", f"two smoke targets are named `{name}`", "give each target its own name")
        return smoke

    def _drill(self, table: Any) -> DrillConfig:
        kinds: dict[str, type | tuple[type, ...]] = {
            **dict.fromkeys(("drills", "gate", "latencies-ms", "fill-probabilities"), list),
            **dict.fromkeys(("seed", "hash-seeds", "cuts", "restarts", "fill-seeds"), int),
            "stop": str,
            "flush-on-start": bool,
            "edge-until-ms": (int, float),
        }
        known = self._table(table, "tool.lintkit.drill", set(kinds))
        defaults = DrillConfig()
        values = {key: self._take(known, key, kinds[key], None) for key in known}
        for key in ("drills", "gate"):
            for name in self._strings(known, key):
                if name not in defaults.drills:
                    hint = f"known drills: {', '.join(defaults.drills)}"
                    raise self._error(key, f"no drill is called `{name}`", hint)
        for key in ("latencies-ms", "fill-probabilities"):
            most = 1 if key == "fill-probabilities" else float("inf")
            if any(
                isinstance(v, bool) or not isinstance(v, (int, float)) or not 0 <= v <= most
                for v in values.get(key, ())
            ):
                raise self._error(key, f"`{key}` must hold numbers from 0{' to 1' if most == 1 else ''}")
        for key in ("hash-seeds", "cuts", "restarts", "fill-seeds"):
            if values.get(key, 1) < 1:
                raise self._error(key, f"`{key}` must be 1 or more")
        if values.get("stop", defaults.stop) not in ("graceful", "kill"):
            raise self._error("stop", "`stop` must be `graceful` or `kill`")
        fields: dict[str, Any] = {k.replace("-", "_"): tuple(v) if kinds[k] is list else v for k, v in values.items()}
        return replace(defaults, **fields)

    def _target(self, table: Any) -> Target:
        keys = {"name", "script", "module", "strategy", "args", "golden", "cwd", "path", *_STRATEGY_KEYS}
        known = self._table(table, "tool.lintkit.smoke.target", keys)
        what = [key for key in ("script", "module", "strategy") if key in known]
        if len(what) != 1:
            message = "a smoke target needs exactly one of `script`, `module` and `strategy`"
            raise self._error("target", message, "name the backtest to run")
        script, module, path = (self._take(known, key, str, None) for key in ("script", "module", "strategy"))
        if path is None and (wrong := sorted(known.keys() & _STRATEGY_KEYS)):
            raise self._error(wrong[0], f"`{wrong[0]}` is of targets with a `strategy`")
        default = Path(script).stem if script else (module or path or "").replace(":", ".")
        name = self._take(known, "name", str, None) or default
        return Target(
            name=name,
            script=script or "",
            args=self._strings(known, "args"),
            golden=self._take(known, "golden", str, None) or f"tapes/{name}.tape",
            module=module,
            strategy=self._strategy(path, known) if path else None,
            cwd=self._take(known, "cwd", str, "."),
            folders=self._strings(known, "path"),
        )

    def _strategy(self, path: str, known: dict[str, Any]) -> StrategyTarget:
        if not re.fullmatch(r"[\w.]+:\w+", path):
            raise self._error("strategy", f"`strategy` must be written package.module:Class, not {path}")
        for name in self._strings(known, "data"):
            if name.startswith("market:") and name.removeprefix("market:") not in MARKETS:
                hint = f"known kinds: {', '.join(MARKETS)}"
                raise self._error("data", f"there is no made-up market `{name.removeprefix('market:')}`", hint)
        return StrategyTarget(
            path=path,
            config_class=self._take(known, "config-class", str, None),
            config=self._take(known, "config", dict, {}),
            venue=self._table(known.get("venue", {}), "tool.lintkit.smoke.target.venue", _VENUE_KEYS),
            instruments=self._strings(known, "instruments"),
            data=self._strings(known, "data"),
            seed=self._take(known, "seed", int, 1),
        )

    def _table(self, table: Any, where: str, keys: set[str]) -> dict[str, Any]:
        if not isinstance(table, dict):
            raise self._error(where.rpartition(".")[2], f"`[{where}]` must be a table")
        known = cast("dict[str, Any]", table)
        for key in known:
            if key not in keys:
                raise self._error(key, f"`[{where}]` has no key `{key}`", f"known keys: {', '.join(sorted(keys))}")
        return known

    def _take(self, table: dict[str, Any], key: str, kind: type | tuple[type, ...], default: Any) -> Any:
        value = table.get(key, default)
        wrong = value is not default and (not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool))
        if wrong:
            wanted = kind[-1] if isinstance(kind, tuple) else kind  # the widest
            raise self._error(key, f"`{key}` must be {_TYPES[wanted]}, not {_named(value)}")
        return value

    def _strings(self, table: dict[str, Any], key: str) -> tuple[str, ...]:
        values = self._take(table, key, list, [])
        for value in values:
            if not isinstance(value, str):
                raise self._error(key, f"`{key}` must be a list of texts in quotes; {_named(value)} is in it")
        return tuple(values)

    def _error(self, key: str, message: str, hint: str = "") -> ConfigError:
        return ConfigError(message, path=self.path, line=self._line_of(key), hint=hint)

    def _line_of(self, key: str) -> int | None:
        text = self.path.read_text(encoding="utf-8") if self._text is None else self._text
        lines = text.splitlines()
        pattern = re.compile(rf"^\s*\[*[\w.\-\s]*\b{re.escape(key)}\b")
        return next((n for n, line in enumerate(lines, 1) if pattern.match(line)), None)
