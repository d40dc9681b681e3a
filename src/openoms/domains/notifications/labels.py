"""The words of notifications on screen; the topics' own names stand with them (topics_*.py)."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openoms.domains.notifications.states import Channel, State, Way

CHANNEL: Mapping[Channel, Promise] = {
    Channel.INBOX: pgettext_lazy("way to reach somebody", "Inbox"),
    Channel.EMAIL: pgettext_lazy("way to reach somebody", "E-mail"),
    Channel.CHAT: pgettext_lazy("way to reach somebody", "Chat"),
}
WAY: Mapping[Way, Promise] = {
    Way.NOW: pgettext_lazy("when to be told", "At once"),
    Way.DIGEST: pgettext_lazy("when to be told", "Daily digest"),
    Way.OFF: pgettext_lazy("when to be told", "Off"),
}
STATE: Mapping[State, Promise] = {
    State.WAITING: pgettext_lazy("message", "Waiting"),
    State.COLLECTED: pgettext_lazy("message", "For the digest"),
    State.SENT: pgettext_lazy("message", "Sent"),
    State.DIGESTED: pgettext_lazy("message", "In a digest"),
    State.DROPPED: pgettext_lazy("message", "Not wanted any longer"),
    State.DEAD: pgettext_lazy("message", "Failed"),
}
# Groups of topics, in the order pages show them.
GROUP: Mapping[str, Promise] = {
    "talk": _("Comments and remarks"),
    "orders": _("Orders"),
    "approvals": _("Approvals"),
    "payments": _("Payments"),
    "customers": _("Customers"),
}


def choices(names: Mapping[Any, Promise]) -> list[tuple[str, Promise]]:
    """The pairs a model's or form's field takes."""
    return [(code.value, name) for code, name in names.items()]
