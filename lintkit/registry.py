"""Finds rules: every `Rule` subclass that a `*.py` file of a rules folder defines."""

import sys
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from lintkit.errors import LintkitError
from lintkit.rule import Rule
from lintkit.rules_folder import builtin_rules


@cache
def load_rules(folder: Path | None = None) -> tuple[type[Rule], ...]:
    """The rules of a folder, sorted by id; without a folder the built-in ones."""
    found = [
        value
        for path in sorted((folder or builtin_rules()).glob("[!_]*.py"))
        for value in vars(_load(path)).values()
        if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == f"lintkit.rules.{path.stem}"
    ]
    if not found:
        raise LintkitError("no rules found", path=folder or builtin_rules(), hint="install lintkit again")
    return tuple(sorted(found, key=lambda rule: rule.id))


def _load(path: Path) -> ModuleType:
    name = f"lintkit.rules.{path.stem}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise LintkitError("not a Python file", path=path)
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
