"""What the fields of a customer are called, and its changes in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openoms.domains.customers.labels import CHANNEL, CONSENT, PAYMENT_TERMS, ROLE

FIELDS: Mapping[str, Promise] = {
    "name": gettext_lazy("Name"), "kind": gettext_lazy("Kind"), "tier": gettext_lazy("Customer tier"),
    "tax_exempt": gettext_lazy("Exempt from tax"), "notes": gettext_lazy("Notes"), "is_active": gettext_lazy("Open for new orders"),
    "tags": gettext_lazy("Tags"), "owner": gettext_lazy("Looked after by"), "language": gettext_lazy("Language"), "currency": gettext_lazy("Preferred currency"),
    "credit": gettext_lazy("Payment terms and credit"), "payment_terms": gettext_lazy("Payment terms"),
    "credit_limit": gettext_lazy("Credit limit"), "credit_currency": gettext_lazy("Currency of the credit limit"),
    "credit_days": gettext_lazy("Days to pay"), "contact": gettext_lazy("Contact"), "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"), "title": gettext_lazy("Position"), "role": gettext_lazy("Role"),
    "is_primary": gettext_lazy("Talk to this person first"), "label": gettext_lazy("Label"), "country": gettext_lazy("Country or region"),
    "region": gettext_lazy("Region"), "city": gettext_lazy("City"), "district": gettext_lazy("District"),
    "line": gettext_lazy("Street, number, building"), "postcode": gettext_lazy("Postcode"), "is_default": gettext_lazy("Default"),
    "is_billing": gettext_lazy("Billing"), "problems": gettext_lazy("Problems"),
}  # fmt: skip
# What events tell of by a key that says nothing to a reader.
_KEYS = frozenset({"owner"})
_VALUES: Mapping[str, Promise] = {**CHANNEL, **CONSENT, **PAYMENT_TERMS, **ROLE}


def field_name(name: str) -> str:
    """What a field is called on screen."""
    return str(FIELDS.get(name, name))


def said(value: Any) -> str:
    """A value of any kind in words."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return str(_VALUES.get(value, value)) if value not in (None, "") else "–"


def changes(data: Mapping[str, Any]) -> dict[str, Any]:
    """An event's data with its fields named, and told from what to what where that is known."""
    before, after = data.get("before"), data.get("after")
    words = dict(data)
    for name in ("fields", "taken"):
        if name in data:
            words[name] = [field_name(field) for field in data[name]]
    if "fields" in data and isinstance(before, dict) and isinstance(after, dict):
        words["fields"] = [
            f"{field_name(field)} ({said(before[field])} → {said(after[field])})"
            if field in before and field in after and field not in _KEYS
            else field_name(field)
            for field in data["fields"]
        ]
    for name in ("channel", "role"):
        if name in data:
            words[name] = said(data[name])
    if "channel" in data:
        words |= {"before": said(before), "after": said(after)}
    return words
