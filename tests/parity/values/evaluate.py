"""Evaluates the lines of expressions.txt in children, some in each, and prints the outcomes as JSON.

Runs on any interpreter that has a `nautilus_trader`, the real one or ours; the real one aborts the process on some
inputs, hence the children: those of one that died are evaluated again, one in each. An outcome is "type repr", or "raises Type"; texts of errors are not compared.
"""

import json
import os
import sys
import warnings
from pathlib import Path

FOLDER = Path(__file__).parent
TOGETHER = 40


def outcome(expression, names):
    try:
        value = eval(expression, names)  # noqa: S307  # our own file
    except Exception as error:
        return f"raises {type(error).__name__}"
    if isinstance(value, bool):
        value = int(value)  # the real one's comparisons give either
    return f"{type(value).__name__} {value!r}"


def evaluated(expressions, names):
    """The outcomes from one child; None where it did not live to tell."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        with os.fdopen(writer, "w", encoding="utf-8") as pipe:
            json.dump([outcome(expression, names) for expression in expressions], pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    return None if status else json.loads(text)


def main():
    warnings.simplefilter("ignore")
    sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115  # for the life of the process
    names = {}
    exec((FOLDER / "prelude.py").read_text(encoding="utf-8"), names)  # noqa: S102  # our own file
    expressions = (FOLDER / "expressions.txt").read_text(encoding="utf-8").splitlines()
    outcomes = {}
    for at in range(0, len(expressions), TOGETHER):
        some = expressions[at : at + TOGETHER]
        found = evaluated(some, names) or [(evaluated([one], names) or ["aborts"])[0] for one in some]
        outcomes |= zip(some, found, strict=True)
    json.dump(outcomes, sys.stdout, indent=0, ensure_ascii=False)


main()
