"""Warehouse work over REST: what is to be sent, picked and packed, waves, and when a warehouse sends."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import StringConstraints

from openoms.core.money import plain
from openoms.core.paging import page_by_id
from openoms.core.shapes import NO_NUL
from openoms.domains.fulfilment import queries
from openoms.domains.fulfilment.models import Fulfilment
from openoms.domains.fulfilment.states import FulfilmentState, ShortReason, WaveState
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.inventory.errors import NoSuchWarehouse
from openoms.domains.inventory.models import Warehouse
from openoms.flows import pack, pick, waves
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, do_once, encode
from openoms.interfaces.api.catalogue import PageQuery
from openoms.interfaces.api.fulfilment_inputs import DispatchIn, PackIn, PickIn, ScanIn, WaveIn, summed
from openoms.interfaces.api.fulfilment_outputs import (
    BegunOut,
    DispatchOut,
    FulfilmentOut,
    FulfilmentPage,
    PickedOut,
    ProposalsOut,
    WaveOut,
    WavePage,
    dispatch_document,
    fulfilment_document,
    fulfilment_head,
    proposal_document,
    wave_document,
    wave_head,
)
from openoms.reading import fulfilment as reading

router = Router(tags=["fulfilment"])
Answered = tuple[int, dict[str, Any]]
Word = Annotated[str, StringConstraints(max_length=40, pattern=NO_NUL)]


class FulfilmentQuery(PageQuery):
    """How the list is narrowed; `q` is how the number of a fulfilment or its order begins."""

    state: FulfilmentState | None = None
    warehouse: Word = ""
    wave: Word = ""
    order: Word = ""


class WaveQuery(PageQuery):
    """How the list is narrowed."""

    state: WaveState | None = None
    warehouse: Word = ""


class ProposalQuery(Schema):
    """Of which warehouse; "" of all."""

    warehouse: Word = ""


@router.get("/fulfilments", response={200: FulfilmentPage, **REFUSALS}, operation_id="list_fulfilments")
def get_fulfilments(request: ApiRequest, query: Query[FulfilmentQuery]) -> HttpResponse:
    """What warehouses have to do, newest first."""
    require(request.auth, Perm.ORDER_VIEW, Perm.STOCK_VIEW)
    rows = reading.complete(reading.fulfilments(request.auth, dict(query)))
    page = page_by_id(rows, query.cursor, query.limit)
    held, remarks = reading.blocked(page.items), reading.remarks_of({row.order_id for row in page.items})
    items = [fulfilment_head(row, held.get(row.pk, ()), remarks.get(row.order_id, ())) for row in page.items]
    return answer(encode({"items": items, "next_cursor": page.next_cursor}))


@router.get(
    "/fulfilments/{fulfilment}", response={200: FulfilmentOut, **REFUSALS}, operation_id="get_fulfilment"
)
def get_fulfilment(request: ApiRequest, fulfilment: str) -> HttpResponse:
    """One: its goods by bin, parcels, remarks, and what keeps it from the next step."""
    require(request.auth, Perm.ORDER_VIEW, Perm.STOCK_VIEW)
    return _answered(_fulfilment(request, reading.fulfilment_number(fulfilment)))


@router.post(
    "/fulfilments/{fulfilment}/pick",
    response={200: FulfilmentOut, **REFUSALS},
    operation_id="pick_fulfilment",
)
def post_pick(request: ApiRequest, fulfilment: str, body: PickIn) -> HttpResponse:
    """Note what was picked, all of it or by sku, and what was not there; begins it where nobody has."""
    actor, number = request.auth, reading.fulfilment_number(fulfilment)
    goods = None if body.lines is None else summed(body.lines)
    short = {one.sku: ShortReason(one.reason) for one in body.short}
    return do_once(
        request,
        actor,
        lambda once: pick.pick_fulfilment(number, goods, actor=actor, short=short, once=once),
        lambda row: _written(request, row),
    )


@router.post(
    "/fulfilments/{fulfilment}/pack",
    response={200: FulfilmentOut, **REFUSALS},
    operation_id="pack_fulfilment",
)
def post_pack(request: ApiRequest, fulfilment: str, body: PackIn) -> HttpResponse:
    """Pack just what was picked into parcels, or all of it into one."""
    actor, number = request.auth, reading.fulfilment_number(fulfilment)
    parcels = None if body.parcels is None else [one.value_object() for one in body.parcels]
    return do_once(
        request,
        actor,
        lambda once: pack.pack_fulfilment(number, parcels, actor=actor, once=once),
        lambda row: _written(request, row),
    )


@router.post(
    "/fulfilments/{fulfilment}/unpack",
    response={200: FulfilmentOut, **REFUSALS},
    operation_id="unpack_fulfilment",
)
def post_unpack(request: ApiRequest, fulfilment: str) -> HttpResponse:
    """Open the parcels again, as long as nothing was shipped."""
    row = pack.unpack(reading.fulfilment_number(fulfilment), actor=request.auth)
    return _answered(_written(request, row))


@router.get("/wave-proposals", response={200: ProposalsOut, **REFUSALS}, operation_id="list_wave_proposals")
def get_proposals(request: ApiRequest, query: Query[ProposalQuery]) -> HttpResponse:
    """Waves worth planning now, the most pressing first; of one warehouse or all."""
    require(request.auth, Perm.ORDER_VIEW, Perm.STOCK_VIEW)
    places = [row for row in reading.warehouses(request.auth) if query.warehouse in ("", row.code)]
    items = [
        proposal_document(place.code, one)
        for place in places
        for one in reading.proposals(request.auth, place)
    ]
    return answer(encode({"items": items}))


@router.get("/waves", response={200: WavePage, **REFUSALS}, operation_id="list_waves")
def get_waves(request: ApiRequest, query: Query[WaveQuery]) -> HttpResponse:
    """Waves, newest first."""
    require(request.auth, Perm.ORDER_VIEW, Perm.STOCK_VIEW)
    page = page_by_id(reading.waves_list(request.auth, dict(query)), query.cursor, query.limit)
    return answer(encode({"items": [wave_head(row) for row in page.items], "next_cursor": page.next_cursor}))


@router.post("/waves", response={201: WaveOut, **REFUSALS}, operation_id="plan_wave")
def post_wave(request: ApiRequest, body: WaveIn) -> HttpResponse:
    """Gather fulfilments of one warehouse to be picked on one round."""
    actor = request.auth
    return do_once(
        request,
        actor,
        lambda once: waves.plan_wave(body.fulfilments, actor=actor, once=once),
        lambda row: (201, wave_document(reading.wave(actor, row.number))),
    )


@router.get("/waves/{wave}", response={200: WaveOut, **REFUSALS}, operation_id="get_wave")
def get_wave(request: ApiRequest, wave: str) -> HttpResponse:
    """A wave: its fulfilments by place on the cart and what to fetch in the order of the bins."""
    require(request.auth, Perm.ORDER_VIEW, Perm.STOCK_VIEW)
    return answer(encode(wave_document(reading.wave(request.auth, reading.wave_number(wave)))))


@router.post("/waves/{wave}/pick", response={200: PickedOut, **REFUSALS}, operation_id="pick_for_wave")
def post_scan(request: ApiRequest, wave: str, body: ScanIn) -> HttpResponse:
    """Take so many of what was scanned: which totes they go into."""
    actor, number = request.auth, reading.wave_number(wave)
    return do_once(
        request,
        actor,
        lambda once: pick.pick_item(number, body.code, body.quantity, actor=actor, once=once),
        _picked,
    )


@router.post("/waves/{wave}/start", response={200: BegunOut, **REFUSALS}, operation_id="start_wave")
def post_start(request: ApiRequest, wave: str) -> HttpResponse:
    """Begin to pick; what holds keep from it is left out and stays to be done."""
    begun = waves.start_wave(reading.wave_number(wave), actor=request.auth)
    left_out = [
        {"fulfilment": one.number, "code": one.error.code, "detail": one.error.detail}
        for one in begun.left_out
    ]
    document = {"wave": wave_head(begun.wave) if begun.wave else None, "left_out": left_out}
    return answer(encode(document))


@router.post("/waves/{wave}/dissolve", response={204: None, **REFUSALS}, operation_id="dissolve_wave")
def post_dissolve(request: ApiRequest, wave: str) -> HttpResponse:
    """Undo a wave nobody began."""
    waves.dissolve_wave(reading.wave_number(wave), actor=request.auth)
    return HttpResponse(status=204)


@router.get(
    "/warehouses/{code}/dispatch", response={200: DispatchOut, **REFUSALS}, operation_id="get_dispatch"
)
def get_dispatch(request: ApiRequest, code: str) -> HttpResponse:
    """When a warehouse works and how far ahead it sends."""
    require(request.auth, Perm.STOCK_VIEW)
    row = Warehouse.objects.select_related("dispatch_plan").filter(code=code).first()
    if row is None:
        raise NoSuchWarehouse(code)
    return answer(encode(dispatch_document(queries.plan_of(row))))


@router.put(
    "/warehouses/{code}/dispatch", response={200: DispatchOut, **REFUSALS}, operation_id="set_dispatch"
)
def put_dispatch(request: ApiRequest, code: str, body: DispatchIn) -> HttpResponse:
    """Say when a warehouse works and how far ahead it sends."""
    return answer(encode(dispatch_document(waves.set_dispatch(code, **dict(body), actor=request.auth))))


def _picked(done: pick.Picked) -> Answered:
    return 200, {
        "sku": done.sku.code,
        "totes": [{"tote": tote, "quantity": plain(quantity)} for tote, quantity in done.totes],
        "left": plain(done.left),
        "is_done": done.is_done,
    }


def _written(request: ApiRequest, row: Fulfilment) -> Answered:
    return _fulfilment(request, row.number)


def _fulfilment(request: ApiRequest, number: str, status: Literal[200, 201] = 200) -> Answered:
    row = reading.fulfilment(request.auth, number)
    held, remarks = reading.blocked([row]), reading.remarks_of([row.order_id])
    return status, fulfilment_document(row, held.get(row.pk, ()), remarks.get(row.order_id, ()))


def _answered(answered: Answered) -> HttpResponse:
    return answer(encode(answered[1]), answered[0])
