"""`lintkit drill`: what becomes of a backtest when something around it changes?"""

import argparse
import json
import os
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from lintkit.cli.selection import check_output, select
from lintkit.cli.smoke import engine_arguments, order_of
from lintkit.config import Config, Target
from lintkit.errors import ConfigError
from lintkit.files import write
from lintkit.smoke import suite as smoke
from lintkit.smoke.drills import html, report, suite
from lintkit.smoke.drills.lab import Lab
from lintkit.smoke.drills.outcome import Outcome, exit_code
from lintkit.smoke.drills.sweep import Cluster, Cores, Journal, Sweeper
from lintkit.smoke.drills.sweep import Progress as Report
from lintkit.smoke.session import Engine, Result, stop_all


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "drills:\n" + "\n".join(f"  {name:<9} {suite.module(name).SUMMARY}" for name in suite.MODULES)
    parser.add_argument(
        "what",
        nargs="*",
        metavar="DRILL|TARGET",
        help="drills by name (default: `drills` of [tool.lintkit.drill], all of them if not configured), and smoke "
        "targets by name, a project's folder, or a backtest script with its arguments",
    )
    parser.add_argument("--root", type=Path, help="the project's folder (default: found from here upward)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page with tables and plots to FILE")
    parser.add_argument("--jobs", type=int, metavar="N", help="runs at a time (default: one a processor)")
    parser.add_argument("--seed", type=int, metavar="N", help="chooses the random times of cuts and restarts")
    parser.add_argument("--cluster", metavar="ADDRESS", help="make sweeps on a Dask cluster: tcp://HOST:PORT")
    parser.add_argument(
        "--journal", type=Path, metavar="FILE", help="keep a sweep's finished runs in FILE, and go on from there"
    )
    engine_arguments(parser)


def run(options: argparse.Namespace) -> int:
    check_output(options.html, options.journal)
    script = next((at for at, word in enumerate(options.what) if word.endswith(".py")), len(options.what))
    names = tuple(dict.fromkeys(word for word in options.what[:script] if word in suite.MODULES))
    head = [word for word in options.what[:script] if word not in suite.MODULES]
    chosen = select([*head, *options.what[script:]], options.root)
    config, targets = chosen.config, chosen.targets
    if options.jobs is not None and options.jobs < 1:
        raise ConfigError("--jobs must be 1 or more")
    if options.seed is not None:
        config = replace(config, drill=replace(config.drill, seed=options.seed))
    backend = Cluster(options.cluster) if options.cluster else Cores(options.jobs)
    journal = Journal(options.journal)
    order = order_of(options, config)
    if order.against:
        hint = "`lintkit smoke` compares two engines"
        raise ConfigError("a drill compares a target with itself, on one engine", hint=hint)
    engines = dict.fromkeys(targets, order.engine)
    ran: dict[Target, Result] = {}
    tried: tuple[smoke.Outcome, ...] = ()
    if chosen.is_guessed or order.engine.name == "auto":
        tried = (smoke.smoke_found if chosen.is_guessed else smoke.smoke)(config, targets, order)
        ran = {one.target: one.result for one in tried if one.result and not one.failure}
        used = {one.target: one.engine or replace(order.engine, name="bundled") for one in tried}
        engines = {target: engine for target, engine in used.items() if target in ran or not chosen.is_guessed}
    if chosen.is_guessed:  # what does not run by itself is no target
        _tell([one for one in tried if one.target not in ran], quiet=options.json)
        if not engines:
            raise ConfigError("none of the backtests that were found runs", path=config.root, hint="lintkit smoke")
    with _progress() as progress:
        sweeper = Sweeper(backend, journal, progress)
        wanted = names or config.drill.drills
        outcomes = drill(config, engines, wanted, sweeper, options.jobs, ran)
    code = exit_code(outcomes)
    if options.json:
        print(json.dumps({"exit_code": code, "drills": report.data(outcomes)}, indent=2))
    else:
        Console(highlight=False, soft_wrap=True).print(*report.details(outcomes), report.summary(outcomes), sep="\n")
    if options.html:
        write(options.html, html.render(config.root.resolve().name, outcomes).encode())
    return code


def drill(
    config: Config,
    engines: Mapping[Target, Engine],
    names: tuple[str, ...],
    sweeper: Sweeper,
    jobs: int | None = None,
    ran: Mapping[Target, Result] | None = None,
) -> tuple[Outcome, ...]:
    """Make the drills, one target after the other, each on its engine; their runs go side by side."""
    with ThreadPoolExecutor(max_workers=jobs or os.cpu_count() or 1) as pool:
        try:
            settings = (config.root, config.smoke, config.drill)
            labs = [Lab(target, *settings, engine, pool, sweeper) for target, engine in engines.items()]
            for lab in labs:
                if ran and lab.target in ran:
                    lab.knows_plain(ran[lab.target])
            return tuple(outcome for lab in labs for outcome in suite.drill(lab, names))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            stop_all()
            raise


def quick(config: Config, engines: Mapping[Target, Engine], ran: Mapping[Target, Result]) -> tuple[Outcome, ...]:
    """The gate's drills of targets that have run already. Two other orders of sets are enough here."""
    settings = replace(config.drill, hash_seeds=min(2, config.drill.hash_seeds))
    backend = Sweeper(Cores(), Journal(None))
    return drill(replace(config, drill=settings), engines, config.drill.gate, backend, ran=ran)


def _tell(broken: list[smoke.Outcome], *, quiet: bool) -> None:
    """Which of the backtests that were found are not drilled."""
    for one in () if quiet else broken:
        why = one.failure.message if one.failure else one.error
        print(f"{one.target.name}: does not run, so it is not drilled: {why}")


@contextmanager
def _progress() -> Generator[Report]:
    """Bars with the time left, on stderr and only where somebody looks at it."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(label: str, done: int, count: int) -> None:
            if label not in tasks:
                tasks[label] = bars.add_task(label, total=count)
            bars.update(tasks[label], completed=done)

        yield show
