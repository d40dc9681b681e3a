"""The words of approvals on screen."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openoms.domains.approvals.process import RequestState, SeatKind, StepState, Verdict
from openoms.domains.approvals.rules import Matching

REQUEST_STATE: Mapping[RequestState, Promise] = {
    RequestState.PENDING: pgettext_lazy("approval", "Pending"),
    RequestState.APPROVED: pgettext_lazy("approval", "Approved"),
    RequestState.REJECTED: pgettext_lazy("approval", "Rejected"),
    RequestState.WITHDRAWN: pgettext_lazy("approval", "Withdrawn"),
}
STEP_STATE: Mapping[StepState, Promise] = {
    StepState.WAITING: pgettext_lazy("approval step", "To come"),
    StepState.OPEN: pgettext_lazy("approval step", "Deciding"),
    StepState.APPROVED: pgettext_lazy("approval step", "Approved"),
    StepState.REJECTED: pgettext_lazy("approval step", "Rejected"),
    StepState.SKIPPED: pgettext_lazy("approval step", "Not reached"),
}
VERDICT: Mapping[Verdict, Promise] = {
    Verdict.APPROVED: pgettext_lazy("approval", "Approved"),
    Verdict.REJECTED: pgettext_lazy("approval", "Rejected"),
}
SEAT_KIND: Mapping[SeatKind, Promise] = {
    SeatKind.ASKED: pgettext_lazy("approval", "Asked"),
    SeatKind.DELEGATE: pgettext_lazy("approval", "Handed over"),
    SeatKind.ABOVE: pgettext_lazy("approval", "Next authority"),
}
MATCHING: Mapping[Matching, Promise] = {
    Matching.FIRST: _("The first rule that matches"),
    Matching.ALL: _("All rules that match"),
}
