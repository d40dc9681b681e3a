"""Making and changing customers, their contacts and addresses."""

from dataclasses import replace

from openoms.core.db import flow
from openoms.core.errors import NotFound
from openoms.core.types import Actor
from openoms.domains.customers import kinds
from openoms.domains.customers import services as customers
from openoms.domains.customers.contacts import AddressParts, check_address, demand_sound, normal_phone
from openoms.domains.customers.models import Address, Customer
from openoms.domains.customers.types import ContactInput, CustomerInput
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
    changed = customers.update(customer, value)
    if value.contact is not None:
        primary = customer.contacts.filter(is_primary=True).first()
        if primary is None:
            customers.add_contact(customer, value.contact)
        else:
            customers.change_contact(primary, value.contact)
        changed.append("contact")
    if changed:
        record(actor, kinds.CUSTOMER_CHANGED, customer.pk, data={"code": customer.code, "fields": changed})
    return customer


@flow
def add_contact(code: str, value: ContactInput, *, actor: Actor) -> Customer:
    """Add a person to a customer."""
    require(actor, Perm.CUSTOMER_EDIT)
    customer = customers.lock(code)
    customers.add_contact(customer, value)
    record(actor, kinds.CUSTOMER_CHANGED, customer.pk, data={"code": code, "fields": ["contacts"]})
    return customer


@flow
def add_address(
    code: str,
    parts: AddressParts,
    *,
    actor: Actor,
    label: str = "",
    default: bool | None = None,
    once: Once | None = None,
) -> Address:
    """Add a place to a customer; its parts must fit its country."""
    require(actor, Perm.CUSTOMER_EDIT)
    idempotency.begin(once)
    if parts.phone:
        parts = replace(parts, phone=normal_phone(parts.phone, parts.country))
    checked = check_address(parts)
    demand_sound(checked)
    customer = customers.lock(code)
    address = customers.add_address(customer, checked, label=label, default=default)
    record(actor, kinds.ADDRESS_ADDED, customer.pk, data={"code": code, "country": address.country})
    idempotency.finish(once, address)
    return address


@flow
def remove_address(code: str, address_id: str, *, actor: Actor) -> Customer:
    """Remove a place from a customer; orders keep the address they were placed with."""
    require(actor, Perm.CUSTOMER_EDIT)
    customer = customers.lock(code)
    address = customer.addresses.filter(pk=address_id).first()
    if address is None:
        raise NotFound("The customer has no such address.")
    customers.remove_address(customer, address)
    record(actor, kinds.CUSTOMER_CHANGED, customer.pk, data={"code": code, "fields": ["addresses"]})
    return customer
