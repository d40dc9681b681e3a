"""Refusals of supply."""

from collections.abc import Sequence

from openoms.core.errors import Conflict


class Circular(Conflict):
    """Something needs itself, through others; `cycle` in data names them in turn, the first again at the end."""

    code = "circular"

    def __init__(self, cycle: Sequence[str]) -> None:
        super().__init__(f"These need each other in a circle: {' → '.join(cycle)}.", cycle=list(cycle))
