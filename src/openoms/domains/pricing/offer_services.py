"""Writing offers: counting what was given, under locks where it is limited; saving promotions, coupons and contracts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Sum

from openoms.core import db
from openoms.core.db import require_atomic
from openoms.core.ids import uuid7
from openoms.core.money import ZERO
from openoms.domains.pricing import facts
from openoms.domains.pricing.documents import promotion_document
from openoms.domains.pricing.models import Contract, Coupon, Promotion, PromotionCounter, PromotionUse
from openoms.domains.pricing.priced import PricedBasket
from openoms.domains.pricing.promotions import Promotion as PromotionValue


def lock_uses(codes: Sequence[str], coupons: Sequence[str], customers: Sequence[str]) -> facts.Known:
    """Lock the counters of promotions, then coupons, each in the order of their keys; what is left of them now, for each
    of the customers.
    """
    require_atomic()
    counters = PromotionCounter.objects.filter(promotion__code__in=codes).order_by("pk")
    list(counters.select_for_update(of=("self",)))
    list(Coupon.objects.filter(code__in=coupons).order_by("pk").select_for_update(of=("self",)))
    pairs = [(coupon, customer) for coupon in coupons for customer in ("", *customers)]
    found, uses, each = db.run_together(
        [
            facts.coupons_statement(pairs),
            facts.uses_statement(codes),
            facts.uses_each_statement(codes, customers),
        ]
    )
    return facts.Known(
        facts.coupons_from(found),
        facts.uses_from(codes, uses),
        {(asked, code): times for asked, code, times in each},
    )


def count_uses(order: UUID, customer: UUID, priced: PricedBasket) -> None:
    """Keep what the order was given; counters only of what is limited, so that others do not wait for one row."""
    require_atomic()
    given = {one.code: one for one in priced.given}
    promotions = {row.code: row for row in Promotion.objects.filter(code__in=given)}
    coupons = {
        row.code: row for row in Coupon.objects.filter(code__in={g.coupon for g in priced.given} - {""})
    }
    for code, row in promotions.items():
        one = given[code]
        coupon = coupons.get(one.coupon)
        db.insert(
            db.new(
                PromotionUse,
                id=uuid7(),
                promotion_id=row.pk,
                coupon_id=coupon.pk if coupon else None,
                order_id=order,
                customer_id=customer,
                currency=priced.currency,
                amount=one.amount,
            )
        )
        if is_limited(row):
            PromotionCounter.objects.filter(pk=row.pk).update(
                times=F("times") + 1, given=F("given") + one.amount
            )
    limited = [row.pk for row in coupons.values() if row.most_uses is not None]
    if limited:
        Coupon.objects.filter(pk__in=limited).update(used=F("used") + 1)


def release_uses(order: UUID) -> bool:
    """Take back what the order was given: its content is about to change, or it is no more; whether there was something."""
    require_atomic()
    uses = list(
        PromotionUse.objects.filter(order_id=order).select_related("promotion").order_by("promotion_id")
    )
    for use in uses:
        if is_limited(use.promotion):
            PromotionCounter.objects.filter(pk=use.promotion_id).update(
                times=F("times") - 1, given=F("given") - use.amount
            )
    for key in sorted(use.coupon_id for use in uses if use.coupon_id):
        Coupon.objects.filter(pk=key).exclude(most_uses=None).update(used=F("used") - 1)
    if uses:
        PromotionUse.objects.filter(order_id=order).delete()
    return bool(uses)


def move_order(absorbed: UUID, kept: UUID) -> None:
    """Let one order be given what another was; what both were given stays counted for each."""
    require_atomic()
    there = PromotionUse.objects.filter(order_id=kept).values("promotion")
    PromotionUse.objects.filter(order_id=absorbed).exclude(promotion__in=there).update(order_id=kept)


def recount_coupon(row: Coupon) -> None:
    """Have the coupon say how often it was used: where it has no limit it is not counted as it is used."""
    require_atomic()
    row.used = PromotionUse.objects.filter(coupon=row).count()


def is_limited(row: Promotion) -> bool:
    """Whether earlier uses matter."""
    return row.most_uses is not None or row.most_uses_each is not None or row.budget is not None


def move_customer(absorbed: UUID, kept: UUID) -> None:
    """Give what one customer was given, and its contracts, to another."""
    require_atomic()
    PromotionUse.objects.filter(customer=absorbed).update(customer=kept)
    Contract.objects.filter(customer=absorbed).update(customer=kept)


def save_promotion(row: Promotion | None, value: PromotionValue, *, is_active: bool) -> Promotion:
    """Write a promotion that was checked, with the counter that those lock who give it."""
    require_atomic()
    document = promotion_document(value)
    row = row or Promotion(code=value.code)
    for name in (
        "name", "name_zh", "priority", "stacking", "group", "currency", "needs_coupon", "is_sale", "uses_up",
        "most_uses", "most_uses_each", "budget",
    ):  # fmt: skip
        setattr(row, name, getattr(value, name))
    row.starts_at, row.ends_at, row.timezone = (
        value.window.starts_at,
        value.window.ends_at,
        value.window.timezone,
    )
    row.hours, row.conditions, row.benefits = (
        document["window"]["hours"],
        document["conditions"],
        document["benefits"],
    )
    row.is_active = is_active
    row.save()
    _count_again(row)
    return row


def _count_again(row: Promotion) -> None:
    """Have the promotion's counter say what was given so far: unlimited ones are not counted as they are given."""
    sums = PromotionUse.objects.filter(promotion=row).aggregate(times=Count("pk"), given=Sum("amount"))
    values = {"times": sums["times"], "given": sums["given"] or ZERO}
    PromotionCounter.objects.update_or_create(promotion=row, defaults=values)


def create_coupons(
    promotion: Promotion,
    codes: Sequence[str],
    *,
    batch: str,
    starts_at: datetime | None,
    ends_at: datetime | None,
    most_uses: int | None,
    most_uses_each: int | None,
) -> list[Coupon]:
    """Make coupons of these codes."""
    require_atomic()
    return Coupon.objects.bulk_create(
        [
            Coupon(
                code=code, promotion=promotion, batch=batch, starts_at=starts_at, ends_at=ends_at,
                most_uses=most_uses, most_uses_each=most_uses_each,
            )
            for code in codes
        ],
        batch_size=1000,
    )  # fmt: skip
