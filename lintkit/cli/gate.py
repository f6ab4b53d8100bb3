"""`lintkit gate`: check and smoke, one report, one verdict, one exit code."""

import argparse
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from lintkit.cli import ERROR, FAILED, OK, check
from lintkit.cli.smoke import engine_arguments, order_of
from lintkit.config import Config, find_root, load_config
from lintkit.errors import ConfigError, LintkitError
from lintkit.report import Report
from lintkit.reports import json as json_report
from lintkit.reports import text as text_report
from lintkit.runner import check as find_mistakes
from lintkit.smoke import report as smoke_report
from lintkit.smoke import suite
from lintkit.smoke.session import stop_all

_VERDICTS = {OK: ("passed", "bold green"), FAILED: ("failed", "bold red"), ERROR: ("no verdict", "bold red")}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="?", type=Path, help="the project's folder (default: found from here upward)")
    parser.add_argument("--pedantic", action="store_true", help="also what is true but seldom worth a change")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    engine_arguments(parser)


def run(options: argparse.Namespace) -> int:
    root: Path = options.path or find_root(Path.cwd())
    if not root.is_dir():
        raise ConfigError("not a folder", path=root, hint="name the project's folder")
    config = load_config(root)
    result = _gate(config, order_of(options, config), pedantic=options.pedantic)
    if options.output_format == "json":
        print(json.dumps(_data(result), indent=2))
    else:
        _print(result)
    return result.exit_code


@dataclass(frozen=True, slots=True)
class _Result:
    """`report` is None when the check gave none; `error` says why."""

    report: Report | None
    error: LintkitError | None
    outcomes: tuple[suite.Outcome, ...]

    @property
    def exit_code(self) -> int:
        """1 for findings or a changed tape, even beside an error; 2 for errors alone."""
        smoke = suite.exit_code(self.outcomes)
        if smoke == FAILED or (self.report and self.report.failed):
            return FAILED
        return ERROR if smoke == ERROR or self.error else OK


def _gate(config: Config, order: suite.Order, *, pedantic: bool) -> _Result:
    with ThreadPoolExecutor(max_workers=1) as pool:
        smoke = pool.submit(suite.smoke, config, config.smoke.targets, order)
        try:
            report, error = None, None
            try:
                report = find_mistakes(config.root, config, pedantic=pedantic)
            except LintkitError as caught:
                error = caught
            return _Result(report, error, smoke.result())
        except BaseException:
            stop_all()
            raise


def _print(result: _Result) -> None:
    print(check.render(result.report, "text") if result.report else f"check: error: {result.error}\n")
    word, style = _VERDICTS[result.exit_code]
    found = text_report.summary(result.report).plain if result.report else "No check."
    verdict = Text(f"gate: {word}. {found} {smoke_report.summary(result.outcomes).plain}", style)
    Console(highlight=False, soft_wrap=True).print(*smoke_report.details(result.outcomes), verdict, sep="\n")


def _data(result: _Result) -> dict[str, Any]:
    """What `check --output-format json` prints, and the smoke targets beside it."""
    document: dict[str, Any] = json.loads(json_report.render(result.report)) if result.report else {"findings": []}
    return {
        "verdict": _VERDICTS[result.exit_code][0],
        "exit_code": result.exit_code,
        **document,
        "check_error": str(result.error) if result.error else None,
        "smoke": smoke_report.data(result.outcomes),
    }
