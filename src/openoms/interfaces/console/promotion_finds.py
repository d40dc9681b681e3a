"""What the searches of a promotion's form find: goods, customers, tags, places, delivery methods."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from openoms.core.types import Actor
from openoms.domains.catalog.models import Category
from openoms.domains.catalog.queries import (
    matching_products,
    matching_skus,
    products_visible_to,
    skus_visible_to,
)
from openoms.domains.customers import queries as customers
from openoms.domains.customers.divisions import tables
from openoms.domains.pricing.models import ShippingRate
from openoms.interfaces.console.amounts import locale_of
from openoms.interfaces.console.promotion_terms import region_words
from openoms.interfaces.console.templatetags.oms import in_chinese, named, sku_name

_MOST = 6
_TAGGED = 200


@dataclass(frozen=True, slots=True)
class Found:
    """Something to choose: its token, its name, and what stands below."""

    token: str
    name: str
    about: str


def find(kind: str, text: str, actor: Actor) -> list[Found]:
    """What fits the text, the best first; raises KeyError for a kind nobody looks for."""
    return _FINDERS[kind](text.replace("\0", "").strip()[:100], actor)


def kinds() -> frozenset[str]:
    """What can be looked for."""
    return frozenset(_FINDERS)


def token_name(token: str, names: Mapping[tuple[str, str], str]) -> str:
    """What a token is called."""
    kind, _sep, code = token.partition(":")
    return region_words(code) if kind == "region" else names.get((kind, code), code)


def _categories(text: str, actor: Actor) -> list[Found]:
    fits = Q(name__icontains=text) | Q(name_zh__icontains=text) | Q(code__icontains=text)
    rows = Category.objects.filter(fits)[:_MOST]
    return [
        Found(f"category:{row.code}", named(row), _("Category %(code)s") % {"code": row.code}) for row in rows
    ]


def _products(text: str, actor: Actor) -> list[Found]:
    rows = matching_products(products_visible_to(actor), text)[:_MOST] if text else ()
    return [
        Found(f"product:{row.code}", named(row), _("Product %(code)s") % {"code": row.code}) for row in rows
    ]


def _skus(text: str, actor: Actor) -> list[Found]:
    if not text:
        return []
    rows = skus_visible_to(actor).filter(is_active=True, product__is_active=True)
    found = sorted(
        matching_skus(rows, text)[: _MOST * 8], key=lambda sku: (sku.code.lower() != text.lower(), sku.code)
    )
    return [Found(f"sku:{row.code}", sku_name(row), row.code) for row in found[:_MOST]]


def _customers(text: str, actor: Actor) -> list[Found]:
    rows = customers.visible_to(actor)
    found = (customers.matching(rows, text) if text else rows).order_by("-pk")[:_MOST]
    return [Found(f"customer:{row.code}", row.name, row.code) for row in found]


def _tags(text: str, actor: Actor) -> list[Found]:
    """Tags of the newest customers that have some; one that nobody has yet can be typed."""
    rows = customers.visible_to(actor).exclude(tags=[]).order_by("-pk")
    used = dict.fromkeys(tag for tags in rows.values_list("tags", flat=True)[:_TAGGED] for tag in tags)
    fitting = [tag for tag in used if text.lower() in tag.lower()][:_MOST]
    if text and text not in fitting:
        fitting.append(text)
    return [Found(f"tag:{tag}", tag, "") for tag in fitting]


def _regions(text: str, actor: Actor) -> list[Found]:
    """Countries by name or code, the provinces of China, and any other region as `US/CA`."""
    language = "zh-hans" if in_chinese() else "en"
    names: dict[str, Any] = {str(k): v for k, v in locale_of(language).territories.items()}
    countries = {code: name for code, name in names.items() if len(code) == 2 and code.isalpha()}
    wanted = text.lower()
    found = [code for code, name in countries.items() if wanted in (code.lower(), name.lower())]
    found += [
        code for code, name in countries.items() if wanted and wanted in name.lower() and code not in found
    ]
    provinces = sorted({*tables().provinces.values()}) if wanted else []
    found += [f"CN/{name}" for name in provinces if wanted in name]
    country, _sep, region = text.partition("/")
    if region and country.upper() in countries:
        found.append(f"{country.upper()}/{region}")
    return [Found(f"region:{code}", region_words(code), code) for code in dict.fromkeys(found[:_MOST])]


def _methods(text: str, actor: Actor) -> list[Found]:
    rows: Iterable[str] = (
        ShippingRate.objects.exclude(method="").order_by("method").values_list("method", flat=True)
    )
    fitting = [code for code in dict.fromkeys(rows) if text.lower() in code.lower()][:_MOST]
    if text and text not in fitting:
        fitting.append(text)
    return [Found(f"method:{code}", code, "") for code in fitting]


def _goods(text: str, actor: Actor) -> list[Found]:
    """Wide ones first, but for what has exactly that code."""
    found = [*_categories(text, actor), *_products(text, actor), *_skus(text, actor)]
    return sorted(found, key=lambda one: one.token.partition(":")[2].lower() != text.lower())


def _exceptions(text: str, actor: Actor) -> list[Found]:
    return [*_categories(text, actor), *_skus(text, actor)]


_FINDERS: Mapping[str, Callable[[str, Actor], list[Found]]] = {
    "category": _categories, "goods": _goods, "except": _exceptions, "sku": _skus, "customer": _customers, "tag": _tags, "region": _regions,
    "method": _methods,
}  # fmt: skip
