"""Who may open which page: `page(perm)` on a view; anonymous people are led to sign-in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from openoms.core.types import Actor
from openoms.domains.identity.models import User
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require


class Request(HttpRequest):
    """A request as ConsoleMiddleware hands it to a page: of a person, with the actor they are."""

    user: User
    actor: Actor
    roles: frozenset[str]
    htmx: HtmxDetails


View: TypeAlias = Callable[..., HttpResponseBase]


def page(*permissions: Perm) -> Callable[[View], View]:
    """Open the view to signed-in people who hold all of `permissions`; others get MissingPermission."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.actor.user_id is None:
                return _sign_in(request)
            require(request.actor, *permissions)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def my_roles(request: Request) -> frozenset[str]:
    """The codes of the person's roles, read with the session."""
    return request.roles


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asked for a part of the page rather than all of it."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return bool(htmx) and htmx is not None and not htmx.boosted and not htmx.history_restore_request


def _sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in and come back; a request for a part would put the whole sign-in page into it, so it moves the browser."""
    if is_part(request):
        current = getattr(request, "htmx").current_url_abs_path or "/"  # noqa: B009 - not a field of HttpRequest
        return HttpResponseClientRedirect(redirect_to_login(current, resolve_url("account_login")).url)
    return redirect_to_login(request.get_full_path(), resolve_url("account_login"))


def base_revision(request: HttpRequest) -> int:
    """The revision the page was read at, 0 where it says none; who has seen later changes sends that revision as `over`."""
    sent = request.POST.get("over") or request.POST.get("base_revision", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
