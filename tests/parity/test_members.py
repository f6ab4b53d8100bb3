"""Every public attribute of a class that the virtual package offers: it is there, or refused by name.

The real classes' attributes are those that `tools/nautilus_members.py` recorded.
"""

import json
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

import lintkit

MEMBERS = Path(__file__).parent / "members"
PACKAGE = Path(lintkit.__file__).parent
PROFILES = ("1.221", "1.231")
BASES = {"Clock", "Event", "Identifier"}
"""Their classes have what these lack."""


@lru_cache
def real(profile: str) -> dict[str, set[str]]:
    """What the real classes have, by their own names; of two classes of one name what both have."""
    lines = (MEMBERS / f"{profile}.0.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    own = {name: set(names.split()) for name, _, names in rows}
    found: dict[str, set[str]] = {}
    for name, bases, _ in rows:
        members = own[name].union(*(own.get(base, set()) for base in bases.split()))
        short = name.rpartition(".")[2]
        found[short] = found[short] & members if short in found else members
    return found


@lru_cache
def offered(profile: str) -> dict[str, dict[str, list[str]]]:
    environment = os.environ | {"PYTHONPATH": f"{PACKAGE / 'compat'}{os.pathsep}{PACKAGE.parent}"}
    environment["LINTKIT_PROFILE"] = profile
    command = [sys.executable, MEMBERS / "offered.py"]
    return json.loads(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize("profile", PROFILES)
def test_what_the_real_class_has_is_there_or_refused(profile: str) -> None:
    known = real(profile)
    silent: dict[str, list[str]] = {}
    for name, ours in offered(profile).items():
        lacking = known.get(name, set()) - {*ours["has"], *ours["refused"]}
        if lacking and name not in BASES:
            silent[name] = sorted(lacking)
    assert len(known) > 400
    assert silent == {}


def test_nothing_is_refused_that_no_release_has() -> None:
    """Nor what is there."""
    for profile in PROFILES:
        for name, ours in offered(profile).items():
            of_some = {member for each in PROFILES for member in real(each).get(name, ())}
            assert not of_some or not set(ours["refused"]) - of_some, name
