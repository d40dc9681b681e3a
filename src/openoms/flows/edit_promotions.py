"""Changing promotions and coupons, and trying one on past orders before it is switched on."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import InvalidInput, NotFound, refuse_stale
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.pricing import kinds
from openoms.domains.pricing import offer_services as offers
from openoms.domains.pricing import services as pricing
from openoms.domains.pricing.documents import promotion_document
from openoms.domains.pricing.facts import normal_coupon
from openoms.domains.pricing.models import Coupon, Promotion
from openoms.domains.pricing.promotion_checks import check_promotion
from openoms.domains.pricing.promotions import Promotion as PromotionValue
from openoms.domains.pricing.queries import promotion_of
from openoms.flows.steps import promotion_names

MOST_COUPONS = 10_000
# Letters and digits that are not taken for one another.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@flow
def save_promotion(
    value: PromotionValue,
    *,
    actor: Actor,
    is_active: bool = False,
    new: bool | None = None,
    read_at: datetime | None = None,
    once: Once | None = None,
) -> Promotion:
    """Make (`new`) or change a promotion; what it names must be there. `read_at` is its `updated_at` when it was read.

    Raises InvalidInput with every part at fault, NotFound for one to be changed that is not there, ChangedMeanwhile.
    """
    require(actor, Perm.PRICE_EDIT)
    idempotency.begin(once)
    check_promotion(value)
    promotion_names.check(value)
    row = Promotion.objects.select_for_update().filter(code=value.code).first()
    if new and row is not None:
        raise InvalidInput(f"There is a promotion {value.code!r} already.", field="code")
    if new is False and row is None:
        raise NotFound(f"There is no promotion {value.code!r}.")
    if row is not None:
        refuse_stale(row.updated_at, read_at)
    before, was_active = (None, False) if row is None else (promotion_of(row), row.is_active)
    saved = offers.save_promotion(row, value, is_active=is_active)
    if before != value or was_active != is_active:
        pricing.bump_version()
        data = _changes(before, value) | {"code": value.code}
        if before is None or was_active != is_active:
            data["before"] |= {} if before is None else {"is_active": was_active}
            data["after"] |= {"is_active": is_active}
        record(actor, kinds.PROMOTION_SAVED, saved.pk, data=data)
    idempotency.finish(once, saved)
    return saved


def _changes(before: PromotionValue | None, after: PromotionValue) -> dict[str, Any]:
    """What became of it: the documents of its parts that differ as values (100 and 100.0000 do not)."""
    known, told = promotion_document(before) if before else {}, promotion_document(after)
    changed = [name for name in told if before is None or getattr(before, name) != getattr(after, name)]
    return {
        "before": {name: known[name] for name in changed if name in known},
        "after": {name: told[name] for name in changed},
    }


@flow
def switch_promotion(code: str, *, actor: Actor, is_active: bool) -> Promotion:
    """Switch a promotion on or off. Raises NotFound."""
    require(actor, Perm.PRICE_EDIT)
    row = Promotion.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise NotFound(f"There is no promotion {code!r}.")
    if row.is_active != is_active:
        row.is_active = is_active
        row.save(update_fields=["is_active", "updated_at"])
        pricing.bump_version()
        data = {"code": code, "before": {"is_active": not is_active}, "after": {"is_active": is_active}}
        record(actor, kinds.PROMOTION_SAVED, row.pk, data=data)
    return row


@dataclass(frozen=True, slots=True)
class CouponInput:
    """Coupons as they are to be kept: one of that `code`, or `count` generated ones that begin with it."""

    promotion: str
    code: str = ""
    count: int = 1
    batch: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    most_uses: int | None = None
    most_uses_each: int | None = None


@flow
def create_coupons(value: CouponInput, *, actor: Actor, once: Once | None = None) -> list[Coupon]:
    """Make one coupon of a code, or a batch of generated ones. Raises InvalidInput, naming what is at fault."""
    require(actor, Perm.PRICE_EDIT)
    idempotency.begin(once)
    promotion = Promotion.objects.filter(code=value.promotion).first()
    if promotion is None:
        raise InvalidInput(f"There is no promotion {value.promotion!r}.", field="promotion")
    _check_coupons(value)
    codes = [normal_coupon(value.code)] if value.count == 1 and value.code else _generated(value)
    if value.count == 1 and Coupon.objects.filter(code__in=codes).exists():
        raise InvalidInput(f"There is a coupon {codes[0]} already.", field="code")
    made = offers.create_coupons(
        promotion,
        codes,
        batch=value.batch,
        starts_at=value.starts_at,
        ends_at=value.ends_at,
        most_uses=value.most_uses,
        most_uses_each=value.most_uses_each,
    )
    data = {"code": promotion.code, "count": len(made), "batch": value.batch, "first": codes[0]}
    record(actor, kinds.COUPONS_CREATED, promotion.pk, data=data)
    idempotency.finish(once, made)
    return made


@flow
def change_coupon(code: str, changes: Mapping[str, object], *, actor: Actor) -> Coupon:
    """Change a coupon's window, limits or whether it is active. Raises NotFound, InvalidInput."""
    require(actor, Perm.PRICE_EDIT)
    row = Coupon.objects.select_for_update().filter(code=normal_coupon(code)).first()
    if row is None:
        raise NotFound(f"There is no coupon {code!r}.")
    before = {name: str(getattr(row, name)) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    _check_bounds(row)
    if "most_uses" in changes:
        offers.recount_coupon(row)
    row.save(update_fields=[*changes, "used"])
    after = {name: str(getattr(row, name)) for name in changes}
    if before != after:
        data = {"code": row.code, "before": before, "after": after}
        record(actor, kinds.COUPON_CHANGED, row.promotion_id, data=data)
    return row


def _check_coupons(value: CouponInput) -> None:
    if not 1 <= value.count <= MOST_COUPONS:
        raise InvalidInput(f"Between 1 and {MOST_COUPONS:,} coupons at once.", field="count")
    _check_bounds(value)
    if value.ends_at and value.ends_at <= now():
        raise InvalidInput("It has ended already.", field="ends_at")
    if len(normal_coupon(value.code)) > (40 if value.count == 1 else 24):
        raise InvalidInput(
            "A coupon's code has at most 40 characters, generated ones 24 of their own.", field="code"
        )


def _check_bounds(value: CouponInput | Coupon) -> None:
    if value.starts_at and value.ends_at and value.starts_at >= value.ends_at:
        raise InvalidInput("It ends before it starts.", field="ends_at")
    for name in ("most_uses", "most_uses_each"):
        if getattr(value, name) == 0:
            raise InvalidInput("A limit of 0 never lets it apply. Leave it empty for none.", field=name)


def _generated(value: CouponInput) -> list[str]:
    """Codes nobody guesses: 50 bits beside the beginning."""
    start = normal_coupon(value.code)
    codes: set[str] = set()
    while len(codes) < value.count:
        codes.add(start + "".join(secrets.choice(_ALPHABET) for _ in range(10)))
    return sorted(codes)
