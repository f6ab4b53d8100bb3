"""libcst imported leanly is libcst."""

import subprocess
import sys

LOOK = """
{first}
import dataclasses
import libcst as cst
def kinds(kind):
    yield kind
    for derived in kind.__subclasses__():
        yield from kinds(derived)
public = {{kind for kind in kinds(cst.CSTNode) if getattr(cst, kind.__name__, None) is kind}}
for kind in sorted(public, key=lambda kind: kind.__name__):
    fields = [field.name for field in dataclasses.fields(kind)]
    own = [kind.__dict__.get(name, kind).__qualname__ for name in ("__repr__", "__eq__", "__hash__")]
    print(kind.__module__, kind.__name__, fields, sorted(kind.__dict__), own, kind.__slots__, kind.__dataclass_params__.frozen)
one, other = cst.Name("a"), cst.Name("a")
print(one == one, one == other, hash(one) == hash(one), len({{one, other}}), repr(one), cst.parse_expression("a(b)"))
class Named(cst.Name):
    pass
@dataclasses.dataclass(frozen=True)
class Counted(cst.Name):
    count: int = 0
for node in (one, Named("b"), Counted("c", count=1)):
    for change in ("node.value = 'd'", "del node.value"):
        try:
            exec(change)
            print(change)
        except Exception as error:
            print(type(error), error)
    print(node.with_changes(value="e"), dataclasses.replace(node, value="f"))
for call in ("cst.Name()", "cst.Name(1, 2, 3, 4)", "cst.Name(value='')", "cst.Call(cst.Name('a'), name=1)", "cst.Arg(one)"):
    try:
        print(eval(call))
    except Exception as error:
        print(type(error), error)
print(cst.Name.__init__.__qualname__, cst.Name.__init__.__module__, cst.Name.__init__.__defaults__ is not None)
@dataclasses.dataclass
class Mine:
    a: int
print(Mine(1), Mine(1) == Mine(1))
"""


def test_a_lean_import_changes_nothing_that_can_be_seen() -> None:
    said = [
        subprocess.run([sys.executable, "-c", LOOK.format(first=first)], capture_output=True, text=True, check=True)
        for first in ("", "import lintkit.lean")
    ]
    assert said[0].stdout == said[1].stdout
    assert "FrozenInstanceError" in said[0].stdout
    assert said[0].stdout.count("\n") > 150
