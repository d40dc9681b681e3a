"""A person's own choices: language, theme, time zone. They are the person's, not the business's: no flow, no event."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from openoms.domains.identity.models import User

THEMES = ("light", "dark")
THEME_COOKIE = "openoms_theme"
_YEAR = 60 * 60 * 24 * 365


def theme_of(request: HttpRequest) -> str:
    """The person's theme, else this browser's, else light."""
    chosen = getattr(getattr(request, "user", None), "theme", "") or request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else THEMES[0]


def keep_theme(request: HttpRequest, response: HttpResponse, theme: str) -> None:
    """Remember the theme in the browser and, of somebody signed in, with the person."""
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE, theme, max_age=_YEAR, samesite="Lax", httponly=True, secure=settings.OPENOMS.https
        )
        _keep(request, theme=theme)


def keep_language(request: HttpRequest, response: HttpResponse, language: str) -> None:
    """Remember the language likewise."""
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=_YEAR,
            samesite="Lax",
            httponly=True,
            secure=settings.OPENOMS.https,
        )
        _keep(request, language=language)


def way_back(request: HttpRequest) -> str:
    """Where the person came from, when that is a place of ours; else the start."""
    target = request.POST.get("next") or request.headers.get("Referer", "")
    hosts = {request.get_host()}
    return target if url_has_allowed_host_and_scheme(target, hosts, request.is_secure()) else "/"


def _keep(request: HttpRequest, **values: str) -> None:
    if isinstance(request.user, User) and request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(**values)
