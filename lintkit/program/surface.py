"""NautilusTrader's public API, release by release: which names, parameters and members there are.

From `data/nautilus_api.tsv`, which `tools/nautilus_api.py` extracts from the package's own files. Only the lines that
are asked for are parsed. Sets of releases are bit masks: bit n is the n-th release.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import cast

from packaging.version import Version

from lintkit.program.target import Target

PACKAGE = "nautilus_trader"
_PLAIN_BASES = frozenset({"object", "ABC", "Generic", "Protocol", "Struct"})
_MAX_DEPTH = 20
_ON_EVERYTHING = frozenset({"mro"})


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a call may be given. `positional` are those that may come without their names, in order."""

    positional: tuple[str, ...]
    names: frozenset[str]
    required: tuple[str, ...]
    takes_any: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Something is not there. `releases` are those it was looked up in, `last` and `first` those that have it.

    `is_certain` when the project pins the release, or says which it allows and none of them ever had it.
    """

    releases: str
    is_certain: bool
    ever: bool
    first: str
    last: str

    @property
    def words(self) -> str:
        """`does not exist in nautilus_trader 1.221.0 (last in 1.219.0)`."""
        history = ""
        if self.ever:
            history = f", which has it only since {self.first}" if _key(self.first) > _key(self.newest) else ""
            history = history or f" (the last release with it is {self.last})"
        return f"nautilus_trader {self.releases}{history}"

    @property
    def newest(self) -> str:
        return self.releases.split()[-1]


class Surface:
    """The API as a project sees it: in the release that it targets, or in all that it allows."""

    def __init__(self, target: Target) -> None:
        self._table = _table()
        self.target = target
        self._classes: dict[str, bool] = {}
        self._modules: dict[str, int] = {}
        self._missing: dict[tuple[str, str], Verdict | None] = {}
        self._missing_in_family: dict[tuple[str, str], Verdict | None] = {}

    @cached_property
    def releases(self) -> int:
        """The releases to look into; 0 when the project targets one that nobody has looked at."""
        versions = self._table.versions
        ones = [i for i, v in enumerate(versions) if v.major == 1]
        wanted = self.target.version
        if wanted is None:
            return (1 << len(versions)) - 1
        if not self.target.exact and wanted < versions[ones[0]]:
            return sum(1 << i for i in ones)
        if wanted.major != 1:
            return sum(1 << i for i, v in enumerate(versions) if v == wanted)
        if wanted < versions[0]:
            return 0
        if not self.target.exact:
            return sum(1 << i for i in ones if versions[i] >= _plain(wanted)) or 1 << ones[-1]
        same = [i for i in ones if versions[i] <= _plain(wanted)]
        # A nightly has what its release will have, or still what the one before had.
        return sum(1 << i for i in (same[-2:] if wanted.is_prerelease else same[-1:]))

    @cached_property
    def newest(self) -> int:
        """The newest 1.x of `releases`, as a mask."""
        ones = [i for i, v in enumerate(self._table.versions) if v.major == 1 and self.releases >> i & 1]
        return 1 << ones[-1] if ones else 0

    def has_module(self, module: str) -> int:
        if module not in self._modules:
            self._modules[module] = _union(self._table.module(module))
        return self._modules[module]

    def importable(self, module: str, name: str) -> int:
        """The releases in which `from module import name` works or cannot be told."""
        groups = self._table.module(module)
        return groups.get(name, 0) | groups.get("?", 0) | self.has_module(f"{module}.{name}")

    def missing_module(self, module: str) -> Verdict | None:
        parts = module.split(".")
        opened = [self._table.module(".".join(parts[:n])).get("?", 0) for n in range(2, len(parts) + 1)]
        return self._verdict(self.has_module(module) | _or(opened), self._all)

    def missing_name(self, module: str, name: str) -> Verdict | None:
        """Why an import fails, or None. Names with an underscore are nobody's API and not in the data."""
        if name.startswith("_"):
            return None
        return self.missing_module(module) or self._verdict(self.importable(module, name), self.has_module(module))

    def homes(self, name: str) -> tuple[str, ...]:
        """Modules to import a class or function from in the newest release in question, best first.

        The packages around the module that defines it, outermost first, then that module.
        """
        found: list[str] = []
        for module, mask in self._table.homes(name).items():
            parts = module.split(".")
            around = [".".join(parts[:n]) for n in range(2, len(parts) + 1)] if mask & self.newest else []
            found += [m for m in around if self._table.module(m).get(name, 0) & self.newest and m not in found]
        return tuple(sorted(found, key=lambda m: (m.count("."), m)))

    def is_class(self, name: str) -> bool:
        if name not in self._classes:
            self._classes[name] = bool(self._table.kind(name, "bases"))
        return self._classes[name]

    def missing_parameter(self, owner: str, method: str, name: str) -> Verdict | None:
        """Why a call of `owner(...)`, or `owner.method(...)`, with this keyword fails."""
        known, has = 0, 0
        for mask, parameters in self._signatures(owner, method):
            known |= mask
            if parameters.takes_any or name in parameters.names:
                has |= mask
        return self._verdict(has, known)

    def parameters(self, owner: str, method: str = "") -> Parameters | None:
        """What a call takes in the newest release in question."""
        return next((p for mask, p in self._signatures(owner, method) if mask & self.newest), None)

    def missing_required(self, owner: str, method: str, given: AbstractSet[str], count: int) -> tuple[str, ...]:
        """What a call with these keywords and `count` positional arguments lacks in the newest release in question.

        Nothing where a release in question is not known, or where the call is right in one of them.
        """
        known, newest = 0, ()
        for mask, parameters in self._signatures(owner, method):
            if mask & self.releases:
                names = given | set(parameters.positional[:count])
                lacks = tuple(name for name in parameters.required if name not in names)
                if not lacks or parameters.takes_any or names - parameters.names:
                    return ()
                known |= mask
                newest = lacks if mask & self.newest else newest
        return newest if self.releases and not self.releases & self._ones & ~known else ()

    def missing_member(self, owner: str, name: str) -> Verdict | None:
        """Why `owner.name` fails, or None."""
        if name.startswith("_") or name in _ON_EVERYTHING:
            return None
        if (owner, name) not in self._missing:
            self._missing[owner, name] = self._verdict(*self._member(owner, name, 0))
        return self._missing[owner, name]

    def missing_in_family(self, owner: str, name: str) -> Verdict | None:
        """Why `value.name` fails whichever subclass of `owner` in the package the value is of, or None."""
        if name.startswith("_") or name in _ON_EVERYTHING:
            return None
        if (owner, name) not in self._missing_in_family:
            has, known = self._member(owner, name, 0)
            for one in self.subclasses(owner):
                has |= self._member(one, name, 0)[0]
            self._missing_in_family[owner, name] = self._verdict(has, known | has)
        return self._missing_in_family[owner, name]

    def subclasses(self, owner: str) -> frozenset[str]:
        return self._table.subclasses(owner)

    def members(self, owner: str) -> frozenset[str]:
        """The members in the newest release in question, inherited ones included."""
        found: set[str] = set()
        for base in self._family(owner):
            for value, mask in self._table.kind(base, "members").items():
                if mask & self.newest:
                    found.add(value)
        return frozenset(found)

    @property
    def _all(self) -> int:
        return (1 << len(self._table.versions)) - 1

    def _family(self, owner: str) -> Iterator[str]:
        todo, seen = [owner], {owner}
        for one in todo:
            yield one
            for bases, mask in self._table.kind(one, "bases").items():
                if mask & self.newest:
                    fresh = [b for b in bases.split() if b not in seen]
                    seen.update(fresh)
                    todo += fresh

    def _member(self, owner: str, name: str, depth: int) -> tuple[int, int]:
        """The releases whose class has the member, and those in which that can be told."""
        bases = self._table.kind(owner, "bases")
        has, known = self._table.kind(owner, "members").get(name, 0), 0
        for names, mask in bases.items():
            sure, found = mask, 0
            for base in names.split():
                if base in _PLAIN_BASES:
                    continue
                if depth > _MAX_DEPTH or not self._table.kind(base, "bases"):
                    sure = 0
                    continue
                inherited, told = self._member(base, name, depth + 1)
                found |= inherited
                sure &= told
            has |= found & mask
            known |= sure
        return has, known | has

    def _signatures(self, owner: str, method: str) -> Iterator[tuple[int, Parameters]]:
        if not method:
            for text, mask in self._table.kind(owner, "init").items():
                yield mask, _parameters(text)
            return
        covered = 0
        for one in self._family(owner):
            found = self._table.methods(one).get(method, {})
            for text, mask in found.items():
                if mask & ~covered:
                    yield mask & ~covered, _parameters(text)
            covered |= _union(found)

    def _verdict(self, has: int, known: int) -> Verdict | None:
        """None when a release in question has it (the newest, where several are) or nothing is `known` of it."""
        wanted = self.releases
        ones = wanted & self._ones
        unknown = self._all & ~known
        if wanted and not ones:
            return self._never(has, known)
        if not known & wanted or (has | unknown) & self.newest or (self.target.exact and has & wanted):
            return None
        ever = has & self._ones if self.target.version is not None else has
        versions = [str(v) for i, v in enumerate(self._table.versions) if has >> i & 1 and self._ones >> i & 1]
        is_certain = self.target.exact or (self.target.version is not None and not ever & wanted)
        if has & ~self._ones and self.target.version is None and not has & self._ones:
            return None  # only in 2.x, and nothing says that the project is not on it
        if ones == self._ones or (not self.target.exact and not ever & wanted and ones & (ones - 1)):
            low = next(str(v) for i, v in enumerate(self._table.versions) if ones >> i & 1)
            said = f"{self._name(self.newest)}" if ever else f"{low} to {self._name(self.newest)}"
        else:
            said = self._name(self.newest)
        return Verdict(
            said, is_certain, bool(versions), versions[0] if versions else "", versions[-1] if versions else ""
        )

    def _never(self, has: int, known: int) -> Verdict | None:
        """For a project on 2.x, of which a candidate is known and no release: what no release ever had."""
        if has or not known & self.releases:
            return None
        oldest, newest = self._name(known & -known), self._name(known)
        return Verdict(f"{oldest} to {newest}", is_certain=False, ever=False, first="", last="")

    @cached_property
    def _ones(self) -> int:
        return sum(1 << i for i, v in enumerate(self._table.versions) if v.major == 1)

    def _name(self, mask: int) -> str:
        return str(self._table.versions[mask.bit_length() - 1])


