"""The tree of categories: seen whole, added to, moved about, and cleared of what nothing lies in."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from openoms.core.errors import DomainError
from openoms.domains.catalog.models import Category
from openoms.domains.identity.permissions import Perm
from openoms.flows.edit_catalogue import remove_category, save_category
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.base import shown_on
from openoms.interfaces.console.forms.catalogue import CategoryForm
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.templatetags.oms import named

# A tree is read whole; more categories than these are no tree one could look at.
_MOST = 1000
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Branch:
    """A category at its depth (0 the top), with how many products lie right in it and whether it can be removed."""

    row: Category
    depth: int
    products: int
    is_empty: bool


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.CATALOG_EDIT)
def categories(request: Request) -> HttpResponse:
    """The tree, and a form for one more or, filled with the one named, to rename or move it."""
    found = Category.objects.filter(code=request.GET.get("code", "")).select_related("parent").first()
    initial = None
    if found is not None:
        parent = found.parent.code if found.parent else ""
        initial = {"code": found.code, "name": found.name, "name_zh": found.name_zh, "parent": parent}
    form = CategoryForm(request.POST or None, initial=initial)
    if form.is_valid():
        with shown_on(form):
            saved = save_category(form.value(), actor=request.actor)
            messages.success(request, _("Category %(code)s was saved.") % {"code": saved.code})
            return redirect("categories")
    rows = list(Category.objects.annotate(products_count=Count("products")).order_by("name", "id")[:_MOST])
    context = {"form": form, "branches": _tree(rows), "edited": found}
    return render(request, "products/categories.html", context, status=form.status)


@require_POST
@page(Perm.CATALOG_EDIT)
def remove(request: Request, code: str) -> HttpResponse:
    """Remove a category that nothing lies in."""
    try:
        remove_category(code, actor=request.actor)
        messages.success(request, _("Category %(code)s was removed.") % {"code": code})
    except DomainError as error:
        messages.error(request, sentence(error))
    return redirect("categories")


def _tree(rows: Sequence[Category]) -> list[Branch]:
    """The categories below each other, each followed by those that belong to it, by name in the page's language."""
    below: dict[object, list[Category]] = {}
    for row in sorted(rows, key=named):
        below.setdefault(row.parent_id, []).append(row)
    found: list[Branch] = []
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        inner = below.get(row.pk, [])
        count = int(getattr(row, "products_count", 0))
        found.append(Branch(row, min(depth, _DEEPEST), count, not inner and not count))
        waiting += [(one, depth + 1) for one in reversed(inner)]
    return found
