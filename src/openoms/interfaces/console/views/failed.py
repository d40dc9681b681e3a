"""What failed for good: messages that could not be sent, events that a consumer could not take."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from openoms.core.errors import NotFound
from openoms.domains.events.models import Delivery
from openoms.domains.identity.permissions import Perm
from openoms.domains.notifications import queries
from openoms.domains.notifications.labels import CHANNEL
from openoms.domains.notifications.topics import all_topics
from openoms.flows.mend_failed import What, discard_failed, retry_failed
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.refusals import sentence

# So many of each are shown; more fit no screen, and "all" means all.
SHOWN = 100


@require_safe
@page(Perm.NOTIFICATION_MANAGE)
def failed(request: Request) -> HttpResponse:
    """The oldest of both sorts."""
    rows = queries.dead().select_related("user", "contact__customer", "endpoint").order_by("pk")
    deliveries = Delivery.objects.filter(dead_at__isnull=False, done_at=None).select_related("event")
    context = {
        "messages_failed": list(rows[: SHOWN + 1]),
        "deliveries": list(deliveries.order_by("consumer", "pk")[: SHOWN + 1]),
        "shown": SHOWN, "channels": CHANNEL, "labels": {topic.code: topic.label for topic in all_topics()},
    }  # fmt: skip
    return render(request, "messages/failed.html", context)


@require_POST
@page(Perm.NOTIFICATION_MANAGE)
def retry_all(request: Request, what: str) -> HttpResponse:
    """Try all of a sort again."""
    count = retry_failed(_what(what), None, actor=request.actor)
    _said_retried(request, count)
    return redirect("failed")


@require_POST
@page(Perm.NOTIFICATION_MANAGE)
def mend(request: Request, what: str, key: UUID, verb: str) -> HttpResponse:
    """Try one again, or give it up."""
    if verb not in {"retry", "discard"}:
        raise Http404
    try:
        if verb == "retry":
            _said_retried(request, retry_failed(_what(what), key, actor=request.actor))
        else:
            discard_failed(_what(what), key, actor=request.actor)
            messages.success(request, _("It was discarded."))
    except NotFound as error:
        messages.error(request, sentence(error))
    return redirect("failed")


def _said_retried(request: Request, count: int) -> None:
    said = ngettext("%(count)d is tried again now.", "%(count)d are tried again now.", count)
    messages.success(request, said % {"count": count})


def _what(text: str) -> What:
    if text not in set(What):
        raise Http404
    return What(text)
