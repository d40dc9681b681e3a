"""Writing customers, their contacts and addresses."""

from collections.abc import Sequence

from django.db import connection

from openoms.core.clock import now
from openoms.core.db import require_atomic
from openoms.core.errors import InvalidInput, NotFound
from openoms.domains.customers.contacts import CheckedAddress, normal_email, normal_phone, phone_tail
from openoms.domains.customers.models import Address, Contact, Customer, CustomerTier
from openoms.domains.customers.types import ContactInput, CustomerInput

_COLUMNS = ("name", "kind", "tax_exempt", "notes", "is_active")


def lock(code: str) -> Customer:
    """The customer with that code, its row locked; raises NotFound."""
    require_atomic()
    customer = Customer.objects.select_for_update(of=("self",)).filter(code=code).first()
    if customer is None:
        raise NotFound(f"There is no customer {code!r}.")
    return customer


def create(value: CustomerInput, *, lenient: bool = False) -> Customer:
    """Make a customer and its first contact. `lenient` keeps a phone its country does not know (imported history)."""
    require_atomic()
    name = (value.name or "").strip()
    if not name:
        raise InvalidInput("A customer needs a name.", field="name")
    if value.code and Customer.objects.filter(code=value.code).exists():
        raise InvalidInput(f"There is a customer {value.code!r} already.", field="code")
    customer = Customer(code=value.code or _next_code(), name=name, tier=_tier(value.tier))
    for column in _COLUMNS[1:]:
        given = getattr(value, column)
        if given is not None:
            setattr(customer, column, given)
    customer.save(force_insert=True)
    if value.contact is not None:
        add_contact(customer, value.contact, lenient=lenient)
    return customer


def update(customer: Customer, value: CustomerInput) -> list[str]:
    """Change what is given and differs; returns the names of the changed fields."""
    require_atomic()
    if value.name is not None and not value.name.strip():
        raise InvalidInput("A customer needs a name.", field="name")
    changed = []
    for column in _COLUMNS:
        given = getattr(value, column)
        if given is not None and given != getattr(customer, column):
            setattr(customer, column, given)
            changed.append(column)
    if value.tier is not None and (value.tier or None) != customer.tier_id:
        customer.tier = _tier(value.tier)
        changed.append("tier")
    if changed:
        customer.updated_at = now()
        customer.save(update_fields=[*changed, "updated_at"])
    return changed


def add_contact(customer: Customer, value: ContactInput, *, lenient: bool = False) -> Contact:
    """Add a person; the first becomes the primary one. Raises InvalidInput for a wrong phone or e-mail."""
    require_atomic()
    phone = _phone(value, lenient)
    contact = Contact(
        customer=customer,
        name=value.name.strip() or customer.name,
        title=value.title,
        phone=phone,
        phone_tail=phone_tail(phone),
        email=normal_email(value.email, ("contact", "email")) if value.email else "",
        is_primary=not customer.contacts.filter(is_primary=True).exists(),
    )
    contact.save(force_insert=True)
    return contact


def change_contact(contact: Contact, value: ContactInput, *, lenient: bool = False) -> bool:
    """Replace a contact's details; whether any differed. `lenient` as in `create`."""
    require_atomic()
    phone = _phone(value, lenient)
    details = {
        "name": value.name.strip() or contact.name,
        "title": value.title,
        "phone": phone,
        "phone_tail": phone_tail(phone),
        "email": normal_email(value.email, ("contact", "email")) if value.email else "",
    }
    if all(getattr(contact, name) == detail for name, detail in details.items()):
        return False
    for name, detail in details.items():
        setattr(contact, name, detail)
    contact.save(update_fields=list(details))
    return True


def add_address(
    customer: Customer, checked: CheckedAddress, *, label: str = "", default: bool | None = None
) -> Address:
    """Add a place; the first is the default one, and so is one asked to be."""
    require_atomic()
    has_default = customer.addresses.filter(is_default=True).exists()
    if default and has_default:
        customer.addresses.filter(is_default=True).update(is_default=False)
    parts = checked.parts
    return Address.objects.create(
        customer=customer,
        label=label,
        name=parts.name,
        phone=parts.phone,
        country=parts.country,
        region=parts.region,
        city=parts.city,
        district=parts.district,
        line=parts.line,
        postcode=parts.postcode,
        is_default=bool(default) or not has_default,
        problems=list(checked.problems),
    )


def _phone(value: ContactInput, lenient: bool) -> str:
    if not value.phone:
        return ""
    try:
        return normal_phone(value.phone, value.country, ("contact", "phone"))
    except InvalidInput:
        if lenient:
            return value.phone[:20]
        raise


def _tier(code: str | None) -> CustomerTier | None:
    if not code:
        return None
    tier = CustomerTier.objects.filter(pk=code).first()
    if tier is None:
        raise InvalidInput(f"There is no customer tier {code!r}.", field="tier")
    return tier


def _next_code() -> str:
    """The next free code of the series C000001; codes given by hand in that form are stepped over."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT nextval('customers_code')")
            code = f"C{cursor.fetchone()[0]:06d}"
            if not Customer.objects.filter(code=code).exists():
                return code


def ensure_tiers(tiers: Sequence[tuple[str, str, str]]) -> None:
    """Make the tiers (code, name, Chinese name) that are missing."""
    require_atomic()
    CustomerTier.objects.bulk_create(
        [CustomerTier(code=code, name=name, name_zh=name_zh) for code, name, name_zh in tiers],
        ignore_conflicts=True,
    )


def remove_address(customer: Customer, address: Address) -> None:
    """Remove a place; another becomes the default when it was."""
    require_atomic()
    was_default = address.is_default
    address.delete()
    heir = customer.addresses.first() if was_default else None
    if heir is not None:
        heir.is_default = True
        heir.save(update_fields=["is_default"])
