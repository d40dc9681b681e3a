"""The firm's chats: which there are, what each is told of, a trial message."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openoms.domains.identity.models import Role
from openoms.domains.identity.permissions import Perm
from openoms.domains.notifications.chats import SERVICES
from openoms.domains.notifications.models import ChatEndpoint, Notification
from openoms.domains.notifications.states import State
from openoms.domains.notifications.wording import Text
from openoms.flows.edit_messages import TRIAL, remove_chat, save_chat, try_chat
from openoms.interfaces.console.access import Request, is_part, page
from openoms.interfaces.console.forms.base import shown_on
from openoms.interfaces.console.forms.notifications import ChatForm
from openoms.interfaces.console.views.notification_choices import require_complete


@require_safe
@page(Perm.NOTIFICATION_MANAGE)
def chat_list(request: Request) -> HttpResponse:
    """The firm's chats; what people have of their own is their own matter."""
    rows = ChatEndpoint.objects.filter(user=None)
    context = {"chats": rows, "services": SERVICES, "roles": Role.objects.in_bulk()}
    return render(request, "messages/chats.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.NOTIFICATION_MANAGE)
def chat_edit(request: Request, chat_id: UUID | None = None) -> HttpResponse:
    """Make a chat, or change one."""
    chat = get_object_or_404(ChatEndpoint, pk=chat_id, user=None) if chat_id else None
    form = ChatForm(request.POST or None, chat=chat)
    if form.is_valid():
        with shown_on(form):
            value = form.value()
            require_complete(value.url)
            allowed = settings.OPENOMS.chat_private
            save_chat(value, actor=request.actor, chat_id=chat_id, private_allowed=allowed)
            messages.success(request, _("The chat was saved."))
            return redirect("chats")
    return render(request, "messages/chat.html", {"form": form, "chat": chat}, status=form.status)


@require_POST
@page(Perm.NOTIFICATION_MANAGE)
def chat_remove(request: Request, chat_id: UUID) -> HttpResponse:
    """Take a chat away."""
    remove_chat(chat_id, actor=request.actor)
    messages.success(request, _("The chat was removed."))
    return redirect("chats")


@require_POST
@page(Perm.NOTIFICATION_MANAGE)
def chat_try(request: Request, chat_id: UUID) -> HttpResponse:
    """Send a trial message; what becomes of it shows beside the button."""
    text = Text(_("A trial message"), _("If you can read this, messages arrive here."))
    row = try_chat(chat_id, text, actor=request.actor)
    return _trial(request, row) if is_part(request) else redirect("chats")


@require_safe
@page(Perm.NOTIFICATION_MANAGE)
def trial(request: Request, key: UUID) -> HttpResponse:
    """What became of a trial message so far."""
    return _trial(request, get_object_or_404(Notification, pk=key, topic=TRIAL))


def _trial(request: Request, row: Notification) -> HttpResponse:
    over = row.state != State.WAITING or bool(row.error)
    return render(request, "messages/_trial.html", {"row": row, "is_over": over})
