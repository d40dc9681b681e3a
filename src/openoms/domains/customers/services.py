"""Writing customers, their contacts and addresses."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection

from openoms.core.clock import now
from openoms.core.db import require_atomic
from openoms.core.errors import Conflict, InvalidInput, NotFound
from openoms.core.money import CURRENCIES
from openoms.core.searching import searchable
from openoms.domains.customers import double_services as doubles
from openoms.domains.customers import rules
from openoms.domains.customers.contacts import CheckedAddress, normal_email, normal_phone, phone_tail
from openoms.domains.customers.labels import CHANNEL, CONSENT, LANGUAGES, PAYMENT_TERMS, ROLE
from openoms.domains.customers.models import Address, Consent, Contact, Customer, CustomerTier
from openoms.domains.customers.types import ConsentInput, ContactInput, CreditInput, CustomerInput
from openoms.domains.identity.queries import is_colleague, key_of_person

_COLUMNS = ("name", "kind", "tax_exempt", "notes", "is_active", "language", "currency")
# What is told of a change with its values; names and notes are told of as changed only.
_TOLD = ("kind", "tax_exempt", "is_active", "language", "currency", "tags", "tier", "owner")
_KEYS = {"tier": "tier_id", "owner": "owner_id"}
CREDIT = ("payment_terms", "credit_limit", "credit_currency", "credit_days")
PLACE = ("name", "phone", "country", "region", "city", "district", "line", "postcode")


@dataclass(frozen=True, slots=True)
class Changes:
    """What differed: the names of the fields, and before and after of those that are no contact data."""

    fields: list[str]
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


def lock(code: str) -> Customer:
    """The customer with that code, or the one it was merged into, its row locked; raises NotFound."""
    require_atomic()
    rows = Customer.objects.select_for_update(of=("self",))
    customer = rows.filter(code=code).first()
    if customer is not None and customer.merged_into_id:
        customer = rows.filter(pk=customer.merged_into_id).first()
    if customer is None:
        raise NotFound(f"There is no customer {code!r}.")
    return customer


def lock_two(first: str, second: str) -> tuple[Customer, Customer]:
    """Both customers, locked by pk so that two merges cannot wait for each other; raises NotFound, Conflict."""
    require_atomic()
    rows = Customer.objects.select_for_update(of=("self",)).filter(code__in=(first, second)).order_by("pk")
    found = {row.code: row for row in rows}
    for code in (first, second):
        if code not in found:
            raise NotFound(f"There is no customer {code!r}.")
        if found[code].merged_into_id:
            raise Conflict("One of the two was merged already.")
    if first == second:
        raise InvalidInput("A customer cannot be merged with itself.", field="into")
    return found[first], found[second]


def create(value: CustomerInput, *, lenient: bool = False) -> Customer:
    """Make a customer and its first contact. `lenient` keeps a phone its country does not know (imported history)."""
    require_atomic()
    name = (value.name or "").strip()
    if not name:
        raise InvalidInput("A customer needs a name.", field="name")
    if value.code and Customer.objects.filter(code=value.code).exists():
        raise InvalidInput(f"There is a customer {value.code!r} already.", field="code")
    _check_preferences(value)
    customer = Customer(code=value.code or _next_code(), name=name, tier=_tier(value.tier))
    for column in _COLUMNS[1:]:
        given = getattr(value, column)
        if given is not None:
            setattr(customer, column, given)
    customer.tags = list(_tags(value.tags or ()))
    customer.owner_id = _owner(value.owner)
    keep_searchable(customer)
    customer.save(force_insert=True)
    doubles.review(doubles.name_of(customer))
    if value.contact is not None:
        add_contact(customer, value.contact, lenient=lenient)
    return customer


def update(customer: Customer, value: CustomerInput) -> Changes:
    """Change what is given and differs; what has changed."""
    require_atomic()
    if value.name is not None and not value.name.strip():
        raise InvalidInput("A customer needs a name.", field="name")
    if value.is_active and customer.merged_into_id:
        raise Conflict("One of the two was merged already.")
    _check_preferences(value)
    before, named = _told(customer), doubles.name_of(customer)
    changed = []
    for column in _COLUMNS:
        given = getattr(value, column)
        given = given.strip() if column == "name" and given is not None else given
        if given is not None and given != getattr(customer, column):
            setattr(customer, column, given)
            changed.append(column)
    if value.tier is not None and (value.tier or None) != customer.tier_id:
        customer.tier = _tier(value.tier)
        changed.append("tier")
    if value.tags is not None and list(_tags(value.tags)) != customer.tags:
        customer.tags = list(_tags(value.tags))
        changed.append("tags")
    if value.owner is not None and (owner := _owner(value.owner, customer.owner_id)) != customer.owner_id:
        customer.owner_id = owner
        changed.append("owner")
    if changed:
        keep_searchable(customer)
        customer.updated_at = now()
        customer.save(update_fields=[*changed, "search", "name_key", "updated_at"])
    if doubles.name_of(customer) != named:
        doubles.review(named | doubles.name_of(customer))
    return _changes(changed, before, _told(customer))


def set_credit(customer: Customer, value: CreditInput) -> Changes:
    """Replace what the customer may owe; raises InvalidInput for what makes no sense."""
    require_atomic()
    if value.payment_terms and value.payment_terms not in PAYMENT_TERMS:
        raise InvalidInput("The payment terms are prepaid or credit.", field="payment_terms")
    if value.credit_limit is not None and value.credit_limit < 0:
        raise InvalidInput("A credit limit is not negative.", field="credit_limit")
    if value.credit_limit is not None and value.credit_currency not in CURRENCIES:
        raise InvalidInput("A credit limit needs a currency.", field="credit_currency")
    if value.credit_days is not None and not 0 <= value.credit_days <= 3650:
        raise InvalidInput("Credit days lie between 0 and 3650.", field="credit_days")
    given = {name: getattr(value, name) for name in CREDIT}
    if value.credit_limit is None:
        given["credit_currency"] = ""
    changed = [name for name in CREDIT if getattr(customer, name) != given[name]]
    before = {name: _plain(getattr(customer, name)) for name in changed}
    for name in changed:
        setattr(customer, name, given[name])
    if changed:
        customer.updated_at = now()
        customer.save(update_fields=[*changed, "updated_at"])
    return Changes(changed, before, {name: _plain(given[name]) for name in changed})


def add_contact(customer: Customer, value: ContactInput, *, lenient: bool = False) -> Contact:
    """Add a person; the first becomes the primary one, and so does one asked to be. Raises InvalidInput."""
    require_atomic()
    has_primary = customer.contacts.filter(is_primary=True).exists()
    if value.is_primary and has_primary:
        customer.contacts.filter(is_primary=True).update(is_primary=False)
    contact = Contact(
        customer=customer,
        is_primary=value.is_primary or not has_primary,
        **_details(value, value.name.strip() or customer.name, "buyer", lenient),
    )
    contact.save(force_insert=True)
    doubles.review(doubles.keys_of(contact))
    return contact


def change_contact(
    contact: Contact, value: ContactInput, *, lenient: bool = False, primary: bool | None = None
) -> list[str]:
    """Replace a contact's details; the names of those that differed. `primary` makes it the one to talk to first."""
    require_atomic()
    details = _details(value, value.name.strip() or contact.name, contact.role, lenient)
    changed, had = (
        [n for n, detail in details.items() if getattr(contact, n) != detail],
        doubles.keys_of(contact),
    )
    for name in changed:
        setattr(contact, name, details[name])
    if primary and not contact.is_primary:
        contact.customer.contacts.filter(is_primary=True).update(is_primary=False)
        contact.is_primary = True
        changed.append("is_primary")
    if changed:
        contact.save(update_fields=changed)
        doubles.review(had ^ doubles.keys_of(contact))
    return [name for name in changed if name != "phone_tail"]


