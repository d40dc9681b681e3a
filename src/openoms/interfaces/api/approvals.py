"""Approvals over REST: what waits for whom, and deciding it."""

from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Body, Query, Router
from pydantic import StringConstraints

from openoms.core.paging import page_by_id
from openoms.domains.approvals.models import Question
from openoms.domains.approvals.process import RequestState, Verdict
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.flows import decide
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, do_once, encode
from openoms.interfaces.api.approval_outputs import (
    ApprovalOut,
    ApprovalPageOut,
    ApprovalQuestionOut,
    approval_document,
    question_document,
    row_document,
)
from openoms.interfaces.api.authorities import Person, person_key
from openoms.interfaces.api.catalogue import PageQuery
from openoms.interfaces.api.inputs import Input
from openoms.reading.approvals import ApprovalFilter, approval_page, approvals

router = Router(tags=["approvals"])
Comment = Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00]*$")]
Said = Annotated[
    str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")
]


class ApproveIn(Input):
    """What is said with the approval."""

    comment: Comment = ""


class RejectIn(Input):
    """Why it is rejected."""

    comment: Said


class DelegateIn(Input):
    """To whom it is handed over for good, by key or e-mail address."""

    to: Person
    comment: Comment = ""


class TextIn(Input):
    """A question or its answer."""

    text: Said


class TakeOverIn(Input):
    """The decision in place of those who were asked, and why."""

    verdict: Verdict
    reason: Said


class ApprovalQuery(PageQuery):
    """How the list is narrowed: `me` for what waits for the key's user (or was decided by them), or was asked by them."""

    assignee: Literal["", "me"] = ""
    requester: Literal["", "me"] = ""
    state: RequestState | None = None


@router.get("/approvals", response={200: ApprovalPageOut, **REFUSALS}, operation_id="list_approvals")
def get_approvals(request: ApiRequest, query: Query[ApprovalQuery]) -> HttpResponse:
    """Requests for approval, newest first."""
    require(request.auth, Perm.ORDER_VIEW)
    wanted = ApprovalFilter(query.assignee, query.requester, query.state or "")
    page = page_by_id(approvals(request.auth, wanted), query.cursor, query.limit)
    items = [row_document(row, list(row.steps.all())) for row in page.items]
    return answer(encode({"items": items, "next_cursor": page.next_cursor}))


@router.get("/approvals/{request_id}", response={200: ApprovalOut, **REFUSALS}, operation_id="get_approval")
def get_approval(request: ApiRequest, request_id: UUID) -> HttpResponse:
    """One request: its steps, who may decide, the facts, and why it was asked for."""
    require(request.auth, Perm.ORDER_VIEW)
    return _whole(request, request_id)


@router.post(
    "/approvals/{request_id}/approve", response={200: ApprovalOut, **REFUSALS}, operation_id="approve"
)
def post_approve(
    request: ApiRequest, request_id: UUID, body: Annotated[ApproveIn | None, Body()] = None
) -> HttpResponse:
    """Agree at the open step. Not yours to decide: 403 `no_authority` with the reason."""
    comment = body.comment if body else ""
    return do_once(
        request,
        request.auth,
        lambda once: decide.approve(request_id, comment, actor=request.auth, once=once),
        lambda _: (200, approval_document(approval_page(request.auth, request_id), request.auth)),
    )


@router.post("/approvals/{request_id}/reject", response={200: ApprovalOut, **REFUSALS}, operation_id="reject")
def post_reject(request: ApiRequest, request_id: UUID, body: RejectIn) -> HttpResponse:
    """Reject at the open step: the order is a draft again."""
    return do_once(
        request,
        request.auth,
        lambda once: decide.reject(request_id, body.comment, actor=request.auth, once=once),
        lambda _: (200, approval_document(approval_page(request.auth, request_id), request.auth)),
    )


@router.post(
    "/approvals/{request_id}/delegate",
    response={200: ApprovalOut, **REFUSALS},
    operation_id="delegate_approval",
)
def post_delegate(request: ApiRequest, request_id: UUID, body: DelegateIn) -> HttpResponse:
    """Hand the open step to somebody else for good, who must have the authority."""
    to = person_key(body.to, ("to",))
    decide.delegate(request_id, to, body.comment, actor=request.auth)
    return _whole(request, request_id)


@router.post(
    "/approvals/{request_id}/take-over",
    response={200: ApprovalOut, **REFUSALS},
    operation_id="take_over_approval",
)
def post_take_over(request: ApiRequest, request_id: UUID, body: TakeOverIn) -> HttpResponse:
    """Decide the open step in place of those who were asked; needs `approval.manage`."""
    decide.take_over(request_id, body.verdict, body.reason, actor=request.auth)
    return _whole(request, request_id)


@router.post(
    "/approvals/{request_id}/questions",
    response={201: ApprovalQuestionOut, **REFUSALS},
    operation_id="ask_about_approval",
)
def post_question(request: ApiRequest, request_id: UUID, body: TextIn) -> HttpResponse:
    """Ask whoever wants the approval something before deciding."""
    question = decide.ask(request_id, body.text, actor=request.auth)
    return _question(question.pk, 201)


@router.post(
    "/approval-questions/{question_id}/answer",
    response={200: ApprovalQuestionOut, **REFUSALS},
    operation_id="answer_approval_question",
)
def post_answer(request: ApiRequest, question_id: UUID, body: TextIn) -> HttpResponse:
    """Answer a question, once."""
    question = decide.answer(question_id, body.text, actor=request.auth)
    return _question(question.pk, 200)


def _whole(request: ApiRequest, request_id: UUID) -> HttpResponse:
    return answer(encode(approval_document(approval_page(request.auth, request_id), request.auth)))


def _question(key: UUID, status: int) -> HttpResponse:
    row = Question.objects.select_related("asked_by", "answered_by").get(pk=key)
    return answer(encode(question_document(row)), status)
