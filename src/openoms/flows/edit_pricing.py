"""Changing the rules of pricing: price lists, taxes, shipping fees, channels and order types."""

from decimal import Decimal
from uuid import UUID

from openoms.core.db import flow
from openoms.core.errors import InvalidInput, NotFound
from openoms.core.money import step
from openoms.core.types import Actor
from openoms.domains.customers.models import CustomerTier
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.pricing import kinds
from openoms.domains.pricing import services as pricing
from openoms.domains.pricing.models import PriceList, PricingPolicy, ShippingRate, TaxRate

# The one row of settings has no key of its own kind: events about it are about this.
POLICY_SUBJECT = UUID(int=1)


@flow
def create_price_list(
    code: str,
    name: str,
    currency: str,
    *,
    actor: Actor,
    name_zh: str = "",
    tier: str = "",
    tax_inclusive: bool = True,
    priority: int = 0,
    tiering: str = PriceList.Tiering.VOLUME,
    once: Once | None = None,
) -> PriceList:
    """Make a price list in one currency, for everybody or one customer tier."""
    require(actor, Perm.PRICE_EDIT)
    idempotency.begin(once)
    step(currency)
    if PriceList.objects.filter(code=code).exists():
        raise InvalidInput(f"There is a price list {code!r} already.", field="code")
    if tier and not CustomerTier.objects.filter(pk=tier).exists():
        raise InvalidInput(f"There is no customer tier {tier!r}.", field="tier")
    row = PriceList.objects.create(
        code=code,
        name=name,
        name_zh=name_zh,
        currency=currency,
        tier_id=tier or None,
        tax_inclusive=tax_inclusive,
        priority=priority,
        tiering=tiering,
    )
    pricing.bump_version()
    after = {"code": code, "currency": currency, "tier": tier, "tax_inclusive": tax_inclusive}
    record(
        actor, kinds.RULES_CHANGED, row.pk, data={"what": f"price list {code}", "before": {}, "after": after}
    )
    idempotency.finish(once, row)
    return row


@flow
def set_tax_rate(
    tax_class: str, rate: Decimal, *, actor: Actor, country: str = "", region: str = "", name: str = ""
) -> TaxRate:
    """Set the rate (a share, 0 … 1) of a tax class at a destination; several taxes there differ in `name`."""
    require(actor, Perm.PRICE_EDIT)
    if not 0 <= rate <= 1:
        raise InvalidInput("A tax rate is a share between 0 and 1, such as 0.13.", field="rate")
    place = {"tax_class": tax_class, "country": country, "region": region, "name": name}
    row = TaxRate.objects.filter(**place).first()
    before = {"rate": str(row.rate)} if row else {}
    row = row or TaxRate(**place)
    row.rate = rate
    row.save()
    pricing.bump_version()
    data = {"what": _tax(row), "before": before, "after": {"rate": str(rate)}}
    record(actor, kinds.RULES_CHANGED, row.pk, data=data)
    return row


@flow
def remove_tax_rate(key: UUID, *, actor: Actor) -> None:
    """Take a tax rate away. Raises NotFound."""
    require(actor, Perm.PRICE_EDIT)
    row = TaxRate.objects.select_for_update().filter(pk=key).first()
    if row is None:
        raise NotFound("There is no such tax rate.")
    row.delete()
    pricing.bump_version()
    data = {"what": _tax(row), "before": {"rate": str(row.rate)}, "after": {}}
    record(actor, kinds.RULES_CHANGED, key, data=data)


def _tax(row: TaxRate) -> str:
    return " ".join(filter(None, ["tax", row.tax_class, row.country, row.region, row.name]))


@flow
def set_tax_rounding(rounding: str, *, actor: Actor) -> None:
    """Say where tax is rounded. Raises InvalidInput."""
    require(actor, Perm.PRICE_EDIT)
    if rounding not in PricingPolicy.TaxRounding.values:
        raise InvalidInput("There is no such tax rounding.", field="tax_rounding")
    before = PricingPolicy.objects.select_for_update().get(pk=1).tax_rounding
    if before == rounding:
        return
    PricingPolicy.objects.filter(pk=1).update(tax_rounding=rounding)
    pricing.bump_version()
    data = {"what": "tax rounding", "before": {"rounding": before}, "after": {"rounding": rounding}}
    record(actor, kinds.RULES_CHANGED, POLICY_SUBJECT, data=data)


@flow
def remove_shipping_rate(code: str, *, actor: Actor) -> None:
    """Take a shipping fee away. Raises NotFound."""
    require(actor, Perm.PRICE_EDIT)
    row = ShippingRate.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise NotFound(f"There is no shipping fee {code!r}.")
    key = row.pk
    row.delete()
    pricing.bump_version()
    before = {"fee": str(row.fee), "free_from": str(row.free_from)}
    data = {"what": f"shipping {code}", "before": before, "after": {}}
    record(actor, kinds.RULES_CHANGED, key, data=data)


@flow
def set_shipping_rate(
    code: str,
    name: str,
    currency: str,
    fee: Decimal,
    *,
    actor: Actor,
    name_zh: str = "",
    country: str = "",
    region: str = "",
    free_from: Decimal | None = None,
    method: str = "",
) -> ShippingRate:
    """Set the shipping fee of that code; `method` is the way of sending it is for."""
    require(actor, Perm.PRICE_EDIT)
    step(currency)
    if fee < 0:
        raise InvalidInput("A fee is not negative.", field="fee")
    row = ShippingRate.objects.filter(code=code).first()
    before = {"fee": str(row.fee), "free_from": str(row.free_from), "method": row.method} if row else {}
    row = row or ShippingRate(code=code)
    row.name, row.name_zh, row.currency = name, name_zh, currency
    row.country, row.region, row.fee, row.free_from = country, region, fee, free_from
    row.method = method
    row.save()
    pricing.bump_version()
    after = {"fee": str(fee), "free_from": str(free_from), "method": method}
    record(
        actor,
        kinds.RULES_CHANGED,
        row.pk,
        data={"what": f"shipping {code}", "before": before, "after": after},
    )
    return row
