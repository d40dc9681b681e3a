"""Taking a batch of customers from a file: each is made, changed or refused on its own.

What the past knows of phones and places is kept even where today's checks find fault with it; the faults are noted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db import DataError

from openoms.core import db
from openoms.core.db import flow
from openoms.core.errors import DomainError, InvalidInput
from openoms.core.types import Actor
from openoms.domains.customers import kinds
from openoms.domains.customers import services as customers
from openoms.domains.customers.contacts import AddressParts, check_address, normal_phone
from openoms.domains.customers.models import Customer
from openoms.domains.customers.types import ContactInput, CustomerInput
from openoms.domains.events.services import record
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.flows.steps.rehearsal import Outcome, Rehearsed, RowResult


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer by its code, with the person to talk to and the place to send to."""

    customer: CustomerInput
    address: AddressParts | None = None


def import_customers(
    rows: Sequence[CustomerRow], *, actor: Actor, dry_run: bool = False
) -> Sequence[RowResult]:
    """What became of each row, in order; `dry_run` keeps nothing."""
    try:
        return _import(rows, actor=actor, dry_run=dry_run)
    except Rehearsed as rehearsed:
        return rehearsed.results


@flow
def _import(rows: Sequence[CustomerRow], *, actor: Actor, dry_run: bool) -> Sequence[RowResult]:
    require(actor, Perm.ORDER_IMPORT, Perm.CUSTOMER_EDIT)
    results = [_take(row, actor) for row in rows]
    if dry_run:
        raise Rehearsed(results)
    return results


def _take(row: CustomerRow, actor: Actor) -> RowResult:
    try:
        with db.part():
            return RowResult(_save(row, actor))
    except DomainError as problem:
        return RowResult(problem=problem)
    except DataError as error:
        return RowResult(problem=InvalidInput(f"A value cannot be kept: {error}".strip()))


def _save(row: CustomerRow, actor: Actor) -> Outcome:
    found = Customer.objects.filter(code=row.customer.code).exists()
    told = _Told()
    if found:
        customer = customers.lock(row.customer.code)
        told.changes = customers.update(customer, row.customer)
        if row.customer.contact is not None:
            told.contact = _save_contact(customer, row.customer.contact)
    else:
        customer = customers.create(row.customer, lenient=True)
        record(actor, kinds.CUSTOMER_CREATED, customer.pk, data={"code": customer.code})
    added = row.address is not None and _add_address(customer, row.address, actor)
    if not found:
        return Outcome.NEW
    fields = [*told.changes.fields, *told.contact]
    if fields:
        data = {
            "code": customer.code,
            "fields": fields,
            "before": told.changes.before,
            "after": told.changes.after,
        }
        record(actor, kinds.CUSTOMER_CHANGED, customer.pk, data=data)
    return Outcome.CHANGED if fields or added else Outcome.SAME


@dataclass(slots=True)
class _Told:
    """What a row changed of a customer and of its contact."""

    changes: customers.Changes = field(default_factory=lambda: customers.Changes([]))
    contact: list[str] = field(default_factory=list)


def _save_contact(customer: Customer, value: ContactInput) -> list[str]:
    primary = customer.contacts.filter(is_primary=True).first()
    if primary is None:
        customers.add_contact(customer, value, lenient=True)
        return ["contact"]
    return ["contact"] if customers.change_contact(primary, value, lenient=True) else []


def _add_address(customer: Customer, parts: AddressParts, actor: Actor) -> bool:
    """Add the place and make it the default one, unless the customer has it already; whether it was added."""
    if parts.phone:
        parts = replace(parts, phone=_phone(parts))
    checked = check_address(parts)
    if "country_invalid" in checked.problems:
        raise InvalidInput(f"{parts.country!r} is not an ISO 3166 country code.", field="country")
    p = checked.parts
    known = {"country": p.country, "region": p.region, "city": p.city, "district": p.district, "line": p.line}
    if customer.addresses.filter(**known, postcode=p.postcode, name=p.name, phone=p.phone).exists():
        return False
    address = customers.add_address(customer, checked, default=True)
    record(actor, kinds.ADDRESS_ADDED, customer.pk, data={"code": customer.code, "country": address.country})
    return True


def _phone(parts: AddressParts) -> str:
    try:
        return normal_phone(parts.phone, parts.country)
    except InvalidInput:
        return parts.phone[:20]
