"""For teams that keep their checks in pytest: smoke targets and drills as assertions.

    @pytest.mark.lintkit_smoke("fx", drills=["clock", "prefix"])
    def test_fx(lintkit_smoke):
        assert lintkit_smoke.outcome.tape          # what the target did; the marker's checks have passed by then

    def test_maker(lintkit_smoke):
        lintkit_smoke("maker")                     # fails with the report if the target trades differently

The project is pytest's root folder, or the folder in the ini option `lintkit_root`. Nothing of lintkit's smoke side is
imported until a test asks for it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from lintkit.config import Config, Target
    from lintkit.smoke.session import Engine
    from lintkit.smoke.suite import Outcome


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("lintkit_root", "the project that lintkit_smoke runs, relative to pytest's root folder", default=".")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "lintkit_smoke(target, drills=()): the smoke target must trade as accepted, and pass the named drills",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A marked test needs no argument."""
    for item in items:
        names: list[str] | None = getattr(item, "fixturenames", None)
        if names is not None and item.get_closest_marker("lintkit_smoke") and "lintkit_smoke" not in names:
            names.append("lintkit_smoke")


class Smoke:
    """Runs targets of the project. `outcome` is of the last one."""

    def __init__(self, config: Config, engine: Engine) -> None:
        self._config = config
        self._engine = engine
        self._outcome: Outcome | None = None

    @property
    def outcome(self) -> Outcome:
        if self._outcome is None:
            raise LookupError("no target has run yet: call lintkit_smoke(target), or mark the test with one")
        return self._outcome

    def __call__(self, target: str, drills: Sequence[str] = ()) -> Outcome:
        """Fail the test, with the report, unless the target trades as its accepted tape and passes the drills."""
        from lintkit.smoke import report, suite  # start-up time of every other test run

        found = self._target(target)
        (self._outcome,) = suite.smoke(self._config, [found], suite.Order(self._engine))
        if self._outcome.status not in suite.PASSED:
            pytest.fail(_lines(report.details([self._outcome])), pytrace=False)
        if drills:
            self._drill(found, drills)
        return self._outcome

    def _target(self, name: str) -> Target:
        known = {target.name: target for target in self._config.smoke.targets}
        if name not in known:
            raise pytest.UsageError(
                f"no smoke target `{name}` in {self._config.root}; known: {', '.join(known) or '-'}"
            )
        return known[name]

    def _drill(self, target: Target, names: Sequence[str]) -> None:
        from lintkit.smoke.drills import report, suite
        from lintkit.smoke.drills.lab import Lab
        from lintkit.smoke.drills.outcome import Status
        from lintkit.smoke.drills.sweep import Cores, Journal, Sweeper

        if unknown := sorted(set(names) - set(suite.MODULES)):
            raise pytest.UsageError(f"no drill is called `{unknown[0]}`; known: {', '.join(suite.MODULES)}")
        with ThreadPoolExecutor() as pool:
            settings = (self._config.smoke, self._config.drill, self._engine)
            lab = Lab(target, self._config.root, *settings, pool, Sweeper(Cores(), Journal(None)))
            outcomes = suite.drill(lab, names)
        bad = [o for o in outcomes if o.status in (Status.FAILED, Status.ERROR)]
        if bad:
            pytest.fail(_lines(report.details(bad)), pytrace=False)


def _lines(texts: Sequence[Text]) -> str:
    return "\n".join(text.plain for text in texts)


@pytest.fixture
def lintkit_smoke(request: pytest.FixtureRequest) -> Smoke:
    """`lintkit_smoke("target")` fails the test unless the target trades as accepted."""
    from lintkit.config import load_config
    from lintkit.errors import LintkitError
    from lintkit.smoke.profile import profile_for
    from lintkit.smoke.session import Engine

    root = request.config.rootpath / str(request.config.getini("lintkit_root"))
    try:
        config = load_config(root)
        smoke = Smoke(config, Engine(profile=profile_for(config.root, config.nautilus_version)))
        if marker := request.node.get_closest_marker("lintkit_smoke"):
            smoke(*marker.args, **marker.kwargs)
    except LintkitError as error:
        pytest.fail(str(error), pytrace=False)
    return smoke
