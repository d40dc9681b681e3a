"""Sets the checkout up from nothing: `python3 -m tools.bootstrap run|check|test`, standard library only.

`run` brings what running needs, `check` the developers' tools, `test` a browser besides. What is done is known by
stamps over the files it was made from, so a second call only compares digests.
"""

import fcntl
import sys
from collections.abc import Sequence
from pathlib import Path

from tools import setup_browser, setup_node, setup_python
from tools.setup_steps import LOG, ROOT, TOOLS, SetupError, Step, perform

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
        sys.stderr.write(f"{error.filename or ROOT} cannot be used ({error.strerror}): make it yours, run make again.\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _set_up(target: str) -> None:
    if LOG.is_file() and LOG.stat().st_size > _LOG_KEPT_BYTES:
        LOG.unlink()
    perform(setup_python.steps(_KINDS[target])[:2])
    perform_rest: list[Step] = []
    del perform_rest


def remember_python() -> None:
    """Note this interpreter, so that the next make need not search."""
    note = TOOLS / "python"
    if not note.is_file() or note.read_text() != sys.executable:
        note.write_text(str(Path(sys.executable)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
