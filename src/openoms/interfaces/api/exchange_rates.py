"""What other currencies are worth, for comparing amounts with limits, over REST."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field

from openoms.core.money import plain
from openoms.core.shapes import Amount
from openoms.domains.approvals.models import ExchangeRate
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.flows.edit_rates import set_exchange_rate
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, encode
from openoms.interfaces.api.inputs import Currency, Input

router = Router(tags=["approval rules"])


class RateIn(Input):
    """What one unit of the currency is worth in the firm's own; null when it is no longer known."""

    rate: Annotated[Amount, Field(gt=0, max_digits=18, decimal_places=8)] | None


class RateOut(Schema):
    """A rate."""

    currency: str
    rate: str


class RatesOut(Schema):
    """All rates, by currency."""

    items: list[RateOut]


@router.get("/exchange-rates", response={200: RatesOut, **REFUSALS}, operation_id="list_exchange_rates")
def get_rates(request: ApiRequest) -> HttpResponse:
    """What currencies are worth when an amount is compared with a limit in another one; prices are never converted."""
    require(request.auth, Perm.APPROVAL_VIEW)
    return answer(encode(_document()))


@router.put(
    "/exchange-rates/{currency}", response={200: RatesOut, **REFUSALS}, operation_id="set_exchange_rate"
)
def put_rate(request: ApiRequest, currency: Currency, body: RateIn) -> HttpResponse:
    """Say what a currency is worth."""
    set_exchange_rate(currency, body.rate, actor=request.auth)
    return answer(encode(_document()))


def _document() -> dict[str, list[dict[str, str]]]:
    rows = ExchangeRate.objects.all()
    return {"items": [{"currency": row.currency, "rate": plain(row.rate)} for row in rows]}