def remove_contact(customer: Customer, contact: Contact) -> None:
    """Remove a person with their consents; another becomes the primary one when it was."""
    require_atomic()
    was_primary = contact.is_primary
    contact.delete()
    doubles.review(doubles.keys_of(contact))
    heir = customer.contacts.first() if was_primary else None
    if heir is not None:
        heir.is_primary = True
        heir.save(update_fields=["is_primary"])


def contact_of(customer: Customer, contact_id: str) -> Contact:
    """The customer's contact with that id; raises NotFound."""
    try:
        contact = customer.contacts.filter(pk=contact_id).first()
    except ValidationError:
        contact = None
    if contact is None:
        raise NotFound("The customer has no such contact.")
    return contact


def set_consent(customer: Customer, value: ConsentInput, *, by: str) -> tuple[str, str]:
    """Note that consent was given or withdrawn; the state before ("" for none) and after."""
    require_atomic()
    if value.channel not in CHANNEL:
        raise InvalidInput("There is no such channel.", field="channel")
    if value.state not in CONSENT:
        raise InvalidInput("Consent is given or withdrawn.", field="state")
    contact = contact_of(customer, value.contact) if value.contact else None
    row = customer.consents.filter(channel=value.channel, contact=contact).first()
    before = row.state if row else ""
    row = row or Consent(customer=customer, contact=contact, channel=value.channel)
    row.state, row.source, row.at, row.by = value.state, value.source, now(), by
    row.save()
    return before, row.state


