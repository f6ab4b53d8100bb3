"""Scripts that do harm: each ends in one clear error, or in a run that changed nothing."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import nullcontext
from pathlib import Path

import pytest

from lintkit.cli import main
from lintkit.config import SmokeConfig, Target
from lintkit.errors import SmokeError
from lintkit.smoke import session

from .conftest import ENGINE, Project
from .test_session import HOLD, wait_for_death

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the limits are the kernel's")
TARGET = Target("backtest", "backtest.py", (), "tapes/backtest.tape")
END = "BacktestEngine().run()\n"


def run(project: Project, **settings: object) -> session.Result:
    return session.run(TARGET, project.root, SmokeConfig(**{"timeout_secs": 30.0, **settings}), ENGINE)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.fixture
def namespaces(project: Project) -> None:
    project.script(END)
    if not run(project).discarded:
        pytest.skip("no namespaces here")


@pytest.mark.usefixtures("namespaces")
def test_what_a_script_does_to_the_project_is_gone_after_it(project: Project) -> None:
    kept = project.write("results/old.csv", "1\n")
    project.script(f"""
        import os, pathlib
        os.remove("results/old.csv")
        pathlib.Path("results/new.csv").write_text("2")
        pathlib.Path("pyproject.toml").write_text("")
        assert sorted(os.listdir("results")) == ["new.csv"]
        {END}
    """)
    before = (project.root / "pyproject.toml").read_bytes()
    result = run(project)
    assert result.failure is None, result.output
    assert result.discarded
    assert result.wrote == ("pyproject.toml", "results/new.csv", "results/old.csv (removed)")
    assert kept.read_text(encoding="utf-8") == "1\n"
    assert not (project.root / "results" / "new.csv").exists()
    assert (project.root / "pyproject.toml").read_bytes() == before


@pytest.mark.usefixtures("namespaces")
def test_what_python_compiles_in_the_projects_environment_stays(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", project.root / ".venv"], check=True)
    (packages,) = (project.root / ".venv" / "lib").glob("python*/site-packages")
    (packages / "slow.py").write_text("VALUE = 1\n", encoding="utf-8")
    project.script(f"import slow\n{END}")
    python = str(project.root / ".venv" / "bin" / "python")
    result = session.run(
        TARGET, project.root, SmokeConfig(timeout_secs=30.0), session.Engine("nautilus", python=python)
    )
    assert result.failure is None, result.output
    assert [path.name.partition(".")[0] for path in (packages / "__pycache__").iterdir()] == ["slow"]
    assert not [name for name in result.wrote if "site-packages" in name]


@pytest.mark.usefixtures("namespaces")
def test_folders_that_may_be_written(project: Project) -> None:
    project.script(f"""
        import pathlib
        pathlib.Path("results/new.csv").write_text("2")
        pathlib.Path("other.csv").write_text("2")
        {END}
    """)
    result = run(project, writes=("results",))
    assert result.failure is None, result.output
    assert result.wrote == ("other.csv",)
    assert (project.root / "results" / "new.csv").read_text(encoding="utf-8") == "2"
    assert not (project.root / "other.csv").exists()


@pytest.fixture
def outside() -> Generator[Path]:
    """A folder that is neither in the project nor a temporary one."""
    with tempfile.TemporaryDirectory(prefix=".lintkit-test-", dir=Path.home()) as folder:
        yield Path(folder)


def test_files_outside_the_project_are_named(project: Project, outside: Path) -> None:
    """And where the kernel can keep them from being written, they are not."""
    project.script(f"""
        import pathlib
        try:
            pathlib.Path("{outside}/one").write_text("2")
        except PermissionError:
            pass
        {END}
    """)
    result = run(project)
    assert result.wrote == (f"{outside}/one",)
    assert result.confined is not (outside / "one").exists()


@pytest.mark.parametrize("native", [False, True])
def test_nothing_outside_the_project_can_be_changed(project: Project, outside: Path, *, native: bool) -> None:
    kept = outside / "kept"
    kept.write_text("kept", encoding="utf-8")
    change = "subprocess.run(['sh', '-c', 'echo no > {0}'], check=True)" if native else "open('{0}', 'w')"
    project.script(f"import subprocess\n{change.format(kept)}\n{END}")
    result = run(project)
    if not result.confined:
        pytest.skip("no Landlock here")
    assert result.failure is not None
    assert result.failure.line == 3
    if not native:
        assert result.failure.message.endswith(
            "(a run writes in the project, temporary folders and the `writes` of [tool.lintkit.smoke] only)"
        )
    assert kept.read_text(encoding="utf-8") == "kept"
    allowed = run(project, writes=(str(outside),))
    assert allowed.failure is None, allowed.output
    assert kept.read_text(encoding="utf-8") != "kept"


def test_the_kernels_settings_cannot_be_changed(project: Project) -> None:
    """Not by root either."""
    project.script(f"open('/proc/sys/vm/stat_interval', 'r+').close()\n{END}")
    result = run(project)
    if not result.confined:
        pytest.skip("no Landlock here")
    assert result.failure is not None
    assert "PermissionError" in result.failure.message


@pytest.mark.parametrize("native", [False, True])
def test_the_network_is_out_of_reach(project: Project, *, native: bool) -> None:
    """Of Python by an audit hook, of everything by a namespace. The listener is on this machine's own address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("no network here either")
        address = probe.getsockname()[0]
    with socket.create_server((address, 0)) as server:
        port = server.getsockname()[1]
        call = f"socket.create_connection(({address!r}, {port}), 3)"
        if native:
            call = f"subprocess.run(['bash', '-c', 'exec 3<>/dev/tcp/{address}/{port}'], check=True)"
        project.script(f"import socket, subprocess\n{call}\n{END}")
        allowed = run(project, network=True)
        assert allowed.failure is None, allowed.output
        kept = run(project)
        if native and not kept.discarded:
            pytest.skip("no namespaces here")
        assert kept.failure is not None
        if not native:
            assert kept.failure.message.startswith(f"PermissionError: no network in a smoke run: {address}:{port}")
            assert kept.failure.line == 3
            assert kept.refused == (f"{address}:{port}",)


