"""`lintkit clean`: forget what earlier runs found."""

import argparse
from pathlib import Path

from lintkit.cache import FOLDER, clean
from lintkit.cli import OK
from lintkit.config import find_root
from lintkit.errors import LintkitError


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="?", type=Path, default=Path(), metavar="PATH", help="a project (default: .)")


def run(options: argparse.Namespace) -> int:
    if not options.path.exists():
        raise LintkitError("no such file or folder", path=options.path)
    folder = find_root(options.path) / FOLDER
    print(f"removed {folder}" if clean(folder.parent) else f"nothing to remove: no {folder}")
    return OK
