"""Joining two customers: what of one the other has already (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

K = TypeVar("K")
# The fields of which the customer that stays may take the other's value.
FIELDS = ("name", "kind", "tier", "tax_exempt", "notes", "language", "currency", "credit")


@dataclass(frozen=True, slots=True)
class Person:
    """What makes a contact the same as another: phone or e-mail, or the name of one who has neither."""

    id: UUID
    name: str
    phone: str
    email: str


def same_person(person: Person, others: Sequence[Person]) -> UUID | None:
    """The one of the others who is the same person, or None."""
    for other in others:
        if person.phone and other.phone:
            same = person.phone == other.phone
        elif person.email and other.email:
            same = person.email.lower() == other.email.lower()
        else:
            same = person.name == other.name and not (
                person.phone or person.email or other.phone or other.email
            )
        if same:
            return other.id
    return None


def already_there(theirs: Mapping[UUID, K], ours: Sequence[K]) -> frozenset[UUID]:
    """The ids of those whose key we have, or that come twice."""
    seen, double = set(ours), set()
    for number, key in theirs.items():
        if key in seen:
            double.add(number)
        seen.add(key)
    return frozenset(double)


def stricter(first: str, second: str) -> str:
    """Of two consents the one that holds for both: a withdrawal outweighs."""
    return "withdrawn" if "withdrawn" in (first, second) else first or second
