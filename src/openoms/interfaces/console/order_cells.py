"""The cells of the orders list, written in Python: fifty rows of a template took longer than the database and all the rest."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from openoms.interfaces.console.lists import Column
from openoms.interfaces.console.templatetags.desk import hold_badge
from openoms.interfaces.console.templatetags.oms import badge, day, money, named, when

# An order as reading.orders.complete_rows gives it.
Cell = Callable[[Any], SafeString]


def order_row(row: Any, columns: Sequence[Column]) -> SafeString:
    """The cells of one order, its tick first."""
    label = _("Select order %(number)s") % {"number": row.number}
    tick = format_html(
        '<td class="cell-tick"><input type="checkbox" class="form-check-input" name="number" value="{}" form="bulk" '
        'data-tick aria-label="{}"></td>',
        row.number,
        label,
    )
    # Each part was escaped when it was made.
    return mark_safe(tick + "".join(_CELLS[column.name](row) for column in columns))  # noqa: S308 # nosec


def _number(row: Any) -> SafeString:
    below = format_html('<span class="sub">{}</span>', row.external_id) if row.external_id else ""
    return format_html(
        '<td class="cell-title"><a href="{}" class="row-link">{}</a>{}</td>',
        # The address of "order"; looking it up for each row cost a third of the row.
        f"{reverse('orders')}{quote(row.number)}/",
        row.number,
        below,
    )


def _placed(row: Any) -> SafeString:
    return format_html('<td class="cell-aside">{}</td>', when(row.placed_at))


def _customer(row: Any) -> SafeString:
    return format_html('<td class="cell-main"><span class="clip">{}</span></td>', row.customer.name)


def _tags(row: Any) -> SafeString:
    marks = format_html_join(" ", '<span class="tag">{}</span>', ((name,) for name in row.tag_names))
    return _more(marks or "–")


def _status(row: Any) -> SafeString:
    held = format_html_join(" ", "{}", ((hold_badge(kind),) for kind in row.hold_kinds))
    return format_html('<td class="cell-state">{} {}</td>', badge("status", row.status), held)


def _total(row: Any) -> SafeString:
    return format_html('<td class="cell-amount">{}</td>', money(row.total, row.currency))


def _more(text: str) -> SafeString:
    return format_html('<td class="cell-more">{}</td>', text)


_CELLS: Mapping[str, Cell] = {
    "number": _number,
    "placed": _placed,
    "customer": _customer,
    "channel": lambda row: _more(named(row.channel)),
    "order_type": lambda row: _more(named(row.order_type)),
    "owner": lambda row: _more(row.owner.name if row.owner else "–"),
    "tags": _tags,
    "requested": lambda row: _more(day(row.requested_date)),
    "status": _status,
    "payment": lambda row: format_html('<td class="cell-state">{}</td>', badge("payment", row.payment_state)),
    "fulfilment": lambda row: format_html(
        '<td class="cell-state">{}</td>', badge("fulfilment", row.fulfilment_state)
    ),
    "total": _total,
}
