"""The menu: departments and their pages; a person sees what they may use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openoms.core.types import Actor
from openoms.domains.identity.permissions import Perm
from openoms.reading import approvals, supply
from openoms.reading.remarks import MOST_COUNTED, open_count

# What stands beside a menu item, from the person and their roles: cheap, bounded, empty for nothing.
Badge: TypeAlias = Callable[[Actor, frozenset[str]], str]


def open_remarks(actor: Actor, roles: frozenset[str]) -> str:
    """How many remarks wait to be read by these roles."""
    return _counted(open_count(roles), MOST_COUNTED)


def open_approvals(actor: Actor, roles: frozenset[str]) -> str:
    """How many requests for approval wait for the person."""
    return _counted(approvals.waiting_count(actor), approvals.MOST_COUNTED)


def open_stop_work(actor: Actor, roles: frozenset[str]) -> str:
    """How many stop-work notices wait for an answer, for those who may give it."""
    if not (actor.may(Perm.PRODUCTION_REPORT) or actor.may(Perm.SUPPLY_MANAGE)):
        return ""
    return _counted(supply.open_notices(actor), supply.MOST_COUNTED)


def _counted(count: int, most: int) -> str:
    return "" if not count else f"{count}" if count < most else f"{most - 1}+"


@dataclass(frozen=True, slots=True)
class Item:
    """One page: its address's name, what to call it, the permission it asks for, and what stands beside it.

    `also` are further addresses that belong to it, such as "/waves/".
    """

    name: str
    label: Promise
    icon: str
    permission: Perm
    badge: Badge | None = None
    also: Sequence[str] = ()

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(self.name)


@dataclass(frozen=True, slots=True)
class Department:
    """A group of pages."""

    label: Promise
    items: Sequence[Item]


MENU = (
    Department(
        _("Sales"),
        (
            Item("orders", _("Orders"), "receipt", Perm.ORDER_VIEW),
            Item("order-new", _("New order"), "plus", Perm.ORDER_CREATE),
            Item("exceptions", _("Exceptions"), "alert-triangle", Perm.ORDER_VIEW),
            Item("inbox", _("Remarks to do"), "inbox", Perm.ORDER_VIEW, badge=open_remarks),
            Item("customers", _("Customers"), "users", Perm.CUSTOMER_VIEW),
        ),
    ),
    Department(
        pgettext_lazy("menu", "Approval"),
        (
            Item("approvals", _("Approvals"), "clipboard-check", Perm.ORDER_VIEW, badge=open_approvals),
            Item("approval-rules", _("Approval rules"), "list", Perm.APPROVAL_VIEW),
            Item("authorities", _("Authorities"), "lock-open", Perm.APPROVAL_VIEW),
            Item("absences", _("Absence"), "calendar", Perm.ORDER_VIEW),
        ),
    ),
    Department(
        _("Catalogue"),
        (
            Item("products", _("Products"), "package", Perm.CATALOG_VIEW),
            Item("pricing", _("Prices and taxes"), "coin", Perm.PRICE_EDIT),
            Item("promotions", _("Promotions"), "discount", Perm.CATALOG_VIEW),
            Item("coupons", _("Coupons"), "tag", Perm.PRICE_EDIT),
        ),
    ),
    Department(
        pgettext_lazy("menu", "Goods"),
        (
            Item("stock", _("Stock"), "building-warehouse", Perm.STOCK_VIEW),
            Item(
                "warehouse-board",
                _("Warehouse work"),
                "package",
                Perm.STOCK_VIEW,
                also=("/waves/", "/fulfilments/", "/pack/"),
            ),
        ),
    ),
    Department(
        pgettext_lazy("menu", "Supply"),
        (
            Item("supply", _("Demand and supply"), "report-analytics", Perm.SUPPLY_VIEW),
            Item("production", _("Production"), "tools", Perm.SUPPLY_VIEW),
            Item("purchases", _("Purchasing"), "shopping-cart", Perm.SUPPLY_VIEW),
            Item("stop-work", _("Stop-work notices"), "ban", Perm.SUPPLY_VIEW, badge=open_stop_work),
            Item("bills", _("Bills of materials"), "list", Perm.SUPPLY_VIEW),
            Item("suppliers", _("Suppliers"), "building", Perm.SUPPLY_VIEW),
            Item("work-centres", _("Work centres"), "settings", Perm.SUPPLY_VIEW),
        ),
    ),
    Department(
        _("Administration"),
        (
            Item("phrases", _("Ready remarks"), "message", Perm.INSTRUCTION_MANAGE),
            Item("messages", _("Messages"), "mail", Perm.NOTIFICATION_MANAGE),
            Item("people", _("People"), "user", Perm.USER_MANAGE),
            Item("roles", _("Roles"), "lock", Perm.ROLE_MANAGE),
            Item("api-keys", _("API keys"), "key", Perm.APIKEY_MANAGE),
        ),
    ),
)


def menu_for(actor: Actor) -> list[Department]:
    """The departments with what the actor may open; none that would be empty."""
    kept = [Department(d.label, [i for i in d.items if actor.may(i.permission)]) for d in MENU]
    return [department for department in kept if department.items]


def current(items: Sequence[Department], path: str) -> str:
    """The name of the page `path` belongs to: the longest address it begins with; empty when none."""
    urls = {
        url: item.name for department in items for item in department.items for url in (item.url, *item.also)
    }
    fitting = [url for url in urls if path.startswith(url)]
    return urls[max(fitting, key=len)] if fitting else ""
