"""What other currencies are worth, for comparing amounts with limits: never for prices."""

from decimal import Decimal

from django.conf import settings

from openoms.core.db import flow
from openoms.core.errors import InvalidInput
from openoms.core.ids import uuid7
from openoms.core.money import step
from openoms.core.types import Actor
from openoms.domains.approvals import kinds
from openoms.domains.approvals import rule_services as approvals
from openoms.domains.events.services import record
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.pricing import services as pricing

LARGEST = Decimal(10) ** 9
_DECIMALS = Decimal("0.00000001")


@flow
def set_exchange_rate(currency: str, rate: Decimal | None, *, actor: Actor) -> None:
    """Say what one unit of a currency is worth in the firm's own, None to say it no longer. Raises InvalidInput."""
    require(actor, Perm.APPROVAL_MANAGE)
    step(currency)
    if rate is not None and currency == settings.OPENOMS.default_currency and rate != 1:
        raise InvalidInput("The firm's own currency is always worth 1.", field="rate")
    if rate is not None and not _DECIMALS <= rate <= LARGEST:
        raise InvalidInput("A rate lies between 0.00000001 and 1,000,000,000.", field="rate")
    if rate is not None and rate != rate.quantize(_DECIMALS):
        raise InvalidInput("A rate has at most 8 decimals.", field="rate")
    before = approvals.set_rate(currency, rate)
    if before != rate:
        pricing.bump_version()
        data = {"currency": currency, "before": _text(before), "after": _text(rate)}
        record(actor, kinds.RATE_SET, uuid7(), data=data)


def _text(rate: Decimal | None) -> str:
    return "" if rate is None else format(rate.normalize(), "f")
