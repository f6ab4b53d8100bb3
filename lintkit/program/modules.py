"""Which file an import means: from the project root and every folder that is not itself a package."""

import sys
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from pathlib import PurePosixPath

from lintkit.source import PythonSource

_NEVER_OURS = frozenset(sys.stdlib_module_names) | {"nautilus_trader"}


class Modules:
    """Import names to sources. A name that several files could mean goes to the one nearest to the importing file."""

    def __init__(self, sources: Iterable[PythonSource]) -> None:
        self._by_path = {source.path: source for source in sources}
        files = [(_module(path), source) for path, source in self._by_path.items()]
        packages = {module for module, source in files if source.path.stem == "__init__"}
        self._by_name: dict[str, list[PythonSource]] = defaultdict(list)
        for module, source in files:
            for start in range(len(module)):
                if start == 0 or module[:start] not in packages:
                    self._by_name[".".join(module[start:])].append(source)

    @cached_property
    def parts(self) -> frozenset[str]:
        """The names of all files and folders, without suffixes."""
        return frozenset(part for path in self._by_path for part in path.with_suffix("").parts)

    def find(self, name: str, importer: PythonSource) -> PythonSource | None:
        """The file that an absolute import of `name` in `importer` reads."""
        if not name or name.partition(".")[0] in _NEVER_OURS:
            return None
        found = self._by_name.get(name)
        if not found:
            return None
        return min(found, key=lambda s: (-_shared(s.path, importer.path), len(s.path.parts), s.path))

    def relative(self, importer: PythonSource, dots: int, name: str) -> PythonSource | None:
        """The file that `from ..name import x` reads; `dots` is how many there are."""
        folder = importer.path.parent
        for _ in range(dots - 1):
            folder = folder.parent
        path = folder.joinpath(*name.split(".")) if name else folder
        return self._by_path.get(path.with_name(f"{path.name}.py") if name else path) or self._by_path.get(
            path / "__init__.py"
        )

    def submodule(self, package: PythonSource, name: str) -> PythonSource | None:
        if package.path.stem != "__init__":
            return None
        return self.relative(package, 1, name)


def _module(path: PurePosixPath) -> tuple[str, ...]:
    """The names of folders and module from the root down."""
    folders = path.parts[:-1]
    return folders if path.stem == "__init__" else (*folders, path.stem)


def _shared(left: PurePosixPath, right: PurePosixPath) -> int:
    count = 0
    for one, other in zip(left.parts, right.parts, strict=False):
        if one != other:
            break
        count += 1
    return count
