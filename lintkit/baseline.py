"""Findings that were there when a project began with lintkit: hidden until their line changes.

A finding is known by its rule, its file and the text of its line, so that it is found again wherever the line moves
to. A baseline only shrinks: what is mended goes out of it, and nothing new gets in.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, cast

from lintkit.errors import ConfigError
from lintkit.finding import Finding

DEFAULT = "lintkit-baseline.json"
_MAX_TEXT = 200

Key = tuple[str, str, str]
"""Path, rule and the text of the line, without its indent."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """`new` findings are not in the baseline, `known` are; `gone` is how many of the baseline were not found."""

    new: tuple[Finding, ...]
    known: tuple[Finding, ...] = ()
    gone: int = 0


def key_of(finding: Finding, line: Callable[[PurePosixPath, int], str]) -> Key:
    text = " ".join(line(finding.path, finding.span.line).split())
    return str(finding.path), finding.rule, text[:_MAX_TEXT]


def compare(findings: Iterable[Finding], known: Counter[Key], line: Callable[[PurePosixPath, int], str]) -> Sorted:
    left = Counter(known)
    new: list[Finding] = []
    old: list[Finding] = []
    for finding in findings:
        key = key_of(finding, line)
        is_known = left[key] > 0
        left[key] -= is_known
        (old if is_known else new).append(finding)
    return Sorted(tuple(new), tuple(old), left.total())


def load(path: Path) -> Counter[Key]:
    """The baseline in a file; empty when there is none."""
    if not path.is_file():
        return Counter()
    found: Counter[Key] = Counter()
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        for row in cast("list[dict[str, Any]]", data["findings"]):
            found[str(row["path"]), str(row["rule"]), str(row["text"])] += int(row["count"])
    except (ValueError, KeyError, TypeError, OSError) as error:
        hint = "write it anew with `lintkit baseline --renew`"
        raise ConfigError(f"not a baseline: {error}", path=path, hint=hint) from None
    return found


def dump(known: Counter[Key]) -> str:
    rows = [
        {"path": path, "rule": rule, "text": text, "count": count}
        for (path, rule, text), count in sorted(known.items())
        if count > 0
    ]
    return json.dumps({"version": 1, "findings": rows}, indent=1, ensure_ascii=False) + "\n"
