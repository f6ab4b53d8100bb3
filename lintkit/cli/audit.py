"""`lintkit audit`: a one-shot report on anybody's repo, which is only read: nothing of it is imported or run."""

import argparse
import shutil
import sys
from pathlib import Path

from lintkit.cli import FAILED, OK
from lintkit.config import Config
from lintkit.errors import LintkitError
from lintkit.files import write
from lintkit.report import Report
from lintkit.reports import html, markdown, text
from lintkit.runner import check


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH", help="the folder of the repo")
    parser.add_argument("--format", choices=["text", "markdown", "html"], default="text", dest="output_format")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the report there, not to the terminal")


def run(options: argparse.Namespace) -> int:
    """The repo's own configuration of lintkit, ruff and pyright is not used: it is somebody else's."""
    root: Path = options.path
    if not root.is_dir():
        raise LintkitError("not a folder", path=root, hint="name the folder of the repo")
    report = check(root, Config(root), others=False)
    rendered = _render(report, root.resolve().name, options)
    if options.output is None:
        sys.stdout.write(rendered)
    else:
        write(options.output, rendered.encode())
    return FAILED if report.failed else OK


def _render(report: Report, title: str, options: argparse.Namespace) -> str:
    if options.output_format == "html":
        return html.render(report, title)
    if options.output_format == "markdown":
        return markdown.render(report, title)
    color = options.output is None and sys.stdout.isatty()
    return text.render_audit(report, title, color=color, width=shutil.get_terminal_size().columns)
