"""An engine that was built from other sources is said to be out of date; the user's script is not blamed for it."""

from pathlib import Path

import pytest

import lintkit._engine as engine
from lintkit import __version__, compiled
from lintkit.config import SmokeConfig
from lintkit.errors import SmokeError
from lintkit.smoke.ending import End, judge

ERROR = {
    "confined": False,
    "type": "AttributeError",
    "message": "no attribute `route`",
    "path": "run.py",
    "line": 3,
    "refused": False,
}


def test_this_engine_is_built_from_these_sources() -> None:
    assert engine.__version__ == __version__
    assert engine.__sources__ == compiled.checksum(compiled.CRATE)


def test_a_changed_a_new_and_no_crate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "CRATE", tmp_path / "src")
    assert not compiled.is_outdated("any")
    (tmp_path / "src" / "py").mkdir(parents=True)
    (tmp_path / "src" / "py" / "mod.rs").write_text("mod engine;")
    built = compiled.checksum(tmp_path / "src")
    assert not compiled.is_outdated(built)
    (tmp_path / "src" / "lib.rs").write_text("mod py;")
    assert compiled.is_outdated(built)


@pytest.mark.parametrize("outdated", [False, True])
def test_what_an_error_is_blamed_on(outdated: bool) -> None:  # noqa: FBT001
    records = {"engine": [{"version": "1.221.0"}], "error": [ERROR | {"outdated": outdated}]}
    end = End(status=1, output="", lines=[], records=records, told={})
    if outdated:
        with pytest.raises(SmokeError, match=r"the compiled engine is not that of its sources .* \(build it again"):
            judge(end, Path("run.py"), SmokeConfig(), "bundled", "python")
    else:
        failure = judge(end, Path("run.py"), SmokeConfig(), "bundled", "python")
        assert failure
        assert (failure.path, failure.line) == ("run.py", 3)
