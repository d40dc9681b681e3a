"""Real threads with connections of their own, and what each of them came to."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import connections

T = TypeVar("T")
LONGEST_SECONDS = 60.0


def together(*deeds: Callable[[], T]) -> Sequence[T]:
    """What the deeds returned, each done in a thread of its own, begun at one moment; the first error is raised."""
    outcomes = attempt_together(*deeds)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]


def attempt_together(*deeds: Callable[[], T]) -> Sequence[T | BaseException]:
    """As `together`, but an error is an outcome like any other; the order is that of the deeds."""
    ready = threading.Barrier(len(deeds))
    outcomes: list[T | BaseException] = [AssertionError("did not end in time")] * len(deeds)

    def run(index: int, deed: Callable[[], T]) -> None:
        try:
            ready.wait(LONGEST_SECONDS)
            outcomes[index] = deed()
        except BaseException as error:
            outcomes[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(i, deed), daemon=True) for i, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST_SECONDS)
    return outcomes
