"""Rules of approval over REST."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from openoms.core.errors import InvalidInput, NotFound
from openoms.core.paging import page_by_id
from openoms.core.shapes import NO_NUL, Flag, Whole
from openoms.domains.approvals.documents import (
    MOST_CONDITIONS,
    MOST_HOURS,
    MOST_PEOPLE,
    MOST_PRIORITY,
    MOST_STEPS,
    MOST_TURN,
    AnyCondition,
    rule_document,
)
from openoms.domains.approvals.models import ApprovalRule
from openoms.domains.approvals.rule_queries import matching, rule_of
from openoms.domains.approvals.rules import ApprovalRule as RuleValue
from openoms.domains.approvals.rules import Matching, StepRule
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.flows.edit_approvals import change_rule, save_rule, set_matching
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, do_once, encode
from openoms.interfaces.api.authorities import Code, Person, person_key
from openoms.interfaces.api.catalogue import ListQuery, Plain
from openoms.interfaces.api.inputs import Input, Key
from openoms.reading.approval_rules import People

router = Router(tags=["approval rules"])
Name = Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL)]


class StepIn(Input):
    """Who must agree: people of roles, people by key or e-mail address, the requester's manager, the customer's owner.

    `need` 1 is any of them, 0 all, n so many. Steps of a low `turn` are asked first; left out, they go as listed.
    `hours` is how long it may take, in working hours, 0 without a deadline.
    """

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL)]
    turn: Whole | None = Field(default=None, ge=0, le=MOST_TURN)
    need: Whole = Field(default=1, ge=0, le=MOST_PEOPLE)
    roles: list[Code] = Field(default_factory=list, max_length=100)
    users: list[Person] = Field(default_factory=list, max_length=100)
    manager: Flag = False
    owner: Flag = False
    hours: Whole = Field(default=0, ge=0, le=MOST_HOURS)

    def value_object(self, place: int) -> StepRule:
        return StepRule(
            self.name,
            10 * (place + 1) if self.turn is None else self.turn,
            self.need,
            tuple(dict.fromkeys(self.roles)),
            tuple(str(person_key(one, ("steps", place, "users"))) for one in self.users),
            self.manager,
            self.owner,
            self.hours,
        )


class RuleIn(Input):
    """A new rule: where all its conditions hold its steps are asked; without steps it lets the order through.

    Every bound that is named is included. High `priority` goes first.
    """

    code: Key
    name: Name = ""
    name_zh: Name = ""
    is_active: Flag = True
    priority: Whole = Field(default=0, ge=-MOST_PRIORITY, le=MOST_PRIORITY)
    conditions: list[AnyCondition] = Field(default_factory=list, max_length=MOST_CONDITIONS)
    steps: list[StepIn] = Field(default_factory=list, max_length=MOST_STEPS)

    def value_object(self) -> RuleValue:
        return RuleValue(
            self.code,
            tuple(self.conditions),
            _steps(self.steps),
            self.priority,
            self.name or self.name_zh or self.code,
            self.name_zh,
        )


class RulePatch(Input):
    """What changes of a rule; conditions and steps are replaced whole."""

    name: Name | None = None
    name_zh: Name | None = None
    is_active: Flag | None = None
    priority: Whole | None = Field(default=None, ge=-MOST_PRIORITY, le=MOST_PRIORITY)
    conditions: list[AnyCondition] | None = Field(default=None, max_length=MOST_CONDITIONS)
    steps: list[StepIn] | None = Field(default=None, max_length=MOST_STEPS)

    def changes(self) -> dict[str, Any]:
        given = {name: getattr(self, name) for name in self.model_fields_set}
        for name, value in given.items():
            if value is None:
                raise InvalidInput("Leave out what does not change.", field=name)
        if "conditions" in given:
            given["conditions"] = tuple(given["conditions"])
        if "steps" in given:
            given["steps"] = _steps(given["steps"])
        return given


class ConcernOut(Schema):
    """What to think over: `worry` is a code of docs/approvals.md, `step` the one it is about, from 0."""

    worry: str
    step: int | None


class RuleOut(Schema):
    code: str
    name: str
    name_zh: str
    is_active: bool
    priority: int
    conditions: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    concerns: list[ConcernOut]


class RulePage(Schema):
    """`matching` says whether the first rule that matches counts, or all that do."""

    items: list[RuleOut]
    next_cursor: str | None
    matching: Literal["first", "all"]


class PolicyIn(Input):
    """Whether the first rule that matches counts, or all that do."""

    matching: Literal["first", "all"]


class PolicyOut(Schema):
    matching: Literal["first", "all"]


@router.get("/approval-rules", response={200: RulePage, **REFUSALS}, operation_id="list_approval_rules")
def get_rules(request: ApiRequest, query: Query[ListQuery]) -> HttpResponse:
    """Rules, newest first; they are looked at by priority, then by code."""
    require(request.auth, Perm.APPROVAL_VIEW)
    rows = ApprovalRule.objects.all()
    if query.q:
        rows = rows.filter(code__istartswith=query.q) | rows.filter(name__icontains=query.q)
    if query.active is not None:
        rows = rows.filter(is_active=query.active)
    page = page_by_id(rows, query.cursor, query.limit)
    people = People()
    items = [_rule_document(row, people) for row in page.items]
    return answer(encode({"items": items, "next_cursor": page.next_cursor, "matching": matching()}))


@router.post("/approval-rules", response={201: RuleOut, **REFUSALS}, operation_id="create_approval_rule")
def post_rule(request: ApiRequest, body: RuleIn) -> HttpResponse:
    """Make a rule; unless sent with `is_active` false it holds for orders submitted from now on."""
    return do_once(
        request,
        request.auth,
        lambda once: save_rule(
            body.value_object(), actor=request.auth, is_active=body.is_active, new=True, once=once
        ),
        lambda row: (201, _rule_document(row, People())),
    )


@router.get("/approval-policy", response={200: PolicyOut, **REFUSALS}, operation_id="get_approval_policy")
def get_policy(request: ApiRequest) -> HttpResponse:
    """How the rules work together."""
    require(request.auth, Perm.APPROVAL_VIEW)
    return answer(encode({"matching": matching()}))


@router.patch("/approval-policy", response={200: PolicyOut, **REFUSALS}, operation_id="set_approval_policy")
def patch_policy(request: ApiRequest, body: PolicyIn) -> HttpResponse:
    """Say how the rules work together."""
    return answer(encode({"matching": set_matching(Matching(body.matching), actor=request.auth)}))


@router.get("/approval-rules/{code}", response={200: RuleOut, **REFUSALS}, operation_id="get_approval_rule")
def get_rule(request: ApiRequest, code: Plain) -> HttpResponse:
    """One rule, with what speaks against it."""
    require(request.auth, Perm.APPROVAL_VIEW)
    return answer(encode(_rule_document(rule_row(code), People())))


@router.patch(
    "/approval-rules/{code}", response={200: RuleOut, **REFUSALS}, operation_id="change_approval_rule"
)
def patch_rule(request: ApiRequest, code: Plain, body: RulePatch) -> HttpResponse:
    """Change parts of a rule, or switch it on or off."""
    row = change_rule(code, body.changes(), actor=request.auth)
    return answer(encode(_rule_document(row, People())))


def rule_row(code: str) -> ApprovalRule:
    """The rule of that code; raises NotFound."""
    row = ApprovalRule.objects.filter(code=code).first()
    if row is None:
        raise NotFound(f"There is no rule {code!r}.")
    return row


def _steps(steps: Sequence[StepIn]) -> tuple[StepRule, ...]:
    return tuple(step.value_object(place) for place, step in enumerate(steps))


def _rule_document(row: ApprovalRule, people: People) -> dict[str, Any]:
    value = rule_of(row)
    told = [{"worry": concern.worry, "step": concern.step} for concern in people.concerns(value)]
    return rule_document(value) | {"is_active": row.is_active, "concerns": told}
