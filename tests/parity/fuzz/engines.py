"""Workers that play scenarios: one long-lived process an engine, since importing the real package takes over a second."""

import hashlib
import json
import os
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
TIMEOUT = 120  # seconds for one scenario, and for the import before the first
DIED = ["!! died"]


class Engine:
    """Either the bundled engine in a profile, or a real package by its interpreter."""

    def __init__(self, profile: str, python: str | None = None, cache: Path | None = None, hash_seed: int = 0) -> None:
        self._python = python or sys.executable
        kept = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "LINTKIT_PROFILE"}}
        path = [str(ROOT)] if python else [str(ROOT / "lintkit" / "compat"), str(ROOT)]
        self._env = kept | {
            "PYTHONPATH": os.pathsep.join(path),
            "PYTHONHASHSEED": str(hash_seed),
            "LINTKIT_PROFILE": profile,
        }
        self._process: subprocess.Popen[str] | None = None
        self._cache = cache / f"{profile}-{hash_seed}" if cache and python else None

    def play(self, scenario: dict[str, Any]) -> list[str]:
        """The scenario's tape; of a process that died a line that says so."""
        text = json.dumps(scenario)
        kept = self._kept(text)
        if kept and kept.exists():
            return json.loads(kept.read_text(encoding="utf-8"))
        rows = self._ask(text)
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(rows), encoding="utf-8")
        return rows

    def close(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _kept(self, text: str) -> Path | None:
        """Tapes of the real package do not change: they may be kept, by scenario and player."""
        if self._cache is None:
            return None
        player = (Path(__file__).parent / "play.py").read_bytes()
        return self._cache / f"{hashlib.sha256(player + text.encode()).hexdigest()[:32]}.json"

    def _ask(self, text: str) -> list[str]:
        # Both are remembered by the real package's process, for later venues of that name.
        leaves_traces = "frozen_account" in text or "allow_cash_borrowing" in text
        if leaves_traces:
            self.close()
        rows = self._answer(text)
        if leaves_traces:
            self.close()
        return rows

    def _answer(self, text: str) -> list[str]:
        process = self._process = self._process or self._start()
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a worker without pipes")
        try:
            print(text, file=process.stdin, flush=True)
            ready, _, _ = select.select([process.stdout], [], [], TIMEOUT)
            answer = process.stdout.readline() if ready else ""
        except BrokenPipeError:
            answer = ""
        if not answer:
            self.close()
            return DIED
        return json.loads(answer)

    def _start(self) -> subprocess.Popen[str]:
        command = [self._python, "-m", "tests.parity.fuzz.play"]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=self._env,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if os.environ.get("FUZZ_SHOW") else subprocess.DEVNULL,
        )
