"""`lintkit rules`: the list of rules."""

import argparse
import json
import sys
from inspect import cleandoc

from lintkit.cli import OK
from lintkit.registry import load_rules


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output-format", choices=["text", "json"], default="text")


def run(options: argparse.Namespace) -> int:
    rows = [
        {
            "id": rule.id,
            "name": rule.name,
            "severity": rule.severity.name.lower(),
            "since": rule.since,
            "title": cleandoc(rule.__doc__ or "").partition("\n")[0].rstrip("."),
        }
        for rule in load_rules()
    ]
    if options.output_format == "json":
        sys.stdout.write(json.dumps({"rules": rows}, indent=2) + "\n")
        return OK
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        sys.stdout.write(f"{row['id']}  {row['name']:<{width}}  {row['severity']:<7}  {row['title']}\n")
    return OK
