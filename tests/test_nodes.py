"""The index's trees are libcst's: same nodes, same order, same code, same spans, on everything that is at hand."""

import sysconfig
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from lintkit.index import File
from lintkit.nodes import recipes
from lintkit.registry import load_rules
from lintkit.source import PythonSource, walk
from tests.examples import files

ROOT = Path(__file__).parents[1]
STDLIB = Path(sysconfig.get_path("stdlib"))

SYNTAX = """
import a.b.c as d, e
from . import x
from ..y.z import (p as q, r)
from m import *
@dec(1)
# comment
@dec2
async def f(a, /, b: int = 1, *args: str, c, d=2, **kw) -> "x": pass
class A(B, metaclass=M): x: int = (1); y = 2
if a: b; c
elif d:
    pass
else: e
for i in (a, b): x
else:
    y
try:
    a = b = c
    a, *b = c,
except (A, B) as e: pass
except C:
    pass
else: z
finally:
    w
try: a
except* B: pass
with open(a) as f, (g): pass
with (open(a) as f, h): pass
x = [*a, (b), ((c)).d, (not x), -y, a if b else c, lambda: 0, lambda x, *y: (x), {**a, 'b': c}, {1, 2}]
x = {a: b for a in b if c if d for e in f}, {a for a in b}, (a for a in b), f(a for a in b)
y = (yield)
z = f(*a, b, k=1, **c)(x)[1:2, ::3, 4, ...]
z = a[1:2], b[*x], ()
z = a and b and (c or d) or e
z = 1 < (2) != 3 is not None not in x
z = "a" 'b' f"x{a!r:>{w}}y{b=}{c=!s}" r"x"
z += (a + b) * c ** d @ e // f % g << h >> i & j | k ^ ~l
del a, b
del (a)
del a[1]
global u, v
raise X from y
assert a, "b"
while (n := 1): break
match x:
    case {'a': [1, *rest], **kw} if y: pass
    case A(b=C.d) | None | -1 | (1, _) | "x" as t: pass
    case _: pass
type X[T: int, *Ts, **P] = Y
def g[T=int](x: T): return x
async def h():
    async for x in y: pass
    async with a as b: pass
    return [x async for x in y]
    return await x, (yield x)
    yield from z
    return *a, b
nums = 1_000, 0x1f, 1e5, 2j
x = (a
   # comment
   + b)
x = a; y = b;
print(f\'\'\'a{x}\'\'\', f"{{}}")
if x:
    a
    @dec
    def f(): pass
naïve = "é" + ünïcode.ö()
"""

WIDER = {"AsName", "CompFor", "CompIf", "ComparisonTarget", "Element", "From", "Not", "Parameters", "ParamSlash",
         "ParamStar", "TypeParam", "IndentedBlock"}  # fmt: skip
"""Whose spans in libcst include white space, commas or keywords around what they are; the index's do not."""


def texts() -> Iterator[tuple[str, str]]:
    yield "syntax", SYNTAX
    yield "crlf", SYNTAX.replace("\n", "\r\n")
    for rule in load_rules():
        for example in (*rule.invalid, *rule.valid):
            for name, text in files(example).items():
                if name.endswith(".py"):
                    yield f"{rule.id} {example.title} {name}", text
    for folder in ("asyncio", "json", "email"):
        for path in sorted((STDLIB / folder).glob("*.py")):
            yield str(path.relative_to(STDLIB)), path.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in texts()])
def test_nodes_are_those_of_libcst(text: str) -> None:
    theirs = cst.parse_module(text)
    source = PythonSource(Path("a.py"), text)  # type: ignore[arg-type]
    places = MetadataWrapper(theirs, unsafe_skip_copy=True).resolve(PositionProvider)
    pairs = list(zip(walk(theirs), walk(source.tree), strict=True))
    for (one, their_parent), (other, our_parent) in pairs:
        assert type(one) is type(other)
        assert type(their_parent) is type(our_parent)
        assert source.parent(other) is our_parent
        assert _plain(one) == _plain(other)
        if type(one).__name__ not in WIDER and not type(one).__name__.startswith("Match"):
            at = places[one]
            assert isinstance(at, CodeRange)
            span = source.file.span(source.order(other))
            assert span == (at.start.line, at.start.column + 1, at.end.line, at.end.column + 1), one


def _plain(node: cst.CSTNode) -> dict[str, object]:
    """Strings, numbers of children and of parentheses."""
    found: dict[str, object] = {}
    for field in fields(node):
        value: object = getattr(node, field.name)
        layout = "lines" in field.name or field.name in {"header", "footer", "indent", "encoding", "equal"}
        layout = layout or "whitespace" in field.name or "bracket" in field.name
        layout = layout or (field.name in {"lpar", "rpar"} and isinstance(node, (cst.ImportFrom, cst.With)))
        if layout or "default_" in field.name or field.name == "has_trailing_newline":
            continue
        if isinstance(value, (tuple, list)):
            found[field.name] = len(value)  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(value, (str, bool)) or value is None:
            found[field.name] = value
    return found


def test_every_kind_of_libcst_that_holds_code_has_a_recipe() -> None:
    known = {kind for kind, _ in recipes()}
    source = PythonSource(Path("a.py"), SYNTAX)  # type: ignore[arg-type]
    assert {type(node) for node, _ in walk(cst.parse_module(SYNTAX))} <= known
    assert {type(node) for node, _ in walk(source.tree)} <= known


def test_code_is_what_is_written() -> None:
    source = PythonSource(Path("a.py"), "x = f( a,  # why\n   b ) ; y = (é + 1)\n")  # type: ignore[arg-type]
    (call,) = source.find(cst.Call)
    (sum_,) = source.find(cst.BinaryOperation)
    assert source.code(call) == "f( a,  # why\n   b )"
    assert source.code(sum_) == "é + 1"
    assert source.span(sum_).column == 15
    assert len(sum_.lpar) == 1


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("x = 1\ndef f(:\n", 2, 7), ("x = (1,\n", 2, 1), ("é = é é\n", 1, 7), ("if x:\ny = 1\n", 2, 1)],
)
def test_syntax_errors_have_a_place(text: str, line: int, column: int) -> None:
    error = File(text).error
    assert error is not None
    assert error[0]
    assert error[1] == line
    assert abs(error[2] - column) <= 1


@pytest.mark.parametrize("levels", [50, 150])
def test_what_is_nested_as_deep_as_python_allows_is_read(levels: int) -> None:
    assert File(f"x = {'(' * levels}1{')' * levels}\n").error is None
    assert File(f"x = {'-' * levels}1\n").error is None
    assert File(f"x = {' + '.join(['1'] * levels)}\n").error is None


@pytest.mark.parametrize(
    "text",
    ["(" * 1_000_000, "[" * 100_000 + "]" * 100_000, "-" * 30_000 + "1", "a" + ".b" * 500_000, "f" + "()" * 15_000,
     "lambda: " * 4_000 + "0", "x = " + "not " * 400_000 + "1", "".join(f"{' ' * n}if x:\n" for n in range(3_000)),
     "if x: pass\n" + "elif x: pass\n" * 5_000, "f'{" * 3_000, "x" + " if y else x" * 10_000],
)  # fmt: skip
def test_hostile_nesting_is_refused_not_tried(text: str) -> None:
    assert File(text + "\n").error is not None
