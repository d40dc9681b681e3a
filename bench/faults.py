"""A whole OpenOMS as one process tree that can be hurt: what runs, and killing a part of it or all at once."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from openoms.core.postgres.processes import processes_of

# So long without one order acknowledged means that it will not come back: end, and let the proof say what is wrong.
LATEST_SIGN_OF_LIFE_SECONDS = 120.0
SERVE = "from openoms.interfaces.cli.main import main; main()"


@dataclass
class Served:
    """`openoms serve` on a data folder, started again whenever it is found dead."""

    data_dir: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None
    starts: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self) -> None:
        """Start the supervisor when it is not there."""
        with self.lock:
            if self.process is None or self.process.poll() is not None:
                argv = [sys.executable, "-c", SERVE, "serve", "--port", str(self.port), "--workers", "2"]
                with self.log.open("ab") as log:
                    self.process = subprocess.Popen(argv, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
                self.starts += 1

    def stop(self) -> None:
        """End it in order."""
        with self.lock:
            if self.process is not None:
                self.process.terminate()
                try:
                    self.process.wait(30)
                except subprocess.TimeoutExpired:
                    self.process.kill()

    @property
    def log(self) -> Path:
        """What it and its children said."""
        return self.data_dir / "served.log"

    def children(self, mark: str) -> list[psutil.Process]:
        """The supervisor's own children whose command line has `mark`."""
        if self.process is None:
            return []
        with suppress(psutil.Error):
            return [p for p in psutil.Process(self.process.pid).children() if mark in " ".join(p.cmdline())]
        return []


def _web_parent(served: Served, rng: random.Random) -> Sequence[int]:
    return [p.pid for p in served.children("granian")]


def _web_worker(served: Served, rng: random.Random) -> Sequence[int]:
    workers = []
    for parent in served.children("granian"):
        with suppress(psutil.Error):
            # A helper of multiprocessing is among them; only a worker has loaded the program, and grown.
            workers += [p for p in parent.children() if p.memory_info().rss > 40 * 2**20]
    return [rng.choice(workers).pid] if workers else []


def _background_worker(served: Served, rng: random.Random) -> Sequence[int]:
    return [p.pid for p in served.children("openoms.jobs.worker")]


def _database(served: Served, rng: random.Random) -> Sequence[int]:
    return processes_of((served.data_dir / "postgres").resolve())


def _everything(served: Served, rng: random.Random) -> Sequence[int]:
    tree: list[int] = []
    if served.process is not None:
        with suppress(psutil.Error):
            root = psutil.Process(served.process.pid)
            tree = [root.pid, *(p.pid for p in root.children(recursive=True))]
    return [*tree, *_database(served, rng)]


FAULTS: dict[str, Callable[[Served, random.Random], Sequence[int]]] = {
    "web parent": _web_parent,
    "web worker": _web_worker,
    "background worker": _background_worker,
    "database": _database,
    "everything": _everything,
}


def inflict(kind: str, served: Served, rng: random.Random) -> bool:
    """Kill the part at once; False when it was not running just then."""
    victims = FAULTS[kind](served, rng)
    for pid in victims:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return bool(victims)


def torment(
    served: Served, rng: random.Random, seconds: float, gap: float, acknowledged: Callable[[], int]
) -> list[tuple[float, str]]:
    """Inflict faults for `seconds` and until each kind has struck equally often; when (monotonic) and what.

    About every `gap` seconds. Three in four wait until an order was acknowledged after the fault before, since on
    a slow machine everything would else be killed while it starts and no order ever be at risk; the others do
    strike what is only starting.
    """
    inflicted: list[tuple[float, str]] = []
    bag: list[str] = []
    until = time.monotonic() + seconds
    known, due = acknowledged(), time.monotonic() + gap * rng.uniform(0.4, 1.0)
    patient = True
    while bag or time.monotonic() < until:
        served.keep()
        if patient and acknowledged() == known:
            if time.monotonic() > due + LATEST_SIGN_OF_LIFE_SECONDS:
                break
        elif time.monotonic() >= due:
            if not bag:
                bag = list(FAULTS)
                rng.shuffle(bag)
            if inflict(bag[-1], served, rng):
                inflicted.append((time.monotonic(), bag.pop()))
                known, due = acknowledged(), time.monotonic() + gap * rng.uniform(0.4, 1.6)
                patient = rng.random() < 0.75
        time.sleep(0.05)
    return inflicted
