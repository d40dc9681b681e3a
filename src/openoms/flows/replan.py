"""Moving a production order on the plan, and seeing before what that does to the others and to customers' orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from openoms.core import firm
from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import InvalidInput
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.supply import kinds, production_services
from openoms.domains.supply.errors import IllegalStep, NoSuchSupply
from openoms.domains.supply.models import ProductionOrder
from openoms.domains.supply.rules import OPEN_PRODUCTION
from openoms.domains.supply.states import ProductionState
from openoms.domains.supply.work import Plan
from openoms.flows.steps import expecting, workshop
from openoms.flows.steps.workshop import Move


@dataclass(frozen=True, slots=True)
class Effect:
    """A production order that finishes on another day by a move, and the numbers of the customers' orders it is for."""

    order: ProductionOrder
    before: date | None
    after: date | None
    numbers: Sequence[str]

    @property
    def is_late(self) -> bool:
        """Whether it finishes after it is needed then."""
        return self.after is None or self.after > self.order.due

    @property
    def was_late(self) -> bool:
        """Whether it did before."""
        return self.before is not None and self.before > self.order.due


@dataclass(frozen=True, slots=True)
class MovePreview:
    """What a move would do: when the order starts and finishes, and whom it moves; the worst first."""

    order: ProductionOrder
    day: date
    starts_on: date | None
    finishes_on: date | None
    effects: Sequence[Effect]


def preview_move(key: UUID, day: date, *, actor: Actor) -> MovePreview:
    """What moving a production order to a day would do; the deed's own schedule, nothing written.

    Raises NoSuchSupply, IllegalStep for work that was begun, InvalidInput for a day that is over.
    """
    require(actor, Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
    rows = ProductionOrder.objects.filter(state__in=OPEN_PRODUCTION).order_by("due", "-priority", "id")
    found = list(rows.select_related("sku__product").prefetch_related("demands__line__order"))
    order = next((row for row in found if row.pk == key), None)
    if order is None:
        order = ProductionOrder.objects.filter(pk=key).first()
    at = now()
    _check(order, key, day, at)
    assert order is not None
    plan = workshop.plan_of(found, at, Move(key, day)).plan
    return _preview(order, day, found, plan)


@flow
def move_production(key: UUID, day: date, *, actor: Actor) -> ProductionOrder:
    """Have a production order begin on a day, or as soon after as it can: the schedule leaves it there, others give way.

    Raises NoSuchSupply, IllegalStep, InvalidInput.
    """
    require(actor, Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
    at = now()
    order = production_services.lock(key)
    _check(order, key, day, at)
    before = order.starts_on
    workshop.schedule_all(actor, at, Move(key, day))
    order.refresh_from_db()
    production_services.change(order, order.quantity, order.due, order.priority, is_frozen=True)
    data = {
        "number": order.number,
        "before": {"starts_on": before.isoformat() if before else ""},
        "after": {"starts_on": order.starts_on.isoformat() if order.starts_on else ""},
    }
    record(actor, kinds.PRODUCTION_CHANGED, order.pk, data=data)
    expecting.refresh(actor, at)
    return order


def _check(order: ProductionOrder | None, key: UUID, day: date, at: datetime) -> None:
    if order is None:
        raise NoSuchSupply("production order", str(key))
    if order.state not in {ProductionState.PLANNED, ProductionState.RELEASED}:
        raise IllegalStep(order.number, order.state, "moved")
    if day < firm.day_of(at):
        raise InvalidInput("Choose today or a later day.", field="day")
    if (day - firm.day_of(at)).days >= workshop.HORIZON_DAYS // 2:
        raise InvalidInput("Choose a day within nine months.", field="day")


def _preview(order: ProductionOrder, day: date, found: Sequence[ProductionOrder], plan: Plan) -> MovePreview:
    effects = []
    for row in found:
        after = plan.jobs[str(row.pk)].finish
        if after != row.finishes_on:
            numbers = {one.line.order.number for one in row.demands.all() if one.line_id and one.line}
            effects.append(Effect(row, row.finishes_on, after, sorted(numbers)))
    effects.sort(
        key=lambda one: (one.order.pk != order.pk, not one.is_late, one.after or date.max, one.order.number)
    )
    mine = plan.jobs[str(order.pk)]
    return MovePreview(order, day, mine.start, mine.finish, effects)
