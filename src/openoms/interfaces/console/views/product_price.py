"""Trying a product: choose a version, extras and parts, and see what they would cost; and the history of changes."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from openoms.core.errors import DomainError
from openoms.core.money import CURRENCIES
from openoms.core.types import Actor
from openoms.domains.catalog.models import Product
from openoms.domains.catalog.queries import products_visible_to, skus_visible_to
from openoms.domains.events.models import Event
from openoms.domains.identity.permissions import Perm
from openoms.domains.pricing.models import PriceList
from openoms.flows.quote import quote
from openoms.flows.steps import configuration
from openoms.flows.steps.placing import LineRequest, OrderRequest
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.changes import changes
from openoms.interfaces.console.forms.base import NumberField
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.trace import explain
from openoms.reading.catalogue import Configurator, configurator

_EVENTS = 50


@require_GET
@page(Perm.ORDER_CREATE, Perm.CATALOG_VIEW)
def price(request: Request, code: str) -> HttpResponse:
    """The card on which one chooses, with what the choice costs."""
    found = get_object_or_404(products_visible_to(request.actor), code=code)
    context = trial(request.actor, found, request.GET)
    if context is None:
        raise Http404
    return render(request, "products/_try.html", context | {"product": found})


def trial(actor: Actor, product: Product, typed: QueryDict) -> dict[str, Any] | None:
    """What the card shows for what was chosen so far; None for a product with nothing on sale."""
    currency = typed.get("currency", "")
    currency = currency if currency in CURRENCIES else settings.OPENOMS.default_currency
    shop = configuration.now().book
    rows = skus_visible_to(actor).filter(product=product, is_active=True).order_by("code")
    codes = [code for code in rows.values_list("code", flat=True)[:200] if code in shop.offers]
    if not codes:
        return None
    start = typed.get("sku", "")
    found = configurator(actor, start if start in codes else codes[0], currency, book=shop)
    assert found is not None, "a sku on sale can be configured"
    wanted = _version(found, typed)
    if wanted != found.sku:
        found = configurator(actor, wanted, currency, book=shop) or found
    options = _picked(typed, "extra", [extra.code for extra in found.extras])
    parts = _picked(typed, "group", [group.code for group in found.groups if not group.fixed])
    inputs = {asked.code: typed.get(f"input_{asked.code}", "").strip() for asked in found.inputs}
    context: dict[str, Any] = {
        "shown": found, "options": options, "parts": parts, "inputs": inputs, "currency": currency,
        "codes": codes if not found.variants else [],
        "quantity": typed.get("quantity") or _least(found), "currencies": _currencies(currency),
    }  # fmt: skip
    try:
        said = {code: _number(text) for code, text in inputs.items() if text}
    except ValidationError as error:
        return context | {"refusal": error.messages[0]}
    line = LineRequest(found.sku, _count(str(context["quantity"])), options=options, parts=parts, inputs=said)
    return context | _priced(actor, line, currency)


@require_GET
@page(Perm.CATALOG_VIEW)
def product_history(request: Request, code: str) -> HttpResponse:
    """What changed of a product and its skus, newest first."""
    found = get_object_or_404(products_visible_to(request.actor), code=code)
    keys = [found.pk, *found.skus.values_list("pk", flat=True)]
    return _history(request, keys)


@require_GET
@page(Perm.CATALOG_VIEW)
def sku_history(request: Request, code: str) -> HttpResponse:
    """What changed of a sku and its prices, newest first."""
    found = get_object_or_404(skus_visible_to(request.actor), code=code)
    return _history(request, [found.pk])


def _history(request: Request, keys: list[Any]) -> HttpResponse:
    """A part of the history: the newest changes, or those before the key the page stands at."""
    rows = Event.objects.filter(subject_id__in=keys)
    if not request.actor.may(Perm.COST_VIEW):
        rows = rows.exclude(kind="costs.set")
    before = _key(request.GET.get("before", ""))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-id")[: _EVENTS + 1])
    older = found[_EVENTS - 1].pk if len(found) > _EVENTS else ""
    context = {"changes": changes(found[:_EVENTS]), "older": older, "is_first": before is None}
    return render(request, "products/_history.html", context)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _version(found: Configurator, typed: QueryDict) -> str:
    """The sku that the variant values chosen lead to; the one shown where there is no such version."""
    own = {option.code: value.code for option in found.variants for value in option.values if value.chosen}
    wanted = {code: typed.get(f"variant_{code}") or value for code, value in own.items()}
    return next((sku for choices, sku, _ in found.versions if dict(choices) == wanted), found.sku)


def _picked(typed: QueryDict, kind: str, codes: list[str]) -> dict[str, tuple[str, ...]]:
    found = {code: tuple(filter(None, typed.getlist(f"{kind}_{code}"))) for code in codes}
    return {code: chosen for code, chosen in found.items() if chosen}


def _least(found: Configurator) -> str:
    """The smallest quantity one can order."""
    pack, least = found.pack_quantity, found.min_quantity
    if pack and least:
        return f"{(-(-least // pack) * pack).normalize():f}"
    return f"{(pack or least or Decimal(1)).normalize():f}"


def _currencies(currency: str) -> list[str]:
    rows = PriceList.objects.filter(is_active=True).values_list("currency", flat=True)
    return sorted({currency, *rows})


def _count(typed: str) -> Decimal:
    """The quantity typed; 0, which is refused, for what is no number."""
    try:
        return _number(typed)
    except ValidationError:
        return Decimal(0)


def _number(typed: str) -> Decimal:
    """The number typed; raises ValidationError."""
    number: Decimal = NumberField().clean(typed)
    return number


def _priced(actor: Actor, line: LineRequest, currency: str) -> dict[str, Any]:
    try:
        priced = quote(OrderRequest(lines=(line,), currency=currency), actor=actor).priced
    except DomainError as error:
        return {"refusal": sentence(error)}
    trace = [{"code": step.code, "line": step.line, **step.data} for step in priced.trace]
    explained = next((part for part in explain(trace, currency) if part.line), None)
    return {"priced": priced, "line": priced.lines[0], "steps": explained.steps if explained else []}
