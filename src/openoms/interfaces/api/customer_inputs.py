"""What the API is sent of a customer's people, places, consents and credit."""

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from openoms.core.shapes import Amount, Flag, Whole
from openoms.domains.customers.parsing import LONGEST
from openoms.interfaces.api.inputs import Code, Country, Input, ShortText

# A NUL cannot be kept by PostgreSQL; nothing a person writes has one.
NO_NUL = r"^[^\x00]*$"


class ContactPatch(Input):
    """What changes of a contact."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=NO_NUL)] | None = None
    phone: Annotated[str, StringConstraints(max_length=30, pattern=NO_NUL)] | None = None
    email: Annotated[str, StringConstraints(max_length=254, pattern=NO_NUL)] | None = None
    title: Annotated[str, StringConstraints(max_length=80, pattern=NO_NUL)] | None = None
    country: Country | None = None
    role: Literal["buyer", "finance", "receiving", "decision_maker", "other"] | None = None
    is_primary: Flag | None = None


class ConsentIn(Input):
    """Consent given or withdrawn; `contact` is a contact's id, none for the customer as a whole."""

    state: Literal["given", "withdrawn"]
    source: Annotated[str, StringConstraints(max_length=80, pattern=NO_NUL)] = ""
    contact: UUID | None = None


class CreditIn(Input):
    """What a customer may owe."""

    payment_terms: Literal["prepaid", "credit", ""] = ""
    credit_limit: Amount | None = Field(default=None, ge=0, le=Decimal("9999999999999"))
    credit_currency: Annotated[str, StringConstraints(pattern=r"^([A-Z]{3})?$")] = ""
    credit_days: Whole | None = Field(default=None, ge=0, le=3650)


class MergeIn(Input):
    """The customer to merge into, and of which fields it takes the values of the one that goes."""

    into: Code
    take: list[Literal["name", "kind", "tier", "tax_exempt", "notes", "language", "currency", "credit"]] = (
        Field(default_factory=list, max_length=8)
    )


class CustomerAddressPatch(Input):
    """What changes of a place."""

    country: Country | None = None
    line: Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=NO_NUL)] | None = None
    region: Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL)] | None = None
    city: Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL)] | None = None
    district: Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL)] | None = None
    postcode: Annotated[str, StringConstraints(max_length=20, pattern=NO_NUL)] | None = None
    name: Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL)] | None = None
    phone: Annotated[str, StringConstraints(max_length=30, pattern=NO_NUL)] | None = None
    label: ShortText | None = None
    is_default: Flag | None = None
    is_billing: Flag | None = None


class ParseIn(Input):
    """Text with an address in it; `country` is what it is read as where the text names none."""

    text: Annotated[str, StringConstraints(max_length=LONGEST, pattern=NO_NUL)]
    country: Country | Literal[""] = ""
