"""What the API answers of customers."""

from datetime import datetime
from uuid import UUID

from ninja import Schema

from openoms.interfaces.api.desk_outputs import OwnerOut
from openoms.interfaces.api.outputs import AddressOut
from openoms.interfaces.api.payment_outputs import CreditOut


class ParsedAddressOut(Schema):
    """What was read of a text; `uncertain` names the parts to look at."""

    name: str
    phone: str
    email: str
    country: str
    region: str
    city: str
    district: str
    line: str
    postcode: str
    uncertain: list[str]


class ContactOut(Schema):
    id: UUID
    name: str
    title: str
    role: str
    phone: str
    email: str
    is_primary: bool


class CustomerAddressOut(AddressOut):
    id: UUID
    label: str
    is_default: bool
    is_billing: bool


class ConsentOut(Schema):
    """Consent as it stands; `contact` none is the customer's as a whole."""

    channel: str
    state: str
    at: datetime
    source: str
    by: str
    contact: UUID | None


class CustomerOut(Schema):
    """A customer; contact data is masked for keys whose role may not see it."""

    code: str
    kind: str
    name: str
    tier: str | None
    tax_exempt: bool
    notes: str
    is_active: bool
    tags: list[str]
    language: str
    currency: str
    payment_terms: str
    credit_limit: str | None
    credit_currency: str
    credit_days: int | None
    owner: OwnerOut | None
    contacts: list[ContactOut]
    addresses: list[CustomerAddressOut]


class WholeCustomerOut(CustomerOut):
    """A customer with its credit, null for a key that may not see payments."""

    credit: CreditOut | None


class ContactList(Schema):
    items: list[ContactOut]


class ConsentList(Schema):
    items: list[ConsentOut]


class CustomerPage(Schema):
    items: list[CustomerOut]
    next_cursor: str | None
