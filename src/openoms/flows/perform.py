"""Services of an order: scheduled with a person, performed, signed for by the customer."""

from datetime import datetime
from uuid import UUID

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import InvalidInput
from openoms.core.types import Actor
from openoms.domains.catalog.models import Product
from openoms.domains.events.services import record
from openoms.domains.identity.models import User
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders import desk_services as desk
from openoms.domains.orders import kinds
from openoms.domains.orders import services as orders
from openoms.domains.orders.errors import NoSuchLine, NotAService, ServiceStep
from openoms.domains.orders.models import Line, Order, Performance
from openoms.domains.orders.states import FulfilmentState, Stage
from openoms.flows.steps import holds


@flow
def schedule_service(
    number: str, position: int, at: datetime, *, actor: Actor, assignee: UUID | None = None
) -> Performance:
    """Say when a service is to be performed, and by whom; again to move it. Raises NotAService, ServiceStep."""
    require(actor, Perm.ORDER_VIEW, Perm.SERVICE_PERFORM)
    person = User.objects.filter(pk=assignee, is_active=True).first() if assignee else None
    if assignee and person is None:
        raise InvalidInput("There is no such person.", field="assignee")
    order, line, done = _service(number, position)
    if done is not None and done.performed_at is not None:
        raise ServiceStep(position, "performed")
    saved = desk.schedule_service(order, line, done, at=at, assignee=person.pk if person else None)
    data = {
        "number": order.number,
        "line": position,
        "at": at.isoformat(timespec="minutes"),
        "assignee": person.name if person else "",
    }
    record(actor, kinds.SERVICE_SCHEDULED, order.id, data=data)
    return saved


@flow
def perform_service(number: str, position: int, *, actor: Actor) -> Performance:
    """Say that a service was performed just now. Raises NotAService, ServiceStep, OrderOnHold."""
    require(actor, Perm.ORDER_VIEW, Perm.SERVICE_PERFORM)
    order, line, done = _service(number, position)
    if done is not None and done.performed_at is not None:
        raise ServiceStep(position, "performed")
    holds.demand_free(order, Stage.DELIVERY)
    done = done or desk.schedule_service(order, line, None, at=now(), assignee=actor.user_id)
    desk.perform_service(done, by=actor.user_id, at=now())
    record(actor, kinds.SERVICE_PERFORMED, order.id, data={"number": order.number, "line": position})
    return done


@flow
def sign_off_service(number: str, position: int, signed_by: str, *, actor: Actor) -> Performance:
    """Note who signed for a performed service; an order of services alone is performed with its last signature."""
    require(actor, Perm.ORDER_VIEW, Perm.SERVICE_PERFORM)
    signed_by = " ".join(signed_by.split())
    if not 0 < len(signed_by) <= 120:
        raise InvalidInput("Say who signed.", field="signed_by")
    order, _line, done = _service(number, position)
    if done is None or done.performed_at is None:
        raise ServiceStep(position, "not_performed")
    if done.signed_at is not None:
        raise ServiceStep(position, "signed")
    desk.sign_service(done, signed_by, at=now())
    record(actor, kinds.SERVICE_SIGNED_OFF, order.id, data={"number": order.number, "line": position})
    if not order.lines.exclude(performance__signed_at__isnull=False).exists():
        orders.set_fulfilment(order, FulfilmentState.PERFORMED)
    return done


def _service(number: str, position: int) -> tuple[Order, Line, Performance | None]:
    """The locked order, its line of that number and how far the service is."""
    order = orders.lock_open(number)
    line = Line.objects.select_related("sku__product").filter(order=order, position=position).first()
    if line is None:
        raise NoSuchLine(position)
    if line.sku.product.kind != Product.Kind.SERVICE:
        raise NotAService(position)
    return order, line, Performance.objects.filter(pk=line.pk).first()
