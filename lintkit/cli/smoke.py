"""`lintkit smoke`: do the backtests still trade identically?"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.text import Text

from lintkit.cli.selection import check_output, select
from lintkit.config import Config
from lintkit.errors import ConfigError
from lintkit.files import write
from lintkit.smoke import golden, interpreters, report, suite
from lintkit.smoke.profile import PROFILES, profile_for
from lintkit.smoke.session import Engine, Wishes


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Each backtest runs unchanged in a child process, with the limits of [tool.lintkit.smoke]. What it writes in "
        "the project is discarded where the kernel allows that, and there is no network. Accepted tapes are changed "
        "by --accept only."
    )
    parser.add_argument(
        "what",
        nargs="*",
        metavar="TARGET",
        help="smoke targets by name (default: all that are configured, else what `lintkit init` finds), a project's "
        "folder, or a backtest script; what follows a script are its arguments (put -- before options)",
    )
    parser.add_argument(
        "-m", dest="module", metavar="MODULE", help="run a module, as python -m does, with its arguments"
    )
    parser.add_argument("--root", type=Path, help="the project's folder (default: found from here upward)")
    parser.add_argument("--accept", action="store_true", help="make what the targets do now the accepted tapes")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page with the curves and the fills to FILE")
    parser.add_argument("--keep-tape", type=Path, metavar="FILE", help="write the recorded tape of one target to FILE")
    parser.add_argument(
        "--against",
        metavar="PROFILE|PYTHON",
        help="compare with another version instead of the accepted tapes: a profile of the bundled engine, or the "
        "nautilus_trader of another interpreter or environment",
    )
    parser.add_argument("--signals", action="store_true", help="put published signals on the tape too")
    parser.add_argument("--logs", action="store_true", help="put what strategies log in a run on the tape too")
    engine_arguments(parser)


def engine_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that say what runs the scripts; `gate` has them too."""
    parser.add_argument(
        "--engine",
        choices=("bundled", "nautilus", "auto", "both"),
        default="bundled",
        help="the bundled engine (default), the nautilus_trader of the interpreter, the first that offers what a "
        "script needs, or one against the other",
    )
    parser.add_argument("--profile", choices=PROFILES, help="the version that the bundled engine behaves as")
    parser.add_argument(
        "--python", metavar="PATH", help="the interpreter or environment of the scripts (default: the project's)"
    )


def run(options: argparse.Namespace) -> int:
    check_output(options.html, options.keep_tape)
    chosen = select(options.what, options.root, options.module)
    config, targets = chosen.config, chosen.targets
    if options.keep_tape and len(targets) != 1:
        raise ConfigError(f"--keep-tape keeps one tape, not {len(targets)}", hint="name one target")
    if options.keep_tape and (owner := golden.owner_of(options.keep_tape, config, targets)):
        message = f"this is the accepted tape of `{owner}`"
        raise ConfigError(message, path=options.keep_tape, hint="keep it elsewhere; `--accept` changes accepted tapes")
    smoke = suite.smoke_found if chosen.is_guessed else suite.smoke
    outcomes = smoke(config, targets, order_of(options, config))
    if options.keep_tape and (tape := outcomes[0].tape):
        golden.save(options.keep_tape, tape)
    if options.html:
        from lintkit.smoke import html

        write(options.html, html.render(outcomes).encode())
    code = suite.exit_code(outcomes)
    if options.json:
        print(json.dumps({"exit_code": code, "targets": report.data(outcomes)}, indent=2))
        return code
    console = Console(highlight=False, soft_wrap=True)
    if chosen.is_guessed:
        said = (
            "nothing is configured: these are the scripts that run a backtest, and on a made-up market each strategy "
            "that none of them ran (`lintkit init` proposes targets)"
        )
        console.print(Text(said, style="yellow"))
    console.print(*report.details(outcomes), report.summary(outcomes), sep="\n")
    return code


def order_of(options: argparse.Namespace, config: Config) -> suite.Order:
    """What the options ask for."""
    profile = options.profile or profile_for(config.root, config.nautilus_version)
    found = interpreters.find(config.root, options.python, config.smoke.python)
    name = "bundled" if options.engine == "both" else options.engine
    engine = Engine(name, profile, found.path)
    against = getattr(options, "against", None)
    wishes = Wishes(
        signals=getattr(options, "signals", False),
        logs=getattr(options, "logs", False),
        prices=bool(getattr(options, "html", None)),
    )
    second: Engine | None = None
    if options.engine == "both":
        if against:
            raise ConfigError("--engine both and --against both name a second engine", hint="use one of them")
        second = replace(engine, name="nautilus")
    elif against in PROFILES:
        second = replace(engine, name="bundled", profile=against)
    elif against:
        second = Engine("nautilus", profile, interpreters.find(config.root, against).path)
    accept = getattr(options, "accept", False)
    if second and accept:
        raise ConfigError("--accept takes no second engine", hint="accept first, compare afterwards")
    return suite.Order(engine, accept, second, wishes)
