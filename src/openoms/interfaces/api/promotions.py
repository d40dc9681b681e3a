"""Promotions and coupons over REST."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from openoms.core.errors import InvalidInput, NotFound
from openoms.core.paging import page_by_id
from openoms.core.shapes import NO_NUL, Amount, Day, Flag, Instant, Whole
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.pricing.documents import promotion_document
from openoms.domains.pricing.facts import normal_coupon
from openoms.domains.pricing.models import Coupon, Promotion
from openoms.domains.pricing.promotion_checks import check_promotion
from openoms.domains.pricing.promotions import ALWAYS, Benefit, Condition, Gift, Window
from openoms.domains.pricing.promotions import Promotion as PromotionValue
from openoms.domains.pricing.queries import promotion_of
from openoms.flows.edit_promotions import CouponInput, change_coupon, create_coupons, save_promotion
from openoms.flows.steps import configuration
from openoms.interfaces.api.amounts import money
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, do_once, encode
from openoms.interfaces.api.catalogue import ListQuery, PageQuery, Plain
from openoms.interfaces.api.desk_outputs import instant
from openoms.interfaces.api.inputs import Input, Key
from openoms.reading.rehearsal import Rehearsal, rehearse

router = Router(tags=["promotions"])
Name = Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL)]
CouponCode = Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00-\x1f]*$")]
Limit = Annotated[int, Field(strict=True, ge=1, le=10**9)]


class PromotionBody(Input):
    """A promotion but for its code: all conditions must hold; amounts are in `currency`."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=NO_NUL)]
    name_zh: Name = ""
    is_active: Flag = False
    priority: Whole = Field(default=0, ge=-32768, le=32767)
    stacking: Annotated[str, StringConstraints(pattern=r"^(stack|exclusive|first|best)$")] = "stack"
    group: Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-zA-Z0-9_-]*$")] = ""
    window: Window = ALWAYS
    currency: Annotated[str, StringConstraints(pattern=r"^([A-Z]{3})?$")] = ""
    needs_coupon: Flag = False
    is_sale: Flag = False
    uses_up: Flag = False
    most_uses: Limit | None = None
    most_uses_each: Limit | None = None
    budget: Amount | None = Field(default=None, gt=0)
    conditions: list[Condition] = Field(default_factory=list, max_length=20)
    benefits: list[Benefit | Gift] = Field(min_length=1, max_length=20)

    def value_object(self, code: str) -> PromotionValue:
        plain = {name: getattr(self, name) for name in type(self).model_fields if name != "is_active"}
        plain |= {"conditions": tuple(self.conditions), "benefits": tuple(self.benefits)}
        return PromotionValue(code=code, **plain)


class PromotionIn(PromotionBody):
    """A new promotion."""

    code: Key

    def value_object(self, code: str = "") -> PromotionValue:
        plain = {name: getattr(self, name) for name in type(self).model_fields if name != "is_active"}
        plain |= {"conditions": tuple(self.conditions), "benefits": tuple(self.benefits)}
        return PromotionValue(**plain)


class PromotionOut(Schema):
    code: str
    name: str
    name_zh: str
    is_active: bool
    priority: int
    stacking: str
    group: str
    window: dict[str, Any]
    currency: str
    needs_coupon: bool
    is_sale: bool
    uses_up: bool
    most_uses: int | None
    most_uses_each: int | None
    budget: str | None
    conditions: list[dict[str, Any]]
    benefits: list[dict[str, Any]]


class PromotionPage(Schema):
    items: list[PromotionOut]
    next_cursor: str | None


class CouponIn(Input):
    """One coupon of that code, or `count` generated ones beginning with it."""

    promotion: Key
    code: CouponCode = ""
    count: Annotated[int, Field(strict=True, ge=1, le=10_000)] = 1
    batch: Annotated[str, StringConstraints(max_length=40, pattern=NO_NUL)] = ""
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    most_uses: Limit | None = None
    most_uses_each: Limit | None = None


class CouponPatch(Input):
    """What changes of a coupon."""

    is_active: Flag | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    most_uses: Limit | None = None
    most_uses_each: Limit | None = None


class CouponOut(Schema):
    code: str
    promotion: str
    batch: str
    is_active: bool
    starts_at: datetime | None
    ends_at: datetime | None
    most_uses: int | None
    most_uses_each: int | None


class CouponPage(Schema):
    items: list[CouponOut]
    next_cursor: str | None


class CouponsMade(Schema):
    items: list[CouponOut]


class CouponQuery(PageQuery):
    """Coupons of one promotion, or batch."""

    promotion: Plain = ""
    batch: Plain = ""


class RehearsalIn(Input):
    """A promotion by its code or whole, and the days (both included) whose orders it is tried on."""

    promotion: Key | PromotionIn
    since: Day = Field(alias="from")
    until: Day = Field(alias="to")


class EffectOut(Schema):
    currency: str
    orders: int
    affected: int
    before: str
    after: str
    given: str


class ExampleOut(Schema):
    number: str
    placed_at: datetime
    currency: str
    before: str
    after: str


class RehearsalOut(Schema):
    """What past orders would have cost. `truncated`: only the newest were looked at; `skipped` could not be priced again."""

    looked_at: int
    skipped: int
    truncated: bool
    effects: list[EffectOut]
    examples: list[ExampleOut]


