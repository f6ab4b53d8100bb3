"""Evaluates each line of expressions.txt in a child of its own and prints the outcomes as JSON.

Runs on any interpreter that has a `nautilus_trader`, the real one or ours; the real one aborts the process on some
inputs, hence the children. An outcome is "type repr", or "raises Type"; texts of errors are not compared.
"""

import json
import os
import sys
import warnings
from pathlib import Path

FOLDER = Path(__file__).parent


def outcome(expression, names):
    try:
        value = eval(expression, names)  # noqa: S307  # our own file
    except Exception as error:
        return f"raises {type(error).__name__}"
    if isinstance(value, bool):
        value = int(value)  # the real one's comparisons give either
    return f"{type(value).__name__} {value!r}"


def main():
    warnings.simplefilter("ignore")
    sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115  # for the life of the process
    names = {}
    exec((FOLDER / "prelude.py").read_text(encoding="utf-8"), names)  # noqa: S102  # our own file
    outcomes = {}
    for expression in (FOLDER / "expressions.txt").read_text(encoding="utf-8").splitlines():
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            os.write(writer, outcome(expression, names).encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader, encoding="utf-8") as pipe:
            text = pipe.read()
        _, status = os.waitpid(child, 0)
        outcomes[expression] = "aborts" if status else text
    json.dump(outcomes, sys.stdout, indent=0, ensure_ascii=False)


main()
