"""What the customers domain is told: frozen values; None leaves a field as it is."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ContactInput:
    """A person to talk to; `phone` in any writing, read as one of `country` when it has no prefix. `role` "" is the usual one."""

    name: str
    phone: str = ""
    email: str = ""
    title: str = ""
    country: str = ""
    role: str = ""
    is_primary: bool = False


@dataclass(frozen=True, slots=True)
class CustomerInput:
    """A customer by its code; an empty code asks for the next free one. `tier` "" is none.

    `owner` is the key or e-mail address of who looks after it, "" for nobody.
    """

    code: str = ""
    name: str | None = None
    kind: str | None = None
    tier: str | None = None
    tax_exempt: bool | None = None
    notes: str | None = None
    is_active: bool | None = None
    contact: ContactInput | None = None
    tags: tuple[str, ...] | None = None
    language: str | None = None
    currency: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class CreditInput:
    """What a customer may owe; "" and None in a member mean none."""

    payment_terms: str = ""
    credit_limit: Decimal | None = None
    credit_currency: str = ""
    credit_days: int | None = None


@dataclass(frozen=True, slots=True)
class ConsentInput:
    """A consent given or withdrawn; `contact` is a contact's id, "" for the customer as a whole."""

    channel: str
    state: str
    source: str = ""
    contact: str = ""
