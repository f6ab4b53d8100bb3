"""What a project wants to see: selected rules, files that may do what others may not, its own severities."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from lintkit.config import Config, place_of
from lintkit.discover import is_excluded
from lintkit.errors import ConfigError
from lintkit.finding import Finding, Severity


class Policy:
    """`own` are the ids that are reported whatever is selected: of what cannot be read, and of ignore comments."""

    def __init__(self, config: Config, own: Iterable[str]) -> None:
        self._config = config
        self._own = frozenset(own)

    def check(self, known: Iterable[str]) -> None:
        """Raise ConfigError for a setting that names no rule."""
        config = self._config
        every = frozenset(known) | self._own
        asked = [*config.select, *config.ignore, *(rule for rule, _ in config.severity)]
        asked += [rule for _, rules in config.per_file_ignores for rule in rules]
        for name in asked:
            if ":" not in name and not any(rule.startswith(name) for rule in every):
                path, line = place_of(config.root, name)
                raise ConfigError(
                    f"no rule is called `{name}`", path=path, line=line, hint="`lintkit rules` lists them"
                )

    def wants(self, rule: str) -> bool:
        """By id or its beginning, as `CLK`; what cannot be read is always reported unless ignored."""
        if any(rule.startswith(prefix) for prefix in self._config.ignore):
            return False
        return rule in self._own or not self._config.select or rule.startswith(self._config.select)

    def wants_in(self, rule: str, path: PurePosixPath) -> bool:
        return self.wants(rule) and not any(
            rule.startswith(rules) and is_excluded(path, (pattern,)) for pattern, rules in self._config.per_file_ignores
        )

    def graded(self, finding: Finding) -> Finding:
        """With the severity that the project gives to the rule; the longest beginning counts."""
        fitting = [(rule, name) for rule, name in self._config.severity if finding.rule.startswith(rule)]
        if not fitting:
            return finding
        return replace(finding, severity=Severity[max(fitting, key=lambda pair: len(pair[0]))[1].upper()])
