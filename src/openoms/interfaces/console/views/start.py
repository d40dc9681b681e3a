"""The start, one's own settings, and the switches of language and theme."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openoms.domains.identity.models import User
from openoms.interfaces.console.access import Request, is_part, page
from openoms.interfaces.console.forms.people import MeForm
from openoms.interfaces.console.menu import menu_for
from openoms.interfaces.console.preferences import keep_language, keep_theme, theme_of, way_back


@require_safe
@page()
def home(request: Request) -> HttpResponse:
    """The first page the person may open; a page that says what to do when there is none."""
    departments = menu_for(request.actor)
    return redirect(departments[0].items[0].url) if departments else render(request, "console/nothing.html")


@require_http_methods(["GET", "HEAD", "POST"])
@page()
def me(request: Request) -> HttpResponse:
    """One's own settings."""
    user = request.user
    initial = {"language": user.language, "timezone": user.timezone, "theme": theme_of(request)}
    form = MeForm(request.POST or None, initial=initial)
    if form.is_valid():
        User.objects.filter(pk=user.pk).update(**form.cleaned_data)
        messages.success(request, _("Your settings were saved."))
        return redirect("me")
    return render(request, "people/me.html", {"form": form}, status=form.status)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch the language, also before sign-in, and go back."""
    response = redirect(way_back(request))
    keep_language(request, response, request.POST.get("language", ""))
    return response


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Switch between light and dark; the page itself changes at once and only tells us."""
    response = HttpResponse(status=204) if is_part(request) else redirect(way_back(request))
    keep_theme(request, response, request.POST.get("theme", ""))
    return response
