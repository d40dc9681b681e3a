"""Many orders at once: the same step on each with a result a row, exports, and how the list is kept."""

import csv
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from openoms.core.errors import DomainError, InvalidInput
from openoms.core.types import Actor
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders import queries as orders
from openoms.domains.orders.holds import BY_HAND
from openoms.domains.orders.models import Hold, Order
from openoms.flows.cancel import cancel_order
from openoms.flows.hold import place_hold, release_hold
from openoms.flows.keep_view import keep_columns, remove_view, save_view
from openoms.flows.submit import submit_order
from openoms.flows.tell_export import tell_orders_export
from openoms.flows.watch import assign_order, tag_order
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.order_lists import (
    COLUMNS,
    ORDERS,
    OrderFilters,
    columns_of,
    query_without_cursor,
    saved_views,
)
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.views.order_deeds import merge_address
from openoms.reading import order_export as reading
from openoms.reading.orders import choices

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one order."""

    number: str
    done: bool
    text: str


Step = Callable[[str, str, Actor], str]


@require_POST
@page(Perm.ORDER_VIEW)
def bulk(request: Request) -> HttpResponseBase:
    """Do one step on each of the selected orders; the page says what became of each."""
    numbers = list(dict.fromkeys(text.replace("\0", "") for text in request.POST.getlist("number")))[
        :MOST_AT_ONCE
    ]
    action = request.POST.get("action", "")
    if action in _FORMATS:
        require(request.actor, Perm.ORDER_EXPORT)
        return _taken_away(request, action, reading.selected(request.actor, numbers), ["number"])
    if action == "merge":
        return redirect(merge_address(numbers))
    if action not in _STEPS:
        raise Http404
    said = request.POST.get("owner" if action == "assign" else "text", "").replace("\0", "")
    outcomes = [_one(number, said, request.actor, _STEPS[action]) for number in numbers]
    query = request.POST.get("query", "").replace("\0", "")[:1000]
    context = {
        "outcomes": outcomes,
        "done": sum(o.done for o in outcomes),
        "back": f"{reverse('orders')}?{query}",
    }
    return render(request, "orders/bulk.html", context)


def _one(number: str, said: str, actor: Actor, step: Step) -> Outcome:
    try:
        return Outcome(number, True, step(number, said, actor))
    except DomainError as error:
        return Outcome(number, False, sentence(error))


def _submit(number: str, said: str, actor: Actor) -> str:
    submit_order(number, actor=actor)
    return _("submitted")


def _hold(number: str, said: str, actor: Actor) -> str:
    place_hold(number, said, actor=actor)
    return _("on hold")


def _release(number: str, said: str, actor: Actor) -> str:
    """Every hold of the order that people release; a hold of the system stays, and is named where it is the only one."""
    require(actor, Perm.HOLD_RELEASE)
    order = orders.get(actor, number)
    held = list(Hold.objects.filter(order=order, released_at=None))
    if not held:
        raise InvalidInput("The order has no such hold.")
    by_hand = [hold for hold in held if hold.kind in BY_HAND] or held
    for hold in by_hand:
        release_hold(number, hold.pk, said, actor=actor)
    return _("released")


def _cancel(number: str, said: str, actor: Actor) -> str:
    cancel_order(number, said, actor=actor)
    return _("cancelled")


def _tag(number: str, said: str, actor: Actor) -> str:
    tag_order(number, said.replace("，", ",").split(","), actor=actor)
    return _("tagged")


def _assign(number: str, said: str, actor: Actor) -> str:
    try:
        owner = UUID(said) if said else None
    except ValueError:
        raise InvalidInput("There is no such person.", field="owner") from None
    assign_order(number, owner, actor=actor)
    return _("assigned")


_STEPS: dict[str, Step] = {
    "submit": _submit, "hold": _hold, "release": _release, "cancel": _cancel, "tag": _tag, "assign": _assign,
}  # fmt: skip


@require_GET
@page(Perm.ORDER_EXPORT, Perm.ORDER_VIEW)
def export(request: Request, form: str) -> HttpResponseBase:
    """The list the filters show, as a sheet."""
    if form not in _FORMATS:
        raise Http404
    values = OrderFilters(request.GET, choices=choices()).values
    return _taken_away(request, form, reading.filtered(request.actor, values), list(values))


def _taken_away(
    request: Request, form: str, rows: QuerySet[Order], filters: Sequence[str]
) -> HttpResponseBase:
    """The orders as a sheet; that they leave is told before the first of them does."""
    tell_orders_export(form, reading.size(rows), filters, actor=request.actor)
    return _FORMATS[form](reading.sheet(request.actor, rows))


class _Echo:
    """A file that hands each line on instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def _as_csv(rows: Iterable[Sequence[str]]) -> HttpResponseBase:
    writer = csv.writer(_Echo())

    def lines() -> Iterator[bytes]:
        # Spreadsheets take a file without this mark for the machine's old encoding.
        yield "\ufeff".encode()
        for row in rows:
            yield str(writer.writerow(row)).encode()

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_name()}.csv"'
    return response


def _as_xlsx(rows: Iterable[Sequence[str]]) -> HttpResponseBase:
    import xlsxwriter

    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write_string(at, column, text)
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(file, content_type=kind, as_attachment=True, filename=f"{_name()}.xlsx")


_FORMATS: dict[str, Callable[[Iterable[Sequence[str]]], HttpResponseBase]] = {
    "csv": _as_csv,
    "xlsx": _as_xlsx,
}


def _name() -> str:
    return f"orders-{timezone.localtime():%Y%m%d-%H%M}"


@require_POST
@page(Perm.ORDER_VIEW)
def view_save(request: Request) -> HttpResponse:
    """Keep the list's filters and columns under a name."""
    query = query_without_cursor(_query(request))
    shown = [column.name for column in columns_of(saved_views(request)).columns]
    try:
        name = request.POST.get("name", "").replace("\0", "")
        shared = request.POST.get("shared") == "1"
        saved = save_view(ORDERS.name, name, query, shown, actor=request.actor, shared=shared)
        messages.success(request, _("The view “%(name)s” was saved.") % {"name": saved.name})
    except InvalidInput as error:
        messages.error(request, sentence(error))
    return redirect(f"{reverse('orders')}?{query}")


@require_POST
@page(Perm.ORDER_VIEW)
def view_columns(request: Request) -> HttpResponse:
    """Keep which columns the person wants."""
    known = {column.name for column in COLUMNS}
    # The number is how one gets to the order: a list without it leads nowhere.
    chosen = [name for name in request.POST.getlist("column") if name in known and name != "number"]
    keep_columns(ORDERS.name, ["number", *chosen] if chosen else [], actor=request.actor)
    return redirect(f"{reverse('orders')}?{query_without_cursor(_query(request))}")


@require_POST
@page(Perm.ORDER_VIEW)
def view_remove(request: Request, view_id: UUID) -> HttpResponse:
    """Take a view away."""
    remove_view(view_id, actor=request.actor)
    messages.success(request, _("The view was removed."))
    return redirect("orders")


def _query(request: Request) -> QueryDict:
    return QueryDict(request.POST.get("query", "").replace("\0", "")[:1000])
