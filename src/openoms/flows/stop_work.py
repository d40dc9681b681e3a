"""Answering stop-work notices: the department says what becomes of work nobody needs any longer."""

from enum import StrEnum
from uuid import UUID

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.money import ZERO
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.supply import kinds, notice_services, production_services, purchase_services
from openoms.domains.supply.models import ProductionOrder, PurchaseLine, StopWorkNotice
from openoms.domains.supply.rules import OPEN_PRODUCTION, OPEN_PURCHASE
from openoms.domains.supply.states import ProductionState
from openoms.flows.steps import expecting
from openoms.flows.steps.supplying import tell_changed, tell_moved


class Answer(StrEnum):
    """What becomes of it: what is not needed is not made or bought, or it goes on for stock."""

    STOP = "stop"
    KEEP = "keep"


@flow
def acknowledge_notice(key: UUID, answer: Answer, note: str = "", *, actor: Actor) -> StopWorkNotice:
    """Acknowledge a notice: stop takes what is not needed off the order, keep lets it go on for stock.

    Raises NoSuchSupply, NoticeAcknowledged.
    """
    require(actor, Perm.SUPPLY_VIEW)
    notice = notice_services.lock(key)
    require(actor, Perm.PRODUCTION_REPORT if notice.production_id else Perm.SUPPLY_MANAGE)
    if notice.production is not None:
        _answer_production(notice.production, notice, answer, actor)
        number, sku = notice.production.number, notice.production.sku_id
    else:
        assert notice.purchase_line is not None, "a notice is about one of the two"
        _answer_purchase(notice.purchase_line, notice, answer, actor)
        number, sku = notice.purchase_line.order.number, notice.purchase_line.sku_id
    expecting.refresh(actor, now(), [sku])
    said = note.strip()[:300]
    notice_services.acknowledge(notice, said, by=actor.user_id, at=now())
    data = {"number": number, "answer": f"{answer}: {said}" if said else str(answer)}
    record(actor, kinds.STOP_WORK_ACKNOWLEDGED, notice.pk, data=data)
    return notice


def _answer_production(work: ProductionOrder, notice: StopWorkNotice, answer: Answer, actor: Actor) -> None:
    order = production_services.lock(work.pk)
    if order.state not in OPEN_PRODUCTION:
        return
    if answer == Answer.KEEP:
        _keep(order)
        return
    left = order.quantity - notice.quantity
    if left <= order.done:
        before = order.state
        production_services.move(order, ProductionState.STOPPED, now())
        tell_moved(order, before, "no longer needed", actor)
        return
    quantity = order.quantity
    production_services.change(order, left, order.due, order.priority, is_frozen=order.is_frozen)
    tell_changed(kinds.PRODUCTION_CHANGED, order.number, order.pk, quantity, left, actor)


def _answer_purchase(work: PurchaseLine, notice: StopWorkNotice, answer: Answer, actor: Actor) -> None:
    order = purchase_services.lock(work.order_id)
    line = order.lines.get(pk=work.pk)
    line.order = order
    if order.state not in OPEN_PURCHASE:
        return
    if answer == Answer.KEEP:
        _keep(line)
        return
    before = line.ordered
    purchase_services.set_ordered(line, max(line.remaining - notice.quantity, ZERO), now())
    tell_changed(kinds.PURCHASE_CHANGED, order.number, order.pk, before, line.ordered, actor)


def _keep(work: ProductionOrder | PurchaseLine) -> None:
    """It follows demand no longer, so that no further notice is raised of it."""
    work.is_proposed = False
    work.save(update_fields=["is_proposed"])
