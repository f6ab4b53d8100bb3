"""What is known of a rule without importing it: which files it looks at, and what is said of it.

Importing all rules takes longer than looking again at one file that was changed, which a handful of them do.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING

from lintkit.report import RuleInfo

if TYPE_CHECKING:
    from lintkit.rule import Rule

_LOOKS = ("check_program", "check_python", "check_config", "check_whole", "gather", "once")


@dataclass(frozen=True)
class Card:
    """`looks` are the methods that the rule has of its own. `folder` is None for a built-in rule."""

    info: RuleInfo
    mentions: frozenset[str]
    config_words: str | None
    looks: frozenset[str]
    path: str
    kind: str
    folder: str | None

    @property
    def id(self) -> str:
        return self.info.id

    @cached_property
    def rule(self) -> "Rule":
        """The rule itself, imported when it is asked for."""
        from lintkit.registry import load

        return getattr(load(Path(self.path), Path(self.folder) if self.folder else None), self.kind)()


def card(rule: "type[Rule]", folder: Path | None = None) -> Card:
    from lintkit.rule import Rule

    title, _, why = cleandoc(rule.__doc__ or "").partition("\n")
    return Card(
        info=RuleInfo(rule.id, rule.name, title.rstrip("."), why.strip()),
        mentions=rule.mentions,
        config_words=rule.config_words.pattern if rule.config_words is not None else None,
        looks=frozenset(name for name in _LOOKS if getattr(rule, name) is not getattr(Rule, name)),
        path=str(sys.modules[rule.__module__].__file__),
        kind=rule.__name__,
        folder=str(folder) if folder else None,
    )


def cards_of(folders: Iterable[Path]) -> tuple[Card, ...]:
    """Of the built-in rules and those of a project's own folders, sorted by id."""
    from lintkit.registry import load_rules, rules_of

    folder_of = {rule: folder for folder in folders for rule in load_rules(folder)}
    return tuple(card(rule, folder_of.get(rule)) for rule in rules_of(folders))
