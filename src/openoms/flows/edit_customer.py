"""Making and changing customers, their contacts and addresses."""

from dataclasses import replace

from openoms.core.db import flow
from openoms.core.types import Actor
from openoms.domains.customers import kinds
from openoms.domains.customers import services as customers
from openoms.domains.customers.contacts import (
    AddressParts,
    CheckedAddress,
    check_address,
    demand_sound,
    normal_phone,
)
from openoms.domains.customers.models import Address, Contact, Customer
from openoms.domains.customers.types import ConsentInput, ContactInput, CreditInput, CustomerInput
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require


@flow
def create_customer(value: CustomerInput, *, actor: Actor, once: Once | None = None) -> Customer:
    """Make a customer with its first contact."""
    require(actor, Perm.CUSTOMER_EDIT)
    idempotency.begin(once)
    customer = customers.create(value)
    record(actor, kinds.CUSTOMER_CREATED, customer.pk, data={"code": customer.code})
    idempotency.finish(once, customer)
    return customer


@flow
def change_customer(value: CustomerInput, *, actor: Actor) -> Customer:
    """Change the customer with that code; a contact given replaces the primary one's details."""
    require(actor, Perm.CUSTOMER_EDIT)
    customer = customers.lock(value.code)
    changes = customers.update(customer, value)
    if changes.fields:
        _tell(actor, customer, changes)
    if value.contact is not None:
        primary = customer.contacts.filter(is_primary=True).first()
        if primary is None:
            _tell_added(actor, customer, customers.add_contact(customer, value.contact))
        elif changed := customers.change_contact(primary, value.contact):
            _tell_contact(actor, customer, primary, changed)
    return customer


@flow
def change_credit(code: str, value: CreditInput, *, actor: Actor) -> Customer:
    """Replace what the customer may owe."""
    require(actor, Perm.CREDIT_EDIT, Perm.CUSTOMER_VIEW)
    customer = customers.lock(code)
    changes = customers.set_credit(customer, value)
    if changes.fields:
        _tell(actor, customer, changes)
    return customer


@flow
def add_contact(code: str, value: ContactInput, *, actor: Actor, once: Once | None = None) -> Contact:
    """Add a person to a customer."""
    require(actor, Perm.CUSTOMER_EDIT)
    idempotency.begin(once)
    customer = customers.lock(code)
    contact = customers.add_contact(customer, value)
    _tell_added(actor, customer, contact)
    idempotency.finish(once, contact)
    return contact


@flow
def change_contact(
    code: str, contact_id: str, value: ContactInput, *, actor: Actor, primary: bool | None = None
) -> Contact:
    """Replace a person's details."""
    require(actor, Perm.CUSTOMER_EDIT)
    customer = customers.lock(code)
    contact = customers.contact_of(customer, contact_id)
    changed = customers.change_contact(contact, value, primary=primary or value.is_primary)
    if changed:
        _tell_contact(actor, customer, contact, changed)
    return contact


@flow
def remove_contact(code: str, contact_id: str, *, actor: Actor) -> Customer:
    """Remove a person from a customer, their consents with them."""
    require(actor, Perm.CUSTOMER_EDIT)
    customer = customers.lock(code)
    contact = customers.contact_of(customer, contact_id)
    data = {"code": customer.code, "contact": str(contact.pk)}
    customers.remove_contact(customer, contact)
    record(actor, kinds.CONTACT_REMOVED, customer.pk, data=data)
    return customer


@flow
def set_consent(code: str, value: ConsentInput, *, actor: Actor) -> Customer:
    """Note that a customer, or one of its contacts, consented to a channel or withdrew that."""
    require(actor, Perm.CUSTOMER_EDIT)
    customer = customers.lock(code)
    before, after = customers.set_consent(customer, value, by=actor.name)
    if before != after:
        data = {"channel": value.channel, "contact": value.contact, "before": before, "after": after}
        data |= {"code": customer.code, "source": value.source}
        record(actor, kinds.CONSENT_CHANGED, customer.pk, data=data)
    return customer


@flow
def reveal_contacts(code: str, *, actor: Actor) -> Customer:
    """Let somebody look at contact data that is hidden from them, and note that they did."""
    require(actor, Perm.CUSTOMER_VIEW)
    if not actor.may(Perm.CONTACT_REVEAL):
        require(actor, Perm.CONTACT_REVEAL_LOGGED)
    customer = customers.lock(code)
    record(actor, kinds.CONTACT_REVEALED, customer.pk, data={"code": customer.code})
    return customer


@flow
def add_address(
    code: str,
    parts: AddressParts,
    *,
    actor: Actor,
    label: str = "",
    default: bool | None = None,
    billing: bool | None = None,
    once: Once | None = None,
) -> Address:
    """Add a place to a customer; its parts must fit its country."""
    require(actor, Perm.CUSTOMER_EDIT)
    idempotency.begin(once)
    checked = _checked(parts)
    customer = customers.lock(code)
    address = customers.add_address(customer, checked, label=label, default=default, billing=billing)
    data = {"code": customer.code, "country": address.country}
    record(actor, kinds.ADDRESS_ADDED, customer.pk, data=data)
    idempotency.finish(once, address)
    return address


@flow
def change_address(
    code: str,
    address_id: str,
    parts: AddressParts,
    *,
    actor: Actor,
    label: str | None = None,
    default: bool | None = None,
    billing: bool | None = None,
) -> Address:
    """Replace a place; orders keep the address they were placed with."""
    require(actor, Perm.CUSTOMER_EDIT)
    checked = _checked(parts)
    customer = customers.lock(code)
    address = customers.address_of(customer, address_id)
    changed = customers.change_address(address, checked, label=label, default=default, billing=billing)
    if changed:
        data = {"code": customer.code, "address": str(address.pk), "fields": changed}
        record(actor, kinds.ADDRESS_CHANGED, customer.pk, data=data)
    return address


@flow
def remove_address(code: str, address_id: str, *, actor: Actor) -> Customer:
    """Remove a place from a customer; orders keep the address they were placed with."""
    require(actor, Perm.CUSTOMER_EDIT)
    customer = customers.lock(code)
    address = customers.address_of(customer, address_id)
    data = {"code": customer.code, "address": str(address.pk)}
    customers.remove_address(customer, address)
    record(actor, kinds.ADDRESS_REMOVED, customer.pk, data=data)
    return customer


def _checked(parts: AddressParts) -> CheckedAddress:
    """The address in its country's spelling, the phone in E.164; raises InvalidInput where they do not fit."""
    if parts.phone:
        parts = replace(parts, phone=normal_phone(parts.phone, parts.country))
    checked = check_address(parts)
    demand_sound(checked)
    return checked


def _tell(actor: Actor, customer: Customer, changes: customers.Changes) -> None:
    data = {"code": customer.code, "fields": changes.fields, "before": changes.before, "after": changes.after}
    record(actor, kinds.CUSTOMER_CHANGED, customer.pk, data=data)


def _tell_added(actor: Actor, customer: Customer, contact: Contact) -> None:
    data = {"code": customer.code, "contact": str(contact.pk), "role": contact.role}
    record(actor, kinds.CONTACT_ADDED, customer.pk, data=data)


def _tell_contact(actor: Actor, customer: Customer, contact: Contact, fields: list[str]) -> None:
    data = {"code": customer.code, "contact": str(contact.pk), "fields": fields}
    record(actor, kinds.CONTACT_CHANGED, customer.pk, data=data)
