"""One's own messages: the bell, the list, reading them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from openoms.domains.notifications import queries
from openoms.domains.notifications.models import Notification
from openoms.flows.read_notifications import mark_all_read, mark_read
from openoms.interfaces.console.access import Request, is_part, page
from openoms.interfaces.console.lists import Filters, ListPage, listing


class InboxFilters(Filters):
    """Only what was not read, or everything."""

    unread = forms.BooleanField(label=gettext_lazy("Unread"), required=False)

    @property
    def values(self) -> dict[str, bool]:
        """Whether only unread ones are asked for."""
        return {"unread": True} if self.data.get("unread") == "1" else {}


NOTIFICATIONS = ListPage(
    name="notifications",
    columns=(),
    filters=InboxFilters,
    key="-id",
    empty="notifications/_empty.html",
    size=30,
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day's messages; `name` is empty for one that is told by its date."""

    date: date
    name: str
    rows: Sequence[Notification]


@require_safe
@page()
def bell(request: Request) -> HttpResponse:
    """The bell with how many were not read: asked for after the page, so that no page waits for it."""
    count = queries.unread_count(request.actor)
    most = queries.MOST_COUNTED
    shown = "" if not count else f"{count}" if count < most else f"{most - 1}+"
    return render(request, "notifications/_bell.html", {"count": count, "shown": shown})


@require_safe
@page()
def notification_list(request: Request) -> HttpResponse:
    """One's messages by day, newest first."""
    unread = queries.unread if request.GET.get("unread") == "1" else queries.inbox
    listed = listing(NOTIFICATIONS, request.GET, lambda values: unread(request.actor))
    context = {"listing": listed, "days": _by_day(listed.items), "unread": request.GET.get("unread") == "1"}
    return render(request, "notifications/list.html", context)


@require_safe
@page()
def follow(request: Request, key: UUID) -> HttpResponse:
    """Read a message and go where it leads. A link, so that it opens in a tab of its own too."""
    row = mark_read(key, actor=request.actor)
    safe = url_has_allowed_host_and_scheme(row.link, None)
    return redirect(row.link if row.link and safe else "notifications")


@require_POST
@page()
def read_one(request: Request, key: UUID) -> HttpResponse:
    """Mark a message read and stay."""
    row = mark_read(key, actor=request.actor)
    if not is_part(request):
        return redirect("notifications")
    answer = render(request, "notifications/_row.html", {"row": row})
    answer["HX-Trigger"] = "bell"
    return answer


@require_POST
@page()
def read_all(request: Request) -> HttpResponse:
    """Mark all messages read."""
    count = mark_all_read(actor=request.actor)
    said = ngettext(
        "%(count)d notification was marked read.", "%(count)d notifications were marked read.", count
    )
    messages.success(request, said % {"count": count})
    return redirect("notifications")


def _by_day(rows: Sequence[Notification]) -> list[Day]:
    today = timezone.localdate()
    names = {0: _("Today"), 1: _("Yesterday")}
    return [
        Day(day, names.get((today - day).days, ""), list(group))
        for day, group in groupby(rows, key=lambda row: timezone.localdate(row.due_at))
    ]
