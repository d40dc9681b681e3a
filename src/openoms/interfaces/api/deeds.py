"""Cancelling orders over REST."""

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from openoms.core.shapes import Whole
from openoms.domains.orders import queries as orders
from openoms.flows.cancel import CancelledOrder, cancel_order, preview_cancellation
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, base_revision, do_once, encode
from openoms.interfaces.api.deed_outputs import CancellationOut, CancelledOut, cancellation_document
from openoms.interfaces.api.desk import Needed, Plain
from openoms.interfaces.api.inputs import Input
from openoms.interfaces.api.outputs import order_document

router = Router(tags=["orders"])


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
