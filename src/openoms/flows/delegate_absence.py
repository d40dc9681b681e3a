"""Who decides while somebody is away: one's own absence by oneself, others' by who manages approvals."""

from datetime import datetime
from uuid import UUID

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import InvalidInput, NotFound
from openoms.core.types import Actor
from openoms.domains.approvals import kinds
from openoms.domains.approvals import rule_services as approvals
from openoms.domains.approvals.models import Delegation
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.models import User
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.queries import OUTSIDE
from openoms.domains.identity.rules import require

MOST_REASON = 300


@flow
def set_delegation(
    to: UUID,
    since: datetime,
    until: datetime | None,
    reason: str = "",
    *,
    actor: Actor,
    whose: UUID | None = None,
    once: Once | None = None,
) -> Delegation:
    """Have `to` decide for `whose` (nobody named: the actor) from one instant up to another.

    Raises InvalidInput naming what is at fault: an end before the beginning, oneself, or a circle that leads back.
    """
    whose = _whose(actor, whose)
    idempotency.begin(once)
    # Arrangements are made one after another: two made at once could lead to each other.
    approvals.lock_policy()
    _check_people(whose, to)
    _check_time(since, until, reason)
    _refuse_circle(whose, to, since, until)
    made = approvals.add_delegation(whose, to, since, until, reason.strip())
    data = {
        "whose": str(whose),
        "to": str(to),
        "since": since.isoformat(),
        "until": until.isoformat() if until else "",
        "reason": made.reason,
    }
    record(actor, kinds.DELEGATION_SET, whose, data=data)
    idempotency.finish(once, made)
    return made


@flow
def end_delegation(key: UUID, *, actor: Actor, once: Once | None = None) -> Delegation:
    """End an arrangement: one's own, or any for who manages approvals. Raises NotFound."""
    require(actor, Perm.ORDER_VIEW)
    idempotency.begin(once)
    row = approvals.lock_delegation(key)
    if row is None or (row.whose_id != actor.user_id and not actor.may(Perm.APPROVAL_MANAGE)):
        raise NotFound("There is no such arrangement.")
    if row.ended_at is None:
        approvals.end_delegation(row, now())
        data = {"whose": str(row.whose_id), "to": str(row.to_id)}
        record(actor, kinds.DELEGATION_ENDED, row.whose_id, data=data)
    idempotency.finish(once, row)
    return row


def _whose(actor: Actor, whose: UUID | None) -> UUID:
    """Whose absence it is; another's is a manager's to arrange."""
    require(actor, Perm.ORDER_VIEW)
    if whose is not None and whose != actor.user_id:
        require(actor, Perm.APPROVAL_MANAGE)
        return whose
    if actor.user_id is None:
        raise InvalidInput("Say whose absence it is.", field="whose")
    return actor.user_id


def _check_people(whose: UUID, to: UUID) -> None:
    if whose == to:
        raise InvalidInput("Nobody stands in for themselves.", field="to")
    active = User.objects.filter(is_active=True, roles__isnull=False).exclude(roles__code__in=OUTSIDE)
    there = set(active.filter(pk__in=(whose, to)).values_list("pk", flat=True))
    for name, key in (("to", to), ("whose", whose)):
        if key not in there:
            raise InvalidInput("There is no such person.", field=name)


def _check_time(since: datetime, until: datetime | None, reason: str) -> None:
    if until is not None and until <= since:
        raise InvalidInput("It ends before it starts.", field="until")
    if until is not None and until <= now():
        raise InvalidInput("It has ended already.", field="until")
    if len(reason) > MOST_REASON or "\x00" in reason:
        raise InvalidInput(f"A reason has at most {MOST_REASON} characters.", field="reason")


def _refuse_circle(whose: UUID, to: UUID, since: datetime, until: datetime | None) -> None:
    """Refuse the same arrangement twice at one time, and one that leads back to who is away."""
    standing: dict[UUID, set[UUID]] = {}
    for row in Delegation.objects.filter(ended_at=None):
        begins_before = until is None or row.since < until
        if begins_before and (row.until is None or row.until > since):
            standing.setdefault(row.whose_id, set()).add(row.to_id)
    if to in standing.get(whose, ()):
        raise InvalidInput("This is arranged for that time already.", field="to")
    reached, ahead = {to}, [to]
    while ahead:
        for further in standing.get(ahead.pop(), set()) - reached:
            if further == whose:
                raise InvalidInput(
                    "Away at that time too: the decision would come back to who is away.", field="to"
                )
            reached.add(further)
            ahead.append(further)
