"""Steps of telling: the values a message's text may name, in the words of its language and the hours of its zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from babel.numbers import format_currency
from django.utils import translation

from openoms.domains.approvals.labels import VERDICT
from openoms.domains.events.models import Event
from openoms.domains.fulfilment.labels import SHORT
from openoms.domains.notifications.topics import Topic
from openoms.domains.orders.kinds import ORDER_CANCELLED
from openoms.domains.orders.labels import HOLD_KIND, STAGE
from openoms.domains.orders.models import Line, Order
from openoms.domains.payments.labels import METHOD
from openoms.domains.supply.labels import EXPECTED_BY
from openoms.flows.steps.telling import Facts, placed_with

_LABELS: Mapping[str, Mapping[Any, Any]] = {
    "kind": HOLD_KIND, "stage": STAGE, "verdict": VERDICT, "method": METHOD, "cause": EXPECTED_BY, "reason": SHORT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Firm:
    """What messages say of the firm: its name, where its pages are, its zone, and the language of those who chose none."""

    name: str
    url: str
    zone: str
    language: str


def link_to(event: Event, topic: Topic, order: Order) -> str:
    """The path of the page a message leads to: the order's, or where one decides on it."""
    request = str(event.data.get("request", ""))
    if topic.to_approval and request:
        return f"/approvals/{quote(request, safe='')}/"
    return f"/orders/{quote(order.number, safe='/')}/"


def values_of(
    event: Event, topic: Topic, facts: Facts, firm: Firm, language: str, zone: str, person: str
) -> dict[str, str]:
    """Every value a text about the event may name."""
    order = facts.orders[event.subject_id]
    with translation.override(language):
        values = {name: text for name, value in event.data.items() if (text := _spoken(name, value, zone))}
        values |= _texts(event, facts, language)
    if event.kind == ORDER_CANCELLED.code and Decimal(event.data["paid"] or 0):
        values["amount"] = str(event.data["paid"])
    if "amount" in values:
        values["amount"] = amount_text(Decimal(values["amount"]), str(event.data["currency"]), language)
    return values | {
        "actor": _actor(event, language),
        "person": person,
        "number": order.number,
        "customer": order.customer.name,
        "total": amount_text(order.total, order.currency, language),
        "requested_date": f"{order.requested_date:%Y-%m-%d}" if order.requested_date else "",
        "items": "\n".join(item_text(line, language) for line in facts.lines.get(order.pk, ())),
        "link": firm.url + link_to(event, topic, order),
        "firm": firm.name,
    }


def amount_text(amount: Decimal, currency: str, language: str) -> str:
    """An amount as the language writes it."""
    return format_currency(amount, currency, locale="zh_Hans_CN" if language.startswith("zh") else "en")


def item_text(line: Line, language: str) -> str:
    """A line of an order: how many of what; in Chinese by the Chinese name, unless the goods were renamed since."""
    name, product = line.name, line.sku.product
    sold = " ".join(filter(None, [product.name, line.sku.name]))
    if language.startswith("zh") and name == sold:
        own = line.sku.name_zh or line.sku.name
        first = product.name_zh or product.name
        name = first if own == first else f"{first} {own}".strip()
    return f"{line.quantity.normalize():f} × {name}"


def _spoken(name: str, value: Any, zone: str) -> str:
    """A value of an event's data in words; lists and documents have none."""
    if isinstance(value, bool | list | dict) or value is None:
        return ""
    label = _LABELS.get(name, {}).get(value)
    if label is not None:
        return str(label)
    if name in {"due", "at", "since", "until"} and value:
        return _instant(str(value), zone)
    return str(value)


def _instant(text: str, zone: str) -> str:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{found.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" if found.tzinfo else text


def _texts(event: Event, facts: Facts, language: str) -> dict[str, str]:
    """What was said: events carry its key only. Also the names of roles, which are data."""
    found: dict[str, str] = {}
    comment = facts.comments.get(str(event.data.get("comment", "")))
    if comment is not None:
        found["text"] = comment.text
    remark = facts.instructions.get(str(event.data.get("instruction", "")))
    if remark is not None:
        found["text"] = remark.text
    question = facts.questions.get(str(event.data.get("question", "")))
    if question is not None:
        found |= {"text": question.text, "answer": question.answer}
    if "audience" in event.data:
        found["audience"] = _role(str(event.data["audience"]), facts, language)
    found["remarks"] = "\n".join(
        f"{_role(row.audience, facts, language)} · {STAGE.get(row.stage, row.stage)}: {row.text}"  # type: ignore[call-overload]
        for row in placed_with(event, facts)
    )
    return found


def _role(code: str, facts: Facts, language: str) -> str:
    role = facts.roles.get(code)
    if role is None:
        return code
    return role.name_zh if language.startswith("zh") and role.name_zh else role.name


def _actor(event: Event, language: str) -> str:
    if event.actor_kind != "system":
        return event.actor_name
    return "系统" if language.startswith("zh") else "The system"
