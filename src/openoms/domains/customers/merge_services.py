"""Writing the merge of two customers; called by flows alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from openoms.core.clock import now
from openoms.core.db import require_atomic
from openoms.core.errors import InvalidInput
from openoms.domains.customers import merging, rules
from openoms.domains.customers.models import Address, Consent, Contact, Customer
from openoms.domains.customers.services import CREDIT, PLACE, keep_searchable


@dataclass(frozen=True, slots=True)
class Moved:
    """How many contacts and addresses came over, doubles not counted."""

    contacts: int
    addresses: int


def absorb(survivor: Customer, other: Customer, take: Sequence[str]) -> Moved:
    """Join `other` into `survivor` (both locked): values of the fields in `take`, people, places, consents and tags.

    The other is closed and points to the survivor, and so do those that were merged into it before.
    """
    require_atomic()
    unknown = sorted(set(take) - set(merging.FIELDS))
    if unknown:
        raise InvalidInput(f"There is no field {unknown[0]!r} to take.", field="take")
    columns = [c for name in take for c in (CREDIT if name == "credit" else (name,))]
    for column in columns:
        setattr(survivor, column, getattr(other, column))
    survivor.tags = list(rules.joined_tags(survivor.tags, other.tags))
    keep_searchable(survivor)
    survivor.updated_at = now()
    survivor.save(update_fields=[*columns, "tags", "initials", "name_key", "updated_at"])
    moved = Moved(_join_contacts(survivor, other), _join_addresses(survivor, other))
    _join_consents(survivor, other, contact=None, into=None)
    Customer.objects.filter(merged_into=other).update(merged_into=survivor)
    other.merged_into, other.is_active, other.updated_at = survivor, False, now()
    other.save(update_fields=["merged_into", "is_active", "updated_at"])
    return moved


def _join_contacts(survivor: Customer, other: Customer) -> int:
    """Move people; one who is there already gains what was missing, and the consents."""
    ours = list(survivor.contacts.all())
    by_id = {row.pk: row for row in ours}
    has_primary, moved = any(row.is_primary for row in ours), 0
    for row in list(other.contacts.all()):
        same = merging.same_person(_person(row), [_person(each) for each in by_id.values()])
        if same is None:
            row.customer, row.is_primary = survivor, row.is_primary and not has_primary
            row.save(update_fields=["customer", "is_primary"])
            row.consents.update(customer=survivor)
            has_primary, moved = has_primary or row.is_primary, moved + 1
            by_id[row.pk] = row
            continue
        kept = by_id[same]
        gained = [
            n for n in ("title", "phone", "phone_tail", "email") if not getattr(kept, n) and getattr(row, n)
        ]
        for name in gained:
            setattr(kept, name, getattr(row, name))
        if gained:
            kept.save(update_fields=gained)
        _join_consents(survivor, other, contact=row, into=kept)
        row.delete()
    return moved


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
    has = {name: any(getattr(row, name) for row in ours) for name in ("is_default", "is_billing")}
    coming = [row for row in theirs if row.pk not in double]
    for row in coming:
        row.customer = survivor
        for name, taken in has.items():
            setattr(row, name, getattr(row, name) and not taken)
        row.save(update_fields=["customer", *has])
    return len(coming)


def _place_key(row: Address) -> tuple[str, ...]:
    return tuple(str(getattr(row, name)) for name in PLACE)


def _join_consents(
    survivor: Customer, other: Customer, *, contact: Contact | None, into: Contact | None
) -> None:
    """Move consents; where both said something, a withdrawal outweighs."""
    rows = list(
        Consent.objects.filter(Q(customer=survivor, contact=into) | Q(customer=other, contact=contact))
    )
    ours = {row.channel: row for row in rows if row.customer_id == survivor.pk}
    for row in [row for row in rows if row.customer_id == other.pk]:
        kept = ours.get(row.channel)
        if kept is None:
            row.customer, row.contact = survivor, into
            row.save(update_fields=["customer", "contact"])
            continue
        if kept.state != merging.stricter(kept.state, row.state):
            kept.state, kept.at, kept.source, kept.by = row.state, row.at, row.source, row.by
            kept.save(update_fields=["state", "at", "source", "by"])
        row.delete()
