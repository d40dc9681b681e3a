"""What one is told of, how and when: the person's own page."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from openoms.core.errors import DomainError, InvalidInput
from openoms.domains.notifications import queries
from openoms.domains.notifications.chats import SERVICES
from openoms.domains.notifications.errors import BadChatAddress
from openoms.domains.notifications.models import ChatEndpoint, Hours, Subscription
from openoms.domains.notifications.states import Channel, Way
from openoms.flows.read_notifications import keep_choices, keep_own_chat
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.base import shown_on
from openoms.interfaces.console.forms.notifications import ChoicesForm, OwnChatForm
from openoms.interfaces.console.refusals import sentence


@require_http_methods(["GET", "HEAD", "POST"])
@page()
def choices(request: Request) -> HttpResponse:
    """The grid of topics and channels, quiet hours, the digest's hour."""
    chat = ChatEndpoint.objects.filter(user=request.user).first()
    form = _form(request, has_chat=chat is not None)
    if form.is_valid():
        with shown_on(form):
            keep_choices(form.value(), actor=request.actor)
            messages.success(request, _("What you are told was saved."))
            return redirect("my-notifications")
    context = {
        "form": form,
        "chat": chat,
        "own": OwnChatForm(),
        "service": SERVICES.get(chat.scheme) if chat else "",
    }
    return render(request, "notifications/choices.html", context, status=form.status)


@require_POST
@page()
def own_chat(request: Request) -> HttpResponse:
    """Set the chat messages reach one by, or take it away."""
    url = "" if "remove" in request.POST else request.POST.get("url", "").strip().replace("\0", "")[:1000]
    try:
        if not url and "remove" not in request.POST:
            raise BadChatAddress("form")
        require_complete(url)
        keep_own_chat(url, actor=request.actor, private_allowed=settings.OPENOMS.chat_private)
    except InvalidInput as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("Your chat was saved.") if url else _("Your chat was removed."))
    return redirect("my-notifications")


def require_complete(url: str) -> None:
    """Raise BadChatAddress for an address its kind cannot be made of; what kinds there are is the flow's matter."""
    from openoms.domains.notifications.chats import scheme_of
    from openoms.integrations.messaging.chat import is_complete

    if scheme_of(url) and not is_complete(url):
        refusal: DomainError = BadChatAddress("form")
        raise refusal


def _form(request: Request, *, has_chat: bool) -> ChoicesForm:
    user = request.user.pk
    ways: dict[str, dict[Channel, Way]] = {
        topic: dict(chosen) for (_user, topic), chosen in queries.preferences([user]).items()
    }
    watched = list(Subscription.objects.filter(user=user).values_list("topic", flat=True))
    hours = Hours.objects.filter(user=user).first()
    return ChoicesForm(request.POST or None, ways=ways, hours=hours, watched=watched, has_chat=has_chat)
