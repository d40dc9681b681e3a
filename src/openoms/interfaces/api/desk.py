"""Holds, remarks, comments and who looks after an order, over REST."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from ninja import Body, Query, Router, Schema
from pydantic import Field, StringConstraints

from openoms.core.errors import InvalidInput
from openoms.core.paging import MOST, page_by_id
from openoms.core.shapes import Whole
from openoms.domains.identity.models import User
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders import queries as orders
from openoms.domains.orders.models import Instruction, Order
from openoms.domains.orders.states import HoldKind, InstructionState, Stage
from openoms.flows.correct_address import correct_address
from openoms.flows.hold import place_hold, release_hold
from openoms.flows.instruct import (
    acknowledge_instruction,
    add_instruction,
    finish_instruction,
    refuse_instruction,
    withdraw_instruction,
)
from openoms.flows.watch import assign_order, comment_on, follow_order, tag_order
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, base_revision, do_once, encode
from openoms.interfaces.api.desk_outputs import (
    CommentOut,
    CommentPage,
    HoldOut,
    InstructionOut,
    InstructionPage,
    comment_document,
    hold_document,
    instruction_document,
)
from openoms.interfaces.api.inputs import AddressIn, Input, InstructionIn, LongText, Text
from openoms.interfaces.api.outputs import OrderOut, order_document

router = Router(tags=["order desk"])
Plain = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")]
Needed = Annotated[
    str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")
]
Answer = Annotated[
    str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")
]


class HoldIn(Input):
    """A hold placed by hand; without a stage it keeps the order from that of its kind."""

    kind: HoldKind = HoldKind.MANUAL
    reason: Needed
    stage: Stage | None = None


class ReleaseIn(Input):
    """Why a hold is released."""

    reason: Needed


class AnswerIn(Input):
    """Why what a remark asks is not possible."""

    answer: Answer


class CommentIn(Input):
    """A comment; `@name` calls a colleague."""

    text: Annotated[LongText, StringConstraints(min_length=1)]


class OwnerIn(Input):
    """Who looks after the order, by e-mail address; null for nobody."""

    owner_email: Text | None


class TagsIn(Input):
    """Words to mark the order with, and to take off."""

    add: list[Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00,]*$")]] = Field(
        default_factory=list, max_length=20
    )
    remove: list[Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00,]*$")]] = Field(
        default_factory=list, max_length=20
    )


class CorrectionIn(Input):
    """Where the order goes instead."""

    ship_to: AddressIn
    base_revision: Whole | None = Field(default=None, ge=1, le=2**31 - 1)


class InstructionQuery(Schema):
    """How the list of remarks is narrowed and paged."""

    audience: Plain = ""
    state: InstructionState | None = None
    limit: int = Field(default=50, ge=1, le=MOST)
    cursor: Plain = ""


class CommentQuery(Schema):
    """How the list of comments is paged."""

    limit: int = Field(default=50, ge=1, le=MOST)
    cursor: Plain = ""


@router.post("/orders/{number}/holds", response={201: HoldOut, **REFUSALS}, operation_id="place_hold")
def post_hold(request: ApiRequest, number: Plain, body: HoldIn) -> HttpResponse:
    """Keep an order from a stage until somebody releases it."""
    actor = request.auth
    return do_once(
        request,
        actor,
        lambda once: place_hold(
            number, body.reason, actor=actor, kind=body.kind, stage=body.stage, once=once
        ),
        lambda hold: (201, hold_document(hold)),
    )


@router.post(
    "/orders/{number}/holds/{hold_id}/release",
    response={200: OrderOut, **REFUSALS},
    operation_id="release_hold",
)
def post_release(request: ApiRequest, number: Plain, hold_id: UUID, body: ReleaseIn) -> HttpResponse:
    """Release a hold that was placed by hand, or say that a doubtful address is right."""
    return whole(request, release_hold(number, hold_id, body.reason, actor=request.auth))


@router.get("/instructions", response={200: InstructionPage, **REFUSALS}, operation_id="list_instructions")
def get_instructions(request: ApiRequest, query: Query[InstructionQuery]) -> HttpResponse:
    """Remarks, newest first; those that wait for somebody unless a state is asked for."""
    require(request.auth, Perm.ORDER_VIEW)
    rows = orders.instructions(query.audience, query.state)
    page = page_by_id(rows, query.cursor, query.limit)
    items = [instruction_document(row) | {"order": row.order.number} for row in page.items]
    return answer(encode({"items": items, "next_cursor": page.next_cursor}))


@router.post(
    "/orders/{number}/instructions",
    response={201: InstructionOut, **REFUSALS},
    operation_id="add_instruction",
)
def post_instruction(request: ApiRequest, number: Plain, body: InstructionIn) -> HttpResponse:
    """Leave a remark on an order, also one that is placed already."""
    actor, new = request.auth, body.value_object()
    return do_once(
        request,
        actor,
        lambda once: add_instruction(number, new, actor=actor, once=once),
        lambda remark: (201, instruction_document(remark)),
    )


@router.post(
    "/instructions/{instruction_id}/acknowledge",
    response={200: InstructionOut, **REFUSALS},
    operation_id="acknowledge_instruction",
)
def post_acknowledge(request: ApiRequest, instruction_id: UUID) -> HttpResponse:
    """Say that a remark was read; the stage it blocks goes on."""
    number = _order_of(request, instruction_id)
    return _remark(acknowledge_instruction(number, instruction_id, actor=request.auth))


@router.post(
    "/instructions/{instruction_id}/done",
    response={200: InstructionOut, **REFUSALS},
    operation_id="finish_instruction",
)
def post_done(request: ApiRequest, instruction_id: UUID) -> HttpResponse:
    """Say that what a remark asks is done."""
    number = _order_of(request, instruction_id)
    return _remark(finish_instruction(number, instruction_id, actor=request.auth))


@router.post(
    "/instructions/{instruction_id}/not-possible",
    response={200: InstructionOut, **REFUSALS},
    operation_id="refuse_instruction",
)
def post_not_possible(request: ApiRequest, instruction_id: UUID, body: AnswerIn) -> HttpResponse:
    """Say that what a remark asks cannot be done, and why."""
    number = _order_of(request, instruction_id)
    return _remark(refuse_instruction(number, instruction_id, body.answer, actor=request.auth))


@router.post(
    "/instructions/{instruction_id}/withdraw",
    response={200: InstructionOut, **REFUSALS},
    operation_id="withdraw_instruction",
)
def post_withdraw_instruction(request: ApiRequest, instruction_id: UUID) -> HttpResponse:
    """Take a remark back."""
    number = _order_of(request, instruction_id)
    return _remark(withdraw_instruction(number, instruction_id, actor=request.auth))


@router.post(
    "/orders/{number}/instructions/{instruction_id}/acknowledge",
    response={200: InstructionOut, **REFUSALS},
    operation_id="acknowledge_order_instruction",
)
def post_order_acknowledge(request: ApiRequest, number: Plain, instruction_id: UUID) -> HttpResponse:
    """The same by the order's number."""
    return _remark(acknowledge_instruction(number, instruction_id, actor=request.auth))


