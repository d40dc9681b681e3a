"""A whole approval rule as one types it: head, conditions, steps; and any rule as it would be typed."""

import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy

from openoms.core.errors import DomainError
from openoms.domains.approvals.documents import MOST_HOURS, MOST_PEOPLE, MOST_PRIORITY, MOST_TURN
from openoms.domains.approvals.rules import AmountBetween, ApprovalRule, StepRule
from openoms.interfaces.console.forms import approval_labels as labels
from openoms.interfaces.console.forms.approval_condition import ApprovalTables, ConditionForm, FoundField
from openoms.interfaces.console.forms.promotion_fields import PartForm, Typed, coded, fresh_key
from openoms.interfaces.console.refusals import problem_sentence, sentence

_MANAGER, _OWNER = ("order:manager", "order:owner")
_NEEDS = {"any": 1, "all": 0}


def _whole(label: Any, most: int, least: int = 0, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=forms.TextInput({"inputmode": "numeric"}), **more
    )


class HeadForm(PartForm):
    """What is said once of a rule."""

    name = forms.CharField(label=gettext_lazy("Name (English)"), max_length=120)
    name_zh = forms.CharField(label=gettext_lazy("Name (Chinese)"), max_length=120)
    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("Made up where you leave it empty")
    )
    priority = _whole(
        gettext_lazy("Priority"),
        MOST_PRIORITY,
        -MOST_PRIORITY,
        help_text=gettext_lazy("The highest goes first"),
    )

    def field_of(self, loc: Sequence[str | int]) -> str | None:
        """The field a path of the rule's value means."""
        name = str(loc[-1]) if loc else ""
        return name if name in self.fields else None


class StepForm(PartForm):
    """One step: who must agree, how many of them, how long it may take."""

    WHEN = {"count": "many=some"}
    PATTERNS = labels.STEP_PATTERNS

    many = forms.ChoiceField(label=gettext_lazy("How many must agree"), choices=labels.NEED)
    count = _whole(gettext_lazy("So many"), MOST_PEOPLE, 1)
    who = FoundField("approver", label=gettext_lazy("Who is asked"))
    hours = _whole(gettext_lazy("Working hours"), MOST_HOURS)
    name = forms.CharField(
        label=gettext_lazy("What the step is called"),
        max_length=200,
        help_text=gettext_lazy("Empty: named after who is asked"),
    )
    turn = _whole(
        gettext_lazy("Its place among the steps of all rules"),
        MOST_TURN,
        help_text=gettext_lazy("Low goes first; empty: in the order listed here"),
    )

    @property
    def is_more_open(self) -> bool:
        """Whether something is wrong with what is shown on demand."""
        return "name" in self.errors or "turn" in self.errors

    def step(self, place: int, names: dict[str, str]) -> StepRule | None:
        """The step as typed, None while something is missing or wrong; `names` are what those asked are called."""
        if not self.is_valid():
            return None
        who = self.need("who")
        count = (
            self.need("count") if self.given("many") == "some" else _NEEDS.get(self.given("many") or "any", 1)
        )
        if not who or count is None or self.errors:
            return None
        turn = self.given("turn")
        return StepRule(
            self.given("name") or names.get(who[0]) or who[0].partition(":")[2],
            10 * (place + 1) if turn is None else turn,
            count,
            coded(who, "role"),
            coded(who, "user"),
            _MANAGER in who,
            _OWNER in who,
            self.given("hours") or 0,
        )

    def field_of(self, loc: Sequence[str | int]) -> str | None:
        """Whom a step names stands at the search they were chosen by."""
        head = str(loc[0]) if loc else ""
        if head in ("roles", "users", "manager", "owner"):
            return "who"
        if head == "need":
            return "count" if self.given("many") == "some" else "many"
        return head if head in self.fields else None

    @staticmethod
    def typed(prefix: str, value: StepRule) -> Typed:
        """The step as the form sends it."""
        needs = {1: "any", 0: "all"}
        yield f"{prefix}-many", needs.get(value.need, "some")
        if value.need not in needs:
            yield f"{prefix}-count", str(value.need)
        yield from ((f"{prefix}-who", f"role:{code}") for code in value.roles)
        yield from ((f"{prefix}-who", f"user:{key}") for key in value.users)
        yield from (
            (f"{prefix}-who", token) for token, on in ((_MANAGER, value.manager), (_OWNER, value.owner)) if on
        )
        if value.hours:
            yield f"{prefix}-hours", str(value.hours)
        yield from ((f"{prefix}-name", value.name), (f"{prefix}-turn", str(value.turn)))


