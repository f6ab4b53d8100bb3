"""`lintkit audit`: somebody else's repo, read and never run, however hostile its files are."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from lintkit.cli import main
from tests.test_check import clock, write

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    ran = "import pathlib\npathlib.Path(__file__).with_name('ran').touch()\n"
    hostile = clock().replace("time.time()", f"time.time() + len('''{EVIL}```\x1b[2J''')")
    name = 'we"ird<b>&.py'
    return write(tmp_path / "repo", {
        "pyproject.toml": "[tool.lintkit]\nignore = ['CLK']\nno-such-key = 1\n[tool.ruff]\nbroken = true\n",
        "conftest.py": ran, "setup.py": ran, "sitecustomize.py": ran, name: hostile, "requirements.txt": "nautilus_trader==1.221.0",
    })  # fmt: skip


def audit(repo: Path, output_format: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["audit", str(repo), "--format", output_format]) == 1
    return capsys.readouterr().out


@pytest.mark.parametrize("output_format", ["text", "markdown", "html"])
def test_the_repos_own_configuration_has_no_say(
    repo: Path, output_format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = audit(repo, output_format, capsys)
    assert "CLK001" in shown
    assert "1.221.0" in shown
    assert "Mine" in shown
    assert "\x1b" not in shown
    assert not list(repo.glob("ran"))


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_stands_alone_and_runs_nothing_of_the_repo(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = audit(repo, "html", capsys)
    tags = Tags()
    tags.feed(page)
    assert EVIL not in page
    assert [tag for tag, _ in tags.found].count("script") == 1
    assert not {"img", "link", "iframe"} & {tag for tag, _ in tags.found}
    attributes = [(key, value or "") for _, given in tags.found for key, value in given.items()]
    assert not [key for key, _ in attributes if key == "src" or key.startswith("on")]
    assert not [value for key, value in attributes if key == "href" and not value.startswith("#")]
    policy = dict(tags.found)["meta"]
    assert any("default-src 'none'" in (given.get("content") or "") for tag, given in tags.found if tag == "meta"), (
        policy
    )


def test_markdown_fences_hold(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = audit(repo, "markdown", capsys).splitlines()
    fences = [line for line in lines if line.startswith("```")]
    assert fences == ["````text", "````"]
    outside = [line for line in lines[: lines.index("````text")] if "<" in line]
    assert all("\\<" in line for line in outside)


def test_output_file_and_clean_repo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = write(tmp_path / "clean", {"a.py": "x = 1\n"})
    page = tmp_path / "report.html"
    assert main(["audit", str(repo), "--format", "html", "--output", str(page)]) == 0
    assert "No findings." in page.read_text(encoding="utf-8")
    assert capsys.readouterr().out == ""
    assert main(["audit", str(repo), "--output", str(tmp_path / "no" / "folder.txt")]) == 2
    assert main(["audit", str(repo / "a.py")]) == 2
