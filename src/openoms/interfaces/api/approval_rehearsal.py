"""Approval rules tried on past orders over REST."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field

from openoms.core.shapes import Day
from openoms.domains.approvals.documents import check_rule, step_document
from openoms.domains.approvals.rule_queries import rule_of
from openoms.domains.approvals.rules import ApprovalRule
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.interfaces.api.amounts import money
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, encode
from openoms.interfaces.api.approval_rules import RuleIn, rule_row
from openoms.interfaces.api.desk_outputs import instant
from openoms.interfaces.api.inputs import Input, Key
from openoms.reading.approval_rehearsal import Example, Rehearsal, StepEffect, rehearse

router = Router(tags=["approval rules"])


class ApprovalRehearsalIn(Input):
    """A rule by its code or whole, and the days (both included) whose orders it is tried on, alone or beside all that are on."""

    rule: Key | RuleIn
    since: Day = Field(alias="from")
    until: Day = Field(alias="to")
    beside: Literal["none", "all"] = "none"


class AmountOut(Schema):
    currency: str
    amount: str


class StepEffectOut(Schema):
    """A step by how many orders it would have asked for. `median_hours`: how long the same people took so far, if ever."""

    step: dict[str, Any]
    orders: int
    amounts: list[AmountOut]
    median_hours: str | None
    decided: int


class ReasonOut(Schema):
    """The rule that matched, and by which figure each of its conditions held."""

    rule: str
    facts: list[list[str]]


class ApprovalExampleOut(Schema):
    number: str
    placed_at: datetime
    currency: str
    total: str
    reasons: list[ReasonOut]
    steps: list[str]


class ApprovalRehearsalOut(Schema):
    """What would have become of past orders. Fewer `looked_at` than `found` are a sample of them."""

    found: int
    looked_at: int
    waiting: int
    let_through: int
    amounts: list[AmountOut]
    steps: list[StepEffectOut]
    examples: list[ApprovalExampleOut]


@router.post(
    "/approval-rules/rehearse",
    response={200: ApprovalRehearsalOut, **REFUSALS},
    operation_id="rehearse_approval_rule",
)
def post_rehearsal(request: ApiRequest, body: ApprovalRehearsalIn) -> HttpResponse:
    """Which past orders would have waited with the rule, for whom and how long. Writes nothing."""
    require(request.auth, Perm.APPROVAL_VIEW, Perm.ORDER_VIEW)
    value = _asked(body.rule)
    check_rule(value)
    found = rehearse(value, body.since, body.until, "UTC", beside=body.beside == "all")
    return answer(encode(_document(found)))


def _asked(rule: str | RuleIn) -> ApprovalRule:
    return rule_of(rule_row(rule)) if isinstance(rule, str) else rule.value_object()


def _document(found: Rehearsal) -> dict[str, Any]:
    return {
        "found": found.found,
        "looked_at": found.looked_at,
        "waiting": found.waiting,
        "let_through": found.let_through,
        "amounts": _amounts(found.amounts),
        "steps": [_step(effect) for effect in found.steps],
        "examples": [_example(example) for example in found.examples],
    }


def _amounts(amounts: Mapping[str, Decimal]) -> list[dict[str, str]]:
    return [{"currency": code, "amount": money(amount, code)} for code, amount in sorted(amounts.items())]


def _step(effect: StepEffect) -> dict[str, Any]:
    return {
        "step": step_document(effect.step),
        "orders": effect.orders,
        "amounts": _amounts(effect.amounts),
        "median_hours": None if effect.hours is None else str(effect.hours),
        "decided": effect.decided,
    }


def _example(example: Example) -> dict[str, Any]:
    return {
        "number": example.number,
        "placed_at": instant(example.placed_at),
        "currency": example.currency,
        "total": money(example.total, example.currency),
        "reasons": [
            {"rule": reason.rule, "facts": [list(pair) for pair in reason.facts]}
            for reason in example.reasons
        ],
        "steps": [step.name for step in example.steps],
    }
