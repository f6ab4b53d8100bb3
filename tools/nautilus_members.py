"""Write the public attributes of the installed NautilusTrader's classes to tests/parity/members/RELEASE.tsv.

    PYTHON_WITH_NAUTILUS_TRADER tools/nautilus_members.py

A line is a class by its full name, its bases in the package and the names that it adds to theirs, with tabs between.
Live trading, adapters and the compiled core's second set of classes are left out. Standard library only, beside
`nautilus_trader`.
"""

import importlib
import pkgutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import nautilus_trader

TARGET = Path(__file__).parents[1] / "tests" / "parity" / "members"
PACKAGE = "nautilus_trader"
LEFT_OUT = ("adapters", "live", "examples", "test_kit.debug_helpers")


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(nautilus_trader.__path__, f"{PACKAGE}."):
        if not found.name.removeprefix(f"{PACKAGE}.").startswith(LEFT_OUT):
            yield importlib.import_module(found.name)


def classes(module: ModuleType) -> Iterator[type]:
    for name, value in vars(module).items():
        if isinstance(value, type) and value.__module__ == module.__name__ and not name.startswith("_"):
            yield value


def own_names(cls: type) -> set[str]:
    fields: Any = getattr(cls, "__struct_fields__", ())
    inherited = {name for base in cls.__mro__[1:] for name in dir(base)}
    annotations: Any = vars(cls).get("__annotations__", {})
    return {name for name in (*vars(cls), *fields, *annotations) if not name.startswith("_")} - inherited


def full_name(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def line(cls: type) -> str:
    bases = [full_name(base) for base in cls.__mro__[1:] if base.__module__.startswith(PACKAGE)]
    return f"{full_name(cls)}\t{' '.join(bases)}\t{' '.join(sorted(own_names(cls)))}\n"


def main() -> None:
    warnings.simplefilter("ignore")
    lines = sorted({line(cls) for module in modules() for cls in classes(module)})
    TARGET.mkdir(exist_ok=True)
    (TARGET / f"{nautilus_trader.__version__}.tsv").write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
