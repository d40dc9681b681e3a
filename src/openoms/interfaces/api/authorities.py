"""Who may approve what, and who decides during an absence, over REST."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from openoms.core.clock import now
from openoms.core.errors import InvalidInput
from openoms.core.paging import page_by_id
from openoms.core.shapes import NO_NUL, Amount, Instant
from openoms.domains.approvals.models import Authority, Delegation
from openoms.domains.approvals.rule_queries import authorities, delegations
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.queries import key_of_person
from openoms.domains.identity.rules import require
from openoms.flows.delegate_absence import end_delegation, set_delegation
from openoms.flows.edit_authorities import AuthorityInput, change_authority, remove_authority, save_authority
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, do_once, encode
from openoms.interfaces.api.catalogue import PageQuery, Plain
from openoms.interfaces.api.desk_outputs import instant
from openoms.interfaces.api.inputs import Input

router = Router(tags=["authorities"])
Code = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=NO_NUL)]
# A person by key or e-mail address.
Person = Annotated[str, StringConstraints(min_length=1, max_length=254, pattern=NO_NUL)]
Bound = Annotated[Amount, Field(ge=0, le=10**12)]


class AuthorityIn(Input):
    """How far the say of a role, or of a person by key or e-mail address, goes; what is empty does not narrow it.

    A bound that is named is included. A person's own authorities count in place of those of their roles.
    """

    role: Code | None = None
    user: Person | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^([A-Z]{3})?$")] = ""
    least: Bound | None = None
    most: Bound | None = None
    order_types: list[Code] = Field(default_factory=list, max_length=100)
    categories: list[Code] = Field(default_factory=list, max_length=100)

    def value_object(self) -> AuthorityInput:
        return AuthorityInput(
            self.role or "",
            None if self.user is None else person_key(self.user, ("user",)),
            self.currency,
            self.least,
            self.most,
            tuple(self.order_types),
            tuple(self.categories),
        )


class AuthorityPatch(Input):
    """What changes of an authority; whose it is stays."""

    currency: Annotated[str, StringConstraints(pattern=r"^([A-Z]{3})?$")] | None = None
    least: Bound | None = None
    most: Bound | None = None
    order_types: list[Code] | None = Field(default=None, max_length=100)
    categories: list[Code] | None = Field(default=None, max_length=100)


class PersonOut(Schema):
    id: str
    name: str
    email: str


class AuthorityOut(Schema):
    id: str
    role: str | None
    user: PersonOut | None
    currency: str
    least: str | None
    most: str | None
    order_types: list[str]
    categories: list[str]


class AuthorityPage(Schema):
    items: list[AuthorityOut]
    next_cursor: str | None


class DelegationIn(Input):
    """That `to` decides for `whose` (left out: oneself) from one instant (left out: now) up to another (none: till ended)."""

    to: Person
    whose: Person | None = None
    since: Instant | None = None
    until: Instant | None = None
    reason: Annotated[str, StringConstraints(max_length=300, pattern=NO_NUL)] = ""


class DelegationOut(Schema):
    id: str
    whose: PersonOut
    to: PersonOut
    since: datetime
    until: datetime | None
    reason: str
    ended_at: datetime | None


class DelegationPage(Schema):
    items: list[DelegationOut]
    next_cursor: str | None


class DelegationQuery(Schema):
    """`open`: those that were not ended and whose time is not over."""

    limit: int = Field(default=50, ge=1, le=200)
    cursor: Plain = ""
    open: bool | None = None


@router.get("/authorities", response={200: AuthorityPage, **REFUSALS}, operation_id="list_authorities")
def get_authorities(request: ApiRequest, query: Query[PageQuery]) -> HttpResponse:
    """Who may approve what, newest first; `q` is a role's code or a person's name or e-mail address."""
    require(request.auth, Perm.APPROVAL_VIEW)
    rows = authorities()
    if query.q:
        text = query.q
        rows = rows.filter(role_id=text) | rows.filter(user__name__icontains=text)
        rows |= authorities().filter(user__email=text.lower())
    page = page_by_id(rows, query.cursor, query.limit)
    items = [_authority_document(row) for row in page.items]
    return answer(encode({"items": items, "next_cursor": page.next_cursor}))


@router.post("/authorities", response={201: AuthorityOut, **REFUSALS}, operation_id="create_authority")
def post_authority(request: ApiRequest, body: AuthorityIn) -> HttpResponse:
    """Say what a role or a person may approve; several of one add up."""
    return do_once(
        request,
        request.auth,
        lambda once: save_authority(body.value_object(), actor=request.auth, once=once),
        lambda row: (201, _authority_document(row)),
    )


@router.patch("/authorities/{key}", response={200: AuthorityOut, **REFUSALS}, operation_id="change_authority")
def patch_authority(request: ApiRequest, key: UUID, body: AuthorityPatch) -> HttpResponse:
    """Change how far an authority goes; null takes a bound away."""
    given = {name: getattr(body, name) for name in body.model_fields_set}
    for name in ("currency", "order_types", "categories"):
        if name in given and given[name] is None:
            raise InvalidInput("Leave out what does not change.", field=name)
    row = change_authority(key, given, actor=request.auth)
    return answer(encode(_authority_document(row)))


@router.delete("/authorities/{key}", response={204: None, **REFUSALS}, operation_id="remove_authority")
def delete_authority(request: ApiRequest, key: UUID) -> HttpResponse:
    """Take an authority away; what it was needed for is then for others to decide."""
    remove_authority(key, actor=request.auth)
    return HttpResponse(status=204)


@router.get("/delegations", response={200: DelegationPage, **REFUSALS}, operation_id="list_delegations")
def get_delegations(request: ApiRequest, query: Query[DelegationQuery]) -> HttpResponse:
    """Absences: one's own and those one stands in for; all of them for who manages approvals."""
    require(request.auth, Perm.ORDER_VIEW)
    rows = delegations()
    if not request.auth.may(Perm.APPROVAL_MANAGE):
        me = request.auth.user_id
        rows = delegations().filter(whose=me) | delegations().filter(to=me)
    if query.open is not None:
        instant_now = now()
        over = rows.filter(ended_at__isnull=False) | rows.filter(until__lte=instant_now)
        rows = rows.exclude(pk__in=over.values("pk")) if query.open else over
    page = page_by_id(rows, query.cursor, query.limit)
    items = [_delegation_document(row) for row in page.items]
    return answer(encode({"items": items, "next_cursor": page.next_cursor}))


