"""`lintkit baseline`: freeze today's findings, so that only new ones are reported. Run again it only shrinks."""

import argparse
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

from lintkit import baseline
from lintkit.cli import OK
from lintkit.config import find_root, load_config
from lintkit.errors import LintkitError
from lintkit.files import write
from lintkit.runner import check, line_reader


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="?", type=Path, help="the project's folder (default: found from here upward)")
    parser.add_argument("--renew", action="store_true", help="take in what is new as well")
    parser.add_argument("--pedantic", action="store_true", help="also what is true but seldom worth a change")


def run(options: argparse.Namespace) -> int:
    root: Path = options.path or find_root(Path())
    if not root.is_dir():
        raise LintkitError("not a folder", path=root, hint="name the project's folder")
    config = load_config(root)
    path = root / (config.baseline or baseline.DEFAULT)
    report = check(root, replace(config, baseline=None), pedantic=options.pedantic, use_baseline=False)
    line = line_reader(root)
    found = Counter(baseline.key_of(finding, line) for finding in report.findings)
    first = options.renew or not path.is_file()
    before = Counter[baseline.Key]() if first else baseline.load(path)
    kept = found if first else found & before
    write(path, baseline.dump(kept).encode())
    gone = "" if first else f", {(before - kept).total()} gone"
    new = (found - kept).total()
    left = f"; {new} not in it are still reported (`--renew` takes them in)" if new else ""
    sys.stdout.write(f"{path}: {kept.total()} findings{gone}{left}.\n")
    return OK
