"""Quotes and orders over REST."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Body, Query, Router, Schema
from pydantic import Field, StringConstraints

from openoms.core.http import problem
from openoms.core.paging import MOST, page_by_id
from openoms.core.shapes import Instant
from openoms.domains.events.kinds import known
from openoms.domains.events.queries import timeline as events_of
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders import queries as orders
from openoms.domains.orders.errors import NoSuchOrder
from openoms.domains.orders.queries import OrderFilter
from openoms.domains.orders.states import FulfilmentState, HoldKind, PaymentState, Status
from openoms.flows.place import BulkRow, place_order, place_orders
from openoms.flows.quote import quote
from openoms.flows.submit import submit_order, withdraw_order
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, base_revision, do_once, encode
from openoms.interfaces.api.desk import whole
from openoms.interfaces.api.desk_outputs import instant
from openoms.interfaces.api.inputs import BulkIn, OrderIn, QuoteIn, RevisionIn, SubmitIn
from openoms.interfaces.api.outputs import (
    BulkOut,
    OrderOut,
    OrderPage,
    TimelineOut,
    order_document,
    order_head,
    placed_document,
)
from openoms.interfaces.api.quote_outputs import QuoteOut, quote_document

router = Router(tags=["orders"])
Plain = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")]


class OrderQuery(Schema):
    """How a list of orders is narrowed and paged."""

    status: Status | None = None
    payment_state: PaymentState | None = None
    fulfilment_state: FulfilmentState | None = None
    hold: HoldKind | Literal["any"] | None = None
    channel: Plain = ""
    customer: Plain = ""
    placed_from: Instant | None = Field(default=None, ge=datetime.fromisoformat("1970-01-01T00:00:00+00:00"))
    placed_to: Instant | None = Field(default=None, ge=datetime.fromisoformat("1970-01-01T00:00:00+00:00"))
    q: Plain = ""
    sort: Annotated[str, StringConstraints(pattern=r"^-?placed_at$")] = "-placed_at"
    limit: int = Field(default=50, ge=1, le=MOST)
    cursor: Plain = ""

    def filter(self) -> OrderFilter:
        return OrderFilter(
            status=self.status or "",
            payment_state=self.payment_state or "",
            fulfilment_state=self.fulfilment_state or "",
            hold=self.hold or "",
            channel=self.channel,
            customer=self.customer,
            placed_from=self.placed_from,
            placed_to=self.placed_to,
            q=self.q,
        )


@router.post("/quotes", response={200: QuoteOut, **REFUSALS}, operation_id="quote")
def post_quote(request: ApiRequest, body: QuoteIn) -> HttpResponse:
    """Price a basket as it would be placed now, and say which approvals it would need; writes nothing."""
    quoted = quote(body.value_object(), actor=request.auth)
    return answer(encode(quote_document(quoted.priced, quoted.requirement)))


@router.post("/orders", response={201: OrderOut, **REFUSALS}, operation_id="place_order")
def post_order(request: ApiRequest, body: OrderIn) -> HttpResponse:
    """Place an order, or keep it as a draft with `submit: false`."""
    actor, asked = request.auth, body.value_object()
    return do_once(
        request,
        actor,
        lambda once: place_order(asked, actor=actor, once=once),
        lambda placed: (201, placed_document(placed, actor)),
    )


@router.post("/orders/bulk", response={200: BulkOut, **REFUSALS}, operation_id="place_orders")
def post_orders(request: ApiRequest, body: BulkIn) -> HttpResponse:
    """Place up to 500 orders in one transaction."""
    actor, asked = request.auth, [order.value_object() for order in body.orders]
    skip = body.on_error == "skip"
    return do_once(
        request,
        actor,
        lambda once: place_orders(asked, actor=actor, skip_refused=skip, once=once),
        lambda rows: (200, _bulk_document(rows)),
    )


def _bulk_document(rows: list[BulkRow]) -> dict[str, Any]:
    results: list[dict[str, Any]] = [
        {"index": row.index, "number": row.placed.order.number}
        if row.placed
        else {"index": row.index, "problem": problem(row.problem) if row.problem else None}
        for row in rows
    ]
    placed = sum(row.placed is not None for row in rows)
    return {"results": results, "placed": placed, "refused": len(rows) - placed}


@router.get("/orders", response={200: OrderPage, **REFUSALS}, operation_id="list_orders")
def get_orders(request: ApiRequest, query: Query[OrderQuery]) -> HttpResponse:
    """Orders, newest first unless `sort=placed_at`."""
    actor = request.auth
    require(actor, Perm.ORDER_VIEW)
    rows = orders.filtered(orders.visible_to(actor), query.filter())
    page = page_by_id(rows, query.cursor, query.limit, newest_first=query.sort.startswith("-"))
    items = [order_head(o, o.customer.code, o.customer.name, actor) for o in page.items]
    return answer(encode({"items": items, "next_cursor": page.next_cursor}))


@router.get("/orders/{number}", response={200: OrderOut, **REFUSALS}, operation_id="get_order")
def get_order(request: ApiRequest, number: Plain) -> HttpResponse:
    """One order, whole; its ETag is its revision."""
    require(request.auth, Perm.ORDER_VIEW)
    order = orders.complete(orders.visible_to(request.auth)).filter(number=number).first()
    if order is None:
        raise NoSuchOrder(number)
    response = answer(encode(order_document(order, request.auth)))
    response["ETag"] = f'"{order.revision}"'
    return response


@router.get(
    "/orders/{number}/timeline", response={200: TimelineOut, **REFUSALS}, operation_id="order_timeline"
)
def get_timeline(request: ApiRequest, number: Plain) -> HttpResponse:
    """What happened to the order, oldest first, in both languages."""
    require(request.auth, Perm.ORDER_VIEW)
    order_id: UUID | None = (
        orders.visible_to(request.auth).filter(number=number).values_list("pk", flat=True).first()
    )
    if order_id is None:
        raise NoSuchOrder(number)
    items = []
    for event in events_of(order_id):
        kind = known(event.kind)
        items.append(
            {
                "id": event.id,
                "at": instant(event.at),
                "kind": event.kind,
                "actor": event.actor_name,
                "text": kind.sentence("en", event.actor_name, event.data) if kind else event.kind,
                "text_zh": kind.sentence("zh", event.actor_name, event.data) if kind else event.kind,
                "data": event.data,
            }
        )
    return answer(encode({"items": items}))


@router.post("/orders/{number}/submit", response={200: OrderOut, **REFUSALS}, operation_id="submit_order")
def post_submit(
    request: ApiRequest, number: Plain, body: Annotated[SubmitIn | None, Body()] = None
) -> HttpResponse:
    """Submit a draft: approved at once, or once those have agreed whom the approval rules name."""
    revision, note = base_revision(request, body.base_revision if body else None), body.note if body else ""
    return whole(request, submit_order(number, actor=request.auth, base_revision=revision, note=note))


@router.post("/orders/{number}/withdraw", response={200: OrderOut, **REFUSALS}, operation_id="withdraw_order")
def post_withdraw(
    request: ApiRequest, number: Plain, body: Annotated[RevisionIn | None, Body()] = None
) -> HttpResponse:
    """Make an order that nobody has begun to carry out a draft again."""
    revision = base_revision(request, body.base_revision if body else None)
    return whole(request, withdraw_order(number, actor=request.auth, base_revision=revision))