class _Table:
    """The data file, parsed a line at a time."""

    def __init__(self, text: str) -> None:
        self._lines = dict(line.split("\t", 1) for line in text.splitlines())
        self.versions = [Version(v) for v in cast("list[str]", json.loads(self._lines["versions"]))]
        self._read: dict[str, dict[str, int]] = {}
        self._methods: dict[str, dict[str, dict[str, int]]] = {}
        self._derived: dict[str, frozenset[str]] = {}

    def subclasses(self, owner: str) -> frozenset[str]:
        """The classes that derive from one in any release, at any distance."""
        if owner not in self._derived:
            found: set[str] = set()
            todo = [owner]
            for base in todo:
                maybe = (name for name, text in self._bases if base in text and name not in found)
                fresh = [n for n in maybe if any(base in bases.split() for bases in self.kind(n, "bases"))]
                found.update(fresh)
                todo += fresh
            self._derived[owner] = frozenset(found)
        return self._derived[owner]

    @cached_property
    def _bases(self) -> list[tuple[str, str]]:
        """Every class, and the text that holds its bases: most of them are never parsed."""
        rows = ((key.split(" "), text) for key, text in self._lines.items() if key.endswith(" bases"))
        return [(key[1], text) for key, text in rows if key[0] == "class"]

    def module(self, name: str) -> Mapping[str, int]:
        return self._entry(f"module {name}", " ")

    def kind(self, name: str, kind: str) -> Mapping[str, int]:
        return self._entry(f"class {name} {kind}", " " if kind == "members" else "")

    def methods(self, name: str) -> Mapping[str, Mapping[str, int]]:
        """Method -> parameters -> releases."""
        if name not in self._methods:
            found: dict[str, dict[str, int]] = {}
            for text, mask in self._entry(f"class {name} methods", ";").items():
                method, _, parameters = text.partition("(")
                found.setdefault(method, {})[parameters.removesuffix(")")] = mask
            self._methods[name] = found
        return self._methods[name]

    def homes(self, name: str) -> Mapping[str, int]:
        return self._entry(f"home {name}", " ")

    def _entry(self, key: str, separator: str) -> dict[str, int]:
        if key not in self._read:
            found: dict[str, int] = {}
            groups = cast("dict[str, str]", json.loads(self._lines.get(key, "{}")))
            for mask, value in groups.items():
                for item in value.split(separator) if separator and value else [value]:
                    found[item] = found.get(item, 0) | int(mask, 16)
            self._read[key] = found
        return self._read[key]


@cache
def _table() -> _Table:
    return _Table(files("lintkit.data").joinpath("nautilus_api.tsv").read_text(encoding="utf-8"))


@cache
def _parameters(text: str) -> Parameters:
    positional: list[str] = []
    names: list[str] = []
    required: list[str] = []
    keyword_only = takes_any = False
    for part in text.split():
        if part.startswith("**"):
            takes_any = True
        elif part.startswith("*"):
            keyword_only = True
            takes_any |= len(part) > 1
        else:
            name = part.rstrip("=")
            names.append(name)
            if name == part:
                required.append(name)
            if not keyword_only:
                positional.append(name)
    return Parameters(tuple(positional), frozenset(names), tuple(required), takes_any)


def _plain(version: Version) -> Version:
    return Version(version.base_version)


def _key(version: str) -> Version:
    return Version(version)


def _union(groups: Mapping[str, int]) -> int:
    return _or(groups.values())


def _or(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found
