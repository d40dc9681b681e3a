"""The rows of the orders list, written in Python: fifty of a template took longer than the database and all the rest.

What all rows of a page share (language, day, addresses, words) is looked up once for the page, in `OrderRows`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openoms.interfaces.console.amounts import amount_text
from openoms.interfaces.console.instants import Clock, clock
from openoms.interfaces.console.lists import Column
from openoms.interfaces.console.markup import escaped, joined
from openoms.interfaces.console.templatetags.desk import hold_badge
from openoms.interfaces.console.templatetags.oms import badge, day


@dataclass(frozen=True, slots=True)
class OrderRows:
    """Writes rows of orders for one page; a row is what reading.orders.complete_rows gives."""

    columns: Sequence[Column]
    clock: Clock
    language: str
    list_url: str
    select_words: str

    def row(self, row: Any) -> str:
        """One order, its tick first."""
        number = escaped(row.number)
        label = escaped(self.select_words % {"number": row.number})
        cells = "".join([_CELLS[column.name](row, self) for column in self.columns])
        return (
            '<tr data-row><td class="cell-tick"><input type="checkbox" class="form-check-input" name="number" '
            f'value="{number}" form="bulk" data-tick aria-label="{label}"></td>{cells}</tr>'
        )

    def named(self, english: str, chinese: str) -> str:
        """Of two names the one in the page's language."""
        return escaped(chinese if chinese and self.clock.chinese else english)


# The cell of an order on a page: HTML, escaped.
Cell = Callable[[Any, OrderRows], str]


def order_rows(rows: Sequence[Any], columns: Sequence[Column]) -> SafeString:
    """Rows of the list as the person whose request this is reads them."""
    page = OrderRows(
        columns=columns,
        clock=clock(),
        language=get_language() or "en",
        # The address of "order" begins with it; looking that up for each row cost a third of the row.
        list_url=reverse("orders"),
        select_words=_("Select order %(number)s"),
    )
    return joined(page.row(row) for row in rows)


def _number(row: Any, page: OrderRows) -> str:
    below = f'<span class="sub">{escaped(row.external_id)}</span>' if row.external_id else ""
    return (
        f'<td class="cell-title"><a href="{escaped(page.list_url + quote(row.number))}/" class="row-link">'
        f"{escaped(row.number)}</a>{below}</td>"
    )


def _customer(row: Any, page: OrderRows) -> str:
    return f'<td class="cell-main"><span class="clip">{escaped(row.customer__name)}</span></td>'


def _tags(row: Any, page: OrderRows) -> str:
    return _more(" ".join(f'<span class="tag">{escaped(name)}</span>' for name in row.tag_names) or "–")


def _expected(row: Any, page: OrderRows) -> str:
    late = row.expected_on and row.requested_date and row.expected_on > row.requested_date
    shown = escaped(day(row.expected_on))
    return _more(f'<span class="supply-late">{shown}</span>' if late else shown)


def _status(row: Any, page: OrderRows) -> str:
    held = " ".join([hold_badge(kind) for kind in row.hold_kinds])
    return f'<td class="cell-state">{badge("status", row.status)} {held}</td>'


def _state(axis: str, state: str, row: Any, *, waiting: str) -> str:
    """A badge; a cancelled order waits for neither money nor goods."""
    shown = "" if row.status == "cancelled" and state == waiting else badge(axis, state)
    return f'<td class="cell-state">{shown}</td>'


def _total(row: Any, page: OrderRows) -> str:
    return f'<td class="cell-amount">{escaped(amount_text(row.total, row.currency, page.language))}</td>'


def _more(html: str) -> str:
    return f'<td class="cell-more">{html}</td>'


_CELLS: Mapping[str, Cell] = {
    "number": _number,
    "placed": lambda row, page: f'<td class="cell-aside">{page.clock.shown(row.placed_at)}</td>',
    "customer": _customer,
    "channel": lambda row, page: _more(page.named(row.channel__name, row.channel__name_zh)),
    "order_type": lambda row, page: _more(page.named(row.order_type__name, row.order_type__name_zh)),
    "owner": lambda row, page: _more(escaped(row.owner__name or "–")),
    "tags": _tags,
    "requested": lambda row, page: _more(day(row.requested_date)),
    "expected": _expected,
    "status": _status,
    "payment": lambda row, page: _state("payment", row.payment_state, row, waiting="unpaid"),
    "fulfilment": lambda row, page: _state("fulfilment", row.fulfilment_state, row, waiting="unallocated"),
    "total": _total,
}
