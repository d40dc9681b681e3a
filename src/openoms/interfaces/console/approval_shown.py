"""A request for approval as its page, its inbox and its order show it: steps with people, lines with depth, waits in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openoms.core.clock import now
from openoms.domains.approvals.labels import STEP_STATE
from openoms.domains.approvals.models import ApprovalRequest, ApprovalStep, Decision
from openoms.domains.approvals.process import SeatKind, StepState
from openoms.domains.approvals.queries import sold_of
from openoms.domains.orders.models import Line, Order
from openoms.domains.pricing.measures import Depth, depth
from openoms.interfaces.console.approval_words import reason_words, reasons_said
from openoms.interfaces.console.promotion_words import Said, listed

_COLOURS = {
    StepState.WAITING: "secondary", StepState.OPEN: "azure", StepState.APPROVED: "green", StepState.REJECTED: "red",
    StepState.SKIPPED: "secondary",
}  # fmt: skip
REQUEST_COLOURS = {"pending": "azure", "approved": "green", "rejected": "red", "withdrawn": "secondary"}


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step: who is asked, how many must agree, what they said, how long it waits or took, whether it is late."""

    step: ApprovalStep
    state: str
    colour: str
    need: str
    people: Sequence[str]
    decisions: Sequence[Decision]
    waited: str
    is_late: bool

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody."""
        return self.step.state == StepState.OPEN


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line with how far it is below list, and what it earns; a figure that is not known is None."""

    line: Line
    listed: Decimal | None
    depth: Decimal | None
    cost: Decimal | None
    margin: Decimal | None


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that asked for the approval, by its name, and the figures its conditions held by."""

    rule: str
    facts: Sequence[str]


def steps_shown(steps: Iterable[ApprovalStep]) -> list[StepShown]:
    """The steps in order; their seats and decisions are read."""
    return [_step(step) for step in steps]


def _step(step: ApprovalStep) -> StepShown:
    decisions, at = list(step.decisions.all()), now()
    return StepShown(
        step,
        str(STEP_STATE[StepState(step.state)]),
        _COLOURS[StepState(step.state)],
        _need(step),
        _people(step, decisions),
        decisions,
        elapsed_words(step.opened_at, step.ended_at or at) if step.opened_at else "",
        step.state == StepState.OPEN and step.due_at is not None and step.due_at < at,
    )


def _need(step: ApprovalStep) -> str:
    need = int(step.rule.get("need", 1))
    asked = sum(seat.kind == SeatKind.ASKED for seat in step.seats.all())
    if asked < 2 or need == 1:
        return _("any one of them") if asked > 1 else ""
    return _("all of them") if need == 0 else _("%(count)s of them") % {"count": need}


def _people(step: ApprovalStep, decisions: Sequence[Decision]) -> list[str]:
    """Those the step waits for, once each; how they came to be asked where it was not by the rule."""
    said = {decision.whose_id for decision in decisions}
    found: dict[str, None] = {}
    for seat in step.seats.all():
        if step.state == StepState.OPEN and (not seat.is_open or seat.whose_id in said):
            continue
        name = seat.user.name
        if seat.kind == SeatKind.DELEGATE:
            name = _("%(name)s (for %(whose)s)") % {"name": name, "whose": seat.whose.name}
        elif seat.kind == SeatKind.ABOVE:
            name = _("%(name)s (next authority)") % {"name": name}
        found[name] = None
    return list(found)


def elapsed_words(since: datetime, until: datetime) -> str:
    """How long something took, in its largest unit: "3 h"."""
    minutes = max(0, int((until - since).total_seconds() // 60))
    if minutes < 1:
        return _("less than a minute")
    if minutes < 60:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    return ngettext("%(count)s day", "%(count)s days", hours // 24) % {"count": hours // 24}


def lines_shown(order: Order, lines: Sequence[Line]) -> tuple[list[LineShown], Depth]:
    """Each line with its depth, and all of them together."""
    sold = [sold_of(line, order) for line in lines]
    shown = []
    for line, one in zip(lines, sold, strict=True):
        own = depth([one])
        cost = line.unit_cost if one.cost is not None else None
        shown.append(
            LineShown(line, line.list_unit_price, own.deepest if one.is_measured else None, cost, own.margin)
        )
    return shown, depth(sold)


def reasons_shown(
    reasons: Sequence[Mapping[str, Any]], rules: Mapping[str, str], *, may_costs: bool
) -> list[Reason]:
    """Why the approval was asked for, by rule; `rules` are their names by code."""
    said = reasons_said(reasons)
    return [
        Reason(
            rules.get(str(one["rule"]), str(one["rule"])),
            [reason_words(kind, figure, said, may_costs=may_costs) for kind, figure in one["facts"]],
        )
        for one in reasons
    ]


@dataclass(frozen=True, slots=True)
class ApprovalShown:
    """Where an order's approval stands, for its page."""

    request: ApprovalRequest
    colour: str
    steps: Sequence[StepShown]
    note: str


def shown_approval(request: ApprovalRequest, steps: Sequence[ApprovalStep]) -> ApprovalShown:
    """The latest request of an order with its steps."""
    return ApprovalShown(request, REQUEST_COLOURS[request.state], steps_shown(steps), request.note)


@dataclass(frozen=True, slots=True)
class RowShown:
    """A request as a list shows it: why in short, the step it waits at, since when, whether it is late."""

    why: str
    step: str
    waited: str
    due_at: datetime | None
    is_late: bool


def rows_shown(items: Sequence[ApprovalRequest], *, may_costs: bool) -> dict[Any, RowShown]:
    """What the rows show, by the requests' keys."""
    said = reasons_said([reason for row in items for reason in row.reasons])
    return {row.pk: _row(row, said, may_costs) for row in items}


def _row(row: ApprovalRequest, said: Said, may_costs: bool) -> RowShown:
    step = next((one for one in row.steps.all() if one.state == StepState.OPEN), None)
    facts = [fact for reason in row.reasons for fact in reason["facts"]]
    why = [reason_words(kind, figure, said, may_costs=may_costs) for kind, figure in facts]
    at = now()
    return RowShown(
        listed(list(dict.fromkeys(why))),
        step.name if step else "",
        elapsed_words(step.opened_at, at) if step and step.opened_at else "",
        step.due_at if step else None,
        bool(step and step.due_at and step.due_at < at),
    )
