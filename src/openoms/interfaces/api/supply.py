"""Supply over REST: what is known of suppliers, centres and bills; what is short; proposals; notices."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import StringConstraints

from openoms.core.errors import NotFound
from openoms.core.paging import page_by_id
from openoms.core.shapes import NO_NUL
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.flows.edit_supply import save_bill, save_supplier, save_work_centre
from openoms.flows.plan_supply import propose_supply, schedule_production
from openoms.flows.stop_work import acknowledge_notice
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, do_once, encode
from openoms.interfaces.api.catalogue import ListQuery, PageQuery
from openoms.interfaces.api.inputs import Slug
from openoms.interfaces.api.supply_inputs import AcknowledgeIn, BillIn, CentreIn, SupplierIn
from openoms.interfaces.api.supply_outputs import (
    BillOut,
    BillPage,
    CentreOut,
    CentresOut,
    NoticeOut,
    NoticePage,
    ProposedOut,
    ScheduleOut,
    ShortsOut,
    SupplierOut,
    SupplierPage,
    bill_document,
    centre_document,
    notice_document,
    proposed_document,
    schedule_document,
    short_document,
    supplier_document,
)
from openoms.reading import supply as reading

router = Router(tags=["supply"])
SkuCode = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=NO_NUL)]


class NoticeQuery(PageQuery):
    """`open`: those that wait for an answer, or those that have one."""

    open: bool | None = None


@router.get("/suppliers", response={200: SupplierPage, **REFUSALS}, operation_id="list_suppliers")
def get_suppliers(request: ApiRequest, query: Query[ListQuery]) -> HttpResponse:
    """Suppliers with what they sell, newest first."""
    require(request.auth, Perm.SUPPLY_VIEW)
    rows = reading.suppliers(request.auth)
    if query.q:
        rows = rows.filter(name__icontains=query.q) | rows.filter(code__istartswith=query.q)
    if query.active is not None:
        rows = rows.filter(is_active=query.active)
    page = page_by_id(rows, query.cursor, query.limit)
    items = [supplier_document(row, request.auth) for row in page.items]
    return answer(encode({"items": items, "next_cursor": page.next_cursor}))


@router.put("/suppliers/{code}", response={200: SupplierOut, **REFUSALS}, operation_id="save_supplier")
def put_supplier(request: ApiRequest, code: Slug, body: SupplierIn) -> HttpResponse:
    """Make or change a supplier."""
    row = save_supplier(body.value_object(code), actor=request.auth, read_at=body.read_at)
    whole = reading.suppliers(request.auth).get(pk=row.pk)
    return answer(encode(supplier_document(whole, request.auth)))


@router.get("/work-centres", response={200: CentresOut, **REFUSALS}, operation_id="list_work_centres")
def get_centres(request: ApiRequest) -> HttpResponse:
    """All work centres, by code."""
    require(request.auth, Perm.SUPPLY_VIEW)
    return answer(encode({"items": [centre_document(row) for row in reading.centres(request.auth)]}))


@router.put("/work-centres/{code}", response={200: CentreOut, **REFUSALS}, operation_id="save_work_centre")
def put_centre(request: ApiRequest, code: Slug, body: CentreIn) -> HttpResponse:
    """Make or change a work centre."""
    return answer(encode(centre_document(save_work_centre(body.value_object(code), actor=request.auth))))


@router.get("/bills-of-materials", response={200: BillPage, **REFUSALS}, operation_id="list_bills")
def get_bills(request: ApiRequest, query: Query[ListQuery]) -> HttpResponse:
    """What skus are made of and how."""
    require(request.auth, Perm.SUPPLY_VIEW)
    rows = reading.bills(request.auth)
    if query.q:
        rows = rows.filter(sku__code__istartswith=query.q)
    if query.active is not None:
        rows = rows.filter(is_active=query.active)
    page = page_by_id(rows, query.cursor, query.limit)
    items = [bill_document(row) for row in page.items]
    return answer(encode({"items": items, "next_cursor": page.next_cursor}))


@router.get("/bills-of-materials/{sku}", response={200: BillOut, **REFUSALS}, operation_id="get_bill")
def get_bill(request: ApiRequest, sku: SkuCode) -> HttpResponse:
    """What a sku is made of and how."""
    require(request.auth, Perm.SUPPLY_VIEW)
    row = reading.bills(request.auth).filter(sku__code=sku).first()
    if row is None:
        raise NotFound(f"{sku} has no bill of materials.")
    return answer(encode(bill_document(row)))


@router.put("/bills-of-materials/{sku}", response={200: BillOut, **REFUSALS}, operation_id="save_bill")
def put_bill(request: ApiRequest, sku: SkuCode, body: BillIn) -> HttpResponse:
    """Make or change what a sku is made of; orders that stand keep what they were planned with."""
    row = save_bill(body.value_object(sku), actor=request.auth, read_at=body.read_at)
    return answer(encode(bill_document(reading.bills(request.auth).get(pk=row.pk))))


@router.get("/supply/shortages", response={200: ShortsOut, **REFUSALS}, operation_id="list_shortages")
def get_shortages(request: ApiRequest) -> HttpResponse:
    """What orders lack, by sku, the most urgent first; at most 200."""
    require(request.auth, Perm.SUPPLY_VIEW)
    return answer(encode({"items": [short_document(row) for row in reading.board(request.auth)]}))


@router.post("/supply/proposals", response={201: ProposedOut, **REFUSALS}, operation_id="propose_supply")
def post_proposal(request: ApiRequest) -> HttpResponse:
    """Make production and purchase orders follow demand; of begun work nobody needs a notice is raised."""
    actor = request.auth
    return do_once(
        request,
        actor,
        lambda once: propose_supply(actor=actor, once=once),
        lambda done: (201, proposed_document(done)),
    )


@router.post("/supply/schedules", response={201: ScheduleOut, **REFUSALS}, operation_id="schedule_production")
def post_schedule(request: ApiRequest) -> HttpResponse:
    """Schedule all open production anew; begun and frozen work stays where it is."""
    actor = request.auth
    return do_once(
        request,
        actor,
        lambda once: schedule_production(actor=actor, once=once),
        lambda found: (201, schedule_document(found)),
    )


@router.get(
    "/stop-work-notices", response={200: NoticePage, **REFUSALS}, operation_id="list_stop_work_notices"
)
def get_notices(request: ApiRequest, query: Query[NoticeQuery]) -> HttpResponse:
    """Notices of work nobody needs, newest first; `q` is the number of the customer's order."""
    require(request.auth, Perm.SUPPLY_VIEW)
    rows = reading.notices(request.auth)
    if query.open is not None:
        rows = rows.filter(acknowledged_at__isnull=query.open)
    if query.q:
        rows = rows.filter(for_number=query.q)
    page = page_by_id(rows, query.cursor, query.limit)
    items = [notice_document(row) for row in page.items]
    return answer(encode({"items": items, "next_cursor": page.next_cursor}))


@router.post(
    "/stop-work-notices/{notice_id}/acknowledge",
    response={200: NoticeOut, **REFUSALS},
    operation_id="acknowledge_stop_work_notice",
)
def post_acknowledge(request: ApiRequest, notice_id: UUID, body: AcknowledgeIn) -> HttpResponse:
    """Acknowledge a notice, and say what becomes of the work."""
    row = acknowledge_notice(notice_id, body.answer, body.note, actor=request.auth)
    return answer(encode(notice_document(reading.notices(request.auth).get(pk=row.pk))))
