"""Advisory locks on files: the kernel frees them with the process, so none is ever stale."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

POLL_SECONDS = 0.02


def try_lock(path: Path, *, shared: bool = False) -> int | None:
    """An open descriptor holding the lock on `path`, or None while someone else holds it. Raises OSError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def wait_lock(path: Path, *, seconds: float, shared: bool = False) -> int:
    """As `try_lock`, waiting up to `seconds`. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while (descriptor := try_lock(path, shared=shared)) is None:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{path} stayed locked for {seconds:.0f} s")
        time.sleep(POLL_SECONDS)
    return descriptor


@contextlib.contextmanager
def locked(path: Path, *, seconds: float) -> Iterator[None]:
    """Hold the exclusive lock on `path`; waits up to `seconds`. Raises TimeoutError."""
    descriptor = wait_lock(path, seconds=seconds)
    try:
        yield
    finally:
        os.close(descriptor)
