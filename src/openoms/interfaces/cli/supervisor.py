"""Runs the web server and the worker under one process: restarts what dies, stops all in order, leaves none behind."""

import contextlib
import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 30.0
# A program that ran this long was well: its next death starts the delays anew.
WELL_SECONDS = 10.0
DEATHS_WHILE_STARTING = 3
WATCH_SECONDS = 1.0
READY_POLL_SECONDS = 0.05
LATEST_START_SECONDS = 10.0
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

Echo = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Program:
    """One thing to keep running; it ends on SIGTERM within `stop_seconds`, or is killed.

    `can_wait`: started only when the rest is ready (or late), so that it takes no processor time from what people
    wait for.
    """

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)  # Over this process's own.
    stop_seconds: float = 10.0
    can_wait: bool = False


@dataclass(slots=True)
class _Child:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float | None = None
    deaths: int = 0


class Supervisor:
    """Keeps programs running until a signal; `run` must be called in the main thread.

    `is_ready` is asked until it is true, then `on_ready` is told once; a program that keeps dying before that ends
    the run. `watch` is called about once a second, for what is not a child of ours (the database).
    """

    def __init__(
        self,
        programs: Sequence[Program],
        echo: Echo,
        *,
        is_ready: Callable[[], bool] = lambda: True,
        on_ready: Callable[[], object] = lambda: None,
        watch: Callable[[], object] = lambda: None,
    ) -> None:
        self._children = [_Child(program) for program in programs]
        self._echo = echo
        self._is_ready, self._on_ready, self._watch = is_ready, on_ready, watch
        self._announced = False
        self._stop_requests = 0
        self._watch_at = 0.0

    def run(self) -> int:
        """Exit code: 0 after a signal asked to stop, 1 when a program could not be kept running from the start."""
        with self._signals() as awake:
            for child in self._children:
                if child.program.can_wait:
                    child.restart_at = time.monotonic() + LATEST_START_SECONDS
                else:
                    self._spawn(child)
            gave_up = False
            while not self._stop_requests and not gave_up:
                self._sleep(awake, self._pause())
                well = [self._tend(child) for child in self._children]
                gave_up = not all(well)
                self._look_around()
            self._shut_down(awake)
        return 1 if gave_up else 0

    def _tend(self, child: _Child) -> bool:
        """Notice a death, restart when due; False when there is no sense in going on."""
        now = time.monotonic()
        if child.process is not None and (code := child.process.poll()) is not None:
            _kill_group(child.process.pid)
            child.process = None
            child.deaths = 1 if now - child.started_at > WELL_SECONDS else child.deaths + 1
            if not self._announced and child.deaths >= DEATHS_WHILE_STARTING:
                self._echo(
                    f"The {child.program.name} ended {child.deaths} times while starting: see the lines above."
                )
                return False
            delay = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** (child.deaths - 1))
            child.restart_at = now + delay
            self._echo(f"The {child.program.name} ended ({_how(code)}); starting it again in {delay:g} s.")
        if child.restart_at is not None and now >= child.restart_at:
            self._spawn(child)
        return True

    def _spawn(self, child: _Child) -> None:
        child.restart_at = None
        child.started_at = time.monotonic()
        # A session of its own: Ctrl-C in the terminal reaches only this process, which then stops all in order.
        child.process = subprocess.Popen(
            list(child.program.argv),
            env={**os.environ, **child.program.environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            # Safe: this process has no threads.
            preexec_fn=_die_with_parent(os.getpid()) if _LIBC else None,  # noqa: PLW1509
        )

    def _look_around(self) -> None:
        if not self._announced and self._is_ready():
            self._announced = True
            self._on_ready()
            for child in self._children:
                if child.process is None and not child.deaths:
                    child.restart_at = time.monotonic()
        if time.monotonic() >= self._watch_at:
            self._watch()
            self._watch_at = time.monotonic() + WATCH_SECONDS

    def _pause(self) -> float:
        """Seconds until something is due."""
        if not self._announced:
            return READY_POLL_SECONDS
        due = [
            self._watch_at,
            *(child.restart_at for child in self._children if child.restart_at is not None),
        ]
        return max(0.0, min(due) - time.monotonic())

    def _shut_down(self, awake: int) -> None:
        """Stop the programs one after the other, first to last; a second signal kills them all at once."""
        for child in self._children:
            if child.process is None:
                continue
            with contextlib.suppress(ProcessLookupError):
                child.process.terminate()
            deadline = time.monotonic() + child.program.stop_seconds
            while child.process.poll() is None and self._stop_requests < 2 and time.monotonic() < deadline:
                self._sleep(awake, deadline - time.monotonic())
            _kill_group(child.process.pid)
            child.process.wait()

    def _sleep(self, awake: int, seconds: float) -> None:
        """Wait for a signal, at most `seconds`."""
        with selectors.DefaultSelector() as selector:
            selector.register(awake, selectors.EVENT_READ)
            if selector.select(max(0.0, seconds)):
                os.read(awake, 4096)

    @contextlib.contextmanager
    def _signals(self) -> Iterator[int]:
        """A descriptor that becomes readable at each signal, the end of a child among them."""
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        wanted: dict[int, Callable[[int, FrameType | None], Any]] = {
            signal.SIGTERM: self._request_stop,
            signal.SIGINT: self._request_stop,
            signal.SIGHUP: self._request_stop,
            # The default action would not wake the wait below.
            signal.SIGCHLD: lambda _number, _frame: None,
        }
        before = {number: signal.signal(number, handler) for number, handler in wanted.items()}
        waker = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        try:
            yield reading
        finally:
            signal.set_wakeup_fd(waker)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(reading)
            os.close(writing)

    def _request_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop_requests += 1


def _die_with_parent(parent: int) -> Callable[[], None]:
    """Run in the child before its program: the kernel ends it when this process is killed, which no handler sees."""
    libc = _LIBC

    def arrange() -> None:
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # The parent died before the line above.
            os._exit(1)

    return arrange


def _kill_group(leader: int) -> None:
    """Kill what a program left behind, such as the workers of a web server that was itself killed."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
