"""Shipments over REST."""

from typing import Any

from django.http import HttpResponse
from ninja import Router

from openoms.core.errors import InvalidInput
from openoms.domains.fulfilment.models import Shipment
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders import queries as orders
from openoms.flows import ship
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, do_once, encode
from openoms.interfaces.api.fulfilment_inputs import HandoverIn, ReasonIn, ShipmentIn
from openoms.interfaces.api.fulfilment_outputs import ShipmentOut, ShipmentsOut, shipment_document
from openoms.reading import fulfilment as reading

router = Router(tags=["fulfilment"])


@router.post(
    "/fulfilments/{fulfilment}/ship", response={201: ShipmentOut, **REFUSALS}, operation_id="hand_over"
)
def post_handover(request: ApiRequest, fulfilment: str, body: HandoverIn) -> HttpResponse:
    """Hand a packed fulfilment to a carrier: its goods leave stock."""
    actor, number = request.auth, reading.fulfilment_number(fulfilment)
    return do_once(
        request,
        actor,
        lambda once: ship.hand_over(number, body.handover(), actor=actor, once=once),
        lambda row: _made(request, row),
    )


@router.get(
    "/orders/{number}/shipments", response={200: ShipmentsOut, **REFUSALS}, operation_id="list_shipments"
)
def get_shipments(request: ApiRequest, number: str) -> HttpResponse:
    """What of an order left with whom, oldest first."""
    require(request.auth, Perm.ORDER_VIEW)
    order = orders.get(request.auth, number)
    items = [shipment_document(row) for row in reading.shipments(request.auth, order)]
    return answer(encode({"items": items}))


@router.post("/orders/{number}/shipments", response={201: ShipmentOut, **REFUSALS}, operation_id="ship_order")
def post_shipment(request: ApiRequest, number: str, body: ShipmentIn) -> HttpResponse:
    """Hand over goods of an order straight from the shelf, in whole or part."""
    actor = request.auth
    lines = None
    if body.lines is not None:
        lines = {one.line: one.quantity for one in body.lines}
        if len(lines) < len(body.lines):
            raise InvalidInput("Name each line once.", field="lines")
    return do_once(
        request,
        actor,
        lambda once: ship.ship_goods(number, body.warehouse, lines, body.handover(), actor=actor, once=once),
        lambda row: _made(request, row),
    )


@router.get("/shipments/{shipment}", response={200: ShipmentOut, **REFUSALS}, operation_id="get_shipment")
def get_shipment(request: ApiRequest, shipment: str) -> HttpResponse:
    """What left, with whom."""
    require(request.auth, Perm.ORDER_VIEW)
    row = reading.shipment(request.auth, reading.shipment_number(shipment))
    return answer(encode(shipment_document(row)))


@router.post(
    "/shipments/{shipment}/cancel", response={200: ShipmentOut, **REFUSALS}, operation_id="cancel_shipment"
)
def post_cancel(request: ApiRequest, shipment: str, body: ReasonIn) -> HttpResponse:
    """Take a shipment back that the carrier does not have yet: its goods are in stock again, kept for the order."""
    row = ship.cancel_shipment(reading.shipment_number(shipment), body.reason, actor=request.auth)
    return answer(encode(shipment_document(reading.shipment(request.auth, row.number))))


def _made(request: ApiRequest, row: Shipment) -> tuple[int, dict[str, Any]]:
    return 201, shipment_document(reading.shipment(request.auth, row.number))
