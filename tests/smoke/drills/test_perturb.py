"""What a script reads once clock and randomness are perturbed, and what is told of it, in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
DAY = 86_400
MONDAY = 1_767_607_200
CLOCKS = {
    "time.time()": "time.time",
    "now_ns() // 10**9": "time.time_ns",
    "time.clock_gettime(time.CLOCK_REALTIME)": "time.clock_gettime",
    "calendar.timegm(time.gmtime())": "time.gmtime",
    "time.mktime(time.localtime())": "time.localtime",
    "dt.datetime.now().timestamp()": "datetime.now",
    "dt.datetime.now(dt.timezone.utc).timestamp()": "datetime.now",
    "dt.datetime.utcnow().timestamp()": "datetime.utcnow",
    "dt.datetime.today().timestamp()": "datetime.today",
    "calendar.timegm(dt.date.today().timetuple()) + 36000": "date.today",
    "pd.Timestamp.now().timestamp()": "datetime.now",
    "pd.Timestamp.utcnow().timestamp()": "datetime.now",
    'pd.Timestamp("now").timestamp()': "datetime.now",
    'np.datetime64("now").astype(int)': "the C library's time",
    "uuid.uuid1().time / 1e7 - 12219292800": "time.time_ns",
}
DRAWS = {
    "random.random()": "random.random",
    "choice(range(10**9))": "random.choice",
    "random.Random().random()": "random.Random()",
    "random.SystemRandom().random()": "os.urandom",
    "np.random.rand()": "numpy.random.rand",
    "np.random.default_rng().random()": "os.urandom",
    "np.random.RandomState().rand()": "os.urandom",
    "os.urandom(8).hex()": "os.urandom",
    "str(uuid.uuid4())": "os.urandom",
    "secrets.token_hex()": "os.urandom",
}
SCRIPT = """
import calendar, datetime as dt, json, os, random, secrets, sys, time, uuid
from random import choice
from time import time_ns as now_ns
import numpy as np
import pandas as pd
values = []
{lines}
print("values " + json.dumps([str(value) for value in values]))
"""
HEAD = """
import json, sys
from lintkit.smoke import perturb
perturb.apply(json.loads(sys.argv[2]), {root!r}, lambda kind, **record: print("told " + json.dumps(record)))
sys.path[:] = [path for path in sys.path if path != {lintkit!r}]
path = sys.argv[1]
exec(compile(open(path).read(), path, "exec"))
"""


def read(folder: Path, expressions: dict[str, str], perturb: dict[str, Any]) -> tuple[list[str], dict[str, set[str]]]:
    """The expressions' values, and what was told of each by its place."""
    script = folder / "script.py"
    script.write_text(SCRIPT.format(lines="\n".join(f"values.append({e})" for e in expressions)), encoding="utf-8")
    head = HEAD.format(root=str(folder), lintkit=str(ROOT))
    command = [sys.executable, "-W", "ignore", "-c", head, str(script), json.dumps(perturb)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env={"TZ": "UTC"})
    told: dict[str, set[str]] = {}
    values: list[str] = []
    for line in done.stdout.splitlines():
        kind, _, text = line.partition(" ")
        if kind == "values":
            values = json.loads(text)
        else:
            record = json.loads(text)
            told.setdefault(record["place"], set()).add(record["what"])
    return values, told


@pytest.mark.skipif(sys.platform != "linux", reason="compiled users of the clock are reached on Linux")
def test_every_user_of_the_wall_clock_reads_the_other_time(tmp_path: Path) -> None:
    values, told = read(tmp_path, CLOCKS, {"clock": {"shift_secs": 400 * DAY}})
    for at, (expression, what) in enumerate(CLOCKS.items()):
        assert 0 <= float(values[at]) - (MONDAY + 400 * DAY) < 2, expression
        assert what in told[f"script.py:{8 + at}"], expression


def test_a_clock_of_another_speed_and_one_whose_readings_are_changed_in_one_place_only(tmp_path: Path) -> None:
    twice = {"time.time()": "", "time.time() + 0": ""}
    (first, second), _ = read(tmp_path, twice, {"clock": {"speed": 1000}})
    assert float(second) - float(first) == 1
    perturb = {"clock": {"shift_secs": DAY, "only": ["script.py:9"]}}
    (first, second), _ = read(tmp_path, twice, perturb)
    assert float(second) - float(first) == pytest.approx(DAY, abs=1)


def test_every_unseeded_draw_is_another_and_the_same_again(tmp_path: Path) -> None:
    one, told = read(tmp_path, DRAWS, {"randomness": {"seed": 1}})
    again, _ = read(tmp_path, DRAWS, {"randomness": {"seed": 1}})
    other, _ = read(tmp_path, DRAWS, {"randomness": {"seed": 2}})
    assert one == again
    for at, (expression, what) in enumerate(DRAWS.items()):
        assert one[at] != other[at], expression
        assert what in told[f"script.py:{8 + at}"], expression


def test_changing_one_readers_draws_leaves_the_others_alone(tmp_path: Path) -> None:
    still, _ = read(tmp_path, DRAWS, {"randomness": {"seed": 0, "only": []}})
    for at in (1, 4, 8):
        changed, _ = read(tmp_path, DRAWS, {"randomness": {"seed": 1, "only": [f"script.py:{8 + at}"]}})
        assert [i for i in range(len(DRAWS)) if changed[i] != still[i]] == [at]


def test_seeded_draws_are_left_alone_and_not_told(tmp_path: Path) -> None:
    seeded = {
        "[random.seed(3), random.random()]": "",
        "[np.random.seed(3), np.random.rand()]": "",
        "random.Random(3).random()": "",
        "np.random.default_rng(3).random()": "",
    }
    one, told = read(tmp_path, seeded, {"randomness": {"seed": 1}})
    plain, _ = read(tmp_path, seeded, {})
    assert one == plain
    assert set(told) <= {"script.py:6"}  # importing numpy draws for a generator that nobody asked for