@router.post("/delegations", response={201: DelegationOut, **REFUSALS}, operation_id="create_delegation")
def post_delegation(request: ApiRequest, body: DelegationIn) -> HttpResponse:
    """Arrange who decides during an absence: anybody for themselves, who manages approvals for others."""
    require(request.auth, Perm.ORDER_VIEW)
    to = person_key(body.to, ("to",))
    whose = None if body.whose is None else person_key(body.whose, ("whose",))
    since = body.since or now()
    return do_once(
        request,
        request.auth,
        lambda once: set_delegation(
            to, since, body.until, body.reason, actor=request.auth, whose=whose, once=once
        ),
        lambda row: (201, _delegation_document(row)),
    )


@router.post(
    "/delegations/{key}/end", response={200: DelegationOut, **REFUSALS}, operation_id="end_delegation"
)
def post_end(request: ApiRequest, key: UUID) -> HttpResponse:
    """End an absence."""
    require(request.auth, Perm.ORDER_VIEW)
    return do_once(
        request,
        request.auth,
        lambda once: end_delegation(key, actor=request.auth, once=once),
        lambda row: (200, _delegation_document(row)),
    )


def person_key(text: str, loc: tuple[str | int, ...]) -> UUID:
    """The key of the person whom a key or e-mail address means; raises InvalidInput."""
    found = key_of_person(text)
    if found is None:
        raise InvalidInput(f"There is no person {text!r}.", field=loc)
    return found


def _authority_document(row: Authority) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "role": row.role_id,
        "user": _person_document(row.user) if row.user else None,
        "currency": row.currency,
        "least": _plain(row.least),
        "most": _plain(row.most),
        "order_types": list(row.order_types),
        "categories": list(row.categories),
    }


def _plain(bound: Any) -> str | None:
    return None if bound is None else f"{bound.normalize():f}"


def _delegation_document(row: Delegation) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "whose": _person_document(row.whose),
        "to": _person_document(row.to),
        "since": instant(row.since),
        "until": instant(row.until),
        "reason": row.reason,
        "ended_at": instant(row.ended_at),
    }


def _person_document(user: Any) -> dict[str, str]:
    return {"id": str(user.pk), "name": user.name, "email": user.email}
