"""Finds rules: every `Rule` subclass that a `*.py` file of a rules folder defines."""

import sys
from collections.abc import Iterable
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from lintkit.errors import ConfigError, LintkitError
from lintkit.rule import Rule
from lintkit.rules_folder import builtin_rules


@cache
def load_rules(folder: Path | None = None) -> tuple[type[Rule], ...]:
    """The rules of a folder, sorted by id; without a folder the built-in ones."""
    found = [
        value
        for path in sorted((folder or builtin_rules()).glob("[!_]*.py"))
        for module in (load(path, folder),)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module.__name__
    ]
    if not found:
        hint = "install lintkit again" if folder is None else "a rule is a class in a *.py file that derives from Rule"
        raise LintkitError("no rules found", path=folder or builtin_rules(), hint=hint)
    return tuple(sorted(found, key=lambda rule: rule.id))


def rules_of(folders: Iterable[Path] = ()) -> tuple[type[Rule], ...]:
    """The built-in rules and those of a project's own folders, sorted by id."""
    found = [*load_rules(), *(rule for folder in folders for rule in load_rules(folder))]
    ids = [rule.id for rule in found]
    for rule in found:
        if ids.count(rule.id) > 1:
            raise ConfigError(f"two rules have the id `{rule.id}`", hint="choose letters that lintkit does not use")
    return tuple(sorted(found, key=lambda rule: rule.id))


@cache
def load(path: Path, folder: Path | None) -> ModuleType:
    name = f"lintkit.rules.{path.stem}" if folder is None else f"lintkit_rules.{folder.resolve().name}.{path.stem}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise LintkitError("not a Python file", path=path)
    module = sys.modules[name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        if folder is None:
            raise
        raise LintkitError(f"this rule cannot be loaded: {type(error).__name__}: {error}", path=path) from error
    return module
