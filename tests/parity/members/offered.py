"""Prints the public attributes of the classes that the virtual package offers, as JSON: name, what there is, what refuses.

Runs with the virtual package on the path.
"""

import ast
import importlib
import inspect
import json
import pkgutil
import sys
import textwrap
import warnings
from collections.abc import Iterator

import nautilus_trader
from nautilus_trader import _refuse

RESTS = {"Cache": "cache._rest", "Portfolio": "portfolio._rest", "MessageBus": "common._endpoints"}
"""Classes of the engine that ask a class in Python for what they lack."""


def classes() -> Iterator[tuple[str, type]]:
    seen: set[type] = set()
    for found in pkgutil.walk_packages(nautilus_trader.__path__, "nautilus_trader."):
        if any(part.startswith("_") for part in found.name.split(".")):
            continue
        module = importlib.import_module(found.name)
        for name, value in list(vars(module).items()):
            ours = isinstance(value, type) and value.__module__.startswith(("nautilus_trader", "lintkit"))
            if ours and not name.startswith("_") and value not in seen:
                seen.add(value)
                yield value.__name__, value


def attributes(cls: type) -> set[str]:
    fields, flags = (getattr(cls, name, ()) for name in ("__struct_fields__", "__members__"))
    names = {*dir(cls), *fields, *flags, *assigned(cls)}
    if cls.__name__ in RESTS:
        names |= attributes(importlib.import_module(f"nautilus_trader.{RESTS[cls.__name__]}").Rest)
    return {name for name in names if not name.startswith("_")}


def assigned(cls: type) -> Iterator[str]:
    """Attributes that the class's code annotates, or gives to its instances."""
    for base in cls.__mro__:
        yield from vars(base).get("__annotations__", ())
        if sys.modules.get(base.__module__) is None or base.__module__ == "builtins":
            continue
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(base)))
        except (OSError, TypeError):  # written in Rust
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                yield node.attr


def main() -> None:
    warnings.simplefilter("ignore")
    offered: dict[str, dict[str, list[str]]] = {}
    for name, cls in classes():
        rest = RESTS.get(name)
        owners = [cls, *([importlib.import_module(f"nautilus_trader.{rest}").Rest] if rest else [])]
        refused = {attribute for owner in owners for attribute in _refuse.refused(owner)}
        has = attributes(cls) - refused
        known = offered.setdefault(name, {"has": [], "refused": []})
        known["has"] = sorted({*known["has"], *has})
        known["refused"] = sorted({*known["refused"], *refused})
    sys.stdout.write(json.dumps(offered))


if __name__ == "__main__":
    main()
