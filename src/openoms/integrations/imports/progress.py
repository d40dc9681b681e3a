"""Telling how far an import is."""

from typing import Protocol


class Progress(Protocol):
    """Somebody who shows it: a bar on a terminal, or nobody."""

    def begin(self, what: str, total: int) -> None:
        """A stage begins; `total` is what `at` will reach."""

    def at(self, done: int) -> None:
        """So much of the stage is done."""


class Silent:
    """Shows nothing."""

    def begin(self, what: str, total: int) -> None:
        """Nothing."""

    def at(self, done: int) -> None:
        """Nothing."""
