"""Promotions as pages show them: in which state, how often and how much was given, what they name. Writes nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Model, Q, QuerySet, Sum

from openoms.core.types import Actor
from openoms.domains.catalog.models import Category, Product, Sku
from openoms.domains.customers.models import Customer, CustomerTier
from openoms.domains.events.models import Event
from openoms.domains.orders import queries as orders
from openoms.domains.orders.models import Channel, Order, OrderType
from openoms.domains.pricing import kinds
from openoms.domains.pricing.models import Coupon, Promotion, PromotionUse
from openoms.domains.pricing.promotion_checks import goods_of, names
from openoms.domains.pricing.promotions import CustomerIs, Gift, OrderIs
from openoms.domains.pricing.promotions import Promotion as PromotionValue

ON, OFF, NOT_YET, ENDED, USED_UP = STATES = ("on", "off", "not_yet", "ended", "used_up")
_NEWEST_USES = 10
_EVENTS = 60
_SPENT = Q(counter__times__gte=F("most_uses")) | Q(counter__given__gte=F("budget"))


def promotions() -> QuerySet[Promotion]:
    """All promotions, complete for a list."""
    return Promotion.objects.select_related("counter")


@dataclass(frozen=True, slots=True)
class PromotionFilter:
    """What a list of promotions is narrowed to; an empty value does not narrow. `coupon` is "yes" or "no"."""

    q: str = ""
    state: str = ""
    coupon: str = ""


def filtered(rows: QuerySet[Promotion], wanted: PromotionFilter, now: datetime) -> QuerySet[Promotion]:
    """Those that fit at `now`."""
    text = wanted.q.strip()
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(name_zh__icontains=text) | Q(code__icontains=text))
    if wanted.coupon:
        rows = rows.filter(needs_coupon=wanted.coupon == "yes")
    ended, not_yet = Q(ends_at__lte=now), Q(starts_at__gt=now)
    match wanted.state:
        case "off":
            return rows.filter(is_active=False)
        case "ended":
            return rows.filter(ended, is_active=True)
        case "not_yet":
            return rows.filter(not_yet, is_active=True).exclude(ended)
        case "used_up":
            return rows.filter(_SPENT, is_active=True).exclude(ended).exclude(not_yet)
        case "on":
            spent = Promotion.objects.filter(_SPENT).values("pk")
            return rows.filter(is_active=True).exclude(ended).exclude(not_yet).exclude(pk__in=spent)
    return rows


def state_of(row: Promotion, now: datetime) -> str:
    """One of STATES, the same as `filtered` finds it by."""
    if not row.is_active:
        return OFF
    if row.ends_at is not None and row.ends_at <= now:
        return ENDED
    if row.starts_at is not None and row.starts_at > now:
        return NOT_YET
    counter = getattr(row, "counter", None)
    if counter is not None:
        used = row.most_uses is not None and counter.times >= row.most_uses
        spent = row.budget is not None and counter.given >= row.budget
        return USED_UP if used or spent else ON
    return ON


@dataclass(frozen=True, slots=True)
class Given:
    """How often a promotion was given in one currency, and how much."""

    currency: str
    times: int
    amount: Decimal


def given(keys: Collection[UUID]) -> dict[UUID, list[Given]]:
    """What each promotion gave so far, by currency."""
    rows = PromotionUse.objects.filter(promotion__in=keys).order_by("currency")
    sums = rows.values_list("promotion_id", "currency").annotate(times=Count("pk"), amount=Sum("amount"))
    found: dict[UUID, list[Given]] = defaultdict(list)
    for promotion, currency, times, amount in sums:
        found[promotion].append(Given(currency, times, amount))
    return found


@dataclass(frozen=True, slots=True)
class Use:
    """One order that was given a promotion."""

    order: Order
    amount: Decimal
    currency: str
    coupon: str


def newest_uses(actor: Actor, promotion: Promotion) -> list[Use]:
    """The newest orders that were given it, of those the actor may see."""
    uses = list(promotion.uses.select_related("coupon").order_by("-pk")[:_NEWEST_USES])
    rows = orders.visible_to(actor).in_bulk([use.order_id for use in uses])
    return [
        Use(rows[use.order_id], use.amount, use.currency, use.coupon.code if use.coupon else "")
        for use in uses
        if use.order_id in rows
    ]


def history(promotion: Promotion, *, with_coupons: bool) -> Sequence[Event]:
    """What happened to a promotion, newest first; of its coupons only for those who may know their codes."""
    rows = Event.objects.filter(subject_id=promotion.pk)
    if not with_coupons:
        rows = rows.exclude(kind__in=(kinds.COUPONS_CREATED.code, kinds.COUPON_CHANGED.code))
    return list(rows.order_by("-pk")[:_EVENTS])


def coupons() -> QuerySet[Coupon]:
    """Coupons, complete for a list."""
    return Coupon.objects.select_related("promotion")


def coupon_uses(rows: Sequence[Coupon]) -> dict[UUID, int]:
    """How many orders each of the coupons was given with; those nobody used are left out."""
    uses = PromotionUse.objects.filter(coupon__in=[row.pk for row in rows]).order_by()
    return dict(uses.values_list("coupon_id").annotate(times=Count("pk")))


@dataclass(frozen=True, slots=True)
class CouponFilter:
    """What a list of coupons is narrowed to; `promotion` and `batch` are exact, `active` is "yes" or "no"."""

    q: str = ""
    promotion: str = ""
    batch: str = ""
    active: str = ""


def matching_coupons(rows: QuerySet[Coupon], wanted: CouponFilter) -> QuerySet[Coupon]:
    """Those that fit; a text finds codes by their beginning."""
    text = wanted.q.strip().upper()
    if text:
        # Between two texts rather than LIKE: codes are indexed as they stand.
        rows = rows.filter(code__gte=text, code__lt=text + "\U0010ffff", code__startswith=text)
    exact = {"promotion__code": wanted.promotion, "batch": wanted.batch}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    return rows.filter(is_active=wanted.active == "yes") if wanted.active else rows


def batches(promotion: Promotion) -> list[tuple[str, int]]:
    """The batches of a promotion's coupons with how many each has, by name."""
    rows = promotion.coupons.exclude(batch="").order_by("batch").values_list("batch")
    return list(rows.annotate(count=Count("pk")))


