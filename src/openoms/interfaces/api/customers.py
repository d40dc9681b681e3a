"""Customers over REST."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from openoms.core.errors import NotFound
from openoms.core.paging import MOST, page_by_id
from openoms.core.types import Actor
from openoms.domains.customers import queries as customers
from openoms.domains.customers.contacts import AddressParts, masked, masked_phone
from openoms.domains.customers.models import Address, Customer
from openoms.domains.customers.parsing import parse_address
from openoms.domains.customers.types import CustomerInput
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.flows.edit_customer import add_address, change_customer, create_customer
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, do_once, encode
from openoms.interfaces.api.inputs import CustomerAddressIn, CustomerIn, CustomerPatch, ParseIn
from openoms.interfaces.api.outputs import AddressOut

router = Router(tags=["customers"])
Plain = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")]


class CustomerQuery(Schema):
    """How customers are searched and paged."""

    q: Plain = ""
    tier: Plain = ""
    limit: int = Field(default=50, ge=1, le=MOST)
    cursor: Plain = ""


class ContactOut(Schema):
    name: str
    title: str
    phone: str
    email: str
    is_primary: bool


class CustomerAddressOut(AddressOut):
    id: UUID
    label: str
    is_default: bool


class CustomerOut(Schema):
    """A customer; contact data is masked for keys whose role may not see it."""

    code: str
    kind: str
    name: str
    tier: str | None
    tax_exempt: bool
    notes: str
    is_active: bool
    contacts: list[ContactOut]
    addresses: list[CustomerAddressOut]


class ParsedAddressOut(Schema):
    """What was read of a text; `uncertain` names the parts to look at."""

    name: str
    phone: str
    email: str
    country: str
    region: str
    city: str
    district: str
    line: str
    postcode: str
    uncertain: list[str]


class CustomerPage(Schema):
    items: list[CustomerOut]
    next_cursor: str | None


@router.get("/customers", response={200: CustomerPage, **REFUSALS}, operation_id="list_customers")
def get_customers(request: ApiRequest, query: Query[CustomerQuery]) -> HttpResponse:
    """Customers, newest first; `q` is a code, a part of a name, or a phone's last four digits."""
    require(request.auth, Perm.CUSTOMER_VIEW)
    rows = customers.visible_to(request.auth)
    if query.q:
        rows = customers.matching(rows, query.q)
    if query.tier:
        rows = rows.filter(tier_id=query.tier)
    page = page_by_id(rows, query.cursor, query.limit)
    items = [_customer(row, request.auth) for row in page.items]
    return answer(encode({"items": items, "next_cursor": page.next_cursor}))


@router.post("/customers", response={201: CustomerOut, **REFUSALS}, operation_id="create_customer")
def post_customer(request: ApiRequest, body: CustomerIn) -> HttpResponse:
    """Make a customer with its first contact."""
    actor, value = request.auth, body.value_object()
    return do_once(
        request,
        actor,
        lambda once: create_customer(value, actor=actor, once=once),
        lambda row: (201, _customer(row, actor)),
    )


@router.get("/customers/{code}", response={200: CustomerOut, **REFUSALS}, operation_id="get_customer")
def get_customer(request: ApiRequest, code: Plain) -> HttpResponse:
    """One customer with its contacts and addresses."""
    require(request.auth, Perm.CUSTOMER_VIEW)
    return answer(encode(_customer(_row(request.auth, code), request.auth)))


@router.patch("/customers/{code}", response={200: CustomerOut, **REFUSALS}, operation_id="change_customer")
def patch_customer(request: ApiRequest, code: Plain, body: CustomerPatch) -> HttpResponse:
    """Change what is given of a customer."""
    require(request.auth, Perm.CUSTOMER_VIEW)
    given: dict[str, Any] = body.model_dump(exclude_unset=True, exclude={"contact"})
    contact = body.contact.value_object() if body.contact else None
    change_customer(CustomerInput(code=code, contact=contact, **given), actor=request.auth)
    return answer(encode(_customer(_row(request.auth, code), request.auth)))


@router.post(
    "/customers/{code}/addresses",
    response={201: CustomerAddressOut, **REFUSALS},
    operation_id="add_customer_address",
)
def post_address(request: ApiRequest, code: Plain, body: CustomerAddressIn) -> HttpResponse:
    """Add a place to send to; its parts must fit its country."""
    actor = request.auth
    parts: AddressParts = body.value_object()
    return do_once(
        request,
        actor,
        lambda once: add_address(
            code, parts, actor=actor, label=body.label, default=body.is_default, once=once
        ),
        lambda row: (201, _address(row, actor)),
    )


@router.post("/addresses/parse", response={200: ParsedAddressOut, **REFUSALS}, operation_id="parse_address")
def post_parse(request: ApiRequest, body: ParseIn) -> HttpResponse:
    """Read pasted text, Chinese or international, into the parts of an address; writes nothing."""
    require(request.auth, Perm.CUSTOMER_VIEW)
    return answer(encode(asdict(parse_address(body.text, body.country))))


def _row(actor: Actor, code: str) -> Customer:
    row = customers.visible_to(actor).filter(code=code).first()
    if row is None:
        raise NotFound(f"There is no customer {code!r}.")
    return row


def _customer(row: Customer, actor: Actor) -> dict[str, Any]:
    reveal = actor.may(Perm.CONTACT_REVEAL)
    return {
        "code": row.code,
        "kind": str(row.kind),
        "name": row.name,
        "tier": row.tier_id,
        "tax_exempt": row.tax_exempt,
        "notes": row.notes,
        "is_active": row.is_active,
        "contacts": [
            {
                "name": contact.name,
                "title": contact.title,
                "phone": contact.phone if reveal else masked_phone(contact.phone),
                "email": contact.email if reveal else "***" if contact.email else "",
                "is_primary": contact.is_primary,
            }
            for contact in row.contacts.all()
        ],
        "addresses": [_address(address, actor) for address in row.addresses.all()],
    }


def _address(row: Address, actor: Actor) -> dict[str, Any]:
    names = ("name", "phone", "country", "region", "city", "district", "line", "postcode", "problems")
    parts = {name: getattr(row, name) for name in names}
    shown = parts if actor.may(Perm.CONTACT_REVEAL) else masked(parts)
    return {"id": row.pk, "label": row.label, "is_default": row.is_default, **shown}
