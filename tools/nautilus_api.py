"""Write NautilusTrader's public API, release by release, to lintkit/data/nautilus_api.tsv.

    python tools/nautilus_api.py 1.232.0=path/to/nautilus_trader-1.232.0-....whl

Each argument is VERSION=PATH: a wheel, or a folder that holds `nautilus_trader` (a source tree or site-packages).
Releases that the file already has stay unless they are named again. Everything is read as text (.py, .pyx, .pxd, .pyi);
nothing is imported. Needs a Python at least as new as the grammar of the package.

A line is a key, a tab and JSON, so that a reader only parses the lines it needs. Names are kept with the releases that
have them, as a bit mask in hexadecimal (bit n is the n-th of `versions`):

    versions           the releases, oldest first
    module MODULE      mask -> "names that can be imported from it"; of `?` names the releases in which nobody can tell
    home NAME          mask -> "modules that define the class or function"
    class NAME KIND    mask -> value, for a class by its own name; KIND is bases "A B", members "names",
                       init "parameters" or methods "name(parameters)", separated by ";"

Parameters are written `name` (required), `name=` (optional), `*` (only keywords after it), `**name` and `*name`.
A class without `init` takes what cannot be told. Two classes of one name in a release become their union.
"""

import ast
import json
import re
import sys
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PACKAGE = "nautilus_trader"
TARGET = Path(__file__).parents[1] / "lintkit" / "data" / "nautilus_api.tsv"
OPEN = (f"{PACKAGE}.core.nautilus_pyo3", f"{PACKAGE}.core.rust", f"{PACKAGE}._libnautilus")
INTERNAL = (f"{PACKAGE}.adapters.", f"{PACKAGE}.test_kit.", f"{PACKAGE}.examples.", f"{PACKAGE}.serialization.")
"""Of the classes in these, only configurations are kept: nobody calls the others by hand."""

PLAIN_BASES = frozenset({"object", "ABC", "Generic", "Protocol", "Struct", "Exception", "ValueError", "RuntimeError"})
STEP, MAX_DEPTH = 4, 20
ENUM_BASES = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"})


@dataclass
class Class:
    bases: list[str] = field(default_factory=list[str])
    members: set[str] = field(default_factory=set[str])
    init: list[str] | None = None
    fields: list[str] = field(default_factory=list[str])
    methods: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    is_record: bool = False
    """A dataclass or msgspec struct: its fields are its parameters."""


@dataclass
class Module:
    names: set[str] = field(default_factory=set[str])
    classes: dict[str, Class] = field(default_factory=dict[str, Class])
    stars: list[str] = field(default_factory=list[str])
    is_open: bool = False
    has_stub: bool = False
    defined: set[str] = field(default_factory=set[str])
    """Classes and functions that are written here, not imported."""


def read_package(path: Path) -> dict[str, Module]:
    modules: dict[str, Module] = defaultdict(Module)
    for name, text in sorted(_files(path)):
        dotted, _, suffix = name.rpartition(".")
        dotted = dotted.replace("/", ".").removesuffix(".__init__")
        if dotted.startswith(OPEN):
            modules[dotted].is_open = True
            continue
        module = modules[dotted]
        module.has_stub |= suffix == "pyi"
        try:
            if suffix in {"py", "pyi"}:
                _python(module, ast.parse(text), dotted if not name.endswith("__init__.py") else f"{dotted}.x")
            else:
                _cython(module, text, declarations=suffix == "pxd")
        except SyntaxError as error:
            raise SystemExit(f"{path}: {name}: {error}") from None
    for module in modules.values():
        for star in module.stars:
            module.names |= modules[star].names if star in modules else set()
            module.is_open |= not module.has_stub and (star not in modules or modules[star].is_open)
    return dict(modules)


