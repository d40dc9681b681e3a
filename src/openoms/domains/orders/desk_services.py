"""Writing what surrounds an order at the desk: who looks after it, comments, tags, ready remarks, views, services done."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from openoms.core import db
from openoms.core.ids import uuid7
from openoms.domains.orders.models import (
    Comment,
    Follower,
    Line,
    Order,
    Performance,
    Phrase,
    SavedView,
    Tag,
    Tagging,
)
from openoms.domains.orders.types import PhraseInput


def comment(order: Order, text: str, mentions: Sequence[UUID], *, by: UUID | None, at: datetime) -> Comment:
    """Set a comment aside."""
    row = db.new(
        Comment, id=uuid7(), order_id=order.id, author_id=by, text=text, mentions=list(mentions), at=at
    )
    db.insert(row)
    return row


def follow(order: Order, users: Collection[UUID]) -> None:
    """Make people followers of the order; those who are stay so."""
    db.require_atomic()
    Follower.objects.bulk_create(
        [Follower(id=uuid7(), order_id=order.id, user_id=user) for user in users], ignore_conflicts=True
    )


def unfollow(order: Order, user: UUID) -> None:
    """The person looks after the order no longer."""
    Follower.objects.filter(order=order, user_id=user).delete()


def assign(order: Order, owner: UUID | None) -> None:
    """Give a locked order an owner, or none; the owner follows it."""
    db.require_atomic()
    order.owner_id = owner
    order.save(update_fields=["owner"])
    if owner is not None:
        follow(order, [owner])


def tag(order: Order, add: Collection[str], remove: Collection[str]) -> tuple[list[str], list[str]]:
    """Change the tags of a locked order; which were added and removed."""
    db.require_atomic()
    held = set(Tagging.objects.filter(order=order).values_list("tag_id", flat=True))
    added, removed = sorted(set(add) - held), sorted(set(remove) & held - set(add))
    Tag.objects.bulk_create([Tag(name=name) for name in added], ignore_conflicts=True)
    Tagging.objects.bulk_create([Tagging(id=uuid7(), order_id=order.id, tag_id=name) for name in added])
    Tagging.objects.filter(order=order, tag__in=removed).delete()
    return added, removed


def save_phrase(phrase: Phrase | None, value: PhraseInput) -> Phrase:
    """Make a ready remark, or change a locked one."""
    db.require_atomic()
    fields = asdict(value)
    if phrase is None:
        return Phrase.objects.create(**fields)
    for name, said in fields.items():
        setattr(phrase, name, said)
    phrase.save(update_fields=list(fields))
    return phrase


def remove_phrase(phrase: Phrase) -> None:
    """Take a locked ready remark away."""
    phrase.delete()


def save_view(
    owner: UUID, page: str, name: str, *, query: str, columns: Sequence[str], shared_with: Sequence[str]
) -> SavedView:
    """Keep a view of a person under its name."""
    db.require_atomic()
    said = {"query": query, "columns": list(columns), "shared_with": list(shared_with)}
    return SavedView.objects.update_or_create(owner_id=owner, page=page, name=name, defaults=said)[0]


def remove_view(owner: UUID, view_id: UUID) -> bool:
    """Take a person's view away; False where they have none of that key."""
    return bool(SavedView.objects.filter(owner_id=owner, pk=view_id).delete()[0])


def schedule_service(
    order: Order, line: Line, done: Performance | None, *, at: datetime, assignee: UUID | None
) -> Performance:
    """Set when and by whom a service line of a locked order is to be performed."""
    db.require_atomic()
    if done is None:
        return Performance.objects.create(line=line, order=order, scheduled_at=at, assignee_id=assignee)
    done.scheduled_at, done.assignee_id = at, assignee
    done.save(update_fields=["scheduled_at", "assignee"])
    return done


def perform_service(done: Performance, *, by: UUID | None, at: datetime) -> None:
    """Note that a service was performed."""
    done.performed_at, done.performed_by_id = at, by
    done.save(update_fields=["performed_at", "performed_by"])


def drop_services(order: Order) -> None:
    """Take off what services of a locked order were to be performed and were not."""
    db.require_atomic()
    Performance.objects.filter(order=order, performed_at=None).delete()


def sign_service(done: Performance, signed_by: str, *, at: datetime) -> None:
    """Note who signed for a service."""
    done.signed_by, done.signed_at = signed_by, at
    done.save(update_fields=["signed_by", "signed_at"])
