"""Price lists changed and contracts over REST."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db.models import Q
from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from openoms.core.money import plain
from openoms.core.paging import page_by_id
from openoms.core.shapes import NO_NUL, Amount, Flag, Whole
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.pricing.models import Contract, ContractPrice
from openoms.flows.edit_price_list import ContractInput, PriceListChange, change_price_list, save_contract
from openoms.flows.steps.shelves import PriceRow
from openoms.interfaces.api.amounts import unit_price
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, do_once, encode
from openoms.interfaces.api.catalogue import ListQuery, Plain
from openoms.interfaces.api.catalogue_inputs import DayOrNone
from openoms.interfaces.api.catalogue_outputs import PriceListOut, price_list_document
from openoms.interfaces.api.inputs import Code, Currency, Input, Key

router = Router(tags=["catalogue"])
_MOST = Decimal("999999999999")
Name = Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL)]


class PriceListPatch(Input):
    """What changes of a price list; its currency stays. An empty tier or day is none."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=NO_NUL)] | None = None
    name_zh: Annotated[str, StringConstraints(max_length=80, pattern=NO_NUL)] | None = None
    tier: Annotated[str, StringConstraints(max_length=30, pattern=r"^[a-zA-Z0-9_-]*$")] | None = None
    tax_inclusive: Flag | None = None
    priority: Whole | None = Field(default=None, ge=-32768, le=32767)
    is_active: Flag | None = None
    tiering: Literal["volume", "graduated"] | None = None
    valid_from: DayOrNone | None = None
    valid_to: DayOrNone | None = None


class ContractPriceIn(Input):
    """A unit price under a contract, from a quantity on; null takes it away."""

    sku: Code
    unit_price: Annotated[Amount, Field(ge=0, le=_MOST)] | None
    min_quantity: Amount = Field(default=Decimal(1), gt=0, le=_MOST)


class ContractPatch(Input):
    """What changes of a contract: prices are put over those that begin at one quantity, others stay."""

    name: Name | None = None
    tax_inclusive: Flag | None = None
    is_active: Flag | None = None
    valid_from: DayOrNone | None = None
    valid_to: DayOrNone | None = None
    prices: list[ContractPriceIn] = Field(default_factory=list, max_length=1000)

    def value_object(self, code: str) -> ContractInput:
        return ContractInput(code, **self.model_dump(exclude_unset=True, exclude={"prices"}))


class ContractIn(Input):
    """Prices agreed with one customer; they go before every list."""

    code: Key
    customer: Code
    currency: Currency
    name: Name = ""
    tax_inclusive: Flag = True
    is_active: Flag = True
    valid_from: DayOrNone = ""
    valid_to: DayOrNone = ""
    prices: list[ContractPriceIn] = Field(default_factory=list, max_length=1000)

    def value_object(self) -> ContractInput:
        return ContractInput(**self.model_dump(exclude={"prices"}))


class ContractPriceOut(Schema):
    sku: str
    min_quantity: str
    unit_price: str


class ContractOut(Schema):
    code: str
    customer: str
    name: str
    currency: str
    tax_inclusive: bool
    is_active: bool
    valid_from: date | None
    valid_to: date | None
    prices: list[ContractPriceOut]


class ContractPage(Schema):
    items: list[ContractOut]
    next_cursor: str | None


class ContractQuery(ListQuery):
    """Contracts of one customer."""

    customer: Plain = ""


@router.patch(
    "/price-lists/{code}", response={200: PriceListOut, **REFUSALS}, operation_id="change_price_list"
)
def patch_price_list(request: ApiRequest, code: Plain, body: PriceListPatch) -> HttpResponse:
    """Change what is given of a price list."""
    change = PriceListChange(**body.model_dump(exclude_unset=True))
    row = change_price_list(code, change, actor=request.auth)
    return answer(encode(price_list_document(row)))


@router.get("/contracts", response={200: ContractPage, **REFUSALS}, operation_id="list_contracts")
def get_contracts(request: ApiRequest, query: Query[ContractQuery]) -> HttpResponse:
    """Contracts with their prices , newest first."""
    require(request.auth, Perm.PRICE_EDIT)
    rows = Contract.objects.select_related("customer")
    if query.q:
        rows = rows.filter(Q(code__istartswith=query.q) | Q(name__icontains=query.q))
    if query.customer:
        rows = rows.filter(customer__code=query.customer)
    if query.active is not None:
        rows = rows.filter(is_active=query.active)
    page = page_by_id(rows, query.cursor, query.limit)
    return answer(encode({"items": _documents(page.items), "next_cursor": page.next_cursor}))


@router.post("/contracts", response={201: ContractOut, **REFUSALS}, operation_id="create_contract")
def post_contract(request: ApiRequest, body: ContractIn) -> HttpResponse:
    """Make a contract with a customer and its prices."""
    value, rows = body.value_object(), _rows(body.prices)
    return do_once(
        request,
        request.auth,
        lambda once: save_contract(value, rows, actor=request.auth, new=True, once=once),
        lambda row: (201, _documents([row])[0]),
    )


@router.patch("/contracts/{code}", response={200: ContractOut, **REFUSALS}, operation_id="change_contract")
def patch_contract(request: ApiRequest, code: Plain, body: ContractPatch) -> HttpResponse:
    """Change what is given of a contract, its prices too."""
    row = save_contract(body.value_object(code), _rows(body.prices), actor=request.auth, new=False)
    return answer(encode(_documents([row])[0]))


def _rows(prices: list[ContractPriceIn]) -> list[PriceRow]:
    return [PriceRow(price.sku, price.unit_price, price.min_quantity) for price in prices]


def _documents(rows: Any) -> list[dict[str, Any]]:
    """Contracts as ContractOut, their prices read at once."""
    prices: dict[Any, list[dict[str, Any]]] = {row.pk: [] for row in rows}
    found = ContractPrice.objects.filter(contract__in=prices).order_by("sku__code", "min_quantity")
    currencies = {row.pk: row.currency for row in rows}
    for key, sku, quantity, price in found.values_list(
        "contract_id", "sku__code", "min_quantity", "unit_price"
    ):
        shown = {
            "sku": sku, "min_quantity": plain(quantity), "unit_price": unit_price(price, currencies[key]),
        }  # fmt: skip
        prices[key].append(shown)
    return [
        {
            "code": row.code,
            "customer": row.customer.code,
            "name": row.name,
            "currency": row.currency,
            "tax_inclusive": row.tax_inclusive,
            "is_active": row.is_active,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "prices": prices[row.pk],
        }
        for row in rows
    ]