def _files(path: Path) -> Iterator[tuple[str, str]]:
    suffixes = {".py", ".pyx", ".pxd", ".pyi"}
    if path.is_file():
        with zipfile.ZipFile(path) as wheel:
            for name in wheel.namelist():
                if name.startswith(f"{PACKAGE}/") and Path(name).suffix in suffixes:
                    yield name, wheel.read(name).decode()
        return
    for file in (path / PACKAGE).rglob("*"):
        if file.suffix in suffixes:
            yield file.relative_to(path).as_posix(), file.read_text("utf-8")


def _python(module: Module, tree: ast.Module, dotted: str) -> None:
    todo: list[ast.stmt] = list(tree.body)
    while todo:
        node = todo.pop(0)
        match node:
            case ast.If(test=ast.Name("TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
                todo = [*node.orelse, *todo]
            case ast.If() | ast.Try() | ast.With():
                inner = [*node.body, *getattr(node, "orelse", []), *getattr(node, "finalbody", [])]
                todo = [*inner, *(s for h in getattr(node, "handlers", []) for s in h.body), *todo]
            case ast.ImportFrom():
                base = _absolute(node, dotted)
                module.stars += [base] if any(a.name == "*" for a in node.names) else []
                module.names |= {a.asname or a.name for a in node.names} - {"*"}
            case ast.Import():
                module.names |= {a.asname or a.name.partition(".")[0] for a in node.names}
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                module.is_open |= node.name == "__getattr__"
                module.names.add(node.name)
                module.defined.add(node.name)
            case ast.ClassDef():
                module.names.add(node.name)
                module.defined.add(node.name)
                module.classes[node.name] = _merge([c for c in [module.classes.get(node.name)] if c] + [_class(node)])
            case ast.Assign() | ast.AnnAssign():
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                module.names |= {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
            case _:
                pass


def _absolute(node: ast.ImportFrom, dotted: str) -> str:
    if not node.level:
        return node.module or ""
    parent = dotted.split(".")[: -node.level]
    return ".".join([*parent, node.module] if node.module else parent)


def _class(node: ast.ClassDef) -> Class:
    one = Class([_last(ast.unparse(b)) for b in node.bases])
    decorators = [_last(ast.unparse(d.func if isinstance(d, ast.Call) else d)) for d in node.decorator_list]
    one.is_record = "dataclass" in decorators or "Struct" in one.bases
    one.bases += ["?"] if "customdataclass" in decorators else []  # adds members of its own
    for item in node.body:
        if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)):
            marks = {_last(ast.unparse(d)) for d in item.decorator_list}
            parameters = _parameters(item.args)
            bound = parameters if "staticmethod" in marks else parameters[1:]
            if item.name == "__init__":
                one.init = bound
            elif not item.name.startswith("_"):
                one.members.add(item.name)
                if not marks & {"property", "setter", "cached_property", "getter"}:
                    one.methods[item.name] = bound
        elif isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            one.members.add(item.target.id)
            if "ClassVar" not in ast.unparse(item.annotation):
                one.fields.append(item.target.id + ("=" if item.value is not None else ""))
        elif isinstance(item, ast.Assign):
            one.members |= {t.id for t in item.targets if isinstance(t, ast.Name)}
    one.members |= {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute) and _is_set_on_self(n)}
    one.members = {m for m in one.members if not m.startswith("_")}
    return one


def _is_set_on_self(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name) and node.value.id == "self"


