"""What the warehouse's papers say: the pick list in the reader's language, what goes to the customer in theirs."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from openoms.domains.customers.models import Customer
from openoms.domains.fulfilment.models import Fulfilment, FulfilmentLine, Parcel
from openoms.domains.fulfilment.states import FulfilmentState
from openoms.domains.orders.models import Instruction
from openoms.interfaces.console.templatetags.desk import stage_name
from openoms.interfaces.console.templatetags.oms import (
    address_lines,
    chosen_name,
    day,
    line_name,
    named,
    quantity,
    sku_name,
    unit,
)
from openoms.interfaces.console.templatetags.warehouse import weight
from openoms.outreach.documents.worksheet import Cell, Group, SheetColumn, WorkSheet
from openoms.reading.fulfilment import Fetch, WaveWork

ZERO = Decimal(0)
# More orders than these stand below the table, not beside the facts.
MOST_BESIDE = 12


def spoken_to(customer: Customer) -> AbstractContextManager[Any]:
    """Within it texts are in the customer's language, where it is known; else they stay in the reader's."""
    known = {code for code, _name in settings.LANGUAGES}
    return translation.override(customer.language) if customer.language in known else nullcontext()


def pick_list(found: WaveWork, remarks: Mapping[UUID, Sequence[Instruction]], address: str) -> WorkSheet:
    """A wave's round in the order of the bins: what to take, how many, into which totes."""
    wave = found.wave
    rows = [row for row in found.fulfilments if row.state != FulfilmentState.CANCELLED]
    totes = {row.pk: f"{row.tote or '–'}" for row in rows}
    tote = _("Tote")
    said = [
        (f"{tote} {totes[row.pk]} · {row.order.number} · {stage_name(one.stage)}", one.text)
        for row in rows
        for one in remarks.get(row.order_id, ())
    ]
    facts = [
        (_("Warehouse"), named(wave.warehouse)),
        (_("Ship by"), day(wave.ship_by)),
        (_("Pieces"), quantity(sum((fetch.quantity for fetch in found.fetches), ZERO))),
        (_("Picker"), wave.picker.name if wave.picker else "–"),
    ]
    orders = [f"{totes[row.pk]}  {row.order.number}  {row.order.customer.name}" for row in rows]
    few = len(orders) <= MOST_BESIDE
    return WorkSheet(
        **_head(_("Pick list"), wave.number),
        facts=facts,
        parties=[(_("Totes"), [_counted(len(orders)), *(orders if few else [])])],
        remarks=said,
        columns=[
            SheetColumn(_("Bin")),
            SheetColumn(_("Item"), wide=True),
            SheetColumn(_("Into tote")),
            SheetColumn(_("Take"), right=True),
        ],
        groups=[Group("", [_fetched(fetch) for fetch in found.fetches])],
        code=address,
        ticks=True,
        notes=[] if few else [f"{tote} {text}" for text in orders],
    )


def _counted(count: int) -> str:
    return ngettext("%(n)s order", "%(n)s orders", count) % {"n": count}


def _fetched(fetch: Fetch) -> list[Cell]:
    shares = _shares(fetch.lines)
    options = list(dict.fromkeys(chosen_name(one) for line in fetch.lines for one in line.line.options))
    return [
        Cell(fetch.bin or "–", big=True),
        Cell(sku_name(fetch.sku), [fetch.sku.code, *options]),
        Cell("  ".join(f"{tote} × {quantity(count)}" for tote, count in shares)),
        Cell(f"{quantity(fetch.quantity)} {unit(fetch.sku.unit)}", big=True),
    ]


def _shares(lines: Iterable[FulfilmentLine]) -> list[tuple[int, Decimal]]:
    """How many of a sku each tote gets in all, in the order of the cart."""
    sums: dict[int, Decimal] = {}
    for line in lines:
        tote = line.fulfilment.tote or 0
        sums[tote] = sums.get(tote, ZERO) + line.quantity
    return sorted(sums.items())


