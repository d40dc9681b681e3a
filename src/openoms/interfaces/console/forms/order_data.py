"""Order entry's fields filled from what exists: an order to be edited or copied, or what was left unfinished."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from openoms.core.ids import uuid7
from openoms.domains.catalog.models import Sku
from openoms.domains.orders.instructions import WAITING
from openoms.domains.orders.models import Order, UnfinishedEntry
from openoms.domains.orders.queries import asked
from openoms.domains.orders.states import InstructionState
from openoms.interfaces.console.forms.order import HERE, KEPT
from openoms.interfaces.console.forms.order_line import chosen_pairs, row_key

_DISCOUNT = {"discount_kind": "kind", "discount_value": "value", "discount_label": "label"}


def data_of_order(order: Order) -> QueryDict:
    """A draft as the form would send it, to be edited."""
    inputs = asked(order)
    pairs = [
        *_head(order, str(uuid7()), order.external_id, _day(order.requested_date)),
        ("ship_mode", KEPT if order.ship_to else HERE),
        ("base_revision", str(order.revision)),
        *_discount("", inputs["discount"]),
        *(("coupon", coupon["code"]) for coupon in inputs.get("facts", {}).get("coupons", ())),
        *_delivery(inputs),
    ]
    for line in inputs["lines"]:
        pairs += _line(line, as_new=False)
    return _query([*pairs, *_remarks(order, dated=True)])


def data_of_copy(order: Order) -> tuple[QueryDict, Sequence[str]]:
    """A new order like this one, and the codes of what is no longer sold and therefore left out.

    Prices typed by hand, discounts and coupons were agreed for that order, its days and reference are over: they stay behind.
    """
    inputs = asked(order)
    codes = {line["sku"] for line in inputs["lines"]}
    sold = set(
        Sku.objects.filter(code__in=codes, is_active=True, product__is_active=True).values_list(
            "code", flat=True
        )
    )
    pairs = [*_head(order, str(uuid7()), "", ""), ("ship_mode", HERE), *_delivery(inputs)]
    for line in inputs["lines"]:
        if line["sku"] in sold:
            pairs += _line(line, as_new=True)
    return _query([*pairs, *_remarks(order, dated=False)]), sorted(codes - sold)


def data_of_unfinished(entry: UnfinishedEntry) -> QueryDict:
    """What was typed, as it was sent to be kept."""
    return _query([(str(name), str(value)) for name, value in entry.fields])


def _head(order: Order, token: str, external_id: str, requested: str) -> list[tuple[str, str]]:
    return [
        ("token", token),
        ("customer", order.customer.code),
        ("currency", order.currency),
        ("channel", order.channel_id),
        ("order_type", order.order_type_id),
        ("terms", order.terms),
        ("requested_date", requested),
        ("external_id", external_id),
    ]


def _delivery(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [("delivery", sent["method"]) for sent in inputs.get("deliveries", ())[:1]]


def _line(line: Mapping[str, Any], *, as_new: bool) -> list[tuple[str, str]]:
    key = row_key("l")
    fields = {"sku": line["sku"], "quantity": line["quantity"]}
    if not as_new:
        fields |= {name: line.get(name, "") for name in ("unit_price", "price_reason")}
    pairs = [("line", key), *((f"{key}-{name}", str(value)) for name, value in fields.items())]
    pairs += chosen_pairs(key, line)
    return pairs if as_new else [*pairs, *_discount(f"{key}-", line.get("discount"))]


def _discount(prefix: str, discount: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    if not discount:
        return []
    return [(f"{prefix}{name}", str(discount[part])) for name, part in _DISCOUNT.items()]


def _remarks(order: Order, *, dated: bool) -> list[tuple[str, str]]:
    pairs = []
    # Of a draft what still waits; a copy asks again for what was done.
    states = WAITING if dated else {*WAITING, InstructionState.DONE}
    for row in order.instructions.all():
        if row.state not in states:
            continue
        key = row_key("r")
        pairs += [
            ("remark", key),
            (f"{key}-text", row.text),
            (f"{key}-audience", row.audience),
            (f"{key}-stage", row.stage),
            *([(f"{key}-blocking", "on")] if row.blocking else []),
            *([(f"{key}-due", _day(row.due))] if dated else []),
        ]
    return pairs


def _day(value: Any) -> str:
    return value.isoformat() if value else ""


def _query(pairs: Sequence[tuple[str, str]]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in pairs:
        query.appendlist(name, value)
    return query
