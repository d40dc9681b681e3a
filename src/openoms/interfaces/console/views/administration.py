"""Administration: people, what roles may do, API keys."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openoms.core.clock import now
from openoms.core.errors import DomainError
from openoms.domains.identity.labels import LABELS
from openoms.domains.identity.models import ApiKey, Role, User
from openoms.domains.identity.permissions import ADMINISTRATOR, Perm
from openoms.flows.manage_people import change_user, create_api_key, create_user, revoke_api_key, set_grants
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.base import shown_on
from openoms.interfaces.console.forms.people import KeyForm, PersonForm
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.templatetags.oms import named

# How the matrix groups permissions: the first part of each code. All of them: one that is not shown would be taken away.
_GROUPS = tuple(dict.fromkeys(perm.split(".")[0] for perm in Perm))


@require_safe
@page(Perm.USER_MANAGE)
def people(request: Request) -> HttpResponse:
    """Everybody who can sign in or act by a key."""
    rows = User.objects.prefetch_related("roles").order_by("-is_active", "name", "id")
    return render(request, "people/people.html", {"people": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.USER_MANAGE)
def person_new(request: Request) -> HttpResponse:
    """Add a person."""
    form = PersonForm(request.POST or None)
    if form.is_valid():
        with shown_on(form):
            made = create_user(**form.cleaned_data, actor=request.actor)
            messages.success(request, _("%(name)s was added and can sign in.") % {"name": made.name})
            return redirect("people")
    return render(request, "people/person.html", {"form": form}, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.USER_MANAGE)
def person_edit(request: Request, user_id: UUID) -> HttpResponse:
    """Change a person's name, roles and whether they may sign in."""
    person = get_object_or_404(User.objects.select_related("manager").prefetch_related("roles"), pk=user_id)
    form = PersonForm(request.POST or None, person=person)
    if form.is_valid():
        with shown_on(form):
            change_user(user_id, actor=request.actor, **form.cleaned_data)
            messages.success(request, _("%(name)s was saved.") % {"name": form.cleaned_data["name"]})
            return redirect("people")
    return render(request, "people/person.html", {"form": form, "person": person}, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.ROLE_MANAGE)
def roles(request: Request) -> HttpResponse:
    """What each role may do, as a table of ticks; only roles that were changed are saved."""
    rows = list(Role.objects.all())
    if request.method == "POST" and _save_roles(request, rows):
        return redirect("roles")
    groups = [[(perm, LABELS[perm]) for perm in Perm if perm.split(".")[0] == group] for group in _GROUPS]
    rows.sort(key=lambda role: (role.code != ADMINISTRATOR, role.code == "customer", role.code))
    return render(request, "people/roles.html", {"roles": rows, "groups": groups})


@require_safe
@page(Perm.APIKEY_MANAGE)
def keys(request: Request) -> HttpResponse:
    """The API keys, those still good first."""
    rows = ApiKey.objects.select_related("user").order_by("revoked_at", "-created_at")
    return render(request, "people/keys.html", {"keys": rows, "now": now()})


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.APIKEY_MANAGE)
def key_new(request: Request) -> HttpResponse:
    """Make a key; its secret is shown in the answer and nowhere after."""
    form = KeyForm(request.POST or None)
    if form.is_valid():
        with shown_on(form):
            data = form.cleaned_data
            key, secret = create_api_key(
                data["user"].pk,
                data["name"],
                actor=request.actor,
                scopes=data["scopes"],
                expires_at=form.expires_at(),
            )
            return render(request, "people/key_made.html", {"key": key, "secret": secret})
    return render(request, "people/key.html", {"form": form}, status=form.status)


@require_POST
@page(Perm.APIKEY_MANAGE)
def key_revoke(request: Request, key_id: UUID) -> HttpResponse:
    """End a key."""
    key = revoke_api_key(key_id, actor=request.actor)
    messages.success(request, _("The key “%(name)s” was revoked.") % {"name": key.name})
    return redirect("api-keys")


def _save_roles(request: Request, rows: list[Role]) -> bool:
    """Save the roles whose ticks differ; False when one was refused, its ticks then stay as they were made."""
    sound, saved = True, []
    for role in rows:
        ticked = sorted(set(request.POST.getlist(f"grants-{role.code}")) & set(Perm))
        if role.code == ADMINISTRATOR or ticked == sorted(role.grants):
            continue
        try:
            set_grants(role.code, ticked, actor=request.actor)
            saved.append(named(role))
        except DomainError as error:
            role.grants, sound = ticked, False
            messages.error(request, sentence(error))
    if saved:
        messages.success(request, _("Saved: %(names)s") % {"names": ", ".join(saved)})
    return sound
