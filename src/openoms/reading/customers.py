"""Reading customers for pages: contact data as the actor may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from openoms.core.types import Actor
from openoms.domains.customers.contacts import masked, masked_phone
from openoms.domains.customers.models import Contact, Customer
from openoms.domains.identity.permissions import Perm

_PARTS = ("name", "phone", "country", "region", "city", "district", "line", "postcode")


@dataclass(frozen=True, slots=True)
class ShownContact:
    """A contact; phone and e-mail are masked for those who may not see them."""

    name: str
    title: str
    phone: str
    email: str
    is_primary: bool


@dataclass(frozen=True, slots=True)
class ShownAddress:
    """An address; `document` as an order's ship_to, masked likewise."""

    id: UUID
    label: str
    is_default: bool
    problems: Sequence[str]
    document: Mapping[str, Any]


def shown_contacts(actor: Actor, customer: Customer) -> list[ShownContact]:
    """The customer's contacts, the primary one first."""
    return [_contact(contact, in_full=actor.may(Perm.CONTACT_REVEAL)) for contact in customer.contacts.all()]


def shown_addresses(actor: Actor, customer: Customer) -> list[ShownAddress]:
    """The customer's addresses, the default one first."""
    rows = []
    for row in customer.addresses.all():
        document = {name: getattr(row, name) for name in _PARTS}
        shown = document if actor.may(Perm.CONTACT_REVEAL) else masked(document)
        rows.append(ShownAddress(row.pk, row.label, row.is_default, row.problems, shown))
    return rows


def places(customers: Sequence[Customer]) -> dict[UUID, str]:
    """The province and city of each customer's default address: coarse enough for everybody."""
    found = {}
    for customer in customers:
        default = next((row for row in customer.addresses.all() if row.is_default), None)
        if default is not None:
            found[customer.pk] = " ".join(dict.fromkeys(filter(None, [default.region, default.city])))
    return found


def _contact(contact: Contact, *, in_full: bool) -> ShownContact:
    if in_full:
        return ShownContact(contact.name, contact.title, contact.phone, contact.email, contact.is_primary)
    user, at, host = contact.email.partition("@")
    email = f"{user[:1]}***{at}{host}" if at else ""
    return ShownContact(contact.name, contact.title, masked_phone(contact.phone), email, contact.is_primary)
