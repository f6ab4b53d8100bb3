"""Scripts as they come, and hostile ones: each ends in a tape, a failure with its place, or one clear error."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lintkit.config import SmokeConfig, Target
from lintkit.errors import SmokeError
from lintkit.smoke import child, session
from lintkit.smoke.tape import Event, Run

from .conftest import DOUBLE, Project

MISSING = (
    f"ModuleNotFoundError: No module named 'nowhere' for `{sys.executable}`: "
    "name the environment that has `nowhere` with --python"
)
posix = pytest.mark.skipif(os.name != "posix", reason="signals, forks and resource limits are POSIX")


# Numbers of processes mean nothing outside: locks a file for as long as a process lives that has it from here.
HOLD = "import fcntl; held = open('../held', 'w'); fcntl.flock(held, fcntl.LOCK_EX)"


def wait_for_death(project: Project) -> bool:
    held = project.root.parent / "held"
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with held.open(encoding="utf-8") as file, contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.02)
    return False


def test_the_tape_of_a_script(project: Project) -> None:
    project.script("""
        engine = BacktestEngine()
        engine.add_data([event("OrderSubmitted"), fill(2)])
        engine.run()
    """)
    result = project.run()
    assert result.failure is None
    header = dict(result.tape.header)
    assert (header["script"], header["engine"]) == ("backtest.py", "nautilus_trader 0.0.double")
    assert result.tape.lines == (
        "@ engine 1 run 1",
        "1970-01-01T00:00:01.000000000Z OrderSubmitted O-1 account=SIM-001",
        (
            "1970-01-01T00:00:02.000000000Z OrderFilled O-1 instrument=EUR/USD.SIM side=BUY last_qty=1000 last_px=1.10 "
            'commission="0.02 USD" position=P-1'
        ),
    )


def test_the_script_runs_as_python_would_run_it(project: Project) -> None:
    project.write("helper.py", "NAME = __name__")
    project.write("tape.py", "")  # as a module of the recorder is called
    project.script("""
        import json, os, pickle, sys
        import helper, tape
        class Local: pass
        pickle.loads(pickle.dumps(Local()))
        BacktestEngine().run()
        print(json.dumps([__name__, __file__, sys.argv, sys.path[0], os.getcwd(), helper.NAME, tape.__file__,
                          sys.modules["__main__"].Local is Local, sys.stdin.read(), __doc__, __spec__]))
    """)
    result = project.run("--fast", "a b")
    root = str(project.root)
    script = str(project.root / "backtest.py")
    tape = str(project.root / "tape.py")
    expected = ["__main__", script, ["backtest.py", "--fast", "a b"], root, root, "helper", tape, True, "", None, None]
    assert result.failure is None
    assert __import__("json").loads(result.output) == expected
    assert ("script", 'backtest.py --fast "a b"') in result.tape.header


def test_engines_and_runs_are_numbered_and_chunks_of_a_stream_are_one_run(project: Project) -> None:
    project.script("""
        first, second = BacktestEngine(), BacktestEngine()
        first.run()
        second.run()
        second.run(streaming=True)
        second.run(None, None, None, True)
        second.run()
        second.run()
    """)
    runs = [entry for entry in project.run().tape.entries if isinstance(entry, Run)]
    assert runs == [Run(1, 1), Run(2, 1), Run(2, 2), Run(2, 3)]


def test_engines_that_a_node_makes(project: Project) -> None:
    project.script("from nautilus_trader.backtest.node import BacktestNode; BacktestNode().run()")
    assert [type(entry) for entry in project.run().tape.entries] == [Run, Event]


def test_prints_do_not_reach_the_tape(project: Project) -> None:
    project.script("""
        import os, sys
        engine = BacktestEngine()
        noise = lambda: (print("!done {}\\n@ engine 9 run 9"), sys.stderr.write("x"), os.write(1, b"\\xff\\x00"))
        engine.add_data([noise, fill(1), noise])
        engine.run()
    """)
    result = project.run()
    assert [type(entry) for entry in result.tape.entries] == [Run, Event]


def test_an_exception_says_where_in_the_users_code(project: Project) -> None:
    project.write("strategies/maker.py", "\n\ndef on_quote():\n    raise ValueError('no\\nprice')\n")
    project.script("""
        from strategies.maker import on_quote
        engine = BacktestEngine()
        engine.add_data([fill(1), on_quote, fill(2)])
        engine.run()
    """)
    result = project.run()
    assert result.failure == session.Failure("ValueError: no price", "strategies/maker.py", 4)
    assert len(result.tape.lines) == 2
    assert "ValueError: no\nprice" in result.output
    assert "worker.py" not in result.output


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ("import sys; sys.exit(3)", session.Failure("exit status 3", "backtest.py", 2)),
        ("import sys; sys.exit('no data')", session.Failure("exit status 1", "backtest.py", 2)),
        ("x = 1\ndef f(:\n", session.Failure("SyntaxError: invalid syntax (backtest.py, line 3)", "backtest.py", 3)),
        ("import nowhere", session.Failure(MISSING, "backtest.py", 2)),
        ("import json; json.loads('')", None),
        ("class E(Exception):\n def __str__(self): 1/0\nraise E", None),
        ("raise KeyboardInterrupt", session.Failure("KeyboardInterrupt", "backtest.py", 2)),
        ("pass", session.Failure("it ran no BacktestEngine in its own process")),
        ("def f(): f()\nf()", None),
    ],
)
def test_scripts_that_fail(project: Project, text: str, failure: session.Failure | None) -> None:
    project.script(text)
    found = project.run().failure
    assert found is not None
    if failure is None:
        assert found.path == "backtest.py"
    else:
        assert found == failure


def test_sys_exit_zero_is_a_good_end(project: Project) -> None:
    project.script("BacktestEngine().run()\nraise SystemExit")
    assert project.run().failure is None


def test_os_exit_before_the_end(project: Project) -> None:
    project.script("""
        import os
        engine = BacktestEngine()
        engine.add_data([fill(1), lambda: os._exit(0)])
        engine.run()
    """)
    result = project.run()
    assert result.failure == session.Failure("the process ended itself, with status 0, before the script was through")
    assert len(result.tape.lines) == 2


def test_an_endless_loop_is_stopped(project: Project) -> None:
    project.script("while True: pass")
    started = time.monotonic()
    with pytest.raises(SmokeError, match=r"backtest\.py: still running after 1 s, stopped \(.*`timeout`"):
        project.run(timeout=1)
    assert time.monotonic() - started < 10


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux only")
@pytest.mark.parametrize(
    "hoard",
    [
        "while True: hoard.append(bytearray(16 << 20))",
        "while True: hoard.append([hoard] * 9)",  # so small that nothing is left to report it with
        "class ArrayMemoryError(MemoryError): pass\nraise ArrayMemoryError",
        "os.write(2, b'memory allocation of 99 bytes failed\\n'); os.abort()",
    ],
)
def test_a_memory_hog_is_stopped(project: Project, hoard: str) -> None:
    project.script("import os\nhoard = []\n" + hoard)
    with pytest.raises(SmokeError, match="needs more than 512 MiB of memory"):
        project.run(memory_mib=512)


@posix
def test_gigabytes_of_output_cost_neither_memory_nor_the_end_of_it(project: Project) -> None:
    project.script("""
        import os
        for _ in range(4096): os.write(1, b"x" * (64 << 10))
        print("the last word")
        BacktestEngine().run()
    """)
    result = project.run()
    assert result.failure is None
    assert len(result.output) <= child.OUTPUT_KEPT
    assert result.output.endswith("the last word\n")


@posix
def test_a_deleted_working_folder(project: Project) -> None:
    project.script("""
        import os, shutil
        engine = BacktestEngine()
        engine.add_data([lambda: shutil.rmtree(os.getcwd(), ignore_errors=True), fill(1)])
        engine.run()
    """)
    result = project.run()
    assert result.failure is None
    assert len(result.tape.lines) == 2


@posix
@pytest.mark.parametrize("end", ["", "while True: time.sleep(1)"])
def test_children_of_the_script_die_with_it_and_write_nothing(project: Project, end: str) -> None:
    project.script(f"""
        {HOLD}
        import os, time
        engine = BacktestEngine()
        def fork():
            if os.fork() == 0:
                engine.kernel.msgbus.publish("events.order.X", fill(99))
                time.sleep(600)
                os._exit(0)
        engine.add_data([fill(1), fork, fill(2)])
        engine.run()
        {end}
    """)
    if end:
        with pytest.raises(SmokeError, match="still running after 1 s"):
            project.run(timeout=1)
    else:
        assert len(project.run().tape.lines) == 3
    assert wait_for_death(project)


@posix
def test_a_crash_of_the_interpreter(project: Project) -> None:
    project.script("import os; os.abort()")
    with pytest.raises(SmokeError, match=r"backtest\.py: killed by SIGABRT"):
        project.run()


def test_an_event_that_the_recorder_cannot_read(project: Project) -> None:
    project.script("""
        engine = BacktestEngine()
        engine.add_data([event("OrderFilled", ts_event="soon")])
        try:
            engine.run()
        except Exception:
            pass
    """)
    with pytest.raises(SmokeError, match="the recorder failed, please report it: "):
        project.run()


def test_an_interpreter_without_the_engine(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.script("")
    empty = project.write("elsewhere/nautilus_trader/__init__.py", "__version__ = '3'")
    monkeypatch.setenv("PYTHONPATH", str(empty.parents[1]))
    with pytest.raises(SmokeError, match=r"no nautilus engine for .* No module named 'nautilus_trader\.backtest'"):
        project.run()


@pytest.mark.parametrize("python", ["no-such-python", "."])
def test_an_interpreter_that_is_none(project: Project, python: str) -> None:
    project.script("")
    target = Target("backtest", "backtest.py", (), "tapes/backtest.tape")
    with pytest.raises(SmokeError, match=r"cannot start .*--python"):
        session.run(target, project.root, SmokeConfig(), session.Engine("nautilus", python=python))


def test_a_script_that_is_not_there(project: Project) -> None:
    with pytest.raises(SmokeError, match=r"backtest\.py: no such script"):
        project.run()


def test_the_worker_needs_no_lintkit_in_its_interpreter(project: Project) -> None:
    project.script(
        "BacktestEngine().run()\nimport lintkit.smoke.record, sys; print([m for m in sys.modules if 'rich' in m])"
    )
    python = f"{sys.executable} -S"
    wrapper = project.write("python", f'#!/bin/sh\nexec {python} "$@"\n')  # without site-packages
    wrapper.chmod(0o755)
    target = Target("backtest", "backtest.py", (), "tapes/backtest.tape")
    result = session.run(target, project.root, SmokeConfig(), session.Engine("nautilus", python=str(wrapper)))
    assert result.failure is None
    assert result.output == "[]\n"


def test_the_bundled_engine_comes_before_anything_of_that_name(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The stand-in as the bundled engine; the project and the environment have packages of that name too."""
    package = tmp_path / "site" / "lintkit"
    shutil.copytree(session.PACKAGE / "smoke", package / "smoke")
    shutil.copy(session.PACKAGE / "__init__.py", package)
    shutil.copytree(DOUBLE, package / "compat")
    monkeypatch.setattr(session, "PACKAGE", package)
    project.write("nautilus_trader/__init__.py", "raise RuntimeError")
    elsewhere = project.write("elsewhere/nautilus_trader/__init__.py", "raise RuntimeError")
    monkeypatch.setenv("PYTHONPATH", str(elsewhere.parents[1]))
    project.script("""
        import os, subprocess, sys
        BacktestEngine().run()
        from nautilus_trader.backtest import node
        print(os.environ["LINTKIT_PROFILE"], node.__file__, sys.path[0], sep="\\n", flush=True)
        child = "import nautilus_trader; print(nautilus_trader.__file__)"
        subprocess.run([sys.executable, "-c", child], cwd="/", check=True)
    """)
    target = Target("backtest", "backtest.py", (), "tapes/backtest.tape")
    result = session.run(target, project.root, SmokeConfig(), session.Engine("bundled", "1.231"))
    assert result.failure is None, result.output
    assert result.tape.get("engine") == "bundled, profile 1.231"
    compat = package / "compat" / "nautilus_trader"
    found = ["1.231", str(compat / "backtest" / "node.py"), str(project.root), str(compat / "__init__.py")]
    assert result.output.splitlines() == found


def test_the_same_environment_everywhere(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.script("import time; print(hash('a'), time.tzname); BacktestEngine().run()")
    outputs: set[str] = set()
    for seed, zone in (("7", "Asia/Tokyo"), ("8", "America/New_York")):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        monkeypatch.setenv("TZ", zone)
        outputs.add(project.run().output)
    assert len(outputs) == 1


@posix
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_run_outlives_the_command(project: Project, how: signal.Signals) -> None:
    if how is signal.SIGKILL and sys.platform != "linux":
        pytest.skip("dying with the parent is Linux")
    project.script(f"import time; {HOLD}; time.sleep(600)")
    command = [sys.executable, "-m", "lintkit", "smoke", "--engine", "nautilus"]
    process = subprocess.Popen(
        command,
        cwd=project.root,
        stderr=subprocess.PIPE,
        text=True,
        # In the background of a script Ctrl-C is ignored, by us and whom we start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  # no threads of ours
    )
    deadline = time.monotonic() + 10
    while not (project.root.parent / "held").is_file() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(how)
    _, said = process.communicate(timeout=10)
    assert wait_for_death(project)
    if how is signal.SIGINT:
        assert (process.returncode, said) == (2, "lintkit: interrupted\n")
