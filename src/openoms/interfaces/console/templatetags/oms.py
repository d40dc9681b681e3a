"""What templates say: icons, money, quantities, instants, states as badges, form fields."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django import forms, template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from openoms.core.errors import DomainError
from openoms.core.types import Actor
from openoms.domains.orders import labels
from openoms.domains.pricing.formulas import UNITS_ZH
from openoms.interfaces.console import customer_words
from openoms.interfaces.console.amounts import amount_text, locale_of, price_text, quantity_text
from openoms.interfaces.console.instants import clock
from openoms.interfaces.console.markup import fill
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.widgets import dressed

register = template.Library()

# State → colour. Grey waits for nobody, blue is under way, yellow asks for something, green is good, red is lost.
_COLOURS = {
    "draft": "secondary", "submitted": "azure", "approved": "green", "completed": "secondary", "cancelled": "red",
    "unpaid": "yellow", "partially_paid": "orange", "paid": "green", "partially_refunded": "purple", "refunded": "purple",
    "unallocated": "secondary", "backordered": "red", "allocated": "azure", "in_production": "indigo",
    "picking": "azure", "packed": "azure", "partially_shipped": "cyan", "shipped": "cyan", "delivered": "green",
    "performed": "green", "returned": "purple",
}  # fmt: skip
_UNITS = {
    "piece": pgettext_lazy("unit", "piece"), "box": pgettext_lazy("unit", "box"), "set": pgettext_lazy("unit", "set"),
    "pair": pgettext_lazy("unit", "pair"), "hour": pgettext_lazy("unit", "hour"), "day": pgettext_lazy("unit", "day"),
    "pack": pgettext_lazy("unit", "pack"), "roll": pgettext_lazy("unit", "roll"),
}  # fmt: skip
_AXES = {"status": labels.STATUS, "payment": labels.PAYMENT_STATE, "fulfilment": labels.FULFILMENT_STATE}


def in_chinese() -> bool:
    """Whether the page is in Chinese."""
    return (get_language() or "").startswith("zh")


def _language() -> str:
    return get_language() or "en"


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An icon of the sprite; decoration, so silent to screen readers."""
    return _icon(name, css)


