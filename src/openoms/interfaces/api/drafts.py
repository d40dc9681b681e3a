"""Drafts over REST: another content, and a price promised for a time.

They are on the router of orders: one address is one view, whatever its methods.
"""

from datetime import date
from typing import Any

from django.http import HttpResponse
from pydantic import Field

from openoms.core.shapes import Day, Flag, Whole
from openoms.domains.orders import queries as orders
from openoms.domains.orders.models import Order
from openoms.flows.revise import give_quotation, revise_draft
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, base_revision, do_once, encode
from openoms.interfaces.api.inputs import Input, OrderIn
from openoms.interfaces.api.orders import Plain, router
from openoms.interfaces.api.outputs import OrderOut, order_document

EARLIEST = date(2000, 1, 1)


class DraftIn(OrderIn):
    """What a draft is to be; `base_revision` as it was read refuses to overwrite a newer one."""

    submit: Flag = False
    base_revision: Whole | None = Field(default=None, ge=1, le=2**31 - 1)


class QuotationIn(Input):
    """Up to which day the draft's price is promised to the customer."""

    valid_until: Day = Field(ge=EARLIEST)
    base_revision: Whole | None = Field(default=None, ge=1, le=2**31 - 1)


@router.put("/orders/{number}", response={200: OrderOut, **REFUSALS}, operation_id="revise_draft")
def put_order(request: ApiRequest, number: Plain, body: DraftIn) -> HttpResponse:
    """Replace the content of a draft; it is priced anew and its revision counted up."""
    actor, asked = request.auth, body.value_object()
    revision = base_revision(request, body.base_revision)
    return do_once(
        request,
        actor,
        lambda once: revise_draft(number, asked, actor=actor, base_revision=revision, once=once),
        lambda revised: (200, _document(request, revised.order)),
    )


@router.post(
    "/orders/{number}/quotation", response={200: OrderOut, **REFUSALS}, operation_id="give_quotation"
)
def post_quotation(request: ApiRequest, number: Plain, body: QuotationIn) -> HttpResponse:
    """Promise the customer the draft's price up to a day; after it the draft must be priced anew to be submitted."""
    revision = base_revision(request, body.base_revision)
    order = give_quotation(number, body.valid_until, actor=request.auth, base_revision=revision)
    return answer(encode(_document(request, order)))


def _document(request: ApiRequest, order: Order) -> dict[str, Any]:
    read_back = orders.complete(orders.visible_to(request.auth)).get(pk=order.pk)
    return order_document(read_back, request.auth)