@router.post(
    "/orders/{number}/instructions/{instruction_id}/done",
    response={200: InstructionOut, **REFUSALS},
    operation_id="finish_order_instruction",
)
def post_order_done(request: ApiRequest, number: Plain, instruction_id: UUID) -> HttpResponse:
    """The same by the order's number."""
    return _remark(finish_instruction(number, instruction_id, actor=request.auth))


@router.get(
    "/orders/{number}/comments", response={200: CommentPage, **REFUSALS}, operation_id="list_comments"
)
def get_comments(request: ApiRequest, number: Plain, query: Query[CommentQuery]) -> HttpResponse:
    """What was said about the order, newest first."""
    require(request.auth, Perm.ORDER_VIEW)
    order = orders.get(request.auth, number)
    page = page_by_id(order.comments.select_related("author"), query.cursor, query.limit)
    items = [comment_document(row, row.author.name if row.author else "") for row in page.items]
    return answer(encode({"items": items, "next_cursor": page.next_cursor}))


@router.post("/orders/{number}/comments", response={201: CommentOut, **REFUSALS}, operation_id="add_comment")
def post_comment(request: ApiRequest, number: Plain, body: CommentIn) -> HttpResponse:
    """Say something about the order; colleagues called by @name follow it from then on."""
    actor = request.auth
    return do_once(
        request,
        actor,
        lambda once: comment_on(number, body.text, actor=actor, once=once),
        lambda comment: (201, comment_document(comment, actor.name)),
    )


@router.post("/orders/{number}/owner", response={200: OrderOut, **REFUSALS}, operation_id="assign_order")
def post_owner(request: ApiRequest, number: Plain, body: OwnerIn) -> HttpResponse:
    """Give the order to somebody, or to nobody."""
    require(request.auth, Perm.ORDER_ASSIGN)
    owner = None
    if body.owner_email is not None:
        owner = (
            User.objects.filter(email=body.owner_email.strip().lower()).values_list("pk", flat=True).first()
        )
        if owner is None:
            raise InvalidInput("There is no such person.", field="owner_email")
    return whole(request, assign_order(number, owner, actor=request.auth))


@router.post("/orders/{number}/tags", response={200: OrderOut, **REFUSALS}, operation_id="tag_order")
def post_tags(request: ApiRequest, number: Plain, body: TagsIn) -> HttpResponse:
    """Mark the order with words, or take some off."""
    return whole(request, tag_order(number, body.add, body.remove, actor=request.auth))


@router.post("/orders/{number}/follow", response={200: OrderOut, **REFUSALS}, operation_id="follow_order")
def post_follow(request: ApiRequest, number: Plain) -> HttpResponse:
    """Follow the order."""
    return whole(request, follow_order(number, actor=request.auth))


@router.post("/orders/{number}/unfollow", response={200: OrderOut, **REFUSALS}, operation_id="unfollow_order")
def post_unfollow(request: ApiRequest, number: Plain) -> HttpResponse:
    """Follow the order no longer."""
    return whole(request, follow_order(number, actor=request.auth, follows=False))


@router.post("/orders/{number}/address", response={200: OrderOut, **REFUSALS}, operation_id="correct_address")
def post_address(request: ApiRequest, number: Plain, body: Annotated[CorrectionIn, Body()]) -> HttpResponse:
    """Correct where the order goes; a sound address ends its address hold."""
    revision = base_revision(request, body.base_revision)
    parts = body.ship_to.value_object()
    return whole(request, correct_address(number, parts, actor=request.auth, base_revision=revision))


def whole(request: ApiRequest, order: Order) -> HttpResponse:
    """The order read back."""
    read_back = orders.complete(orders.visible_to(request.auth)).get(pk=order.pk)
    return answer(encode(order_document(read_back, request.auth)))


def _order_of(request: ApiRequest, instruction_id: UUID) -> str:
    require(request.auth, Perm.ORDER_VIEW)
    return orders.number_of_instruction(request.auth, instruction_id)


def _remark(remark: Instruction) -> HttpResponse:
    return answer(encode(instruction_document(remark)))
