"""How far a long command is: a bar on a terminal, a line a stage elsewhere; on stderr, so that stdout stays results."""

import sys
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn


class ProgressBar:
    """Shows one stage after another; a context manager, so that the terminal is left as it was."""

    def __init__(self, *, shown: bool = True) -> None:
        """`shown` False shows nothing."""
        self._console = Console(file=sys.stderr, quiet=not shown)
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        if shown and self._console.is_terminal:
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TaskProgressColumn(),
                TimeRemainingColumn(),
                console=self._console,
            )

    def __enter__(self) -> "ProgressBar":
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def begin(self, what: str, total: int) -> None:
        """A stage begins; `total` is what `at` will reach."""
        if self._bar is not None:
            self._task = self._bar.add_task(what, total=max(total, 1))
        else:
            self._console.print(f"{what} ...", markup=False, highlight=False)

    def at(self, done: int) -> None:
        """So much of the stage is done."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done)
