"""What the API's own description is tried on of warehouse work, and what its operations are called with by each role."""

from collections.abc import Mapping, Sequence
from typing import Any

from openoms.domains.customers.models import Customer
from openoms.domains.fulfilment.models import Fulfilment
from openoms.domains.fulfilment.types import Handover
from openoms.flows.open_fulfilments import open_for
from openoms.flows.pack import pack_fulfilment
from openoms.flows.pick import pick_fulfilment
from openoms.flows.ship import hand_over
from openoms.flows.waves import plan_wave, start_wave
from tests.factories import make_order, owner


def open_work(customer: Customer) -> Fulfilment:
    """An order of three bolts that a warehouse has to send."""
    order = make_order(customer, [("BOLT", 3)]).order
    open_for(order.number)
    return Fulfilment.objects.get(order=order.id)


def picked_work(customer: Customer) -> Fulfilment:
    """One that is picked."""
    return pick_fulfilment(open_work(customer).number, None, actor=owner())


def packed_work(customer: Customer) -> Fulfilment:
    """One that is packed."""
    return pack_fulfilment(picked_work(customer).number, None, actor=owner())


def shipment(customer: Customer) -> str:
    """The number of a shipment."""
    return hand_over(packed_work(customer).number, Handover("SF Express"), actor=owner()).number


def wave(customer: Customer, *, begun: bool = False) -> str:
    """The number of a wave of two orders."""
    number = plan_wave([open_work(customer).number for _ in range(2)], actor=owner()).number
    if begun:
        start_wave(number, actor=owner())
    return number


def fulfilment_of(customer: Customer) -> Mapping[str, Sequence[Any]]:
    """Work in several states, and by a member's name what exists."""
    opened = [open_work(customer) for _ in range(4)]
    packed = [packed_work(customer).number for _ in range(4)]
    return {
        "open_work": [row.number for row in opened],
        "picked_work": [picked_work(customer).number for _ in range(4)],
        "packed_work": packed,
        "fulfilment": [str(opened[0].pk), *packed],
        "fulfilments": [[row.number] for row in opened],
        "planned_wave": [wave(customer) for _ in range(4)],
        "begun_wave": [wave(customer, begun=True) for _ in range(2)],
        "shipment": [shipment(customer) for _ in range(4)],
        "released": [row.order.number for row in opened],
        "carrier": ["SF Express"],
        "waybill": ["", "SF1"],
        "works_on": [[0, 1, 2, 3, 4]],
        "closed_on": [["2027-01-01"]],
    }
