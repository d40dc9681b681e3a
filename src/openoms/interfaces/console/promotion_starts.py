"""Ready starting points for a promotion: what firms ask for most, to be filled in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openoms.domains.pricing.promotions import (
    AmountIs,
    AmountOff,
    Benefit,
    Gift,
    Ladder,
    OrderCountIs,
    Percent,
    Promotion,
    Rung,
    Units,
    Window,
)

_FREE = Percent(Decimal(100))
_TEN = Percent(Decimal(10))


@dataclass(frozen=True, slots=True)
class Start:
    """A starting point: its key, what to call it, what it is for, its icon, and the promotion (made in a currency)."""

    key: str
    title: Promise
    text: Promise
    icon: str
    make: Callable[[str], Promotion]


def _of(*benefits: Benefit | Gift, **more: object) -> Callable[[str], Promotion]:
    def made(currency: str) -> Promotion:
        return Promotion("", benefits, currency=currency, window=blank_window(), **more)  # type: ignore[arg-type]

    return made


def blank_window() -> Window:
    """Always, in the firm's own zone."""
    return Window(timezone=settings.TIME_ZONE)


_LADDER = Ladder((Rung(Decimal(500), Decimal(50)), Rung(Decimal(1000), Decimal(120))), unit="amount")
_STARTS = (
    Start(
        "buy-three",
        _("Buy three, get one free"),
        _("Of every four pieces the cheapest is free."),
        "package",
        _of(Benefit(_FREE, units=Units(size=4, rewarded=1))),
    ),
    Start(
        "category",
        _("10% off a category"),
        _("Each unit of the goods you choose is cheaper."),
        "category",
        _of(Benefit(_TEN)),
    ),
    Start(
        "ladder",
        _("Spend 500, save 50"),
        _("More off the order the more is bought."),
        "chart-bar",
        _of(Benefit(_LADDER, "order")),
    ),
    Start(
        "shipping",
        _("Free shipping"),
        _("From an amount on, the shipping fee is waived."),
        "truck",
        _of(Benefit(_FREE, "shipping"), conditions=(AmountIs(Decimal(200)),)),
    ),
    Start(
        "gift",
        _("Gift with purchase"),
        _("Something small comes along with the goods you choose."),
        "shopping-cart",
        _of(Gift("")),
    ),
    Start(
        "first",
        _("First order"),
        _("A welcome for customers who never ordered before."),
        "users",
        _of(Benefit(_TEN, "order"), conditions=(OrderCountIs(nth=1),), most_uses_each=1),
    ),
    Start(
        "coupon",
        _("Coupon"),
        _("A code takes an amount off the order."),
        "tag",
        _of(Benefit(AmountOff(Decimal(20)), "order"), needs_coupon=True, most_uses_each=1),
    ),
)


def starts() -> Sequence[Start]:
    """All of them, in the order in which they are offered."""
    return _STARTS


def started(key: str) -> Promotion:
    """The promotion to begin with: that of the key, else a plain percentage off."""
    found = next((start for start in _STARTS if start.key == key), None)
    make = found.make if found else _of(Benefit(_TEN))
    return make(settings.OPENOMS.default_currency)
