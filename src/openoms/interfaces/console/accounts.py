"""Sign-in as the firm wants it: people are added by an administrator, nobody signs up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no type information
    """allauth's behaviour but for sign-up, which is closed, and for its messages, of which one is worth a line."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an administrator adds people."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to one's own page."""
        return reverse("me")

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Only say what the page does not show by itself."""
        template = kwargs.get("message_template") or (args[0] if args else "")
        if "password_changed" in str(template):
            messages.success(request, _("Your password was changed."))
