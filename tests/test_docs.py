"""What the documents claim, compared with what is there."""

import re
from pathlib import Path

from lintkit.cli import COMMANDS
from lintkit.cli.rules import markdown
from lintkit.registry import load_rules
from lintkit.reports.rulebook import FAMILIES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_every_command_is_in_the_readme() -> None:
    assert not [name for name in COMMANDS if f"lintkit {name}" not in README]


def test_the_page_of_rules_is_the_rules() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert page == markdown(load_rules()), "lintkit rules --output-format markdown > docs/rules.md"


def test_every_family_of_rules_has_a_title_and_a_row_in_the_readme() -> None:
    families = {rule.id[:3] for rule in load_rules()}
    assert families <= set(FAMILIES)
    assert not [family for family in families if f"| {family} |" not in README]


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
