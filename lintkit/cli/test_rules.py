"""`lintkit test-rules`: run the examples of the project's own rules."""

import argparse
import sys
from pathlib import Path

from lintkit.cli import FAILED, OK
from lintkit.config import find_root, load_config
from lintkit.errors import ConfigError
from lintkit.examples import problems
from lintkit.registry import load_rules


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="default: those configured")


def run(options: argparse.Namespace) -> int:
    root = find_root(Path())
    folders: list[Path] = options.folders or [root / folder for folder in load_config(root).rules]
    if not folders:
        hint = 'give one, or set `rules = ["lint_rules"]` in [tool.lintkit]'
        raise ConfigError("no folder of rules is named", hint=hint)
    failed = 0
    for folder in folders:
        for rule in load_rules(folder):
            found = list(problems(rule))
            count = len(rule.invalid) + len(rule.valid)
            sys.stdout.write(f"{rule.id} {rule.name}: {'FAILED' if found else f'{count} examples ok'}\n")
            sys.stdout.write("".join(f"    {problem}\n" for problem in found))
            failed += bool(found)
    return FAILED if failed else OK