def packing_slip(row: Fulfilment, remarks: Sequence[Instruction], address: str) -> WorkSheet:
    """What lies in which parcel, with what is to be heeded; as long as nothing is packed, all that is to be."""
    parcels = list(row.parcels.all())
    count = len(parcels)
    groups = [
        Group(_parcel(parcel, count), [_goods(one.line, one.quantity) for one in parcel.lines.all()])
        for parcel in parcels
    ]
    return WorkSheet(
        **_head(_("Packing slip"), row.number),
        facts=_facts(row),
        parties=_parties(row),
        remarks=_said(remarks),
        columns=_columns(),
        groups=groups
        or [Group("", [_goods(line, line.picked or line.quantity) for line in row.lines.all()])],
        code=address,
        ticks=True,
    )


def _parcel(parcel: Parcel, count: int) -> str:
    text = _("Parcel %(position)s of %(count)s") % {"position": parcel.position, "count": count}
    return f"{text} · {weight(parcel.weight_g)}" if parcel.weight_g else text


def delivery_note(row: Fulfilment, remarks: Sequence[Instruction], address: str) -> WorkSheet:
    """All that is delivered, to be signed by who receives it."""
    shipments = [one for one in row.shipments.all() if one.state == "shipped"]
    facts = _facts(row)
    for one in shipments:
        facts.append((_("Carrier"), " ".join(filter(None, [one.carrier, one.service]))))
        if one.waybill:
            facts.append((_("Waybill"), one.waybill))
    return WorkSheet(
        **_head(_("Delivery note"), row.number),
        facts=facts,
        parties=_parties(row),
        remarks=[],
        columns=_columns(),
        groups=[Group("", [_goods(line, line.picked or line.quantity) for line in row.lines.all()])],
        code=address,
        signatures=[_("Received complete and undamaged: name"), pgettext("paper", "Date, signature")],
    )


def _columns() -> list[SheetColumn]:
    return [
        SheetColumn(_("Item"), wide=True),
        SheetColumn(_("SKU")),
        SheetColumn(_("Quantity"), right=True),
    ]


def _goods(line: FulfilmentLine, count: Decimal) -> list[Cell]:
    """A line under the name it was sold by; a bundle's part under its own, with the bundle's beside it."""
    is_part = line.line.sku_id != line.sku_id
    name = sku_name(line.sku) if is_part else line_name(line.line)
    details = [line_name(line.line)] if is_part else [chosen_name(one) for one in line.line.options]
    return [
        Cell(name, details),
        Cell(line.sku.code),
        Cell(f"{quantity(count)} {unit(line.sku.unit)}", big=True),
    ]


def _facts(row: Fulfilment) -> list[tuple[str, str]]:
    order = row.order
    facts = [(_("Order"), order.number)]
    if order.external_id:
        facts.append((_("External reference"), order.external_id))
    facts += [(_("Date"), day(timezone.localdate())), (_("Ship by"), day(row.ship_by))]
    count = len(row.parcels.all())
    if count:
        facts.append((_("Parcels"), str(count)))
    return facts


def _parties(row: Fulfilment) -> list[tuple[str, list[str]]]:
    """Where it goes in full, and where it comes from."""
    ship_to = dict(row.order.ship_to or {})
    who = " ".join(filter(None, [ship_to.get("name", ""), ship_to.get("phone", "")]))
    to = [line for line in (who or row.order.customer.name, *address_lines(ship_to)) if line]
    place = row.warehouse
    names = ("country", "region", "city", "district", "line", "postcode")
    sender = [named(place), *address_lines({name: getattr(place, name) for name in names})]
    return [(_("Ship to"), to), (pgettext("paper", "From"), sender)]


def _said(remarks: Sequence[Instruction]) -> list[tuple[str, str]]:
    return [(stage_name(one.stage), one.text) for one in remarks]


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
