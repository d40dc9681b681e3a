"""Rules of approval as pages and the API show them: what they name, whether anybody could decide, what changed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from openoms.domains.approvals.authority import Authority
from openoms.domains.approvals.models import ApprovalRule
from openoms.domains.approvals.models import Authority as AuthorityRow
from openoms.domains.approvals.reach import Asked, Concern, concerns
from openoms.domains.approvals.rules import ApprovalRule as RuleValue
from openoms.domains.approvals.rules import CustomerIs, OrderIs, StepRule
from openoms.domains.events.models import Event
from openoms.domains.identity.models import Role, User
from openoms.reading import promotions as offers

_EVENTS = 60


def rules() -> QuerySet[ApprovalRule]:
    """All rules, in the order in which they are looked at."""
    return ApprovalRule.objects.order_by("-priority", "code")


class People:
    """The firm's people by role, and how far each one's say goes; read once for any number of rules."""

    def __init__(self) -> None:
        rows = User.objects.filter(is_active=True).prefetch_related("roles")
        self.roles = {str(row.pk): {role.code for role in row.roles.all()} for row in rows}
        self._names = {str(row.pk): row.name for row in rows}
        self._own: dict[str, list[Authority]] = defaultdict(list)
        self._of_role: dict[str, list[Authority]] = defaultdict(list)
        for row in AuthorityRow.objects.all():
            value = authority_of(row)
            if row.user_id:
                self._own[str(row.user_id)].append(value)
            else:
                self._of_role[str(row.role_id)].append(value)

    def authorities(self, user: str) -> list[Authority]:
        """How far somebody's say goes: their own authorities in place of those of their roles."""
        if user in self._own:
            return self._own[user]
        return [value for role in sorted(self.roles.get(user, ())) for value in self._of_role.get(role, ())]

    def asked(self, step: StepRule) -> Asked:
        """Whom a step asks for certain."""
        found = {user for user, held in self.roles.items() if held.intersection(step.roles)}
        found |= {user for user in step.users if user in self.roles}
        held = {user: self.authorities(user) for user in sorted(found)}
        return Asked(held, more=step.manager or step.owner)

    def names(self, step: StepRule) -> list[str]:
        """What those a step asks for certain are called, by name."""
        return sorted(self._names[user] for user in self.asked(step).people)

    def concerns(self, rule: RuleValue) -> tuple[Concern, ...]:
        """What to think over before the rule is switched on."""
        return concerns(rule, [self.asked(step) for step in rule.steps])


def authority_of(row: AuthorityRow) -> Authority:
    """An authority as the engine knows it."""
    return Authority(row.currency, row.least, row.most, tuple(row.order_types), tuple(row.categories))


def mentioned(values: Iterable[RuleValue]) -> dict[str, set[str]]:
    """The codes that rules name, by kind: role, user, category, customer, tier, channel, order_type."""
    found: dict[str, set[str]] = defaultdict(set)
    for value in values:
        for condition in value.conditions:
            if isinstance(condition, CustomerIs):
                found["customer"] |= {*condition.customers}
                found["tier"] |= {*condition.tiers}
            elif isinstance(condition, OrderIs):
                found["channel"] |= {*condition.channels}
                found["order_type"] |= {*condition.order_types}
                found["category"] |= {*condition.categories}
        for step in value.steps:
            found["role"] |= {*step.roles}
            found["user"] |= {*step.users}
    return found


def rows_named(wanted: Mapping[str, Collection[str]]) -> dict[tuple[str, str], Any]:
    """The rows of these codes, by kind and code: one statement for each kind that is asked for."""
    found = offers.rows_named(wanted)
    if wanted.get("role"):
        found |= {("role", row.pk): row for row in Role.objects.filter(pk__in=wanted["role"])}
    keys = [UUID(key) for key in wanted.get("user", ()) if is_key(key)]
    if keys:
        found |= {("user", str(row.pk)): row for row in User.objects.filter(pk__in=keys)}
    return found


def is_key(text: str) -> bool:
    """Whether a text is the key of a row."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def history(rule: ApprovalRule) -> Sequence[Event]:
    """What happened to a rule, newest first."""
    return list(Event.objects.filter(subject_id=rule.pk).order_by("-pk")[:_EVENTS])
