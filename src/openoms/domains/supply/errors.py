"""Refusals of supply."""

from collections.abc import Sequence

from openoms.core.errors import Conflict, InvalidInput, NotFound


class NoSuchSupply(NotFound):
    """There is no such supplier, order, work centre … of that name."""

    code = "no_such_supply"

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"There is no {what} {name!r}.", what=what, name=name)


class IllegalStep(Conflict):
    """The production or purchase order is in a state that does not allow it."""

    code = "illegal_step"

    def __init__(self, number: str, current: str, target: str) -> None:
        super().__init__(
            f"{number} is {current} and cannot become {target}.",
            number=number,
            current=current,
            target=target,
        )


class MaterialShort(Conflict):
    """There is not enough material on hand to use what the progress needs; data names each sku and what is missing."""

    code = "material_short"

    def __init__(self, number: str, shortages: Sequence[tuple[str, str]]) -> None:
        said = ", ".join(f"{missing} × {sku}" for sku, missing in shortages)
        super().__init__(
            f"{number} lacks material: {said}.",
            number=number,
            shortages=[{"sku": sku, "missing": missing} for sku, missing in shortages],
        )


class CircularBill(InvalidInput):
    """A bill of materials would contain itself; data names the way round."""

    code = "circular_bill"

    def __init__(self, way: Sequence[str]) -> None:
        super().__init__("A product cannot be made of itself: " + " → ".join(way), way=list(way))


class TooMuch(InvalidInput):
    """More is reported or received than the order allows."""

    code = "too_much"

    def __init__(self, number: str, most: str) -> None:
        super().__init__(f"At most {most} remain of {number}.", field="quantity", number=number, most=most)


class NoticeAcknowledged(Conflict):
    """The stop-work notice was acknowledged already."""

    code = "notice_acknowledged"

    def __init__(self, at: str) -> None:
        super().__init__(f"This notice was acknowledged already, at {at}.", at=at)


class Circular(Conflict):
    """Something needs itself, through others; `cycle` in data names them in turn, the first again at the end."""

    code = "circular"

    def __init__(self, cycle: Sequence[str]) -> None:
        super().__init__(f"These need each other in a circle: {' → '.join(cycle)}.", cycle=list(cycle))
