"""Customers over REST."""

from dataclasses import asdict
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from openoms.core.errors import NotFound
from openoms.core.paging import MOST, page_by_id
from openoms.core.types import Actor
from openoms.domains.customers import queries as customers
from openoms.domains.customers.contacts import AddressParts, masked, masked_phone
from openoms.domains.customers.models import Address, Contact, Customer
from openoms.domains.customers.parsing import parse_address
from openoms.domains.customers.types import ConsentInput, ContactInput, CreditInput, CustomerInput
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.flows.edit_customer import (
    add_address,
    add_contact,
    change_address,
    change_contact,
    change_credit,
    change_customer,
    create_customer,
    remove_address,
    remove_contact,
    set_consent,
)
from openoms.flows.merge_customers import merge_customers
from openoms.interfaces.api.amounts import money
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, do_once, encode
from openoms.interfaces.api.customer_inputs import (
    ConsentIn,
    ContactPatch,
    CreditIn,
    CustomerAddressPatch,
    MergeIn,
    ParseIn,
)
from openoms.interfaces.api.customer_outputs import (
    ConsentList,
    ContactList,
    ContactOut,
    CustomerAddressOut,
    CustomerOut,
    CustomerPage,
    ParsedAddressOut,
    WholeCustomerOut,
)
from openoms.interfaces.api.desk_outputs import instant
from openoms.interfaces.api.inputs import ContactIn, CustomerAddressIn, CustomerIn, CustomerPatch
from openoms.interfaces.api.payment_outputs import credit_document
from openoms.reading.credit import credit_figures

router = Router(tags=["customers"])
_PLACE = ("name", "phone", "country", "region", "city", "district", "line", "postcode")
Plain = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")]


class CustomerQuery(Schema):
    """How customers are searched and paged."""

    q: Plain = ""
    tier: Plain = ""
    kind: Literal["person", "company", ""] = ""
    tag: Plain = ""
    active: bool | None = None
    limit: int = Field(default=50, ge=1, le=MOST)
    cursor: Plain = ""


@router.get("/customers", response={200: CustomerPage, **REFUSALS}, operation_id="list_customers")
def get_customers(request: ApiRequest, query: Query[CustomerQuery]) -> HttpResponse:
    """Customers, newest first; `q` is a code, a part of a name, its pinyin initials, an e-mail or a phone's last four digits."""
    require(request.auth, Perm.CUSTOMER_VIEW)
    wanted = customers.CustomerFilter(query.q, query.kind, query.tier, query.tag, query.active)
    rows = customers.filtered(customers.visible_to(request.auth).select_related("tier", "owner"), wanted)
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


@router.get("/customers/{code}", response={200: WholeCustomerOut, **REFUSALS}, operation_id="get_customer")
def get_customer(request: ApiRequest, code: Plain) -> HttpResponse:
    """One customer with its contacts and addresses, and what it owes for keys that may see payments."""
    require(request.auth, Perm.CUSTOMER_VIEW)
    row = _row(request.auth, code)
    credit = credit_document(credit_figures(row)) if request.auth.may(Perm.PAYMENT_VIEW) else None
    return answer(encode(_customer(row, request.auth) | {"credit": credit}))


@router.patch("/customers/{code}", response={200: CustomerOut, **REFUSALS}, operation_id="change_customer")
def patch_customer(request: ApiRequest, code: Plain, body: CustomerPatch) -> HttpResponse:
    """Change what is given of a customer."""
    require(request.auth, Perm.CUSTOMER_VIEW)
    given: dict[str, Any] = body.model_dump(exclude_unset=True, exclude={"contact"})
    if given.get("tags") is not None:
        given["tags"] = tuple(given["tags"])
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
            code,
            parts,
            actor=actor,
            label=body.label,
            default=body.is_default,
            billing=body.is_billing,
            once=once,
        ),
        lambda row: (201, _address(row, actor)),
    )


