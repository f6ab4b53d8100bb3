"""`lintkit gate`: check and smoke, one report, one verdict, one exit code."""

import argparse
import json
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from lintkit.cli import ERROR, FAILED, OK, check, drill
from lintkit.cli.selection import accepted
from lintkit.cli.smoke import engine_arguments, order_of
from lintkit.config import Config, find_root, load_config
from lintkit.errors import ConfigError, LintkitError
from lintkit.report import Report
from lintkit.reports import json as json_report
from lintkit.reports import text as text_report
from lintkit.runner import check as find_mistakes
from lintkit.smoke import report as smoke_report
from lintkit.smoke import suite
from lintkit.smoke.drills import outcome
from lintkit.smoke.drills import report as drill_report
from lintkit.smoke.session import stop_all

_VERDICTS = {OK: ("passed", "bold green"), FAILED: ("failed", "bold red"), ERROR: ("no verdict", "bold red")}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="?", type=Path, help="the project's folder (default: found from here upward)")
    parser.add_argument("--pedantic", action="store_true", help="also what is true but seldom worth a change")
    parser.add_argument("--no-drills", action="store_true", help="without the drills of [tool.lintkit.drill] `gate`")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    engine_arguments(parser)


def run(options: argparse.Namespace) -> int:
    root: Path = options.path or find_root(Path.cwd())
    if not root.is_dir():
        raise ConfigError("not a folder", path=root, hint="name the project's folder")
    config = load_config(root)
    if options.no_drills:
        config = replace(config, drill=replace(config.drill, gate=()))
    order = order_of(options, config)
    if order.against:
        raise ConfigError("the gate compares with the accepted tapes", hint="`lintkit smoke` compares two engines")
    result = _gate(config, order, pedantic=options.pedantic)
    if options.output_format == "json":
        print(json.dumps(_data(result), indent=2))
    else:
        _print(result)
    return result.exit_code


@dataclass(frozen=True, slots=True)
class _Result:
    """`report` is None when the check gave none; `errors` say why, or why there are no outcomes."""

    report: Report | None
    outcomes: tuple[suite.Outcome, ...]
    drills: tuple[outcome.Outcome, ...]
    errors: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """1 for findings, a changed tape or a failed drill, even beside an error; 2 for errors alone."""
        codes = {suite.exit_code(self.outcomes), outcome.exit_code(self.drills)}
        if FAILED in codes or (self.report and self.report.failed):
            return FAILED
        return ERROR if ERROR in codes or self.errors else OK


def _gate(config: Config, order: suite.Order, *, pedantic: bool) -> _Result:
    with ThreadPoolExecutor(max_workers=1) as pool:
        smoke = pool.submit(_smoke, config, order)
        report: Report | None = None
        outcomes: tuple[suite.Outcome, ...] = ()
        drills: tuple[outcome.Outcome, ...] = ()
        errors: list[str] = []
        try:
            try:
                report = find_mistakes(config.root, config, pedantic=pedantic, curated=True)
            except LintkitError as error:
                errors.append(f"check: error: {error}")
            try:
                outcomes, drills = smoke.result()
            except LintkitError as error:
                errors.append(f"smoke: error: {error}")
        except BaseException:
            while not smoke.done():  # what waits for a place begins as soon as there is one
                stop_all()
                wait([smoke], timeout=0.05)
            raise
    return _Result(report, outcomes, drills, tuple(errors))


def _smoke(config: Config, order: suite.Order) -> tuple[tuple[suite.Outcome, ...], tuple[outcome.Outcome, ...]]:
    """The targets, and the quick drills of those that ran to their end, each on the engine that it ran on.

    Where none is configured: those that were found and have an accepted tape.
    """
    outcomes = suite.smoke(config, config.smoke.targets or accepted(config), order)
    ran = {o.target: o for o in outcomes if o.engine and o.result and not o.failure}
    if not config.drill.gate:
        return outcomes, ()
    engines = {target: o.engine for target, o in ran.items() if o.engine}
    results = {target: o.result for target, o in ran.items() if o.result}
    return outcomes, drill.quick(config, engines, results)


def _print(result: _Result) -> None:
    if result.report:
        print(check.render(result.report, "text"))
    for error in result.errors:
        print(error)
    word, style = _VERDICTS[result.exit_code]
    found = text_report.summary(result.report) if result.report else "No check."
    parts = [smoke_report.summary(result.outcomes)]
    if result.drills:
        parts.append(drill_report.summary(result.drills))
    verdict = Text(f"gate: {word}. {found} {'. '.join(part.plain for part in parts)}", style)
    lines = (*smoke_report.details(result.outcomes), *drill_report.details(result.drills), verdict)
    Console(highlight=False, soft_wrap=True).print(*lines, sep="\n")


def _data(result: _Result) -> dict[str, Any]:
    """What `check --output-format json` prints, and the smoke targets beside it."""
    document: dict[str, Any] = json.loads(json_report.render(result.report)) if result.report else {"findings": []}
    return {
        "verdict": _VERDICTS[result.exit_code][0],
        "exit_code": result.exit_code,
        **document,
        "errors": list(result.errors),
        "smoke": smoke_report.data(result.outcomes),
        "drills": drill_report.data(result.drills),
    }
