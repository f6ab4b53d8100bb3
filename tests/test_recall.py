"""Mistakes in small projects written as people write them: all found, and nothing else said.

A line marked `# ! ID todo` is known to be missed; the test fails as soon as it is found, so that the mark goes.
"""

import re
from pathlib import Path

import pytest

from lintkit.config import load_config
from lintkit.finding import Severity
from lintkit.runner import check

RECALL = Path(__file__).parents[1] / "fixtures" / "projects" / "recall"
PROJECTS = sorted(path for path in RECALL.iterdir() if path.is_dir())
MARK = re.compile(r"# ! (?P<ids>[A-Z]{3}\d{3}(?: [A-Z]{3}\d{3})*)(?:\\n)?\"?,?$")


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)
def test_every_mistake_of_a_project_is_found_and_nothing_else(project: Path) -> None:
    report = check(project, load_config(project), others=False)
    loud = (f for f in report.findings if f.severity is not Severity.NOTE and not f.pedantic)
    found = {(str(f.path), f.span.line, f.rule): f.message for f in loud}
    assert sorted(found) == _expected(project), "\n".join(found.values())


def _expected(project: Path) -> list[tuple[str, int, str]]:
    return sorted(
        (path.relative_to(project).as_posix(), number, rule)
        for path in project.rglob("*.*")
        if path.suffix in {".py", ".yaml", ".toml", ".json", ".ipynb"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (mark := MARK.search(line))
        for rule in mark["ids"].split()
    )
