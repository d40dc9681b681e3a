"""Pictures of products: served by their digest, added, put in order, taken away."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from openoms.core.errors import DomainError
from openoms.domains.catalog.images import MOST_BYTES
from openoms.domains.catalog.models import Picture
from openoms.domains.catalog.queries import products_visible_to
from openoms.domains.identity.permissions import Perm
from openoms.flows.edit_pictures import add_picture, move_picture, remove_picture
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.base import ConsoleForm
from openoms.interfaces.console.refusals import sentence

_STEPS = {"up": -1, "down": 1}


class PictureForm(ConsoleForm):
    """A picture to be added, and what it shows for those who cannot see it."""

    picture = forms.FileField(label=gettext_lazy("Picture (JPEG, PNG or WebP, at most 5 MB)"))
    alt = forms.CharField(label=gettext_lazy("What it shows (English)"), max_length=200, required=False)
    alt_zh = forms.CharField(label=gettext_lazy("What it shows (Chinese)"), max_length=200, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["picture"].widget.attrs["accept"] = "image/jpeg,image/png,image/webp"


@require_GET
@page(Perm.CATALOG_VIEW)
def picture(request: Request, digest: str, size: str) -> HttpResponse:
    """A picture's bytes. What has this digest never changes, so browsers keep it for good."""
    if size not in {"small", "large"}:
        raise Http404
    content = Picture.objects.filter(digest=digest).values_list(size, flat=True).first()
    if content is None:
        raise Http404
    response = HttpResponse(bytes(content), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@page(Perm.CATALOG_EDIT)
def add(request: Request, code: str) -> HttpResponse:
    """Add a picture."""
    product = get_object_or_404(products_visible_to(request.actor), code=code)
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect("product", code)
    sent: Any = form.cleaned_data["picture"]
    try:
        # One byte more than allowed is read, never all of a file that is too large.
        content = sent.read(MOST_BYTES + 1)
        texts = {name: form.cleaned_data[name] for name in ("alt", "alt_zh")}
        add_picture(product.code, content, actor=request.actor, **texts)
        messages.success(request, _("The picture was added."))
    except DomainError as error:
        messages.error(request, sentence(error))
    return redirect("product", code)


@require_POST
@page(Perm.CATALOG_EDIT)
def change(request: Request, code: str, picture_id: UUID, verb: str) -> HttpResponse:
    """Put a picture one place on, or take it away."""
    if verb == "remove":
        remove_picture(code, picture_id, actor=request.actor)
    elif verb in _STEPS:
        move_picture(code, picture_id, _STEPS[verb], actor=request.actor)
    else:
        raise Http404
    return redirect("product", code)
