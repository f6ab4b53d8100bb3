"""Runs that are varied: another environment, a script that meets something else."""

from typing import Any

import pytest

from lintkit.config import SmokeConfig, Target
from lintkit.errors import SmokeError
from lintkit.smoke import session

from .conftest import ENGINE, Project

TARGET = Target("backtest", "backtest.py", (), "tapes/backtest.tape")


def vary(project: Project, variation: session.Variation) -> session.Result:
    return session.run(TARGET, project.root, SmokeConfig(), ENGINE, variation)


def test_environment(project: Project) -> None:
    project.script("import os; print(os.environ['PYTHONHASHSEED']); BacktestEngine().run()")
    assert vary(project, session.Variation(environment={"PYTHONHASHSEED": "7"})).output == "7\n"


def test_a_perturbation_that_is_refused_is_one_clear_error(project: Project) -> None:
    project.script("BacktestEngine().run()")
    perturb: dict[str, Any] = {"no such drill": {}}
    with pytest.raises(SmokeError, match="the run cannot be varied"):
        vary(project, session.Variation(perturb))
