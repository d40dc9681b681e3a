"""What the API is sent, checked by shape; meaning is checked by the flows. Unknown members are refused by name."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from openoms.core.shapes import NO_NUL, Amount, Day, Flag, Whole
from openoms.domains.customers.contacts import AddressParts
from openoms.domains.customers.types import ContactInput, CustomerInput
from openoms.domains.orders.states import Stage, Terms
from openoms.domains.orders.types import NewInstruction
from openoms.domains.pricing.book import Discount
from openoms.flows.steps.placing import LineRequest, OrderRequest

Text = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
LongText = Annotated[str, StringConstraints(max_length=5000, pattern=NO_NUL)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x20/][^\x00/]*$")]
ShortText = Annotated[str, StringConstraints(max_length=60, pattern=NO_NUL)]
Tags = list[Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=NO_NUL)]]
Slug = Annotated[str, StringConstraints(min_length=1, max_length=30, pattern=r"^[a-zA-Z0-9_-]+$")]
Key = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-zA-Z0-9_-]+$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Coupons = list[Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=NO_NUL)]]
Delivery = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-zA-Z0-9_-]*$")]


class Input(BaseModel):
    """Base of inputs: unknown members are refused."""

    model_config = ConfigDict(extra="forbid")


class DiscountIn(Input):
    """A reduction given by hand: `percent` (10 is 10 %) or `amount`."""

    kind: Literal["percent", "amount"]
    value: Amount = Field(ge=0)
    label: Text = ""

    def value_object(self) -> Discount:
        return Discount(self.kind, self.value, self.label)


class LineIn(Input):
    """A line asked for; `options` are values chosen for extras (several in a list), `parts` skus chosen for a bundle.

    `inputs` are the numbers that goods made to measure are priced by.
    """

    sku: Code
    quantity: Amount = Field(gt=0)
    unit_price: Amount | None = Field(default=None, ge=0)
    price_reason: Text = ""
    discount: DiscountIn | None = None
    options: dict[Key, Key | Annotated[list[Key], Field(max_length=100)]] = Field(
        default_factory=dict, max_length=30
    )
    parts: dict[Key, Annotated[list[Code], Field(max_length=200)]] = Field(
        default_factory=dict, max_length=50
    )
    inputs: dict[Key, Amount] = Field(default_factory=dict, max_length=20)

    def value_object(self) -> LineRequest:
        discount = self.discount.value_object() if self.discount else None
        options = {
            option: (chosen,) if isinstance(chosen, str) else tuple(chosen)
            for option, chosen in self.options.items()
        }
        parts = {group: tuple(skus) for group, skus in self.parts.items()}
        return LineRequest(
            self.sku, self.quantity, self.unit_price, self.price_reason, discount, options, parts, self.inputs
        )


class AddressIn(Input):
    """A postal address in parts; `country` is ISO 3166 alpha-2."""

    country: Country
    line: Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=NO_NUL)]
    region: Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL)] = ""
    city: Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL)] = ""
    district: Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL)] = ""
    postcode: Annotated[str, StringConstraints(max_length=20, pattern=NO_NUL)] = ""
    name: Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL)] = ""
    phone: Annotated[str, StringConstraints(max_length=30, pattern=NO_NUL)] = ""

    def value_object(self) -> AddressParts:
        return AddressParts(
            self.country,
            self.line,
            self.region,
            self.city,
            self.district,
            self.postcode,
            self.name,
            self.phone,
        )


class ContactIn(Input):
    """A person to talk to."""

    name: Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL)] = ""
    phone: Annotated[str, StringConstraints(max_length=30, pattern=NO_NUL)] = ""
    email: Annotated[str, StringConstraints(max_length=254, pattern=NO_NUL)] = ""
    title: Annotated[str, StringConstraints(max_length=80, pattern=NO_NUL)] = ""
    country: Country | None = None
    role: Literal["buyer", "finance", "receiving", "decision_maker", "other"] | None = None
    is_primary: Flag = False

    def value_object(self) -> ContactInput:
        return ContactInput(
            self.name,
            self.phone,
            self.email,
            self.title,
            self.country or "",
            self.role or "",
            self.is_primary,
        )


class CustomerIn(Input):
    """A new customer; without a code it gets the next free one. `owner`, by key or e-mail address, looks after it."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL)]
    code: Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Za-z0-9_.-]*$")] = ""
    kind: Literal["person", "company"] = "company"
    tier: Annotated[str, StringConstraints(max_length=30, pattern=r"^[a-zA-Z0-9_-]*$")] = ""
    tax_exempt: Flag = False
    notes: LongText = ""
    contact: ContactIn | None = None
    tags: Tags = Field(default_factory=list, max_length=30)
    language: Literal["zh-hans", "en", ""] = ""
    currency: Annotated[str, StringConstraints(pattern=r"^([A-Z]{3})?$")] = ""
    owner: Annotated[str, StringConstraints(max_length=254, pattern=NO_NUL)] = ""

    def value_object(self) -> CustomerInput:
        return CustomerInput(
            code=self.code,
            name=self.name,
            kind=self.kind,
            tier=self.tier,
            tax_exempt=self.tax_exempt,
            notes=self.notes,
            contact=self.contact.value_object() if self.contact else None,
            tags=tuple(self.tags),
            language=self.language,
            currency=self.currency,
            owner=self.owner,
        )