def test_a_flood_of_output(project: Project) -> None:
    project.script("import os\nwhile True: os.write(1, b'x' * (1 << 20))")
    with pytest.raises(SmokeError, match=r"printed more than 64 MiB, stopped \(.*`output-mb`"):
        run(project, output_mib=64)


def test_a_file_without_end(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "FILE_MIB", 16)
    project.script("file = open('big', 'wb', buffering=0)\nwhile True: file.write(b'x' * (1 << 20))")
    failure = run(project).failure
    assert failure is not None
    assert failure.message.startswith("OSError: [Errno 27] File too large")


def test_what_is_written_outside_is_told(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, outside: Path
) -> None:
    monkeypatch.chdir(project.root)
    path = outside / "one.csv"
    project.script(f"""
        try:
            open("{path}", "w").close()
        except PermissionError:
            pass
        open("inside.csv", "w").close()
        {END}
    """)
    main(["smoke", "--engine", "nautilus"])
    out = capsys.readouterr().out
    did = "wrote outside the project, which is not undone"
    tried = "kept from writing outside the project (`writes` allows it)"
    assert f"note: {did if path.exists() else tried}: {path}\n" in out
    assert "note: wrote inside.csv" in out


@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_engines_in_other_processes_are_not_recorded_and_that_is_said(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.chdir(project.root)
    text = f"""
        import multiprocessing

        def backtest(number=1):
            engine = BacktestEngine()
            engine.add_data([fill(number)])
            engine.run()

        if __name__ == "__main__":
            child = multiprocessing.get_context("{way}").Process(target=backtest)
            child.start()
            child.join()
    """
    project.script(text)
    result = project.run()
    assert result.failure is not None
    assert result.failure.message == (
        "it ran no BacktestEngine in its own process; what runs in the 1 process that it started is not recorded"
    )
    project.script(text.rstrip() + "\n            backtest(2)\n")
    assert main(["smoke", "--engine", "nautilus", "--accept"]) == 0
    assert "it started 1 process: what a BacktestEngine does there is not on the tape" in capsys.readouterr().out


@pytest.mark.parametrize(
    "bomb",
    [
        "while True: os.fork()",
        pytest.param(
            "while True: os.fork(); os.setsid() if os.getpid() != os.getsid(0) and os.getpgrp() != os.getpid() else 0",
            id="sessions",
            marks=pytest.mark.long,  # each has a share of the processor: for seconds nobody else on the machine has
        ),
        "subprocess.run(['bash', '-c', 'f() { f | f & }; f; sleep 60'])",
        "for _ in range(500): subprocess.Popen(['sleep', '60'], start_new_session=True)",
    ],
)
def test_a_fork_bomb(project: Project, bomb: str) -> None:
    project.script(f"import os, subprocess, time\n{bomb}\ntime.sleep(60)")
    started = time.monotonic()
    with pytest.raises(SmokeError, match=r"backtest\.py: started \d+ processes"):
        run(project)
    assert time.monotonic() - started < 20


def test_a_child_that_leaves_the_group_dies_too(project: Project) -> None:
    project.script(f"""
        import os, subprocess
        {HOLD}
        subprocess.Popen(["sleep", "600"], start_new_session=True, stdout=held)
        {END}
    """)
    assert run(project).failure is None
    assert wait_for_death(project)


def test_threads_that_never_end(project: Project) -> None:
    project.script(f"""
        import threading, time
        threading.Thread(target=time.sleep, args=(600,)).start()
        {END}
    """)
    with pytest.raises(SmokeError, match="still running after 2 s"):
        run(project, timeout_secs=2.0)
    assert threading.active_count() < 20


def test_namespaces_that_allow_nothing_are_not_entered(tmp_path: Path) -> None:
    """As with AppArmor's restriction of unprivileged ones: in they let us, and then nothing may be written."""
    (tmp_path / "root").mkdir()
    (tmp_path / "scratch").mkdir()
    code = """
import os, sys
from pathlib import Path
from lintkit.smoke import sandbox

def refuse(): raise PermissionError(1, "Operation not permitted")

sandbox._raise_loopback = refuse
before = [os.readlink(f"/proc/self/ns/{kind}") for kind in ("net", "mnt", "user")]
enforced = sandbox.isolate(Path("root"), Path("scratch"), [], network=False)
after = [os.readlink(f"/proc/self/ns/{kind}") for kind in ("net", "mnt", "user")]
assert before == after, (before, after)
print(sorted(enforced))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.parametrize(
    "ending", ["pass", "os.killpg(0, 9)", "os.abort()", "while True: os.write(1, b'x' * (1 << 20))"]
)
def test_a_child_without_a_trace_dies_too(project: Project, ending: str) -> None:
    """Its session, its environment and its parents are its own; the script's end is no matter."""
    project.script(f"""
        import os, subprocess
        {HOLD}
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                subprocess.Popen(["sleep", "600"], start_new_session=True, env={{}}, stdout=held)
            os._exit(0)
        os.wait()
        {END.strip()}
        {ending}
    """)
    with nullcontext() if ending == "pass" else pytest.raises(SmokeError):
        run(project, output_mib=1)
    assert wait_for_death(project)


def test_a_parent_with_a_thousand_files_open(project: Project) -> None:
    project.script(END)
    files = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        assert run(project).failure is None
    finally:
        for file in files:
            os.close(file)
