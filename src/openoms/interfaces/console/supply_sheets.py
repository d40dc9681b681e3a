"""What a purchase order and a production order say on paper, in the present language."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from openoms.core.types import Actor
from openoms.domains.identity.permissions import Perm
from openoms.domains.inventory.models import Warehouse
from openoms.domains.orders.models import Instruction
from openoms.domains.supply.models import ProductionOrder, PurchaseOrder
from openoms.interfaces.console.templatetags.desk import stage_name
from openoms.interfaces.console.templatetags.oms import (
    address_lines,
    day,
    money,
    named,
    quantity,
    sku_name,
    unit,
    unit_price,
)
from openoms.outreach.documents.sheet import Sheet, SheetLine


def purchase_sheet(order: PurchaseOrder, address: str, actor: Actor) -> Sheet:
    """The order for its supplier; prices for those who may see them. `address` goes into the QR code."""
    lines = [line for line in order.lines.all() if line.ordered]
    sees = actor.may(Perm.COST_VIEW)
    columns = ["#", _("Item"), _("Due"), _("Quantity")]
    columns += [_("Unit price"), _("Total")] if sees else []
    rows = []
    total = None
    for line in lines:
        amount = line.ordered * line.unit_price
        total = amount if total is None else total + amount
        figures = [day(line.due), f"{quantity(line.ordered)} {unit(line.sku.unit)}"]
        figures += (
            [unit_price(line.unit_price, order.currency), money(amount, order.currency)] if sees else []
        )
        rows.append(SheetLine(sku_name(line.sku), [line.sku.code], figures))
    return Sheet(
        **_head(_("Purchase order"), order.number),
        facts=[(_("Date"), day(timezone.localdate(order.sent_at or order.created_at)))],
        parties=[
            (
                _("Supplier"),
                [named(order.supplier), *filter(None, [order.supplier.address, order.supplier.phone])],
            ),
            (_("Deliver to"), _place(order.warehouse)),
        ],
        columns=columns,
        lines=rows,
        totals=[(_("Total"), money(total, order.currency))] if sees and total is not None else [],
        notes=[note for note in (order.supplier.terms, order.note) if note],
        code=address,
    )


def production_sheet(order: ProductionOrder, address: str, remarks: Sequence[Instruction] = ()) -> Sheet:
    """The order for the workshop: what is to be heeded, steps to be ticked, material to be fetched."""
    materials = [
        SheetLine(sku_name(row.sku), [row.sku.code], [_("Material"), f"{quantity(row.per_unit * order.quantity)} {unit(row.sku.unit)}"])
        for row in order.materials.all()
    ]  # fmt: skip
    steps = [
        SheetLine(
            named(row),
            [named(row.centre)],
            [pgettext("production", "Step"), f"{day(row.starts_on)} – {day(row.finishes_on)}"],
        )
        for row in order.steps.all()
    ]
    return Sheet(
        **_head(_("Production order"), order.number),
        facts=[
            (_("Quantity"), f"{quantity(order.quantity)} {unit(order.sku.unit)}"),
            (_("Needed by"), day(order.due)),
            (_("Finishes"), day(order.finishes_on)),
        ],
        parties=[
            (_("Makes"), [sku_name(order.sku), order.sku.code]),
            (_("Warehouse"), [named(order.warehouse)]),
        ],
        columns=["#", _("Item"), _("What"), _("How much or when")],
        lines=[*steps, *materials],
        totals=[],
        notes=[order.note] if order.note else [],
        code=address,
        remarks=[(f"{one.order.number} · {stage_name(one.stage)}", one.text) for one in remarks],
    )


def _head(title: str, number: str) -> dict[str, Any]:
    environment = settings.OPENOMS
    return {
        "language": "zh" if (get_language() or "").startswith("zh") else "en",
        "title": title,
        "number": number,
        "firm": environment.firm_name,
        "firm_details": [part.strip() for part in environment.firm_details.split("|") if part.strip()],
        "page_of": _("Page {page} of {pages}"),
    }


def _place(row: Warehouse) -> list[str]:
    names = ("country", "region", "city", "district", "line", "postcode")
    return [named(row), *address_lines({name: getattr(row, name) for name in names})]
