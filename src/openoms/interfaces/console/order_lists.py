"""What the list of orders is: its filters, tabs, columns and saved views."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from openoms.domains.orders import labels
from openoms.domains.orders.models import SavedView
from openoms.domains.orders.queries import ANY
from openoms.domains.orders.states import Status
from openoms.interfaces.console.access import Request
from openoms.interfaces.console.forms.base import DayField, NumberField
from openoms.interfaces.console.lists import Column, Filters, ListPage
from openoms.interfaces.console.order_cells import order_rows
from openoms.interfaces.console.templatetags.oms import in_chinese
from openoms.interfaces.console.widgets import ShortSelect
from openoms.reading import orders as reading
from openoms.reading.orders import MOST_COUNTED, Choices

COLUMNS = (
    Column(_("Order"), "cell-title", "number"),
    Column(_("Placed"), "cell-aside", "placed"),
    Column(_("Customer"), "cell-main", "customer"),
    Column(_("Channel"), "cell-more", "channel"),
    Column(_("Order type"), "cell-more", "order_type"),
    Column(_("Owner"), "cell-more", "owner"),
    Column(_("Tags"), "cell-more", "tags"),
    Column(_("Requested date"), "cell-more", "requested"),
    Column(_("Goods expected"), "cell-more", "expected"),
    Column(_("Status"), "cell-state", "status"),
    Column(_("Payment"), "cell-state", "payment"),
    Column(_("Fulfilment"), "cell-state", "fulfilment"),
    Column(_("Total"), "cell-amount", "total"),
)
_USUAL = ("number", "placed", "customer", "channel", "status", "payment", "fulfilment", "total")


class OrderFilters(Filters):
    """What orders can be searched by."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    status = forms.ChoiceField(widget=ShortSelect, label=_("Status"), required=False)
    payment_state = forms.ChoiceField(widget=ShortSelect, label=_("Payment"), required=False)
    fulfilment_state = forms.ChoiceField(widget=ShortSelect, label=_("Fulfilment"), required=False)
    hold = forms.ChoiceField(widget=ShortSelect, label=pgettext_lazy("filter", "Hold"), required=False)
    channel = forms.ChoiceField(widget=ShortSelect, label=_("Channel"), required=False)
    order_type = forms.ChoiceField(widget=ShortSelect, label=_("Order type"), required=False)
    tag = forms.ChoiceField(widget=ShortSelect, label=pgettext_lazy("filter", "Tag"), required=False)
    owner = forms.ChoiceField(widget=ShortSelect, label=_("Owner"), required=False)
    currency = forms.ChoiceField(widget=ShortSelect, label=_("Currency"), required=False)
    sku = forms.CharField(label=_("SKU or name"), required=False, max_length=60)
    total_from = NumberField(label=_("Total from"), required=False)
    total_to = NumberField(label=_("Total to"), required=False)
    placed_from = DayField(label=_("Placed from"), required=False)
    placed_to = DayField(label=_("Placed to"), required=False)
    requested_from = DayField(label=_("Requested from"), required=False)
    requested_to = DayField(label=_("Requested to"), required=False)
    mine = forms.ChoiceField(
        label=_("Mine"), required=False, choices=[("", ""), ("1", _("yes"))], widget=forms.HiddenInput
    )
    customer = forms.CharField(label=_("Customer"), required=False, max_length=40, widget=forms.HiddenInput)

    more_from = "channel"

    @property
    def owner_choices(self) -> list[tuple[str, str]]:
        """The colleagues an order can be given to, nobody first."""
        return list(self.fields["owner"].choices)  # type: ignore[attr-defined]

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pairs = dict(_states(get_language()))
        chinese = in_chinese()
        for name in ("channel", "order_type", "tag", "owner", "currency"):
            pairs[name] = [(code, zh if zh and chinese else en) for code, en, zh in getattr(choices, name)]
        for name, offered in pairs.items():
            self.fields[name].choices = [("", self.fields[name].label), *offered]  # type: ignore[attr-defined]
        for name in ("sku", "total_from", "total_to"):
            self.fields[name].widget.attrs["placeholder"] = self.fields[name].label


@lru_cache(8)
def _states(language: str | None) -> Mapping[str, Sequence[tuple[str, str]]]:
    """The states to choose from by their filters, in the language, which is that of the request."""
    axes: Mapping[str, Any] = {
        "status": labels.choices(labels.STATUS),
        "payment_state": labels.choices(labels.PAYMENT_STATE),
        "fulfilment_state": labels.choices(labels.FULFILMENT_STATE),
        "hold": [(ANY, _("Any hold")), *labels.choices(labels.HOLD_KIND)],
    }
    return {name: [(str(code), str(label)) for code, label in offered] for name, offered in axes.items()}


ORDERS = ListPage(
    name="orders",
    columns=tuple(column for column in COLUMNS if column.name in _USUAL),
    filters=OrderFilters,
    key="-id",
    draw=order_rows,
    empty="orders/_empty.html",
    selectable=True,
)


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: what it says, how many orders it has and where it leads."""

    label: Promise | str
    count: str
    query: str
    active: bool


_TABS: Sequence[tuple[str, Promise, str]] = (
    ("all", pgettext_lazy("orders", "All"), ""),
    ("draft", pgettext_lazy("orders", "Drafts"), "status=draft"),
    ("submitted", labels.STATUS[Status.SUBMITTED], "status=submitted"),
    ("hold", pgettext_lazy("orders", "On hold"), f"hold={ANY}"),
    ("approved", labels.STATUS[Status.APPROVED], "status=approved"),
    ("completed", labels.STATUS[Status.COMPLETED], "status=completed"),
    ("cancelled", labels.STATUS[Status.CANCELLED], "status=cancelled"),
    ("mine", pgettext_lazy("orders", "Mine"), "mine=1"),
)


def tabs(request: Request) -> list[Tab]:
    """The tabs with their counts; the one whose filters are set, and no others of that sort, is the present one."""
    counts = reading.tab_counts(request.actor)
    now = {name: request.GET.get(name, "") for name in ("status", "hold", "mine")}
    present = "&".join(f"{name}={value}" for name, value in now.items() if value)
    return [Tab(label, _capped(counts[name]), query, active=query == present) for name, label, query in _TABS]


def _capped(count: int) -> str:
    return str(count) if count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"


def saved_views(request: Request) -> Sequence[SavedView]:
    """The person's own views and those shared with their roles, the columns they keep (a view without a name) first."""
    rows = SavedView.objects.filter(
        Q(owner=request.user) | Q(shared_with__overlap=sorted(request.roles)) & ~Q(name=""), page=ORDERS.name
    )
    return list(rows.order_by("name", "id")[:100])


def columns_of(views: Sequence[SavedView]) -> ListPage:
    """The list with the columns the person keeps."""
    kept = next((view.columns for view in views if view.name == ""), [])
    chosen = tuple(column for column in COLUMNS if column.name in kept)
    return replace(ORDERS, columns=chosen) if chosen else ORDERS


def query_without_cursor(query: QueryDict) -> str:
    """The filters of an address, without where its page begins."""
    kept = query.copy()
    for name in ("after", "jump"):
        kept.pop(name, None)
    return kept.urlencode()[:1000]