class RuleEntry:
    """The whole of a rule as typed."""

    def __init__(self, data: QueryDict) -> None:
        own = [text for name in data for text in data.getlist(name) if name.endswith("-currency")]
        tables = ApprovalTables(*(code.strip().upper()[:3] for code in own))
        self.head = HeadForm(data)
        self.conditions = [
            ConditionForm(data, prefix=key, tables=tables) for key in data.getlist("condition")
        ]
        self.steps = [StepForm(data, prefix=key) for key in data.getlist("step")]
        self.problems: list[str] = []
        self.status = 200

    def value(self, names: dict[str, str], code: str = "") -> ApprovalRule | None:
        """The rule as typed; None while something is missing or wrong, which is then marked."""
        for form in self.forms:
            form.asks = True
        found = self.draft(names, code)
        if not found.name:
            self.head.need("name")
        sound = (
            not self.head.errors
            and len(found.conditions) == len(self.conditions)
            and len(found.steps) == len(self.steps)
        )
        self.status = 200 if sound else 422
        return found if sound else None

    def draft(self, names: dict[str, str], code: str = "") -> ApprovalRule:
        """Those parts of the rule that are whole so far."""
        self.head.is_valid()
        given = self.head.given
        conditions = [one for row in self.conditions if (one := row.condition()) is not None]
        steps = [made for at, step in enumerate(self.steps) if (made := step.step(at, names)) is not None]
        name, name_zh = given("name") or "", given("name_zh") or ""
        return ApprovalRule(
            code or given("code") or "",
            tuple(conditions),
            tuple(steps),
            given("priority") or 0,
            name or name_zh,
            name_zh,
        )

    def refuse(self, error: DomainError) -> None:
        """Put each problem where its path leads, what leads nowhere above the page."""
        self.status = error.status
        for problem in error.problems:
            text = problem_sentence(problem, error)
            form, loc = self._part(problem.loc)
            if form is None:
                self.problems.append(text)
            else:
                form.refuse_at(loc, text)
        if not error.problems:
            self.problems.append(sentence(error))

    def _part(self, loc: Sequence[str | int]) -> tuple[PartForm | None, Sequence[str | int]]:
        """The form that a path leads into, and the rest of the path."""
        head, rest = (str(loc[0]) if loc else ""), loc[1:]
        rows: dict[str, Sequence[PartForm]] = {"conditions": self.conditions, "steps": self.steps}
        found = rows.get(head, ())
        if found and rest and isinstance(rest[0], int) and rest[0] < len(found):
            return found[rest[0]], rest[1:]
        return (self.head, loc) if self.head.field_of(loc) else (None, loc)

    @property
    def forms(self) -> Iterator[PartForm]:
        """Every form of it."""
        yield self.head
        yield from self.conditions
        yield from self.steps


def made_up_code() -> str:
    """A code for a rule that was given none: the day, and something that nobody else has."""
    return f"a{timezone.localdate():%y%m%d}-{secrets.token_hex(3)}"


def typed(value: ApprovalRule) -> QueryDict:
    """The rule as the page would send it."""
    data = QueryDict(mutable=True)
    for name in ("name", "name_zh", "code", "priority"):
        data.appendlist(name, str(getattr(value, name)))
    for at, condition in enumerate(value.conditions):
        data.appendlist("condition", f"c{at}")
        _put(data, ConditionForm.typed(f"c{at}", condition))
    for at, step in enumerate(value.steps):
        data.appendlist("step", f"s{at}")
        _put(data, StepForm.typed(f"s{at}", step))
    return data


def fresh_row(kind: str) -> PartForm:
    """A row just added: a condition, or a step."""
    key, data = fresh_key(), QueryDict(mutable=True)
    if kind == "condition":
        tables = ApprovalTables()
        _put(data, ConditionForm.typed(key, AmountBetween(tables.currencies[0][0])))
        return ConditionForm(data, prefix=key, tables=tables)
    data[f"{key}-many"] = "any"
    return StepForm(data, prefix=key)


def started() -> ApprovalRule:
    """What a new rule begins as: an amount, and one step."""
    currency = ApprovalTables().currencies[0][0]
    return ApprovalRule("", (AmountBetween(currency),), (StepRule(""),))


def _put(data: QueryDict, pairs: Typed) -> None:
    for name, text in pairs:
        data.appendlist(name, text)