def mentioned(values: Iterable[PromotionValue]) -> dict[str, set[str]]:
    """The codes that promotions name, by kind: sku, product, category, customer, tier, channel, order_type."""
    found: dict[str, set[str]] = defaultdict(set)
    for value in values:
        goods = names(goods_of(value))
        for kind, plural in (("sku", "skus"), ("product", "products"), ("category", "categories")):
            found[kind] |= goods[plural]
        found["sku"] |= {benefit.sku for benefit in value.benefits if isinstance(benefit, Gift)}
        for condition in value.conditions:
            if isinstance(condition, CustomerIs):
                found["customer"] |= {*condition.customers}
                found["tier"] |= {*condition.tiers}
            elif isinstance(condition, OrderIs):
                found["channel"] |= {*condition.channels}
                found["order_type"] |= {*condition.order_types}
    return found


_NAMED: Mapping[str, tuple[type[Model], str]] = {
    "sku": (Sku, "code"), "product": (Product, "code"), "category": (Category, "code"), "customer": (Customer, "code"),
    "tier": (CustomerTier, "pk"), "channel": (Channel, "pk"), "order_type": (OrderType, "pk"),
}  # fmt: skip


def rows_named(wanted: Mapping[str, Collection[str]]) -> dict[tuple[str, str], Any]:
    """The rows of these codes, by kind and code: one statement for each kind that is asked for."""
    found: dict[tuple[str, str], Any] = {}
    for kind, codes in wanted.items():
        if not codes or kind not in _NAMED:
            continue
        model, key = _NAMED[kind]
        rows: QuerySet[Any] = model._default_manager.filter(**{f"{key}__in": codes})
        if kind == "sku":
            rows = rows.select_related("product")
        found |= {(kind, str(getattr(row, key))): row for row in rows}
    return found
