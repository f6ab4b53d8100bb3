"""The command line: the only place that prints or exits. Each command is a module here, imported when it is run."""

import argparse
import errno
import gc
import os
import sys
from importlib import import_module
from typing import NoReturn

from lintkit import __version__
from lintkit.errors import LintkitError

OK, FAILED, ERROR = 0, 1, 2
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)

COMMANDS = {
    "check": "find mistakes in Python, notebooks and config files",
    "smoke": "run the configured backtests and compare their tapes with the accepted ones",
    "drill": "change clock, orders, randomness, data, latency, fills or ticks: what becomes of the backtests?",
    "init": "propose smoke targets: scripts that look like backtests, and strategies",
    "gate": "check and smoke: one verdict, one exit code",
    "audit": "one-shot report on a repo that is not set up for lintkit",
    "baseline": "hide today's findings until their lines change",
    "explain": "print what a rule finds, why it costs money, and examples",
    "rules": "list the rules",
    "test-rules": "run the examples of the project's own rules",
    "clean": "remove the cache of a project",
}


def console() -> NoReturn:
    """The command as a process of its own, which `check` does not take apart at its end: that takes a third as long
    as looking at one file that was changed. Nor does it look for garbage before, of which there is none.
    """
    if sys.argv[1:2] != ["check"]:
        raise SystemExit(main())
    gc.disable()
    try:
        code = main()
    except SystemExit as end:  # of argparse, which has printed the help or said why
        code = end.code if isinstance(end.code, int) else ERROR
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            _forget_output()
    sys.stderr.flush()
    os._exit(code)


def main(argv: list[str] | None = None) -> int:
    """Run one command. 0: clean. 1: findings or a changed tape. 2: usage, configuration or internal error."""
    options = _parse(sys.argv[1:] if argv is None else argv)
    try:
        code = options.run(options)
        sys.stdout.flush()
    except LintkitError as error:
        if options.verbose:
            _trace()
        print(f"lintkit: error: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("lintkit: interrupted", file=sys.stderr)
    except BrokenPipeError:  # the reader has seen enough; no verdict was given to the end
        _forget_output()
    except Exception as error:  # noqa: BLE001  # the edge: an internal error is one line and exit 2, never a traceback by default
        if options.verbose:
            _trace()
        print(f"lintkit: {_said(error)}", file=sys.stderr)
    else:
        return code
    return ERROR


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="lintkit", description="The pre-deploy gate for NautilusTrader strategies.")
    parser.add_argument("--version", action="version", version=f"lintkit {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chosen = next((a for a in arguments if not a.startswith("-")), None)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:])
        command.add_argument("--verbose", action="store_true", help="show the traceback of an error")
        if name == chosen:  # the other commands' modules stay unimported: start-up time is a feature
            module = import_module(f"lintkit.cli.{name.replace('-', '_')}")
            module.arguments(command)
            command.set_defaults(run=module.run)
    return parser.parse_args(arguments)


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is None and error.errno in _FULL:
        _forget_output()
        return f"error: the output cannot be written: {error.strerror}"
    return f"internal error: {type(error).__name__}: {error} (run again with --verbose and report it)"


def _forget_output() -> None:
    """What is still in stdout's buffer has nowhere to go: Python would complain of it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _trace() -> None:
    import traceback

    traceback.print_exc()
