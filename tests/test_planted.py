"""Mistakes in the many forms that real code gives them, and what looks like them: all found, nothing else.

A line marked `# ! ID todo` is known to be missed; the test fails as soon as it is found, so that the mark goes.
"""

import re
from pathlib import Path

from lintkit.config import load_config
from lintkit.finding import Severity
from lintkit.runner import check

PLANTED = Path(__file__).parents[1] / "fixtures" / "projects" / "planted"
KINDS = ("CLK001", "CLK004", "VEN001", "VEN002", "VEN008", "STA001", "INS001", "INS003")


def test_every_planted_mistake_is_found_and_nothing_else() -> None:
    report = check(PLANTED, load_config(PLANTED), others=False)
    loud = (f for f in report.findings if f.severity is not Severity.NOTE and f.rule in KINDS)
    found = sorted({(str(f.path), f.span.line, f.rule) for f in loud})
    assert found == _expected()


def _expected() -> list[tuple[str, int, str]]:
    return sorted(
        (path.relative_to(PLANTED).as_posix(), number, mark[1])
        for path in PLANTED.rglob("*.*")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (mark := re.search(r"# ! ([A-Z]{3}\d{3})$", line))
    )
