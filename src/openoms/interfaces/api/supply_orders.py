"""Production and purchase orders over REST."""

from collections.abc import Callable
from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router

from openoms.core.paging import page_by_id
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.supply.errors import NoSuchSupply
from openoms.domains.supply.models import ProductionOrder, PurchaseOrder
from openoms.domains.supply.states import ProductionState, PurchaseState
from openoms.flows import produce, purchase, replan
from openoms.flows.steps.lots import named as named_lot
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, do_once, encode
from openoms.interfaces.api.catalogue import PageQuery
from openoms.interfaces.api.plan_outputs import MovePreviewOut, move_document
from openoms.interfaces.api.supply_inputs import (
    MoveIn,
    ProductionIn,
    ProductionPatch,
    ProgressIn,
    PurchaseIn,
    PurchasePatch,
    PurchaseReceiptIn,
    StopIn,
)
from openoms.interfaces.api.supply_order_outputs import (
    ProductionOut,
    ProductionPage,
    PurchaseOut,
    PurchasePage,
    production_document,
    purchase_document,
)
from openoms.reading import supply as reading

router = Router(tags=["supply"])
Answered = tuple[int, dict[str, Any]]


class ProductionQuery(PageQuery):
    """How the list is narrowed."""

    state: ProductionState | None = None


class PurchaseQuery(PageQuery):
    """How the list is narrowed."""

    state: PurchaseState | None = None


@router.get(
    "/production-orders", response={200: ProductionPage, **REFUSALS}, operation_id="list_production_orders"
)
def get_productions(request: ApiRequest, query: Query[ProductionQuery]) -> HttpResponse:
    """Production orders, newest first; `q` is how a number begins, or words of a sku."""
    require(request.auth, Perm.SUPPLY_VIEW)
    rows = reading.production_orders(request.auth)
    rows = rows.filter(state=query.state) if query.state else rows
    rows = reading.found_by(rows, query.q) if query.q else rows
    page = page_by_id(rows, query.cursor, query.limit)
    items = [production_document(row) for row in page.items]
    return answer(encode({"items": items, "next_cursor": page.next_cursor}))


@router.post("/production-orders", response={201: ProductionOut, **REFUSALS}, operation_id="plan_production")
def post_production(request: ApiRequest, body: ProductionIn) -> HttpResponse:
    """Plan work for a sku that has a bill of materials."""
    actor = request.auth
    return do_once(
        request,
        actor,
        lambda once: produce.plan_production(body.value_object(), actor=actor, once=once),
        lambda row: _production(request, row, 201),
    )


@router.get(
    "/production-orders/{production_id}",
    response={200: ProductionOut, **REFUSALS},
    operation_id="get_production_order",
)
def get_production(request: ApiRequest, production_id: UUID) -> HttpResponse:
    """A production order: what it uses, its steps, and for which orders it is."""
    require(request.auth, Perm.SUPPLY_VIEW)
    row = reading.production_orders(request.auth).filter(pk=production_id).first()
    if row is None:
        raise NoSuchSupply("production order", str(production_id))
    return answer(encode(production_document(row)))


@router.patch(
    "/production-orders/{production_id}",
    response={200: ProductionOut, **REFUSALS},
    operation_id="change_production_order",
)
def patch_production(request: ApiRequest, production_id: UUID, body: ProductionPatch) -> HttpResponse:
    """Change how many are made, by when, how urgently, and whether the schedule may move it."""
    row = produce.change_production(production_id, actor=request.auth, **dict(body))
    return _answered(_production(request, row))


@router.post(
    "/production-orders/{production_id}/progress",
    response={201: ProductionOut, **REFUSALS},
    operation_id="report_production",
)
def post_progress(request: ApiRequest, production_id: UUID, body: ProgressIn) -> HttpResponse:
    """Report so many as made: material leaves stock, they come into it."""
    actor = request.auth
    return do_once(
        request,
        actor,
        lambda once: produce.report_production(
            production_id, body.quantity, actor=actor, lot=named_lot(body.lot, body.expires_on), once=once
        ),
        lambda row: _production(request, row, 201),
    )


@router.post(
    "/production-orders/{production_id}/move/preview",
    response={200: MovePreviewOut, **REFUSALS},
    operation_id="preview_production_move",
)
def post_move_preview(request: ApiRequest, production_id: UUID, body: MoveIn) -> HttpResponse:
    """What having work begin on a day would do: which production orders finish on another day, and for which orders they are."""
    preview = replan.preview_move(production_id, body.day, actor=request.auth)
    return answer(encode(move_document(preview)))


@router.post(
    "/production-orders/{production_id}/move",
    response={200: ProductionOut, **REFUSALS},
    operation_id="move_production_to",
)
def post_move(request: ApiRequest, production_id: UUID, body: MoveIn) -> HttpResponse:
    """Have work begin on a day, or as soon after as it can: the schedule leaves it there, others give way."""
    row = replan.move_production(production_id, body.day, actor=request.auth)
    return _answered(_production(request, row))


@router.post(
    "/production-orders/{production_id}/stop",
    response={200: ProductionOut, **REFUSALS},
    operation_id="stop_production",
)
def post_stop(request: ApiRequest, production_id: UUID, body: StopIn) -> HttpResponse:
    """Give work up; what was made stays."""
    return _answered(
        _production(request, produce.stop_production(production_id, body.reason, actor=request.auth))
    )