def add_address(
    customer: Customer,
    checked: CheckedAddress,
    *,
    label: str = "",
    default: bool | None = None,
    billing: bool | None = None,
) -> Address:
    """Add a place; the first is the default one, and so is one asked to be."""
    require_atomic()
    has_default = customer.addresses.filter(is_default=True).exists()
    if default and has_default:
        customer.addresses.filter(is_default=True).update(is_default=False)
    if billing:
        customer.addresses.filter(is_billing=True).update(is_billing=False)
    return Address.objects.create(
        customer=customer,
        label=label,
        is_default=bool(default) or not has_default,
        is_billing=bool(billing),
        problems=list(checked.problems),
        **{name: getattr(checked.parts, name) for name in PLACE},
    )


def change_address(
    address: Address,
    checked: CheckedAddress,
    *,
    label: str | None = None,
    default: bool | None = None,
    billing: bool | None = None,
) -> list[str]:
    """Replace a place's parts; the names of those that differed. The default one stays it until another takes its place."""
    require_atomic()
    wanted = {name: getattr(checked.parts, name) for name in PLACE} | {"problems": list(checked.problems)}
    if label is not None:
        wanted["label"] = label
    for name, purpose in (("is_default", default), ("is_billing", billing)):
        if purpose and not getattr(address, name):
            address.customer.addresses.filter(**{name: True}).update(**{name: False})
            wanted[name] = True
        elif purpose is False and name == "is_billing":
            wanted[name] = False
    changed = [name for name, value in wanted.items() if getattr(address, name) != value]
    for name in changed:
        setattr(address, name, wanted[name])
    if changed:
        address.save(update_fields=changed)
    return changed


def address_of(customer: Customer, address_id: str) -> Address:
    """The customer's address with that id; raises NotFound."""
    try:
        address = customer.addresses.filter(pk=address_id).first()
    except ValidationError:
        address = None
    if address is None:
        raise NotFound("The customer has no such address.")
    return address


def _details(value: ContactInput, name: str, role: str, lenient: bool) -> dict[str, Any]:
    """A contact's columns as typed, checked."""
    if value.role and value.role not in ROLE:
        raise InvalidInput("There is no such role of a contact.", field=("contact", "role"))
    phone = _phone(value, lenient)
    return {
        "name": name,
        "title": value.title,
        "role": value.role or role,
        "phone": phone,
        "phone_tail": phone_tail(phone),
        "email": normal_email(value.email, ("contact", "email")) if value.email else "",
    }


def _told(customer: Customer) -> dict[str, Any]:
    """What events may say of the customer as it stands."""
    return {name: _plain(getattr(customer, _KEYS.get(name, name))) for name in _TOLD}


def _owner(asked: str | None, known: UUID | None = None) -> UUID | None:
    """Who looks after it, one of the firm's who may sign in, or as before; raises InvalidInput."""
    if not asked:
        return None
    key = key_of_person(asked)
    if key is None or (key != known and not is_colleague(key)):
        raise InvalidInput("There is no such person.", field="owner")
    return key


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    return (
        list(value)
        if isinstance(value, list)
        else value
        if isinstance(value, bool | int | None)
        else str(value)
    )


def _changes(fields: list[str], before: dict[str, Any], after: dict[str, Any]) -> Changes:
    differing = [name for name in fields if name in before]
    return Changes(fields, {n: before[n] for n in differing}, {n: after[n] for n in differing})


def keep_searchable(customer: Customer) -> None:
    """Bring the columns that are searched instead of the name to the name as it is."""
    customer.search = searchable(customer.code, customer.name, rules.initials(customer.name))
    customer.name_key = rules.name_key(customer.name)


def _tags(tags: Sequence[str]) -> tuple[str, ...]:
    normal = rules.normal_tags(tags)
    if len(normal) > rules.MOST_TAGS:
        raise InvalidInput(f"A customer has at most {rules.MOST_TAGS} tags.", field="tags")
    return normal


def _check_preferences(value: CustomerInput) -> None:
    if value.currency and value.currency not in CURRENCIES:
        raise InvalidInput(f"{value.currency!r} is not an ISO 4217 currency code.", field="currency")
    if value.language and value.language not in LANGUAGES:
        raise InvalidInput("There is no such language.", field="language")


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
