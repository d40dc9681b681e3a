"""What a quotation says, in the present language."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openoms.domains.orders.models import Line, LineComponent, Order
from openoms.interfaces.console.templatetags.oms import (
    address_lines,
    chosen_name,
    day,
    line_name,
    money,
    quantity,
    sku_name,
    unit,
    unit_price,
)
from openoms.outreach.documents.sheet import Sheet, SheetLine
from openoms.reading.order_page import OrderPage


def sheet_of(found: OrderPage) -> Sheet:
    """The order as a quotation: prices as they stand, internal remarks left out."""
    order = found.order
    environment = settings.OPENOMS
    return Sheet(
        language="zh" if (get_language() or "").startswith("zh") else "en",
        title=_("Quotation"),
        number=order.number,
        firm=environment.firm_name,
        firm_details=[part.strip() for part in environment.firm_details.split("|") if part.strip()],
        facts=_facts(order),
        parties=_parties(order, found.ship_to),
        columns=[
            "#", _("Item"), _("Quantity"), _("Unit price"), _("Discount"), _("Tax"), _("Total"),
        ],
        lines=[_line(line, order.currency) for line in found.lines],
        totals=_totals(order),
        notes=_notes(order),
        page_of=_("Page {page} of {pages}"),
    )  # fmt: skip


def _facts(order: Order) -> list[tuple[str, str]]:
    facts = [(_("Date"), day(timezone.localdate()))]
    if order.quote_valid_until:
        facts.append((_("Valid until"), day(order.quote_valid_until)))
    if order.requested_date:
        facts.append((_("Requested date"), day(order.requested_date)))
    facts.append((_("Terms"), str(order.get_terms_display())))
    return facts


def _parties(order: Order, ship_to: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    parties = [(_("Customer"), [order.customer.name, order.customer.code])]
    if ship_to:
        who = " ".join(filter(None, [ship_to.get("name", ""), ship_to.get("phone", "")]))
        parties.append((_("Ship to"), [line for line in [who, *address_lines(dict(ship_to))] if line]))
    return parties


def _line(line: Line, currency: str) -> SheetLine:
    given = sum((part.amount for part in line.adjustments.all()), start=line.net * 0)
    return SheetLine(
        name=line_name(line),
        details=[line.sku.code, *map(chosen_name, line.options), *map(_part, line.components.all())],
        figures=[
            f"{quantity(line.quantity)} {unit(line.unit)}",
            unit_price(line.unit_price, currency),
            money(given, currency) if given else "–",
            money(line.tax, currency),
            money(line.total, currency),
        ],
    )


def _part(part: LineComponent) -> str:
    return f"{quantity(part.quantity)} × {sku_name(part.sku)}"


def _totals(order: Order) -> list[tuple[str, str]]:
    rows = [
        (_("Goods, without tax"), order.items_total),
        (_("Shipping, without tax"), order.shipping_total),
        (_("Tax"), order.tax_total),
        (_("Total"), order.total),
    ]
    return [(label, money(amount, order.currency)) for label, amount in rows]


def _notes(order: Order) -> list[str]:
    notes = [_("All amounts are in %(currency)s.") % {"currency": order.currency}]
    if order.tax_inclusive:
        notes.append(_("Unit prices contain the tax."))
    if order.quote_valid_until:
        notes.append(
            _("These prices hold for orders placed by %(day)s.") % {"day": day(order.quote_valid_until)}
        )
    return notes