def _parameters(arguments: ast.arguments) -> list[str]:
    positional = [*arguments.posonlyargs, *arguments.args]
    optional = len(positional) - len(arguments.defaults)
    found = [a.arg + ("=" if i >= optional else "") for i, a in enumerate(positional)]
    if arguments.vararg:
        found.append(f"*{arguments.vararg.arg}")
    elif arguments.kwonlyargs:
        found.append("*")
    found += [a.arg + ("=" if d else "") for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
    return [*found, f"**{arguments.kwarg.arg}"] if arguments.kwarg else found


_CLASS = re.compile(r"(?:cdef |cpdef )?class (\w+)(?:\((.*)\))?:")
_FUNCTION = re.compile(r"(?:async def|cpdef|def) (?:(?!\().)*?(\w+)\((.*)\)")
_IMPORT = re.compile(r"from \S+ import (.*)")
_NAME = re.compile(r"(\w+)\s*(?::[^=]+)?=(?!=)")
_SET = re.compile(r"self\.([a-zA-Z]\w*)\s*(?::[^=]+)?=(?!=)")
_ATTRIBUTE = re.compile(r"cdef (?:readonly|public) .*?(\w+)$")


def _cython(module: Module, text: str, *, declarations: bool) -> None:
    owner: Class | None = None
    marks: set[str] = set()
    for indent, line in _logical_lines(text):
        if indent == 0:
            owner = None
        if line.startswith("@"):
            marks.add(_last(line[1:].partition("(")[0]))
            continue
        if indent == 0 and (made := _CLASS.match(line)):
            bases = [_last(b) for b in (made[2] or "").split(",") if b.strip() and "=" not in b]
            owner = module.classes.setdefault(made[1], Class())
            owner.bases = owner.bases or bases
            module.names.add(made[1])
            module.defined.add(made[1])
        elif owner is not None and indent == STEP:
            _cython_member(owner, line, marks)
        elif owner is not None and (set_ := _SET.match(line)):
            owner.members.add(set_[1])
        elif owner is None and indent <= STEP and not declarations:
            _cython_statement(module, line, indent)
        elif owner is None and declarations and line.startswith("cpdef enum "):
            module.names.add(line.split()[2].rstrip(":"))
        marks = set()


def _cython_member(owner: Class, line: str, marks: set[str]) -> None:
    if attribute := _ATTRIBUTE.match(line):
        owner.members.add(attribute[1])
    elif line.startswith("property "):
        owner.members.add(line.split()[1].rstrip(":"))
    elif function := _FUNCTION.match(line):
        name, parameters = function[1], _cython_parameters(function[2])
        bound = parameters if "staticmethod" in marks else parameters[1:]
        if name == "__init__":
            owner.init = bound
        elif not name.startswith("_"):
            owner.members.add(name)
            if not marks & {"property", "setter"}:
                owner.methods[name] = bound
    elif not line.startswith("cdef ") and (named := _NAME.match(line)) and not named[1].startswith("_"):
        owner.members.add(named[1])


def _cython_statement(module: Module, line: str, indent: int) -> None:
    if imported := _IMPORT.match(line):
        module.names |= {part.split(" as ")[-1].strip() for part in imported[1].strip("()").split(",") if part.strip()}
    elif line.startswith("import "):
        parts = (part.strip() for part in line.removeprefix("import ").split(","))
        module.names |= {p.split(" as ")[-1] if " as " in p else p.partition(".")[0] for p in parts}
    elif line.startswith("cpdef enum "):
        module.names.add(line.split()[2].rstrip(":"))
    elif indent == 0 and (function := _FUNCTION.match(line)):
        module.names.add(function[1])
        module.defined.add(function[1])
    elif not line.startswith(("cdef ", "ctypedef ")) and (named := _NAME.match(line)):
        module.names.add(named[1])


def _cython_parameters(text: str) -> list[str]:
    found: list[str] = []
    for part in _split(re.sub(r"\[[:,\s]*\]", "", text)):
        name, equals, _ = part.partition("=")
        name = re.sub(r"\s+(?:not None|or None)\s*$", "", name.partition(":")[0]).strip()
        if name == "/":
            continue
        bare = name if name.startswith("*") else re.split(r"[\s*&\]]+", name)[-1]
        found.append(bare + ("=" if equals else ""))
    return found


def _split(text: str) -> Iterator[str]:
    depth, start = 0, 0
    for index, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            yield text[start:index].strip()
            start = index + 1
    if text[start:].strip():
        yield text[start:].strip()


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Indent and text of each statement: comments away, strings emptied, brackets joined."""
    text = re.sub(r'("""|\'\'\')(?:.|\n)*?\1', '""', text)
    text = re.sub(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|#[^\n]*', lambda m: '""' if m[0][0] != "#" else "", text)
    depth, indent, parts = 0, 0, list[str]()
    for line in text.split("\n"):
        if not line.strip():
            continue
        if not parts:
            indent = len(line) - len(line.lstrip())
        depth += sum(line.count(c) for c in "([{") - sum(line.count(c) for c in ")]}")
        parts.append(line.strip().rstrip("\\"))
        if depth <= 0 and not line.rstrip().endswith("\\"):
            yield indent, " ".join(" ".join(parts).split())
            depth, parts = 0, []


def _last(text: str) -> str:
    return text.partition("[")[0].strip().rpartition(".")[2]


def _merge(classes: list[Class]) -> Class:
    """One class of all that share a name: takes and has what any of them does."""
    if len(classes) == 1:
        return classes[0]
    merged = Class(is_record=all(c.is_record for c in classes))
    for one in classes:
        merged.bases += [b for b in one.bases if b not in merged.bases]
        merged.members |= one.members
        merged.fields += [f for f in one.fields if f not in merged.fields]
        for name, parameters in one.methods.items():
            known = merged.methods.get(name)
            merged.methods[name] = parameters if known in (None, parameters) else ["*args", "**kwargs"]
    inits = [c.init for c in classes]
    merged.init = inits[0] if all(i == inits[0] for i in inits) else ["*args", "**kwargs"]
    return merged


def classes_of(modules: Mapping[str, Module]) -> dict[str, Class]:
    """The classes of a release by their own names, `init` filled in along the bases."""
    by_name: dict[str, list[Class]] = defaultdict(list)
    for path, module in modules.items():
        for name, one in module.classes.items():
            if not path.startswith(INTERNAL) or name.endswith("Config"):
                by_name[name].append(one)
    merged = {name: _merge(found) for name, found in by_name.items()}
    return {name: _with_init(one, merged) for name, one in merged.items()}


def _with_init(one: Class, known: Mapping[str, Class]) -> Class:
    return Class(one.bases, one.members, _init(one, known, 0), one.fields, one.methods, one.is_record)


def _init(one: Class, known: Mapping[str, Class], depth: int) -> list[str] | None:
    if one.init is not None or depth > MAX_DEPTH:
        return one.init
    if ENUM_BASES & set(one.bases):
        return None
    inherited: list[str] | None = [] if one.is_record else None
    for base in one.bases:
        if base in known and (found := _init(known[base], known, depth + 1)) is not None:
            inherited = found
            break
        if base in known and not known[base].bases and not one.fields:
            inherited = []
        elif base not in PLAIN_BASES and base not in known:
            return None
    if _is_record(one, known, 0):
        own = {f.rstrip("=") for f in one.fields}
        return [*(f for f in inherited or [] if f.rstrip("=") not in own), *one.fields]
    return inherited


def _is_record(one: Class, known: Mapping[str, Class], depth: int) -> bool:
    return one.is_record or (
        depth < MAX_DEPTH and any(b in known and _is_record(known[b], known, depth + 1) for b in one.bases)
    )


Masks = dict[str, int]


class Table:
    """What each release has, as sets of (path of keys) -> mask."""

    def __init__(self) -> None:
        self.versions: list[str] = []
        self.modules: dict[str, Masks] = defaultdict(lambda: defaultdict(int))
        self.homes: dict[str, Masks] = defaultdict(lambda: defaultdict(int))
        self.classes: dict[str, dict[str, Masks]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))

    @classmethod
    def load(cls, path: Path) -> "Table":
        table = cls()
        if not path.is_file():
            return table
        for line in path.read_text("utf-8").splitlines():
            key, _, value = line.partition("\t")
            table._read(key.split(), json.loads(value))
        return table

    def _read(self, key: list[str], value: Any) -> None:
        match key:
            case ["versions"]:
                self.versions = value
            case ["module", module]:
                for mask, names in value.items():
                    for name in names.split() or [""]:
                        self.modules[module][name] |= int(mask, 16)
            case ["home", name]:
                for mask, modules in value.items():
                    for module in modules.split():
                        self.homes[name][module] |= int(mask, 16)
            case ["class", name, kind]:
                for mask, text in value.items():
                    for item in _items(kind, text):
                        self.classes[name][kind][item] |= int(mask, 16)
            case _:
                raise SystemExit(f"{TARGET}: a line of an unknown kind: {' '.join(key)}")

    def add(self, version: str, modules: Mapping[str, Module]) -> None:
        self._drop(version)
        bit = 1 << self.versions.index(version)
        for path, module in modules.items():
            self.modules[path][""] |= bit
            if module.is_open:
                self.modules[path]["?"] |= bit
            for name in module.names:
                if not name.startswith("_"):
                    self.modules[path][name] |= bit
            for name in module.defined & module.names:
                if not path.startswith(INTERNAL) and not name.startswith("_"):
                    self.homes[name][path] |= bit
        for name, one in classes_of(modules).items():
            if name.startswith("_"):
                continue
            kinds = self.classes[name]
            kinds["bases"][" ".join(one.bases)] |= bit
            for member in one.members:
                kinds["members"][member] |= bit
            if one.init is not None:
                kinds["init"][" ".join(one.init)] |= bit
            for method, parameters in one.methods.items():
                kinds["methods"][f"{method}({' '.join(parameters)})"] |= bit

    def _drop(self, version: str) -> None:
        """Make room for a release, in the order of the releases."""
        if version not in self.versions:
            later = [v for v in self.versions if _key(v) > _key(version)]
            at = len(self.versions) - len(later)
            self.versions.insert(at, version)
            low = (1 << at) - 1
            self._map(lambda mask: (mask & low) | ((mask & ~low) << 1))
        bit = 1 << self.versions.index(version)
        self._map(lambda mask: mask & ~bit)

    def _map(self, change: Callable[[int], int]) -> None:
        groups = [
            *self.modules.values(),
            *self.homes.values(),
            *(g for kinds in self.classes.values() for g in kinds.values()),
        ]
        for group in groups:
            for key in list(group):
                group[key] = change(group[key])
                if not group[key]:
                    del group[key]

    def dump(self) -> str:
        rows: list[tuple[str, object]] = [("versions", self.versions)]
        rows += [(f"module {name}", _grouped(names, " ")) for name, names in sorted(self.modules.items()) if names]
        rows += [(f"home {name}", _grouped(found, " ")) for name, found in sorted(self.homes.items()) if found]
        rows += [
            (f"class {name} {kind}", _grouped(masks, ";" if kind == "methods" else " "))
            for name, kinds in sorted(self.classes.items())
            for kind, masks in sorted(kinds.items())
            if masks
        ]
        return "".join(f"{key}\t{json.dumps(value, separators=(',', ':'))}\n" for key, value in rows)


def _items(kind: str, value: str) -> list[str]:
    if kind == "methods":
        return value.split(";")
    return value.split() if kind == "members" else [value]


def _grouped(masks: Masks, separator: str) -> dict[str, str]:
    groups: dict[str, list[str]] = defaultdict(list)
    for value, mask in sorted(masks.items()):
        groups[f"{mask:x}"].append(value)
    return {mask: separator.join(values).strip() for mask, values in sorted(groups.items())}


def _key(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def main(arguments: Iterable[str]) -> None:
    table = Table.load(TARGET)
    for argument in arguments:
        version, _, path = argument.partition("=")
        modules = read_package(Path(path))
        if not modules:
            raise SystemExit(f"{path}: no {PACKAGE} in there")
        table.add(version, modules)
        print(f"{version}: {len(modules)} modules, {sum(len(m.classes) for m in modules.values())} classes")
    TARGET.write_text(table.dump(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