@router.patch(
    "/customers/{code}/addresses/{address_id}",
    response={200: CustomerAddressOut, **REFUSALS},
    operation_id="change_customer_address",
)
def patch_address(
    request: ApiRequest, code: Plain, address_id: UUID, body: CustomerAddressPatch
) -> HttpResponse:
    """Change what is given of a place; together its parts must fit its country."""
    require(request.auth, Perm.CUSTOMER_EDIT, Perm.CUSTOMER_VIEW, Perm.CONTACT_REVEAL)
    row = next((a for a in _row(request.auth, code).addresses.all() if a.pk == address_id), None)
    if row is None:
        raise NotFound("The customer has no such address.")
    given = {name: value for name, value in body.model_dump(exclude_unset=True).items() if value is not None}
    parts = AddressParts(**{name: given.get(name, getattr(row, name)) for name in _PLACE})
    changed = change_address(
        code,
        str(address_id),
        parts,
        actor=request.auth,
        label=given.get("label"),
        default=given.get("is_default"),
        billing=given.get("is_billing"),
    )
    return answer(encode(_address(changed, request.auth)))


@router.delete(
    "/customers/{code}/addresses/{address_id}",
    response={204: None, **REFUSALS},
    operation_id="remove_customer_address",
)
def delete_address(request: ApiRequest, code: Plain, address_id: UUID) -> HttpResponse:
    """Remove a place; orders keep the address they were placed with."""
    remove_address(code, str(address_id), actor=request.auth)
    return HttpResponse(status=204)


@router.get(
    "/customers/{code}/contacts", response={200: ContactList, **REFUSALS}, operation_id="list_contacts"
)
def get_contacts(request: ApiRequest, code: Plain) -> HttpResponse:
    """A customer's contacts, the primary one first."""
    require(request.auth, Perm.CUSTOMER_VIEW)
    rows = _row(request.auth, code).contacts.all()
    return answer(encode({"items": [_contact(row, request.auth) for row in rows]}))


@router.post("/customers/{code}/contacts", response={201: ContactOut, **REFUSALS}, operation_id="add_contact")
def post_contact(request: ApiRequest, code: Plain, body: ContactIn) -> HttpResponse:
    """Add a person to a customer; the first is the primary one."""
    actor = request.auth
    return do_once(
        request,
        actor,
        lambda once: add_contact(code, body.value_object(), actor=actor, once=once),
        lambda row: (201, _contact(row, actor)),
    )


@router.patch(
    "/customers/{code}/contacts/{contact_id}",
    response={200: ContactOut, **REFUSALS},
    operation_id="change_contact",
)
def patch_contact(request: ApiRequest, code: Plain, contact_id: UUID, body: ContactPatch) -> HttpResponse:
    """Change what is given of a person."""
    require(request.auth, Perm.CUSTOMER_EDIT, Perm.CUSTOMER_VIEW, Perm.CONTACT_REVEAL)
    row = next((c for c in _row(request.auth, code).contacts.all() if c.pk == contact_id), None)
    if row is None:
        raise NotFound("The customer has no such contact.")
    given = {name: value for name, value in body.model_dump(exclude_unset=True).items() if value is not None}
    kept = {name: getattr(row, name) for name in ("name", "phone", "email", "title", "role")}
    value = ContactInput(**{"country": "", "is_primary": False, **kept, **given})
    return answer(
        encode(_contact(change_contact(code, str(contact_id), value, actor=request.auth), request.auth))
    )


@router.delete(
    "/customers/{code}/contacts/{contact_id}", response={204: None, **REFUSALS}, operation_id="remove_contact"
)
def delete_contact(request: ApiRequest, code: Plain, contact_id: UUID) -> HttpResponse:
    """Remove a person, their consents with them."""
    remove_contact(code, str(contact_id), actor=request.auth)
    return HttpResponse(status=204)


@router.get(
    "/customers/{code}/consents", response={200: ConsentList, **REFUSALS}, operation_id="list_consents"
)
def get_consents(request: ApiRequest, code: Plain) -> HttpResponse:
    """Over which channels a customer and its contacts may be written to."""
    require(request.auth, Perm.CUSTOMER_VIEW)
    return answer(encode(_consents(_row(request.auth, code))))


