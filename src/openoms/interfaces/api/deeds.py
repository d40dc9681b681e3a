"""Cancelling, splitting and merging orders over REST."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from django.http import HttpResponse
from ninja import Router
from pydantic import Field, StringConstraints

from openoms.core.shapes import NO_NUL, Amount, Whole
from openoms.core.types import Actor
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders import queries as orders
from openoms.domains.orders.models import Order
from openoms.domains.orders.rules import is_begun
from openoms.domains.orders.states import Status
from openoms.flows.cancel import CancelledOrder, cancel_order, preview_cancellation
from openoms.flows.merge import MOST, merge_orders
from openoms.flows.split import preview_split, split_order
from openoms.flows.steps.parting import Way
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, base_revision, do_once, encode
from openoms.interfaces.api.deed_outputs import (
    CancellationOut,
    CancelledOut,
    MergeableOut,
    OrdersOut,
    SplitPreviewOut,
    cancellation_document,
    split_document,
)
from openoms.interfaces.api.desk import Needed, Plain
from openoms.interfaces.api.inputs import Input
from openoms.interfaces.api.outputs import order_document, order_head
from openoms.reading.parts import can_join

router = Router(tags=["orders"])
Number = Annotated[str, StringConstraints(min_length=1, max_length=30, pattern=NO_NUL)]


class CancellationIn(Input):
    """Why a whole order is cancelled; `base_revision` as it was read refuses to cancel a newer one."""

    reason: Needed
    base_revision: Whole | None = Field(default=None, ge=1, le=2**31 - 1)


@router.post(
    "/orders/{number}/cancellation/preview",
    response={200: CancellationOut, **REFUSALS},
    operation_id="preview_cancellation",
)
def post_cancellation_preview(request: ApiRequest, number: Plain) -> HttpResponse:
    """What cancelling the order now would do, or why it cannot be cancelled; writes nothing."""
    return answer(encode(cancellation_document(*preview_cancellation(number, actor=request.auth))))


@router.post(
    "/orders/{number}/cancellation", response={200: CancelledOut, **REFUSALS}, operation_id="cancel_order"
)
def post_cancellation(request: ApiRequest, number: Plain, body: CancellationIn) -> HttpResponse:
    """Cancel a whole order that nothing was shipped or performed of; what was let go of, and the order as it is then."""
    actor, revision = request.auth, base_revision(request, body.base_revision)

    def render(done: CancelledOrder) -> tuple[int, dict[str, object]]:
        order = orders.complete(orders.visible_to(actor)).get(pk=done.order.pk)
        document = cancellation_document(order, done.quote)
        return 200, document | {"order": order_document(order, actor)}

    return do_once(
        request,
        actor,
        lambda once: cancel_order(number, body.reason, actor=actor, base_revision=revision, once=once),
        render,
    )


class TakenIn(Input):
    """How much of a line is taken out."""

    line: Whole = Field(ge=1, le=32767)
    quantity: Amount = Field(gt=0)


class SplitPreviewIn(Input):
    """By what an order is split; `lines` are taken out by hand (`by: hand`) and make the second order."""

    by: Way
    lines: list[TakenIn] = Field(default_factory=list, max_length=2000)

    def taken(self) -> dict[int, Decimal]:
        """What is taken out, by line."""
        return {one.line: one.quantity for one in self.lines}


class SplitIn(SplitPreviewIn):
    base_revision: Whole | None = Field(default=None, ge=1, le=2**31 - 1)


class MergeOrdersIn(Input):
    """The orders to become one."""

    orders: list[Number] = Field(min_length=2, max_length=MOST)


@router.post(
    "/orders/{number}/split/preview",
    response={200: SplitPreviewOut, **REFUSALS},
    operation_id="preview_split",
)
def post_split_preview(request: ApiRequest, number: Plain, body: SplitPreviewIn) -> HttpResponse:
    """The parts that splitting an approved order would make, the one that stays first; writes nothing."""
    return answer(encode(split_document(preview_split(number, body.by, body.taken(), actor=request.auth))))


@router.post("/orders/{number}/split", response={201: OrdersOut, **REFUSALS}, operation_id="split_order")
def post_split(request: ApiRequest, number: Plain, body: SplitIn) -> HttpResponse:
    """Split an approved order that nobody has begun on; it and what was split off, with money and goods conserved."""
    actor, revision = request.auth, base_revision(request, body.base_revision)
    return do_once(
        request,
        actor,
        lambda once: split_order(
            number, body.by, body.taken(), actor=actor, base_revision=revision, once=once
        ),
        lambda done: (201, _whole([done.order, *done.parts], actor)),
    )


@router.get(
    "/orders/{number}/mergeable", response={200: MergeableOut, **REFUSALS}, operation_id="list_mergeable"
)
def get_mergeable(request: ApiRequest, number: Plain) -> HttpResponse:
    """The orders that could be merged with this one, oldest first; none where it cannot be merged itself."""
    actor = request.auth
    require(actor, Perm.ORDER_VIEW)
    order = orders.get(actor, number)
    is_open = order.status == Status.APPROVED and not is_begun(order.fulfilment_state)
    found = can_join(actor, order) if is_open and not order.historical else ()
    items = [order_head(row, row.customer.code, row.customer.name, actor) for row in found]
    return answer(encode({"items": items}))


@router.post("/orders/merge", response={200: OrdersOut, **REFUSALS}, operation_id="merge_orders")
def post_merge(request: ApiRequest, body: MergeOrdersIn) -> HttpResponse:
    """Merge orders of one customer to one address into the first placed; it, and those that ended in it."""
    actor = request.auth
    return do_once(
        request,
        actor,
        lambda once: merge_orders(body.orders, actor=actor, once=once),
        lambda done: (200, _whole([done.order, *done.others], actor)),
    )


def _whole(rows: Sequence[Order], actor: Actor) -> dict[str, object]:
    """Orders as OrdersOut, in this order."""
    found = orders.complete(orders.visible_to(actor)).in_bulk([row.pk for row in rows])
    return {"orders": [order_document(found[row.pk], actor) for row in rows]}
