"""Services of an order over REST: scheduled, performed, signed for."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Router
from pydantic import StringConstraints

from openoms.core.errors import InvalidInput
from openoms.core.shapes import Instant
from openoms.domains.identity.models import User
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders import queries as orders
from openoms.flows.perform import perform_service, schedule_service, sign_off_service
from openoms.interfaces.api.answers import REFUSALS, ApiRequest
from openoms.interfaces.api.desk import Plain, whole
from openoms.interfaces.api.inputs import Input, Text
from openoms.interfaces.api.outputs import OrderOut

router = Router(tags=["order desk"])
Position = Annotated[int, Path(ge=1, le=32767)]


class ScheduleIn(Input):
    """When a service is to be performed, and by whom (an e-mail address)."""

    at: Instant
    assignee: Text | None = None


class SignOffIn(Input):
    """Who signed for a service."""

    signed_by: Annotated[
        str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")
    ]


@router.post(
    "/orders/{number}/lines/{position}/schedule",
    response={200: OrderOut, **REFUSALS},
    operation_id="schedule_service",
)
def post_schedule(request: ApiRequest, number: Plain, position: Position, body: ScheduleIn) -> HttpResponse:
    """Say when a service is to be performed, and by whom; again to move it."""
    require(request.auth, Perm.SERVICE_PERFORM)
    assignee = None
    if body.assignee:
        people = User.objects.filter(email=body.assignee.strip().lower())
        assignee = people.values_list("pk", flat=True).first()
        if assignee is None:
            raise InvalidInput("There is no such person.", field="assignee")
    schedule_service(number, position, body.at, actor=request.auth, assignee=assignee)
    return whole(request, orders.get(request.auth, number))


@router.post(
    "/orders/{number}/lines/{position}/perform",
    response={200: OrderOut, **REFUSALS},
    operation_id="perform_service",
)
def post_perform(request: ApiRequest, number: Plain, position: Position) -> HttpResponse:
    """Say that a service was performed just now."""
    perform_service(number, position, actor=request.auth)
    return whole(request, orders.get(request.auth, number))


@router.post(
    "/orders/{number}/lines/{position}/sign-off",
    response={200: OrderOut, **REFUSALS},
    operation_id="sign_off_service",
)
def post_sign_off(request: ApiRequest, number: Plain, position: Position, body: SignOffIn) -> HttpResponse:
    """Note who signed for a performed service."""
    sign_off_service(number, position, body.signed_by, actor=request.auth)
    return whole(request, orders.get(request.auth, number))
