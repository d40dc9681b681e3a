"""What the customers domain is told: frozen values; None leaves a field as it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContactInput:
    """A person to talk to; `phone` in any writing, read as one of `country` when it has no prefix."""

    name: str
    phone: str = ""
    email: str = ""
    title: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class CustomerInput:
    """A customer by its code; an empty code asks for the next free one. `tier` "" is none."""

    code: str = ""
    name: str | None = None
    kind: str | None = None
    tier: str | None = None
    tax_exempt: bool | None = None
    notes: str | None = None
    is_active: bool | None = None
    contact: ContactInput | None = None
