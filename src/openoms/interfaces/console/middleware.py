"""Gives each request of the console its actor, and the person's own language and time zone."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers

from openoms.core.types import Actor
from openoms.domains.identity.models import User
from openoms.domains.identity.queries import actor_of

Respond = Callable[[HttpRequest], HttpResponseBase]

# Of allauth's addresses those the program stands for; sign-up, e-mail change and reset by mail are not among them.
ACCOUNT_PAGES = frozenset({"account_login", "account_logout", "account_inactive", "account_change_password"})


class ConsoleMiddleware:
    """Sets `request.actor`; a person's chosen language and time zone go before the browser's and the firm's."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        person = user if isinstance(user, User) and user.is_authenticated else None
        language = (person.language if person else "") or translation.get_language() or settings.LANGUAGE_CODE
        zone = (person.timezone if person else "") or settings.TIME_ZONE
        if person:
            prefetch_related_objects([person], "roles")
        actor = actor_of(person) if person else Actor(kind="user", name="")
        request.roles = frozenset(role.code for role in person.roles.all()) if person else frozenset()  # type: ignore[attr-defined]
        request.actor = replace(actor, language=language, timezone=zone)  # type: ignore[attr-defined]
        request.LANGUAGE_CODE = language
        with translation.override(language), timezone.override(zone):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        if person:
            # Pages hold names, addresses and prices: nothing of them stays behind in a shared browser.
            add_never_cache_headers(response)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Hide allauth's addresses the program has no pages for."""
        match = request.resolver_match
        if match and (match.url_name or "").startswith("account_") and match.url_name not in ACCOUNT_PAGES:
            raise Http404
