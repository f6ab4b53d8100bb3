"""Where a target is drilled: its runs, each made once, and many at a time where they do not depend on one another."""

import json
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from lintkit.config import DrillConfig, SmokeConfig, Target
from lintkit.errors import SmokeError
from lintkit.smoke.drills.sweep import Job, Measure, Sweeper
from lintkit.smoke.session import Engine, Result, Variation, run

STILL: dict[str, Any] = {"clock": {"only": []}, "randomness": {"seed": 0, "only": []}}
"""Clock and randomness held still: what differs from such a run differs because of what was changed in it."""


@dataclass
class Lab:
    """One target with its settings. `pool` makes runs side by side; sweeps of many runs go to `sweeper`."""

    target: Target
    root: Path
    config: SmokeConfig
    settings: DrillConfig
    engine: Engine
    pool: Executor
    sweeper: Sweeper
    _results: dict[str, Result] = field(default_factory=dict[str, Result])
    _lock: Lock = field(default_factory=Lock)

    def run(self, variation: Variation) -> Result:
        """Run the target, once for each variation. Raises `SmokeError` when there is no verdict on the run."""
        key = json.dumps([variation.perturb, dict(variation.environment)], sort_keys=True)
        with self._lock:
            known = self._results.get(key)
        if known is None:
            known = run(self.target, self.root, self.config, self.engine, variation)
            with self._lock:
                self._results[key] = known
        return known

    def run_all(self, variations: Sequence[Variation]) -> list[Result]:
        return list(self.pool.map(self.run, variations))

    def plain(self) -> Result:
        """The undisturbed run. Raises `SmokeError` when the script does not come to its end by itself."""
        result = self.run(Variation())
        if result.failure:
            raise SmokeError(
                f"the backtest does not run by itself: {result.failure.message}",
                path=self.root / (result.failure.path or self.target.script),
                line=result.failure.line,
                hint="mend that first: lintkit smoke",
            )
        return result

    def still(self, perturb: dict[str, Any]) -> Result:
        """A run with clock and randomness held still. Raises `SmokeError` when the script does not bear that."""
        result = self.run(Variation(STILL | perturb))
        if result.failure:
            hint = "`lintkit drill clock seed` tell what it reads"
            raise SmokeError(
                f"it does not run with clock and randomness held still: {result.failure.message}", hint=hint
            )
        return result

    def knows_plain(self, result: Result) -> None:
        """Take a run that was made already for the undisturbed one."""
        self._results[json.dumps([None, {}])] = result

    def sweep(self, label: str, variations: Sequence[Variation]) -> tuple[Measure, ...]:
        jobs = [Job(self.target, self.root, self.config, self.engine, variation) for variation in variations]
        return self.sweeper.sweep(f"{self.target.name}: {label}", jobs)
