"""Sets the checkout up from nothing: `python3 -m tools.bootstrap run|check|test`, standard library only.

`run` brings what running needs, `check` the developers' tools, `test` a browser besides. What is done is known by
stamps over the files it was made from, so a second call only compares digests.
"""

import fcntl
import sys
from collections.abc import Sequence
from pathlib import Path

from tools import messages, setup_browser, setup_node, setup_python
from tools.setup_steps import LOG, ROOT, TOOLS, SetupError, Step, attempt, perform, run

_KINDS = {"run": "runtime", "check": "dev", "test": "dev"}
_LOG_KEPT_BYTES = 1 << 20


def main(arguments: Sequence[str]) -> int:
    """Exit code: 0 when all is set up, 1 after one sentence of what is wrong, 130 after Ctrl-C."""
    target = arguments[0] if arguments else "run"
    if target not in _KINDS:
        sys.stderr.write(f"There is no set-up {target!r}: choose one of {', '.join(_KINDS)}.\n")
        return 1
    try:
        TOOLS.mkdir(exist_ok=True)
        with (TOOLS / "bootstrap.lock").open("w") as lock:
            # Two makes at once: the second waits, then finds everything done.
            fcntl.flock(lock, fcntl.LOCK_EX)
            _set_up(target)
    except SetupError as error:
        sys.stderr.write(f"{error}\nDetails: {LOG}\n")
        return 1
    except OSError as error:
        sys.stderr.write(
            f"{error.filename or ROOT} cannot be used ({error.strerror}): make it yours, run make again.\n"
        )
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _set_up(target: str) -> None:
    if LOG.is_file() and LOG.stat().st_size > _LOG_KEPT_BYTES:
        LOG.unlink()
    kind = _KINDS[target]
    steps = [*setup_python.steps(kind), *setup_node.steps(), _translations(), _warm_up()]
    perform(steps + (setup_browser.steps() if target == "test" else []))
    # The next make starts with this interpreter instead of searching for one.
    note = TOOLS / "python"
    if not note.is_file() or note.read_text() != sys.executable:
        note.write_text(sys.executable)


def _translations() -> Step:
    argv: list[str | Path] = [setup_python.PYTHON, "-m", "tools.messages", "compile"]
    return Step(
        "Compiling translations",
        lambda: run(argv, "The translations could not be compiled"),
        TOOLS / "messages.stamp",
        messages.sources(),
        lambda: [source.with_suffix(".mo") for source in messages.sources()],
    )


def _warm_up() -> Step:
    """Import the program once, so that the compiled modules are there and the first start is as quick as later ones."""
    program = "import openoms.config.wsgi, openoms.jobs.worker"
    # Nothing real is touched: a data folder for this only, and no database is asked.
    environment = {
        "DATABASE_URL": "postgresql:///none",
        "OPENOMS_DATA_DIR": str(TOOLS / "warm-up"),
        "PYTHONDONTWRITEBYTECODE": "",
    }
    lock = ROOT / "requirements" / "runtime.txt"
    # Whether it succeeds does not matter: a fault of the program shows, with its reason, when it is run.
    return Step(
        "Preparing the first start",
        lambda: attempt([setup_python.PYTHON, "-c", program], environment=environment),
        setup_python.STAMPS / "warm-up",
        [lock],
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
