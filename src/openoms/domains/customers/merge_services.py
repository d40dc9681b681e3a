"""Writing the merge of two customers; called by flows alone. As many statements for one contact as for a thousand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from openoms.core.clock import now
from openoms.core.db import require_atomic
from openoms.core.errors import InvalidInput
from openoms.domains.customers import double_services as doubles
from openoms.domains.customers import merging, rules
from openoms.domains.customers.models import Address, Consent, Contact, Customer
from openoms.domains.customers.services import CREDIT, PLACE, keep_searchable


@dataclass(frozen=True, slots=True)
class Moved:
    """How many contacts and addresses came over, doubles not counted; whether the other's owner did."""

    contacts: int
    addresses: int
    owner: bool


def absorb(survivor: Customer, other: Customer, take: Sequence[str]) -> Moved:
    """Join `other` into `survivor` (both locked): values of the fields in `take`, people, places, consents and tags.

    Where nobody looks after the survivor, whoever looked after the other does.

    The other is closed and points to the survivor, and so do those that were merged into it before.
    """
    require_atomic()
    unknown = sorted(set(take) - set(merging.FIELDS))
    if unknown:
        raise InvalidInput(f"There is no field {unknown[0]!r} to take.", field="take")
    named = doubles.name_of(survivor) | doubles.name_of(other)
    columns = [c for name in take for c in (CREDIT if name == "credit" else (name,))]
    for column in columns:
        setattr(survivor, column, getattr(other, column))
    inherits = survivor.owner_id is None and other.owner_id is not None
    if inherits:
        survivor.owner_id = other.owner_id
    survivor.tags = list(rules.joined_tags(survivor.tags, other.tags))
    keep_searchable(survivor)
    survivor.updated_at = now()
    survivor.save(update_fields=[*columns, "owner", "tags", "search", "name_key", "updated_at"])
    people = Contact.objects.filter(customer__in=[survivor, other])
    shared = named | doubles.keys_of(*people)
    contacts, into = _join_contacts(survivor, other)
    _join_consents(survivor, other, into)
    Contact.objects.filter(customer=other).delete()
    moved = Moved(contacts, _join_addresses(survivor, other), inherits)
    Customer.objects.filter(merged_into=other).update(merged_into=survivor)
    other.merged_into, other.is_active, other.updated_at = survivor, False, now()
    other.save(update_fields=["merged_into", "is_active", "updated_at"])
    doubles.review(shared | doubles.name_of(survivor))
    return moved


def _join_contacts(survivor: Customer, other: Customer) -> tuple[int, dict[UUID, UUID]]:
    """Move people, one who is there already gains what was missing; how many came, and into whom each of theirs went."""
    both = list(Contact.objects.filter(customer__in=[survivor, other]))
    by_id = {row.pk: row for row in both if row.customer_id == survivor.pk}
    has_primary = any(row.is_primary for row in by_id.values())
    into, gaining = {}, {}
    for row in [row for row in both if row.customer_id == other.pk]:
        same = merging.same_person(_person(row), [_person(each) for each in by_id.values()])
        into[row.pk] = same or row.pk
        if same is None:
            by_id[row.pk] = row
        elif _gain(by_id[same], row):
            gaining[same] = by_id[same]
    coming = [theirs for theirs, ours in into.items() if theirs == ours]
    primary = {"is_primary": False} if has_primary else {}
    Contact.objects.filter(pk__in=coming).update(customer=survivor, **primary)
    Contact.objects.bulk_update(list(gaining.values()), _GAINED)
    return len(coming), into


_GAINED = ("title", "phone", "phone_tail", "email")


def _gain(kept: Contact, row: Contact) -> bool:
    """Take what the other says of the same person where the kept one says nothing; whether there was any."""
    gained = [name for name in _GAINED if not getattr(kept, name) and getattr(row, name)]
    for name in gained:
        setattr(kept, name, getattr(row, name))
    return bool(gained)


def _person(row: Contact) -> merging.Person:
    return merging.Person(row.pk, row.name, row.phone, row.email)


def _join_addresses(survivor: Customer, other: Customer) -> int:
    both = list(Address.objects.filter(customer__in=[survivor, other]))
    ours = [row for row in both if row.customer_id == survivor.pk]
    theirs = [row for row in both if row.customer_id == other.pk]
    double = merging.already_there(
        {row.pk: _place_key(row) for row in theirs}, [_place_key(row) for row in ours]
    )
    Address.objects.filter(pk__in=double).delete()
    taken = {name: False for name in ("is_default", "is_billing") if any(getattr(row, name) for row in ours)}
    return Address.objects.filter(customer=other).update(customer=survivor, **taken)


def _place_key(row: Address) -> tuple[str, ...]:
    return tuple(str(getattr(row, name)) for name in PLACE)


def _join_consents(survivor: Customer, other: Customer, into: Mapping[UUID, UUID]) -> None:
    """Move consents, each contact's into the contact it became; where both said something, a withdrawal outweighs."""
    rows = list(Consent.objects.filter(customer__in=[survivor, other]))
    said = {(row.contact_id, row.channel): row for row in rows if row.customer_id == survivor.pk}
    changed, outdone = [], []
    for row in [row for row in rows if row.customer_id == other.pk]:
        contact = into[row.contact_id] if row.contact_id else None
        kept = said.setdefault((contact, row.channel), row)
        if kept is row:
            row.customer, row.contact_id = survivor, contact
            changed.append(row)
            continue
        outdone.append(row.pk)
        if kept.state != merging.stricter(kept.state, row.state):
            kept.state, kept.at, kept.source, kept.by = row.state, row.at, row.source, row.by
            changed.append(kept)
    Consent.objects.filter(pk__in=outdone).delete()
    Consent.objects.bulk_update(changed, ["customer", "contact", "state", "at", "source", "by"])