class InstructionIn(Input):
    """A remark for a role at a stage."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=5000, pattern=NO_NUL)]
    audience: Slug = "warehouse"
    stage: Stage = Stage.PACKING
    blocking: Flag = False
    due: Day | None = None

    def value_object(self) -> NewInstruction:
        return NewInstruction(self.text, self.audience, self.stage, self.blocking, self.due)


class QuoteIn(Input):
    """A basket to be priced; `delivery` is a method of sending ("": the usual one).

    Without `automatic` only the promotions of its coupons take part. `terms` matter to approval rules alone.
    """

    lines: list[LineIn] = Field(min_length=1, max_length=2000)
    customer: Code | None = None
    channel: Slug = "api"
    order_type: Slug = "standard"
    currency: Currency = "CNY"
    discount: DiscountIn | None = None
    ship_to: AddressIn | None = None
    coupons: Coupons = Field(default_factory=list, max_length=20)
    delivery: Delivery = ""
    automatic: Flag = True
    terms: Terms = Terms.PREPAID

    def value_object(self) -> OrderRequest:
        return OrderRequest(
            lines=tuple(line.value_object() for line in self.lines),
            customer=self.customer,
            channel=self.channel,
            coupons=tuple(self.coupons),
            delivery=self.delivery,
            automatic=self.automatic,
            terms=self.terms,
            order_type=self.order_type,
            currency=self.currency,
            discount=self.discount.value_object() if self.discount else None,
            ship_to=self.ship_to.value_object() if self.ship_to else None,
        )


class OrderIn(Input):
    """An order to be placed; `customer` is a code or a new customer, `approval_note` what those who approve it are told."""

    lines: list[LineIn] = Field(min_length=1, max_length=2000)
    customer: Code | CustomerIn
    channel: Slug = "api"
    order_type: Slug = "standard"
    currency: Currency = "CNY"
    discount: DiscountIn | None = None
    ship_to: AddressIn | None = None
    bill_to: AddressIn | None = None
    external_id: Annotated[str, StringConstraints(max_length=100, pattern=NO_NUL)] = ""
    terms: Terms = Terms.PREPAID
    requested_date: Day | None = None
    instructions: list[InstructionIn] = Field(default_factory=list, max_length=50)
    submit: Flag = True
    coupons: Coupons = Field(default_factory=list, max_length=20)
    delivery: Delivery = ""
    automatic: Flag = True
    approval_note: Annotated[str, StringConstraints(max_length=1000, pattern=NO_NUL)] = ""

    @field_validator("external_id")
    @classmethod
    def _stripped(cls, value: str) -> str:
        return value.strip()

    def value_object(self) -> OrderRequest:
        return OrderRequest(
            lines=tuple(line.value_object() for line in self.lines),
            customer=self.customer if isinstance(self.customer, str) else self.customer.value_object(),
            channel=self.channel,
            order_type=self.order_type,
            currency=self.currency,
            discount=self.discount.value_object() if self.discount else None,
            ship_to=self.ship_to.value_object() if self.ship_to else None,
            bill_to=self.bill_to.value_object() if self.bill_to else None,
            external_id=self.external_id,
            terms=self.terms,
            requested_date=self.requested_date,
            instructions=tuple(remark.value_object() for remark in self.instructions),
            submit=self.submit,
            coupons=tuple(self.coupons),
            delivery=self.delivery,
            automatic=self.automatic,
            approval_note=self.approval_note,
        )


class BulkIn(Input):
    """Up to 500 orders; a refused one is skipped or aborts them all."""

    orders: list[OrderIn] = Field(min_length=1, max_length=500)
    on_error: Literal["skip", "abort"] = "skip"


class RevisionIn(Input):
    """A change of an order's state; `base_revision` as it was read refuses the change of a newer one."""

    base_revision: Whole | None = Field(default=None, ge=1, le=2**31 - 1)


class SubmitIn(RevisionIn):
    """A draft to be submitted; `note` is what those who approve it are told."""

    note: Annotated[str, StringConstraints(max_length=1000, pattern=NO_NUL)] = ""


class CustomerPatch(Input):
    """What changes of a customer; `contact` replaces the primary one's details, `owner` "" has nobody look after it."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL)] | None = None
    kind: Literal["person", "company"] | None = None
    tier: Annotated[str, StringConstraints(max_length=30, pattern=r"^[a-zA-Z0-9_-]*$")] | None = None
    tax_exempt: Flag | None = None
    notes: LongText | None = None
    is_active: Flag | None = None
    contact: ContactIn | None = None
    tags: Tags | None = Field(default=None, max_length=30)
    language: Literal["zh-hans", "en", ""] | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^([A-Z]{3})?$")] | None = None
    owner: Annotated[str, StringConstraints(max_length=254, pattern=NO_NUL)] | None = None


class CustomerAddressIn(AddressIn):
    """A place to send to; the first, or one that asks, is the default."""

    label: ShortText = ""
    is_default: Flag | None = None
    is_billing: Flag | None = None