@lru_cache(512)
def _icon(name: str, css: str) -> SafeString:
    return fill(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        css,
        asset("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def asset(path: str) -> str:
    """The address of a static file with the time it was changed, so that browsers take a new one at once."""
    return _stamped(path)


@cache
def _stamped(path: str) -> str:
    from pathlib import Path

    found = finders.find(path)
    stamp = f"?{int(Path(found).stat().st_mtime)}" if found else ""
    return static(path) + stamp


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """An amount with its currency, as the language writes it."""
    return "–" if amount is None else amount_text(amount, currency, _language())


@register.filter
def unit_price(price: Decimal | None, currency: str) -> str:
    """A unit price: the currency's decimals, and up to six where it has more."""
    return "–" if price is None else price_text(price, currency, _language())


@register.filter
def quantity(value: Decimal | None) -> str:
    """A quantity without the zeros nobody wrote."""
    return "" if value is None else quantity_text(value)


@register.filter
def plain(value: Decimal | None) -> str:
    """A number as one types it: no grouping, no idle zeros."""
    return "" if value is None else f"{value.normalize():f}"


@register.filter
def percent(share: Decimal | None) -> str:
    """A share as percent, up to four decimals."""
    return "" if share is None else f"{(share * 100).normalize():f}%"


@register.filter
def negative(amount: Decimal) -> Decimal:
    """The amount the other way round."""
    return -amount


@register.simple_tag
def when(instant: datetime | None, css: str = "") -> SafeString:
    """An instant in the person's zone: near ones in short words, the whole of it on hovering."""
    return clock().shown(instant, css)


@register.filter
def day(value: date | None) -> str:
    """A calendar day."""
    return "–" if value is None else f"{value:%Y-%m-%d}"


@register.simple_tag
def badge(axis: str, state: str) -> SafeString:
    """A state of an order as a coloured badge: a dot and the glossary's word."""
    return _badge(axis, state, _language())


@lru_cache(512)
def _badge(axis: str, state: str, language: str) -> SafeString:
    """Made once in each language, which is that of the request."""
    name = _AXES[axis].get(state, state)  # type: ignore[attr-defined]  # StrEnum keys, plain text asked for
    return fill('<span class="state state-{}">{}</span>', _COLOURS.get(state, "secondary"), name)


@register.filter
def named(row: Any) -> str:
    """The name of a row that has one in each language."""
    chinese = getattr(row, "name_zh", "")
    return str(chinese if chinese and in_chinese() else row.name) if row is not None else ""


@register.filter
def sku_name(sku: Any) -> str:
    """A sku with its product's name."""
    own = named(sku)
    product = named(sku.product)
    return " ".join(filter(None, [product, own if own != product else ""]))


@register.filter
def line_name(line: Any) -> str:
    """An order line's name as it was sold; in Chinese the Chinese one, unless the goods were renamed since."""
    sku = line.sku
    english = " ".join(filter(None, [sku.product.name, sku.name]))
    return sku_name(sku) if in_chinese() and line.name == english else str(line.name)


@register.simple_tag
def extra_field(line: Any, extra: Any) -> dict[str, Any]:
    """The name under which an extra's choice is sent, and the values chosen."""
    name = f"{line.prefix}-o-{extra.code}"
    return {"name": name, "values": line.picked.get(name, ())}


@register.simple_tag
def group_field(line: Any, group: Any) -> dict[str, Any]:
    """The same of a bundle's group."""
    name = f"{line.prefix}-g-{group.code}"
    return {"name": name, "values": line.picked.get(name, ())}


@register.simple_tag
def input_field(line: Any, asked: Any) -> dict[str, Any]:
    """The name under which a number is sent that goods made to measure are asked, and what was typed."""
    name = f"{line.prefix}-m-{asked.code}"
    return {"name": name, "value": next(iter(line.picked.get(name, ())), "")}


@register.filter
def input_range(asked: Any) -> str:
    """What can be said for a number: "300 to 2,400 mm, in steps of 10"."""
    bounds = {
        "least": quantity(asked.least), "most": quantity(asked.most), "unit": unit_name(asked.unit),
    }  # fmt: skip
    text = (_("%(least)s to %(most)s %(unit)s") % bounds).strip()
    return text + (_(", in steps of %(step)s") % {"step": quantity(asked.step)} if asked.step else "")


@register.filter
def unit_name(unit: str) -> str:
    """A unit of a measured thing; the common ones have a Chinese name."""
    return UNITS_ZH.get(unit, unit) if in_chinese() else unit


@register.filter
def adjustment_label(part: Any) -> str:
    """Where an amount comes from, in the page's language."""
    return str((part.label_zh if in_chinese() else "") or part.label)


@register.filter
def signed_price(amount: Decimal, currency: str) -> str:
    """A price difference with its sign."""
    return ("+" if amount > 0 else "") + unit_price(amount, currency)


@register.filter
def signed_percent(value: Decimal) -> str:
    """A percentage of the base price with its sign: 10 is +10%."""
    return f"{'+' if value > 0 else ''}{plain(value)}%"


@register.filter
def changed_part(code: str) -> str:
    """The name of a part of an order that was changed."""
    return str(labels.PARTS.get(code, code))


@register.filter
def alt_text(picture: Any, product: Any) -> str:
    """What a picture shows, in the page's language; else the product's name."""
    return str((picture.alt_zh if in_chinese() else picture.alt) or named(product))


@register.filter
def chosen_name(chosen: dict[str, Any]) -> str:
    """An extra of an order's line as it was sold: option and value in the page's language."""
    chinese = in_chinese()
    option = (chosen.get("name_zh") if chinese else "") or chosen.get("name") or chosen["option"]
    value = (chosen.get("value_name_zh") if chinese else "") or chosen.get("value_name") or chosen["value"]
    return f"{option}：{value}" if chinese else f"{option}: {value}"


@register.filter
def chosen_amount(chosen: dict[str, Any], currency: str) -> str:
    """What it added to the unit price, with its sign; nothing where it added nothing."""
    amount = Decimal(chosen.get("amount") or 0)
    return "" if not amount else signed_price(amount, currency)


@register.filter
def may(actor: Actor | None, permission: str) -> bool:
    """Whether the actor holds a permission."""
    return actor is not None and actor.may(permission)


@register.filter
def get(mapping: dict[Any, Any], key: Any) -> Any:
    """What a mapping has under a key that is itself a variable."""
    return mapping.get(key, "") if mapping else ""


@register.filter
def at(items: Sequence[Any], place: int) -> Any:
    """What stands at a place of a list."""
    return items[place] if place < len(items) else ""


@register.filter
def initials(name: str) -> str:
    """One or two letters that stand for a person: the last two characters of a Chinese name."""
    words = name.split()
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][-2:] if not words[0].isascii() else words[0][:2].upper()
    return (words[0][0] + words[-1][0]).upper()


@register.simple_tag
def field(
    bound: forms.BoundField, label: str = "", css: str = "", bare: bool = False, **attrs: Any
) -> SafeString:
    """A form field with its label, help and errors tied to it for screen readers; `bare` hides the label, `nohelp` the help."""
    if attrs.pop("nohelp", False):
        bound.help_text = ""
    return dressed(
        bound, label=label, css=css, bare=bare, attrs={k.replace("_", "-"): v for k, v in attrs.items()}
    )


@register.simple_tag
def country(code: str) -> str:
    """A country's name."""
    return locale_of(_language()).territories.get(code, code) if code else ""


@register.filter
def address_lines(document: dict[str, Any]) -> list[str]:
    """An address as one writes it: large to small in Chinese, small to large elsewhere."""
    parts = {
        name: str(document.get(name) or "") for name in ("region", "city", "district", "line", "postcode")
    }
    land = country(str(document.get("country") or ""))
    region = "" if parts["region"] == parts["city"] else parts["region"]
    if document.get("country") in {"CN", "TW", "HK", "MO", "JP", "KR"}:
        abroad = "" if document.get("country") == "CN" and in_chinese() else land
        lines = [
            "".join([region, parts["city"], parts["district"], parts["line"]]),
            f"{parts['postcode']} {abroad}".strip(),
        ]
        return [text for text in lines if text]
    place = " ".join(
        filter(None, [", ".join(filter(None, [parts["city"], parts["district"]])), region, parts["postcode"]])
    )
    return [text for text in (parts["line"], place, land) if text]


@register.filter
def refusal(error: DomainError) -> str:
    """What a refusal says, in the page's language."""
    return sentence(error)


@register.filter
def refusal_title(error: DomainError) -> str:
    """The heading of a refusal's page."""
    titles = {
        403: _("Not allowed"),
        404: _("Not found"),
        409: _("That does not work now"),
        503: _("Not available"),
    }
    return titles.get(error.status, _("That did not work"))


@register.filter
def address_problem(code: str) -> str:
    """What is doubtful about an address, by the code its check gave."""
    part, _rest, why = code.rpartition("_")
    names = {
        "region": _("province or state"), "city": _("city"), "district": _("district"), "line": _("street"),
        "postcode": _("postcode"), "country": _("country"),
    }  # fmt: skip
    sentences = {
        "required": _("The %(part)s is missing."),
        "invalid": _("The %(part)s does not fit the rest."),
    }
    return sentences.get(why, code) % {"part": names.get(part, part)}


register.filter("customer_field", customer_words.field_name)
register.filter("said", customer_words.said)


@register.filter
def lines_of(texts: list[str]) -> SafeString:
    """Texts below each other."""
    return format_html_join(SafeString("<br>"), "{}", ((conditional_escape(text),) for text in texts))


@register.simple_tag
def unit(code: str) -> str:
    """A unit of measure; those the program comes with have a translation."""
    return str(_UNITS.get(code, code)) if code else ""
