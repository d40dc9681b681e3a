"""Steps of splitting and merging: money that arrived goes with its part, and what a part was priced from is said honestly."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from decimal import Decimal
from typing import Any

from openoms.core.types import Actor
from openoms.domains.orders import part_services as parts
from openoms.domains.orders import services as orders
from openoms.domains.orders.models import Adjustment, Line, Order, Pricing
from openoms.domains.payments import rules
from openoms.domains.payments import services as payments

ZERO = Decimal(0)
LINE_DISCOUNT, ORDER_DISCOUNT = "manual:line", "manual:order"


def pass_on(source: Order, target: Order, amount: Decimal, actor: Actor, at: datetime) -> None:
    """Let so much of what arrived for a locked order be for another: two entries that offset each other."""
    if amount > 0:
        payments.pass_on(source, target, amount, by=actor.user_id, at=at)
    for order in (source, target):
        count(order)


def count(order: Order) -> None:
    """Note what is paid of a locked order as it now is."""
    paid = payments.paid_total(order)
    orders.set_paid(order, paid, rules.payment_state(order.total, paid))


def keep_pricing(order: Order, before: Pricing | None, others: Sequence[Pricing] = (), **told: Any) -> None:
    """Say that a locked order's present content is a share of another's, or several in one, and what of it was asked for.

    A document with `split` is not replayed: its lines' prices are those agreed in `before`, the odd cent included.
    """
    if before is None:
        return
    lines = {line.position: line for line in order.lines.prefetch_related("adjustments")}
    asked: dict[int, dict[str, Any]] = {}
    for pricing in (before, *others):
        for position, wanted in _asked(pricing.inputs).items():
            asked.setdefault(position, wanted)
    positions = [position for position in sorted(lines) if position in asked]
    inputs = deepcopy(before.inputs)
    for pricing in others:
        inputs["offers"] = {**pricing.inputs.get("offers", {}), **inputs.get("offers", {})}
    inputs["lines"] = [_share(asked[position], lines[position]) for position in positions]
    inputs["discount"] = _discount(inputs.get("discount"), order, has_others=bool(others))
    inputs["split"] = {**told, "positions": positions}
    trace: list[dict[str, Any]] = [
        {"code": "split_from" if "of" in told else "merged_from", "line": None, **told}
    ]
    for position, line in sorted(lines.items()):
        data = {"quantity": str(line.quantity.normalize()), "unit_price": str(line.unit_price)}
        trace.append({"code": "as_agreed_before", "line": position, **data, "amount": str(line.gross)})
    parts.keep_split_pricing(order, before, inputs, trace)


def moved(pricing: Pricing, positions: Mapping[int, int]) -> Pricing:
    """What an order was priced from, its lines at other positions (old → new): never saved."""
    inputs = deepcopy(pricing.inputs)
    asked = {positions[old]: line for old, line in _asked(inputs).items() if old in positions}
    inputs["lines"] = [asked[position] for position in sorted(asked)]
    inputs["split"] = {**inputs.get("split", {}), "positions": sorted(asked)}
    return Pricing(order=pricing.order, inputs=inputs)


def _asked(inputs: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    """The lines asked for by their positions; gifts were not asked for."""
    lines = inputs["lines"]
    positions = inputs.get("split", {}).get("positions") or range(1, len(lines) + 1)
    return dict(zip(positions, lines, strict=True))


def _share(asked: Mapping[str, Any], line: Line) -> dict[str, Any]:
    """What was asked for of a line, as much as is left of it; of a discount by amount its share."""
    found = {**asked, "quantity": f"{line.quantity.normalize():f}"}
    if (found.get("discount") or {}).get("kind") == "amount":
        off = -sum((a.amount for a in line.adjustments.all() if a.source == LINE_DISCOUNT), ZERO)
        found["discount"] = {**found["discount"], "value": str(off)}
    return found


def _discount(asked: Mapping[str, Any] | None, order: Order, *, has_others: bool) -> dict[str, Any] | None:
    """The discount on a whole order, of an amount, or of several orders in one, as much as its lines have."""
    rows = Adjustment.objects.filter(order=order, source=ORDER_DISCOUNT)
    off = -sum(rows.values_list("amount", flat=True), ZERO)
    if asked is None and not (has_others and off):
        return None
    if asked is not None and asked.get("kind") == "percent" and not has_others:
        return dict(asked)
    return {**(asked or {"label": ""}), "kind": "amount", "value": str(off)} if off else None