@router.get("/promotions", response={200: PromotionPage, **REFUSALS}, operation_id="list_promotions")
def get_promotions(request: ApiRequest, query: Query[ListQuery]) -> HttpResponse:
    """Promotions, newest first."""
    require(request.auth, Perm.CATALOG_VIEW)
    rows = Promotion.objects.all()
    if query.q:
        rows = rows.filter(code__istartswith=query.q) | rows.filter(name__icontains=query.q)
    if query.active is not None:
        rows = rows.filter(is_active=query.active)
    page = page_by_id(rows, query.cursor, query.limit)
    return answer(encode({"items": [_document(row) for row in page.items], "next_cursor": page.next_cursor}))


@router.post("/promotions", response={201: PromotionOut, **REFUSALS}, operation_id="create_promotion")
def post_promotion(request: ApiRequest, body: PromotionIn) -> HttpResponse:
    """Make a promotion; it takes part once it is active."""
    return do_once(
        request,
        request.auth,
        lambda once: save_promotion(
            body.value_object(), actor=request.auth, is_active=body.is_active, new=True, once=once
        ),
        lambda row: (201, _document(row)),
    )


@router.post(
    "/promotions/rehearse", response={200: RehearsalOut, **REFUSALS}, operation_id="rehearse_promotion"
)
def post_rehearsal(request: ApiRequest, body: RehearsalIn) -> HttpResponse:
    """What orders of the past would have cost with the promotion. Writes nothing."""
    require(request.auth, Perm.PRICE_EDIT, Perm.ORDER_VIEW)
    value = _asked(body.promotion)
    check_promotion(value)
    found = rehearse(value, body.since, body.until, configuration.now().book, "UTC")
    return answer(encode(_rehearsal_document(found)))


@router.get("/promotions/{code}", response={200: PromotionOut, **REFUSALS}, operation_id="get_promotion")
def get_promotion(request: ApiRequest, code: str) -> HttpResponse:
    """One promotion."""
    require(request.auth, Perm.CATALOG_VIEW)
    return answer(encode(_document(_row(code))))


@router.put("/promotions/{code}", response={200: PromotionOut, **REFUSALS}, operation_id="replace_promotion")
def put_promotion(request: ApiRequest, code: str, body: PromotionBody) -> HttpResponse:
    """Give a promotion this content."""
    row = save_promotion(body.value_object(code), actor=request.auth, is_active=body.is_active, new=False)
    return answer(encode(_document(row)))


@router.get("/coupons", response={200: CouponPage, **REFUSALS}, operation_id="list_coupons")
def get_coupons(request: ApiRequest, query: Query[CouponQuery]) -> HttpResponse:
    """Coupons, newest first; `q` is the code's beginning."""
    require(request.auth, Perm.PRICE_EDIT)
    rows = Coupon.objects.select_related("promotion")
    if query.q:
        rows = rows.filter(code__startswith=normal_coupon(query.q))
    if query.promotion:
        rows = rows.filter(promotion__code=query.promotion)
    if query.batch:
        rows = rows.filter(batch=query.batch)
    page = page_by_id(rows, query.cursor, query.limit)
    items = [_coupon_document(row) for row in page.items]
    return answer(encode({"items": items, "next_cursor": page.next_cursor}))


@router.post("/coupons", response={201: CouponsMade, **REFUSALS}, operation_id="create_coupons")
def post_coupons(request: ApiRequest, body: CouponIn) -> HttpResponse:
    """Make a coupon, or a batch of generated ones."""
    value = CouponInput(**body.model_dump())
    return do_once(
        request,
        request.auth,
        lambda once: create_coupons(value, actor=request.auth, once=once),
        lambda rows: (201, {"items": [_coupon_document(row) for row in rows]}),
    )


@router.patch("/coupons/{code}", response={200: CouponOut, **REFUSALS}, operation_id="change_coupon")
def patch_coupon(request: ApiRequest, code: str, body: CouponPatch) -> HttpResponse:
    """Change a coupon's window, limits, or whether it is active."""
    changes = {name: getattr(body, name) for name in body.model_fields_set}
    if changes.get("is_active", True) is None:
        raise InvalidInput("A coupon is active or not.", field="is_active")
    row = change_coupon(code, changes, actor=request.auth)
    return answer(encode(_coupon_document(Coupon.objects.select_related("promotion").get(pk=row.pk))))


def _row(code: str) -> Promotion:
    row = Promotion.objects.filter(code=code).first()
    if row is None:
        raise NotFound(f"There is no promotion {code!r}.")
    return row


def _asked(promotion: str | PromotionIn) -> PromotionValue:
    return promotion_of(_row(promotion)) if isinstance(promotion, str) else promotion.value_object()


def _document(row: Promotion) -> dict[str, Any]:
    return promotion_document(promotion_of(row)) | {"is_active": row.is_active}


def _coupon_document(row: Coupon) -> dict[str, Any]:
    return {
        "code": row.code,
        "promotion": row.promotion.code,
        "batch": row.batch,
        "is_active": row.is_active,
        "starts_at": instant(row.starts_at),
        "ends_at": instant(row.ends_at),
        "most_uses": row.most_uses,
        "most_uses_each": row.most_uses_each,
    }


def _rehearsal_document(found: Rehearsal) -> dict[str, Any]:
    effects: Sequence[Any] = list(found.effects.values())
    return {
        "looked_at": found.looked_at,
        "skipped": found.skipped,
        "truncated": found.truncated,
        "effects": [
            {
                "currency": effect.currency,
                "orders": effect.orders,
                "affected": effect.affected,
                **{
                    name: money(getattr(effect, name), effect.currency)
                    for name in ("before", "after", "given")
                },
            }
            for effect in effects
        ],
        "examples": [
            {
                "number": example.number,
                "placed_at": instant(example.placed_at),
                "currency": example.currency,
                "before": money(example.before, example.currency),
                "after": money(example.after, example.currency),
            }
            for example in found.examples
        ],
    }
