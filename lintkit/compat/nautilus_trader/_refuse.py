"""Clear errors for what the bundled engine does not offer.

Two ways lead to an unknown name: a submodule that does not exist (the import system asks the finder that `install`
appends) and a name that a module lacks (Python calls the module's `__getattr__`, which `unknown` makes).
"""

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, NoReturn

_HERE = os.path.dirname(__file__)  # noqa: PTH120  # pathlib takes its time to import
_ADVICE = "run with `--engine nautilus`"


def where() -> str:
    """`file:line` of the user's code that is running, relative to the working directory where possible."""
    frame = sys._getframe(1)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # the documented way to callers
    while frame.f_back is not None:
        filename = frame.f_code.co_filename
        if not filename.startswith((_HERE, "<frozen ")):
            break
        frame = frame.f_back
    from pathlib import Path

    path = Path(frame.f_code.co_filename)
    if path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return f"{path}:{frame.f_lineno}"


def message(what: str) -> str:
    return f"{what} is not supported by lintkit's bundled engine ({where()}); {_ADVICE}"


def is_refusal(error: Exception) -> bool:
    """Whether an error says that the bundled engine lacks something."""
    return "lintkit's bundled engine" in str(error)


def refuse(what: str) -> NoReturn:
    """For a call that only the real package can serve."""
    raise NotImplementedError(message(what))


def unknown(module: str) -> Callable[[str], Any]:
    """The `__getattr__` of a module: imports a submodule of that name, or refuses."""

    def getattr_(name: str) -> ModuleType:
        if name.startswith("__"):
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        path = getattr(sys.modules[module], "__path__", None)
        if path is not None and PathFinder.find_spec(f"{module}.{name}", path) is not None:
            return import_module(f"{module}.{name}")
        from nautilus_trader import _placeholder, _releases  # only for what is not here

        missing = _releases.missing(module, name)
        if missing is not None:
            raise ImportError(f"cannot import name {name!r} from {module!r}: {missing}", name=module)
        latent = _placeholder.latent(module, name)
        if latent is not None:
            return latent
        raise ImportError(message(f"{module}.{name}"), name=module)

    return getattr_


def exported(module: str, homes: dict[str, str]) -> Callable[[str], Any]:
    """As `unknown`, for a package that shows names of its submodules: imported when they are asked for."""
    refuse_name = unknown(module)

    def getattr_(name: str) -> Any:
        home = homes.get(name)
        return refuse_name(name) if home is None else getattr(import_module(home), name)

    return getattr_


class _Refused:
    """A member that only the real class has. What a subclass or an instance sets under its name comes first."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __get__(self, instance: object, owner: type | None = None) -> NoReturn:
        raise AttributeError(message(self.what), name=self.what.rpartition(".")[2], obj=instance)


def members(names: str, owner: str | None = None) -> Callable[[type], Any]:
    """Says of the real class's other members that they are not here: a decorator, and for classes of the engine."""

    def mark(cls: type) -> Any:
        for name in names.split():
            setattr(cls, name, _Refused(f"{owner or cls.__name__}.{name}"))
        return cls

    return mark


def lacking(owner: str) -> Callable[[Any, str], NoReturn]:
    """The `__getattr__` of a class that stands behind `owner`: what it refuses, it refuses in that class's name."""

    def getattr_(self: Any, name: str) -> NoReturn:
        member = vars(type(self)).get(name)
        if isinstance(member, _Refused):
            member.__get__(self)
        raise AttributeError(f"{owner!r} object has no attribute {name!r}", name=name, obj=self)

    return getattr_


def refused(cls: type) -> set[str]:
    """The members that a class refuses."""
    found: dict[str, object] = {}
    for base in reversed(cls.__mro__):
        found |= vars(base)
    return {name for name, value in found.items() if isinstance(value, _Refused)}


class _UnknownModules:
    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        del path, target
        if name.startswith("nautilus_trader."):
            from nautilus_trader import _releases  # only for what is not here

            missing = _releases.missing(name)
            if missing is not None:
                raise ModuleNotFoundError(f"No module named {name!r}: {missing}", name=name)
            raise ModuleNotFoundError(message(name), name=name)
        return None


def install() -> None:
    """Asked last, when no other finder knows the module."""
    if _UnknownModules not in sys.meta_path:
        sys.meta_path.append(_UnknownModules)
