"""`lintkit rules`: the list of rules."""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from inspect import cleandoc
from textwrap import dedent

from lintkit.cli import OK
from lintkit.registry import load_rules
from lintkit.reports import rulebook
from lintkit.rule import Rule


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output-format", choices=["text", "json", "markdown"], default="text")


def run(options: argparse.Namespace) -> int:
    sys.stdout.write(_RENDER[options.output_format](load_rules()))
    return OK


def _json(rules: Sequence[type[Rule]]) -> str:
    rows = [
        {
            "id": rule.id,
            "name": rule.name,
            "severity": rule.severity.name.lower(),
            "since": rule.since,
            "title": _title(rule),
        }
        for rule in rules
    ]
    return json.dumps({"rules": rows}, indent=2) + "\n"


def _text(rules: Sequence[type[Rule]]) -> str:
    width = max(len(rule.name) for rule in rules)
    return "".join(
        f"{rule.id}  {rule.name:<{width}}  {rule.severity.name.lower():<7}  {_title(rule)}\n" for rule in rules
    )


def markdown(rules: Sequence[type[Rule]]) -> str:
    """The page that is `docs/rules.md`."""
    return rulebook.render([_page(rule) for rule in rules])


def _page(rule: type[Rule]) -> rulebook.Page:
    example = rule.invalid[0]
    code = re.sub(r"  (?:#|//) !$", "  # <- here", dedent(example.code).strip("\n"), flags=re.MULTILINE)
    why = cleandoc(rule.__doc__ or "").partition("\n\n")[2]
    severity = rule.severity.name.capitalize()
    return rulebook.Page(rule.id, rule.name, severity, _title(rule) + ".", why, (example.title, code))


def _title(rule: type[Rule]) -> str:
    return cleandoc(rule.__doc__ or "").partition("\n")[0].rstrip(".")


_RENDER = {"text": _text, "json": _json, "markdown": markdown}
