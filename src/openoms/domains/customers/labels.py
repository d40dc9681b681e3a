"""The customers domain's small vocabularies and their names on screen."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ROLE = {
    "buyer": _("Buyer"),
    "finance": _("Finance and billing"),
    "receiving": _("Receiving"),
    "decision_maker": _("Decision maker"),
    "other": pgettext_lazy("role of a contact", "Other"),
}
CHANNEL = {
    "email": _("E-mail"),
    "sms": _("SMS"),
    "phone": _("Phone"),
    "wechat": _("WeChat"),
    "post": _("Post"),
}
CONSENT = {"given": _("Consented"), "withdrawn": _("Withdrawn")}
PAYMENT_TERMS = {"prepaid": _("Prepaid"), "credit": _("On credit")}
LANGUAGES = {"zh-hans": "简体中文", "en": "English"}


def choices(names: Mapping[str, Promise]) -> list[tuple[str, Promise]]:
    """The names as a model's choices."""
    return list(names.items())
