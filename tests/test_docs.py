"""What the documents claim, compared with what is there."""

import re
from pathlib import Path

from lintkit.cli import COMMANDS
from lintkit.registry import load_rules

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_every_command_is_in_the_readme() -> None:
    assert not [name for name in COMMANDS if f"lintkit {name}" not in README]


def test_the_readmes_table_of_rules_is_the_rules() -> None:
    rows = re.findall(r"^\| ([A-Z]{3}\d{3}) \| ([\w-]+) \|", README, re.MULTILINE)
    assert rows == [(rule.id, rule.name) for rule in load_rules()]


def test_every_rule_is_in_the_changelog() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert not [rule.id for rule in load_rules() if f"{rule.id} {rule.name}" not in " ".join(changelog.split())]


def test_the_code_map_names_every_part() -> None:
    parts = [
        p for p in (ROOT / "lintkit").iterdir() if p.name not in {"__pycache__", "rules"} and p.suffix in {"", ".py"}
    ]
    parts += [p for p in (ROOT / "engine" / "src").iterdir() if p.name != "lib.rs"]
    names = [p.stem for p in parts if not p.stem.startswith("__")]
    assert not [name for name in names if f"`{name}`" not in ARCHITECTURE]


def test_files_that_the_documents_link_to_exist() -> None:
    for document in ROOT.glob("*.md"):
        links = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8"))
        assert not [link for link in links if not (ROOT / link).exists()], document.name
