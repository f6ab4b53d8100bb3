"""`lintkit explain ID`: a rule's documentation and examples, from the rule file itself."""

import argparse
import sys
from inspect import cleandoc
from textwrap import dedent, indent

from lintkit.cli import OK
from lintkit.errors import LintkitError
from lintkit.registry import load_rules
from lintkit.rule import Example, Rule


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rule", metavar="ID", help="id or name, as CLK001 or wall-clock-in-strategy")


def run(options: argparse.Namespace) -> int:
    wanted = options.rule.lower()
    rule = next((r for r in load_rules() if wanted in {r.id.lower(), r.name}), None)
    if rule is None:
        raise LintkitError(f"no rule is called `{options.rule}`", hint="`lintkit rules` lists them")
    sys.stdout.write(explain(rule))
    return OK


def explain(rule: type[Rule]) -> str:
    title, _, body = cleandoc(rule.__doc__ or "").partition("\n\n")
    parts = [
        f"{rule.id} {rule.name}: {title}\n",
        f"Severity {rule.severity.name.lower()}, since {rule.since}.\n",
        f"{body}\n",
        *(_example("Reported", example) for example in rule.invalid),
        *(_example("Fine", example) for example in rule.valid),
        f"Hide one of them with a reason: `# lintkit: ignore[{rule.id}] why it is right here`.\n",
    ]
    return "\n".join(parts)


def _example(verdict: str, example: Example) -> str:
    code = dedent(example.code).strip("\n").replace("  # !", "  # <- here").replace("  // !", "  // <- here")
    return f"{verdict}: {example.title}\n\n{indent(code, '    ')}\n"
