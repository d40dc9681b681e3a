"""What changed in the catalogue, in words: each event with its fields before and after."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openoms.domains.catalog.models import Bundle, Product
from openoms.domains.events.models import Event
from openoms.domains.pricing.models import PriceList

_LABELS: dict[str, Promise] = {
    "name": gettext_lazy("Name (English)"), "name_zh": gettext_lazy("Name (Chinese)"), "kind": gettext_lazy("Kind"),
    "category": gettext_lazy("Category"), "description": gettext_lazy("Description"), "is_active": gettext_lazy("On sale"),
    "product": gettext_lazy("Product"), "unit": gettext_lazy("Unit"), "barcode": gettext_lazy("Barcode"),
    "weight_g": gettext_lazy("Weight in grams"), "tax_class": gettext_lazy("Tax class"),
    "active_from": gettext_lazy("On sale from"), "active_to": gettext_lazy("On sale until"),
    "pack_quantity": gettext_lazy("Pack size"), "min_order_quantity": gettext_lazy("Minimum order quantity"),
    "duration_minutes": gettext_lazy("Duration in minutes"), "options": gettext_lazy("Options"),
    "conflicts": gettext_lazy("What does not go together"), "values": gettext_lazy("Version"),
    "tracks_lots": gettext_lazy("Lots with expiry dates"), "bundle": gettext_lazy("Bundle"), "formula": gettext_lazy("Formula"), "pictures": gettext_lazy("Pictures"),
}  # fmt: skip

# Of price lists, contracts, taxes and fees.
_OF_RULES: dict[str, Promise] = {
    "is_active": gettext_lazy("In use"), "tier": gettext_lazy("For"), "tier_id": gettext_lazy("For"),
    "tiering": gettext_lazy("Quantity prices"), "priority": gettext_lazy("Priority"), "code": gettext_lazy("Code"),
    "valid_from": gettext_lazy("Valid from"), "valid_to": gettext_lazy("Valid until"),
    "currency": gettext_lazy("Currency"), "tax_inclusive": gettext_lazy("Prices contain the tax"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field: what it is called, what it was and what it is."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One event: when, by whom, about what, and its fields."""

    at: datetime
    actor: str
    subject: str
    fields: Sequence[FieldChange]


def changes(events: Sequence[Event]) -> list[Change]:
    """The events as changes, in the order given."""
    return [Change(event.at, actor_name(event), _subject(event), _fields(event)) for event in events]


def actor_name(event: Event) -> str:
    if event.actor_kind == "system":
        return _("The system (%(part)s)") % {"part": event.actor_name}
    return event.actor_name


def _subject(event: Event) -> str:
    code = str(event.data.get("code", ""))
    kinds = {
        "product.saved": _("Product"),
        "sku.saved": _("SKU"),
        "prices.set": _("Prices"),
        "costs.set": _("Costs"),
        "floors.set": _("Lowest prices"),
        "pricing.rules_changed": _("Settings"),
        "pricing.contract_saved": _("Contract"),
    }
    return f"{kinds.get(event.kind, event.kind)} {code}".strip()


def _fields(event: Event) -> list[FieldChange]:
    before, after = event.data.get("before"), event.data.get("after")
    labels = _LABELS | _OF_RULES if event.kind.startswith("pricing.") else _LABELS
    if isinstance(after, Mapping) and isinstance(before, Mapping):
        return [
            FieldChange(
                str(labels.get(name, name.removeprefix("prices:"))),
                _said(before.get(name), name),
                _said(value, name),
            )
            for name, value in after.items()
            if (value or before.get(name)) not in (None, "", [], {})
        ]
    label = str(event.data.get("list") or _("Costs"))
    return [FieldChange(label, _rows(before or ()), _rows(after or ()))]


def _rows(rows: Sequence[Sequence[str]]) -> str:
    """Prices as `12.5 (from 10: 11)`, costs as they are dated."""
    said = []
    for row in rows:
        if len(row) == 3:
            said.append(f"{row[0]} {row[2]} ({row[1]})")
            continue
        price = row[1] if row[0] == "1" else f"≥ {row[0]}: {row[1]}"
        said.append(f"{price} ({row[2]} – {row[3]})" if len(row) == 4 else price)
    return "; ".join(said) or "–"


def _said(value: Any, name: str) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if not value and value != 0:
        return "–"
    if name.startswith("prices:"):
        return _rows(value)
    say = _SAID.get(name, str)
    return say(value)


def _option(option: Mapping[str, Any]) -> str:
    values = []
    for value in option["values"]:
        deltas = " ".join(f"{amount} {currency}" for currency, amount in value["deltas"].items())
        if value.get("percent", "0") != "0":
            deltas = f"{deltas} {value['percent']}%".strip()
        values.append(f"{value['name']} ({deltas})" if deltas else value["name"])
    return f"{option['name']}: {', '.join(values)}"


def _formula(formula: Mapping[str, Any]) -> str:
    inputs = [
        f"{one['code']} {one['least']}–{one['most']} {one['unit']}".strip() for one in formula["inputs"]
    ]
    return "; ".join([*inputs, *(f"{code}: {text}" for code, text in formula["expressions"].items())])


def _bundle(bundle: Mapping[str, Any]) -> str:
    policy = str(dict(Bundle.Policy.choices).get(bundle["policy"], bundle["policy"]))
    groups = [
        f"{group['name'] or group['code']}: {', '.join(part['sku'] for part in group['parts'])}"
        for group in bundle["groups"]
    ]
    return "; ".join([policy, *groups])


_SAID: dict[str, Callable[[Any], str]] = {
    "kind": lambda value: str(dict(Product.Kind.choices).get(value, value)),
    "options": lambda value: "; ".join(_option(option) for option in value),
    "conflicts": lambda value: "; ".join(f"{p['one']['value']} ✕ {p['other']['value']}" for p in value),
    "values": lambda value: ", ".join(value.values()),
    "bundle": _bundle,
    "formula": _formula,
    "tiering": lambda value: str(dict(PriceList.Tiering.choices).get(value, value)),
}
