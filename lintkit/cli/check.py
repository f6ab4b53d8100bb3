"""`lintkit check`: findings on the terminal or in a machine form."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from lintkit.cli import FAILED, OK
from lintkit.config import Config, find_root, load_config
from lintkit.errors import LintkitError
from lintkit.report import Report
from lintkit.runner import check

_FORMATS = ("json", "github", "sarif")
"""Modules of `lintkit.reports`, imported when they are asked for."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="a project, or files in it (default: .)")
    parser.add_argument("--output-format", choices=["text", *_FORMATS], default="text")
    parser.add_argument("--select", default="", metavar="IDS", help="only these rules: ids or beginnings, by commas")
    parser.add_argument("--ignore", default="", metavar="IDS", help="not these rules")
    parser.add_argument("--pedantic", action="store_true", help="also what is true but seldom worth a change")
    parser.add_argument("--no-ruff", action="store_true", help="without ruff")
    parser.add_argument("--no-pyright", action="store_true", help="without pyright")
    parser.add_argument("--no-baseline", action="store_true", help="also what the baseline hides")
    parser.add_argument("--exit-zero", action="store_true", help="exit 0 whatever is found")
    parser.add_argument("--since", metavar="REV", help="report only files that differ from this git revision")
    parser.add_argument("--no-cache", action="store_true", help="neither use nor write .lintkit_cache")
    parser.add_argument("--fix", action="store_true", help="apply the fixes that keep the meaning")
    parser.add_argument("--unsafe-fixes", action="store_true", help="with --fix or --diff: also those that may not")
    parser.add_argument("--diff", action="store_true", help="show what --fix would change, and change nothing")


def run(options: argparse.Namespace) -> int:
    root, paths = locate(options.paths)
    config = with_options(load_config(root), options)
    report = _check(root, paths, config, options)
    if options.fix or options.diff:
        from lintkit.fixing import fix_files

        changes = fix_files(root, report.findings, unsafe=options.unsafe_fixes)
        if options.diff:
            sys.stdout.write("".join(change.diff() for change in changes))
            return OK if options.exit_zero or not changes else FAILED
        for change in changes:
            change.write()
        report = _check(root, paths, config, options)
    sys.stdout.write(render(report, options.output_format))
    return FAILED if report.failed and not options.exit_zero else OK


def _check(root: Path, paths: Sequence[Path], config: Config, options: argparse.Namespace) -> Report:
    changed = None
    if options.since is not None:
        from lintkit.changes import changed_since

        changed = changed_since(root, options.since)
    return check(
        root,
        config,
        paths=paths,
        pedantic=options.pedantic,
        cache=not options.no_cache,
        changed=changed,
        use_baseline=not options.no_baseline,
        curated=True,
    )


def locate(paths: Sequence[Path]) -> tuple[Path, tuple[Path, ...]]:
    """The project that paths belong to and the paths to report: none when the whole project is meant."""
    for path in paths:
        if not path.exists():
            raise LintkitError("no such file or folder", path=path)
    if not paths:
        return find_root(Path()), ()
    if len(paths) == 1 and paths[0].is_dir():
        root = find_root(paths[0])
        return (paths[0], ()) if root.resolve() == paths[0].resolve() else (root, tuple(paths))
    roots = {find_root(path).resolve(): find_root(path) for path in paths}
    if len(roots) > 1:
        named = ", ".join(sorted(str(root) for root in roots.values()))
        raise LintkitError(f"these paths belong to several projects: {named}", hint="check one project at a time")
    return next(iter(roots.values())), tuple(paths)


def with_options(config: Config, options: argparse.Namespace) -> Config:
    """The command line narrows what the configuration selects and adds to what it ignores."""
    return replace(
        config,
        select=_ids(options.select) or config.select,
        ignore=(*config.ignore, *_ids(options.ignore)),
        ruff=False if options.no_ruff else config.ruff,
        pyright=False if options.no_pyright else config.pyright,
    )


def render(report: Report, output_format: str) -> str:
    if output_format in _FORMATS:
        return import_module(f"lintkit.reports.{output_format}").render(report)
    from shutil import get_terminal_size

    from lintkit.reports import text

    return text.render(report, color=sys.stdout.isatty(), width=get_terminal_size().columns)


def _ids(text_: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text_.split(",") if part.strip())
