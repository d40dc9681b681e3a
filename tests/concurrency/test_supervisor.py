"""The supervisor with tiny programs in place of the real ones."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from openoms.interfaces.cli import serving

# Writes its pid to a file of its own name, then lives until SIGTERM; a second process of its own lives beside it.
CHILD = """
import os, pathlib, subprocess, sys, time
helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
target = pathlib.Path(sys.argv[1]); fresh = target.with_suffix(".new")
fresh.write_text(f"{os.getpid()} {helper.pid}"); fresh.replace(target)
time.sleep(60)
"""
SUPERVISOR = """
import pathlib, sys
from openoms.interfaces.cli import supervisor
supervisor.FIRST_DELAY_SECONDS = 0.05
folder = pathlib.Path(sys.argv[1])
child = (folder / "child.py").read_text()
programs = [
    supervisor.Program(name, [sys.executable, "-c", child, str(folder / name)], stop_seconds=2, can_wait=can_wait)
    for name, can_wait in (("first", False), ("second", True))
]
say = lambda text: print(text, flush=True)
ready = (folder / "first").exists
raise SystemExit(supervisor.Supervisor(programs, say, is_ready=ready, on_ready=lambda: say("ready")).run())
"""


@contextmanager
def supervised(folder: Path, child: str = CHILD) -> Iterator[subprocess.Popen[str]]:
    """A supervisor over two children, in a process of its own; killed at the end if it still lives."""
    (folder / "child.py").write_text(child)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    argv = [sys.executable, "-c", SUPERVISOR, str(folder)]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
        for told in (folder / "first", folder / "second"):
            for pid in told.read_text().split() if told.exists() else []:
                with suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)


def wait_for(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Poll until `condition` holds; fails the test otherwise."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    """False also for a zombie, which only waits to be counted."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z")


def pids(folder: Path, *names: str) -> list[int]:
    """Pids of the named children and their helpers, once they have told them."""
    wait_for(lambda: all((folder / name).exists() for name in names))
    return [int(pid) for name in names for pid in (folder / name).read_text().split()]


def test_a_child_that_dies_is_started_again_and_leaves_nobody_behind(tmp_path: Path) -> None:
    with supervised(tmp_path) as process:
        child, helper = pids(tmp_path, "first")
        other = pids(tmp_path, "second")
        (tmp_path / "first").unlink()
        os.kill(child, signal.SIGKILL)
        again, _ = pids(tmp_path, "first")
        assert again != child
        wait_for(lambda: not is_alive(helper))
        assert all(map(is_alive, other)), "the other program was left in peace"
        process.terminate()
        process.wait(timeout=10)
        assert process.stdout is not None
        assert "The first ended (killed by SIGKILL); starting it again" in process.stdout.read()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_everything_in_order_with_code_zero(tmp_path: Path, number: signal.Signals) -> None:
    with supervised(tmp_path) as process:
        everyone = pids(tmp_path, "first", "second")
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
        wait_for(lambda: not any(map(is_alive, everyone)))


def test_a_second_signal_does_not_wait_for_a_child_that_will_not_stop(tmp_path: Path) -> None:
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + CHILD
    with supervised(tmp_path, stubborn) as process:
        everyone = pids(tmp_path, "first", "second")
        begun = time.monotonic()
        while process.poll() is None and time.monotonic() - begun < 10:
            process.send_signal(signal.SIGINT)
            time.sleep(0.05)
        assert time.monotonic() - begun < 1.5, "two programs of 2 s each were not waited for"
        wait_for(lambda: not any(map(is_alive, everyone)))


@pytest.mark.skipif(sys.platform != "linux", reason="other kernels do not tell a child of its parent's death")
def test_children_do_not_outlive_a_killed_supervisor(tmp_path: Path) -> None:
    with supervised(tmp_path) as process:
        first, _, second, _ = pids(tmp_path, "first", "second")
        process.kill()
        wait_for(lambda: not is_alive(first) and not is_alive(second))


def test_a_program_that_cannot_start_ends_the_run(tmp_path: Path) -> None:
    with supervised(tmp_path, "raise SystemExit(3)") as process:
        output, _ = process.communicate(timeout=20)
        assert process.returncode == 1
        assert "ended 3 times while starting: see the lines above." in output
        assert "ready" not in output


def test_a_taken_port_is_told_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            serving.PortError, match=f"Port {port} of 127.0.0.1 is already in use: .*OPENOMS_PORT"
        ):
            serving.require_free_port("127.0.0.1", port)
    serving.require_free_port("127.0.0.1", port)


def test_the_address_shown_can_be_typed_into_a_browser() -> None:
    assert serving.address("0.0.0.0", 8000) == "http://127.0.0.1:8000"
    assert serving.address("::", 8000) == "http://[::1]:8000"
    assert serving.address("oms.example", 80) == "http://oms.example:80"
