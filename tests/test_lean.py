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
    own = [kind.__dict__.get(name, kind).__qualname__ for name in ("__repr__", "__eq__", "__hash__", "__setattr__")]
    print(kind.__module__, kind.__name__, fields, sorted(kind.__dict__), own, kind.__slots__)
one, other = cst.Name("a"), cst.Name("a")
print(one == one, one == other, hash(one) == hash(one), len({{one, other}}), repr(one), cst.parse_expression("a(b)"))
try:
    one.value = "b"
except dataclasses.FrozenInstanceError:
    print("frozen")
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
    assert "frozen" in said[0].stdout
    assert said[0].stdout.count("\n") > 150