@router.post(
    "/production-orders/{production_id}/{step}",
    response={200: ProductionOut, **REFUSALS},
    operation_id="move_production",
)
def post_step(
    request: ApiRequest, production_id: UUID, step: Literal["release", "start", "finish"]
) -> HttpResponse:
    """Release planned work to the workshop, start it, or finish it with fewer than planned."""
    deeds: dict[str, Callable[..., ProductionOrder]] = {
        "release": produce.release_production,
        "start": produce.start_production,
        "finish": produce.finish_production,
    }
    return _answered(_production(request, deeds[step](production_id, actor=request.auth)))


@router.get("/purchase-orders", response={200: PurchasePage, **REFUSALS}, operation_id="list_purchase_orders")
def get_purchases(request: ApiRequest, query: Query[PurchaseQuery]) -> HttpResponse:
    """Purchase orders, newest first; `q` is how a number begins, or words of a sku."""
    require(request.auth, Perm.SUPPLY_VIEW)
    rows = reading.purchase_orders(request.auth)
    rows = rows.filter(state=query.state) if query.state else rows
    rows = reading.found_by(rows, query.q) if query.q else rows
    page = page_by_id(rows, query.cursor, query.limit)
    items = [purchase_document(row, request.auth) for row in page.items]
    return answer(encode({"items": items, "next_cursor": page.next_cursor}))


@router.post("/purchase-orders", response={201: PurchaseOut, **REFUSALS}, operation_id="draft_purchase")
def post_purchase(request: ApiRequest, body: PurchaseIn) -> HttpResponse:
    """Draft a purchase order; nothing is on its way until it is sent."""
    actor = request.auth
    return do_once(
        request,
        actor,
        lambda once: purchase.draft_purchase(body.value_object(), actor=actor, once=once),
        lambda row: _purchase(request, row, 201),
    )


@router.get(
    "/purchase-orders/{purchase_id}",
    response={200: PurchaseOut, **REFUSALS},
    operation_id="get_purchase_order",
)
def get_purchase(request: ApiRequest, purchase_id: UUID) -> HttpResponse:
    """A purchase order: its lines, what came of them, and for which orders they are."""
    require(request.auth, Perm.SUPPLY_VIEW)
    row = reading.purchase_orders(request.auth).filter(pk=purchase_id).first()
    if row is None:
        raise NoSuchSupply("purchase order", str(purchase_id))
    return answer(encode(purchase_document(row, request.auth)))


@router.patch(
    "/purchase-orders/{purchase_id}",
    response={200: PurchaseOut, **REFUSALS},
    operation_id="change_purchase_order",
)
def patch_purchase(request: ApiRequest, purchase_id: UUID, body: PurchasePatch) -> HttpResponse:
    """Give a draft these lines and no others."""
    lines = [line.value_object() for line in body.lines]
    row = purchase.change_purchase(
        purchase_id, lines, actor=request.auth, note=body.note, read_at=body.read_at
    )
    return _answered(_purchase(request, row))


@router.post(
    "/purchase-orders/{purchase_id}/send",
    response={200: PurchaseOut, **REFUSALS},
    operation_id="send_purchase",
)
def post_send(request: ApiRequest, purchase_id: UUID) -> HttpResponse:
    """Note that a draft went to its supplier: its goods are on their way from now."""
    return _answered(_purchase(request, purchase.send_purchase(purchase_id, actor=request.auth)))


@router.post(
    "/purchase-orders/{purchase_id}/progress",
    response={201: PurchaseOut, **REFUSALS},
    operation_id="receive_purchase",
)
def post_receipt(request: ApiRequest, purchase_id: UUID, body: PurchaseReceiptIn) -> HttpResponse:
    """Take in what came, by line: on hand from now, and given to orders that wait."""
    actor = request.auth
    came: dict[int, Any] = {}
    for one in body.lines:
        came[one.line] = came.get(one.line, 0) + one.quantity
    lots = {one.line: lot for one in body.lines if (lot := named_lot(one.lot, one.expires_on))}
    return do_once(
        request,
        actor,
        lambda once: purchase.receive_purchase(
            purchase_id, came, actor=actor, lots=lots, once=once, note=body.note
        ),
        lambda row: _purchase(request, row, 201),
    )


@router.post(
    "/purchase-orders/{purchase_id}/cancel",
    response={200: PurchaseOut, **REFUSALS},
    operation_id="cancel_purchase",
)
def post_cancel(request: ApiRequest, purchase_id: UUID, body: StopIn) -> HttpResponse:
    """Give up what has not come."""
    return _answered(
        _purchase(request, purchase.cancel_purchase(purchase_id, body.reason, actor=request.auth))
    )


def _production(request: ApiRequest, row: ProductionOrder, status: int = 200) -> Answered:
    return status, production_document(reading.production_orders(request.auth).get(pk=row.pk))


def _purchase(request: ApiRequest, row: PurchaseOrder, status: int = 200) -> Answered:
    return status, purchase_document(reading.purchase_orders(request.auth).get(pk=row.pk), request.auth)


def _answered(answered: Answered) -> HttpResponse:
    return answer(encode(answered[1]), answered[0])
