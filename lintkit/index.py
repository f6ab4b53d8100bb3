"""The Rust index. It lives in the engine's library, as a module of its own: a check does not set up the engine."""

from importlib.machinery import ExtensionFileLoader
from importlib.util import find_spec, module_from_spec, spec_from_loader
from types import ModuleType
from typing import TYPE_CHECKING

from lintkit.errors import LintkitError

if TYPE_CHECKING:
    from lintkit._index import (  # pyright: ignore[reportMissingModuleSource]
        KINDS,
        ChangedError,
        File,
        Nodes,
        Words,
        holding,
        read,
        relevant,
    )
else:

    def _load() -> ModuleType:
        library = find_spec("lintkit._engine")
        if library is None or not library.origin:
            raise LintkitError("the compiled part is missing", hint="install lintkit again")
        spec = spec_from_loader("lintkit._index", ExtensionFileLoader("lintkit._index", library.origin))
        try:
            module = module_from_spec(spec)
        except ImportError as error:
            raise LintkitError(f"the compiled part is of another version: {error}", hint="build it again") from None
        spec.loader.exec_module(module)
        return module

    _index = _load()
    KINDS, File, Nodes, Words, ChangedError = _index.KINDS, _index.File, _index.Nodes, _index.Words, _index.ChangedError
    holding, read, relevant = _index.holding, _index.read, _index.relevant

__all__ = ["KINDS", "ChangedError", "File", "Nodes", "Words", "holding", "read", "relevant"]
