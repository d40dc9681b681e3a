"""What templates say of messages."""

from django import template

from openoms.domains.notifications.models import Notification
from openoms.interfaces.console.templatetags.oms import in_chinese

register = template.Library()
ICONS = {
    "talk": "message", "orders": "receipt", "approvals": "clipboard-check", "payments": "coin", "customers": "users",
}  # fmt: skip


@register.filter
def subject_of(row: Notification) -> str:
    """A message's subject in the page's language."""
    return _said(row)[0]


@register.filter
def body_of(row: Notification) -> str:
    """Its text in the page's language, close together, without the address it leads to."""
    lines = _said(row)[1].splitlines()
    return "\n".join(
        line for line in lines if line.strip() and not (row.link and line.strip().endswith(row.link))
    )


@register.filter
def topic_icon(code: str) -> str:
    """The picture of a message's kind."""
    from openoms.domains.notifications.topics import known

    topic = known(code)
    return ICONS.get(topic.group, "bell") if topic else "bell"


@register.filter
def recipient(row: Notification) -> str:
    """Whom a message is for; contact data is not shown."""
    if row.user is not None:
        return row.user.name
    if row.endpoint is not None:
        return row.endpoint.name
    return row.contact.customer.name if row.contact is not None else "–"


def _said(row: Notification) -> list[str]:
    found = (row.texts or {}).get("zh-hans" if in_chinese() else "en")
    return found or [row.subject, row.body]
