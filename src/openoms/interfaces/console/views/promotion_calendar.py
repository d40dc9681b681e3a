"""What runs when, and what a promotion would have done to past orders."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from openoms.core.clock import now
from openoms.domains.identity.permissions import Perm
from openoms.domains.pricing.models import Promotion
from openoms.domains.pricing.queries import promotion_of
from openoms.flows.steps import configuration
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.rehearsal import RehearsalForm
from openoms.interfaces.console.promotion_calendar import Bar, Period, bar, columns, later, period
from openoms.interfaces.console.promotion_said import said_of
from openoms.interfaces.console.promotion_terms import Told, tell
from openoms.interfaces.console.views.promotion_page import conflicts_told
from openoms.reading import promotions as reading
from openoms.reading.rehearsal import MOST_ORDERS, rehearse

_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A promotion in the time line."""

    promotion: Promotion
    bar: Bar
    state: str
    told: Told
    conflict: str


@require_GET
@page(Perm.CATALOG_VIEW)
def calendar(request: Request) -> HttpResponse:
    """Promotions on the days of a month, or the weeks of a quarter."""
    today, is_quarter = timezone.localdate(), request.GET.get("span") == "quarter"
    shown = period(request.GET.get("month", ""), today, is_quarter=is_quarter)
    rows, is_cut = _rows(shown)
    months = 3 if is_quarter else 1
    context = {
        "shown": shown,
        "columns": columns(shown, today),
        "rows": rows,
        "is_cut": is_cut,
        "most": _MOST_ROWS,
        "previous": later(shown.first, -months),
        "next": later(shown.first, months),
    }
    return render(request, "promotions/calendar.html", context)


@require_GET
@page(Perm.PRICE_EDIT, Perm.CATALOG_VIEW, Perm.ORDER_VIEW)
def rehearsal(request: Request, code: str) -> HttpResponse:
    """What a promotion would have done to the orders of some days."""
    row = get_object_or_404(reading.promotions(), code=code)
    form = RehearsalForm(request.GET)
    context: dict[str, Any] = {"rehearsal_form": form, "promotion": row, "most": MOST_ORDERS}
    if form.is_valid():
        days = form.cleaned_data
        zone = timezone.get_current_timezone_name()
        found = rehearse(promotion_of(row), days["since"], days["until"], configuration.now().book, zone)
        context |= {"found": found, "days": (days["until"] - days["since"]).days + 1}
    return render(request, "promotions/_rehearsal.html", context)


def _rows(shown: Period) -> tuple[list[CalendarRow], bool]:
    """The rows of what runs then, the first to begin first, and whether there are more than are shown."""
    zone = timezone.get_current_timezone()
    begin = datetime.combine(shown.first, time(), zone).astimezone(UTC)
    end = datetime.combine(shown.last + timedelta(days=1), time(), zone).astimezone(UTC)
    runs = (Q(starts_at=None) | Q(starts_at__lt=end)) & (Q(ends_at=None) | Q(ends_at__gt=begin))
    # What is off and has no dates is planned for no day.
    planned = Q(is_active=True) | ~Q(starts_at=None) | ~Q(ends_at=None)
    found = list(reading.promotions().filter(runs, planned).order_by("starts_at", "code")[: _MOST_ROWS + 1])
    values = {row.pk: promotion_of(row) for row in found}
    said, at_odds, instant = said_of(values.values()), conflicts_told(), now()
    rows = [
        CalendarRow(
            row, place, reading.state_of(row, instant), tell(values[row.pk], said), at_odds.get(row.code, "")
        )
        for row in found[:_MOST_ROWS]
        if (place := bar(row.starts_at, row.ends_at, shown, zone)) is not None
    ]
    return rows, len(found) > _MOST_ROWS
