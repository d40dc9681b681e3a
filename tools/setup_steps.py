"""How a step of the set-up is run: skipped by its stamp, shown while it works, explained in one sentence when it fails."""

import hashlib
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
LOG = TOOLS / "bootstrap.log"
_OFFLINE = re.compile(
    r"dns error|could not resolve|name resolution|ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|timed out"
    r"|connection refused|network is unreachable|failed to fetch|error sending request|NewConnectionError",
    re.IGNORECASE,
)
_FULL = re.compile(r"no space left|ENOSPC", re.IGNORECASE)


class SetupError(Exception):
    """The set-up cannot go on; the message is one sentence: what is wrong, what to do."""


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of work. It is done when `stamp` holds the digest of `inputs` and every one of `outputs()` exists.

    Inputs are files (their content counts) or plain strings. Outputs are asked late: earlier steps may decide them.
    """

    title: str
    work: Callable[[], object]
    stamp: Path
    inputs: Sequence[Path | str]
    outputs: Callable[[], Sequence[Path]] = tuple

    def is_done(self) -> bool:
        """Whether there is nothing to do."""
        written = self.stamp.read_text() if self.stamp.is_file() else ""
        return written == self.digest() and all(path.exists() for path in self.outputs())

    def digest(self) -> str:
        """Digest of all inputs; a missing file counts as empty."""
        total = hashlib.sha256()
        for item in self.inputs:
            text = item.encode() if isinstance(item, str) else (item.read_bytes() if item.is_file() else b"")
            total.update(hashlib.sha256(text).digest())
        return total.hexdigest()


def perform(steps: Sequence[Step]) -> None:
    """Do what is not done yet, in order, a line each. Raises SetupError."""
    for number, step in enumerate(steps, start=1):
        if step.is_done():
            continue
        sys.stdout.write(f"[{number}/{len(steps)}] {step.title} ...")
        sys.stdout.flush()
        begun = time.monotonic()
        try:
            step.work()
        except BaseException:
            sys.stdout.write("\n")
            raise
        step.stamp.parent.mkdir(parents=True, exist_ok=True)
        step.stamp.write_text(step.digest())
        sys.stdout.write(f" {time.monotonic() - begun:.1f} s\n")
        sys.stdout.flush()


def run(
    argv: Sequence[str | Path],
    failure: str,
    *,
    environment: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
) -> str:
    """Run a program with its output in the log; returns that output.

    Raises SetupError: `failure` (what could not be done) with the likeliest reason and its remedy.
    """
    output, code = attempt(argv, environment=environment, cwd=cwd)
    if code == 0:
        return output
    if _FULL.search(output):
        raise SetupError(f"{failure}, because the disk is full: free some space and run make again.")
    if _OFFLINE.search(output):
        raise SetupError(
            f"{failure}, because the package index did not answer: check the network, or name a mirror by PIP_INDEX_URL "
            "(Python) or npm_config_registry (npm), and run make again."
        )
    raise SetupError(f"{failure}: see the end of the log and run make again.")


def attempt(
    argv: Sequence[str | Path], *, environment: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> tuple[str, int]:
    """Output and exit code of a program, also kept in the log; 127 when it cannot be executed."""
    command = [str(part) for part in argv]
    variables = {
        name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}
    }
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            check=False,
            cwd=cwd,
            env={**variables, **(environment or {})},
        )
        output, code = done.stdout, done.returncode
    except OSError as error:
        output, code = f"{error}\n", 127
    TOOLS.mkdir(exist_ok=True)
    with LOG.open("a") as log:
        log.write(f"$ {shlex.join(command)}\n{output}\n(exit code {code})\n\n")
    return output, code