@router.put(
    "/customers/{code}/consents/{channel}",
    response={200: ConsentList, **REFUSALS},
    operation_id="set_consent",
)
def put_consent(
    request: ApiRequest,
    code: Plain,
    channel: Literal["email", "sms", "phone", "wechat", "post"],
    body: ConsentIn,
) -> HttpResponse:
    """Note that consent was given or withdrawn; all consents as they stand then."""
    require(request.auth, Perm.CUSTOMER_VIEW)
    value = ConsentInput(channel, body.state, body.source, str(body.contact) if body.contact else "")
    set_consent(code, value, actor=request.auth)
    return answer(encode(_consents(_row(request.auth, code))))


@router.put("/customers/{code}/credit", response={200: CustomerOut, **REFUSALS}, operation_id="set_credit")
def put_credit(request: ApiRequest, code: Plain, body: CreditIn) -> HttpResponse:
    """Replace a customer's payment terms and credit limit."""
    change_credit(code, CreditInput(**body.model_dump()), actor=request.auth)
    return answer(encode(_customer(_row(request.auth, code), request.auth)))


@router.post(
    "/customers/{code}/merge", response={200: CustomerOut, **REFUSALS}, operation_id="merge_customer"
)
def post_merge(request: ApiRequest, code: Plain, body: MergeIn) -> HttpResponse:
    """Merge a customer into another, which it leads to from then on; answers the one that stays."""
    actor = request.auth
    require(actor, Perm.CUSTOMER_VIEW)
    return do_once(
        request,
        actor,
        lambda once: merge_customers(code, body.into, take=body.take, actor=actor, once=once),
        lambda row: (200, _customer(_row(actor, row.code), actor)),
    )


@router.post("/addresses/parse", response={200: ParsedAddressOut, **REFUSALS}, operation_id="parse_address")
def post_parse(request: ApiRequest, body: ParseIn) -> HttpResponse:
    """Read pasted text, Chinese or international, into the parts of an address; writes nothing."""
    require(request.auth, Perm.CUSTOMER_VIEW)
    return answer(encode(asdict(parse_address(body.text, body.country))))


def _row(actor: Actor, code: str) -> Customer:
    row = customers.called(actor, code)
    if row is None:
        raise NotFound(f"There is no customer {code!r}.")
    return row


def _customer(row: Customer, actor: Actor) -> dict[str, Any]:
    return {
        "code": row.code,
        "kind": str(row.kind),
        "name": row.name,
        "tier": row.tier_id,
        "tax_exempt": row.tax_exempt,
        "notes": row.notes,
        "is_active": row.is_active,
        "tags": row.tags,
        "language": row.language,
        "currency": row.currency,
        "payment_terms": str(row.payment_terms),
        "credit_limit": None if row.credit_limit is None else money(row.credit_limit, row.credit_currency),
        "credit_currency": row.credit_currency,
        "credit_days": row.credit_days,
        "owner": {"email": row.owner.email, "name": row.owner.name} if row.owner else None,
        "contacts": [_contact(contact, actor) for contact in row.contacts.all()],
        "addresses": [_address(address, actor) for address in row.addresses.all()],
    }


def _contact(row: Contact, actor: Actor) -> dict[str, Any]:
    reveal = actor.may(Perm.CONTACT_REVEAL)
    return {
        "id": row.pk,
        "name": row.name,
        "title": row.title,
        "role": row.role,
        "phone": row.phone if reveal else masked_phone(row.phone),
        "email": row.email if reveal else "***" if row.email else "",
        "is_primary": row.is_primary,
    }


def _consents(row: Customer) -> dict[str, Any]:
    names = ("channel", "state", "source", "by")
    items = [
        {name: getattr(c, name) for name in names} | {"at": instant(c.at), "contact": c.contact_id}
        for c in row.consents.all()
    ]
    return {"items": items}


def _address(row: Address, actor: Actor) -> dict[str, Any]:
    parts = {name: getattr(row, name) for name in (*_PLACE, "problems")}
    shown = parts if actor.may(Perm.CONTACT_REVEAL) else masked(parts)
    names = {"id": row.pk, "label": row.label, "is_default": row.is_default, "is_billing": row.is_billing}
    return {**names, **shown}
