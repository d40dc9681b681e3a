"""Which warehouse an order's goods come from, chosen by hand, over REST."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from openoms.core.shapes import Amount, Whole
from openoms.flows.resource import resource
from openoms.interfaces.api.answers import REFUSALS, ApiRequest
from openoms.interfaces.api.catalogue import Plain
from openoms.interfaces.api.desk import whole
from openoms.interfaces.api.inputs import Code, Input
from openoms.interfaces.api.outputs import OrderOut

router = Router(tags=["stock"])


class SourceIn(Input):
    """So many (null: all) of a line's sku, kept at `source`, are to come from `target`; a bundle's line has several skus."""

    line: Annotated[Whole, Field(ge=1, le=10_000)]
    sku: Code
    source: Code
    target: Code
    quantity: Annotated[Amount, Field(gt=0, le=10**9)] | None = None
    base_revision: Annotated[Whole, Field(ge=1, le=10**9)] | None = None


@router.post("/orders/{number}/sources", response={200: OrderOut, **REFUSALS}, operation_id="resource_order")
def post_source(request: ApiRequest, number: Plain, body: SourceIn) -> HttpResponse:
    """Have goods that are kept for an order come from another warehouse, as long as nobody has begun on it."""
    order = resource(number, body.line, body.sku, body.source, body.target, quantity=body.quantity,
                     base_revision=body.base_revision, actor=request.auth)  # fmt: skip
    return whole(request, order)
