"""Pasted text into an address: name, phone, e-mail and the parts its country uses, with what is unsure named (pure).

Nothing typed is lost: what fits no part stays in `line`. No country is assumed without a ground: it is named, its places
or postcodes are, the phone's prefix says it, or the caller gives the one to read addresses in when nothing else is said.
"""

import re
from dataclasses import dataclass, replace

from openoms.domains.customers import parsing_greater_china as greater
from openoms.domains.customers.contacts import AddressParts, check_address
from openoms.domains.customers.country_names import country_called
from openoms.domains.customers.parsing_chinese import PHONE, Parts, read_chinese
from openoms.domains.customers.parsing_divisions import find_divisions
from openoms.domains.customers.parsing_east_asia import country_of_script, read_east_asia
from openoms.domains.customers.parsing_phones import (
    EMAIL,
    FoundPhone,
    best_phone,
    country_of_phone,
    find_phones,
)
from openoms.domains.customers.parsing_world import (
    Block,
    block_of,
    guess_country,
    has_postcode,
    read_world,
    take_country,
)

LONGEST = 2000
_CHINESE = {"CN", "HK", "MO", "TW"}
_HAN = re.compile(r"[\u4e00-\u9fff]")
_INVISIBLE = dict.fromkeys(
    [*range(9), *range(14, 32), 11, 12, 127, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x200E, 0x200F]
)
_WIDE = {0x3000: " ", 0xA0: " ", 0x2010: "-", 0x2011: "-", 0x2012: "-", 0x2013: "-", 0xFF0D: "-"}
_ASCII = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True, slots=True)
class ParsedAddress:
    """What was read. `phone` is E.164, or as typed where it is no number; `uncertain` names the parts to look at."""

    name: str = ""
    phone: str = ""
    email: str = ""
    country: str = ""
    region: str = ""
    city: str = ""
    district: str = ""
    line: str = ""
    postcode: str = ""
    uncertain: tuple[str, ...] = ()


def parse_address(text: str, country: str = "") -> ParsedAddress:
    """The address in the text; `country` (ISO 3166 alpha-2) is what it is read as where it names none. Never raises."""
    text = text[:LONGEST].translate(_INVISIBLE | _WIDE | _ASCII).encode("utf-8", "ignore").decode().strip()
    default = country.strip().upper() if country_called(country.strip().upper()) else ""
    text, email = _without_email(text)
    if not text:
        return ParsedAddress(email=email)
    code, sure, chinese = _country_of(text, default)
    text, phone = _without_phones(text, code)
    if not code:
        code = country_of_phone(phone.e164) if phone else ""
    parts = _read(text, code, chinese=chinese)
    if chinese and not code and parts.region:
        code, sure = "CN", True
    doubts = set(parts.doubts)
    if not sure:
        doubts.add("country")
    if phone and not phone.e164:
        doubts.add("phone")
    shown = ParsedAddress(
        name=parts.name[:120],
        phone=(phone.e164 or phone.typed) if phone else "",
        email=email,
        country=code,
        region=parts.region,
        city=parts.city,
        district=parts.district,
        line=parts.line,
        postcode=parts.postcode,
    )
    return replace(shown, uncertain=_in_order(doubts | _doubted_by_its_country(shown)))


def _country_of(text: str, default: str) -> tuple[str, bool, bool]:
    """The country, whether that is sure, and whether the text is Chinese."""
    script = country_of_script(text)
    if script:
        return script, True, False
    block = block_of(text)
    named = take_country(block)
    if _HAN.search(text) and (named in _CHINESE or not named):
        chinese = _of_chinese(text, named, default)
        if chinese is not None:
            return chinese, bool(chinese), True
    if named:
        return named, True, False
    guess = guess_country(block)
    if default and (has_postcode(block, default) or not guess):
        return default, True, False
    return guess or default, False, False


def _of_chinese(text: str, named: str, default: str) -> str | None:
    """The country of a text with Chinese in it, "" for one that cannot be told; None where it is not a Chinese address."""
    elsewhere = greater.country_of(text)
    found = find_divisions(text)
    if found and found.levels >= 2 and not elsewhere:
        return "CN"
    if elsewhere:
        return elsewhere
    if default in {"", *_CHINESE} or found:
        return named or ("CN" if found and found.place.region else default)
    return None


def _read(text: str, country: str, *, chinese: bool) -> Parts:
    if chinese:
        return read_chinese(text) if country in {"", "CN"} else greater.read_greater(text, country)
    block = block_of(text)
    take_country(block)
    return read_east_asia(block, country) if _is_own_script(block, country) else read_world(block, country)


def _is_own_script(block: Block, country: str) -> bool:
    return country in {"JP", "KR"} and country_of_script(" ".join(block.lines)) == country


def _without_email(text: str) -> tuple[str, str]:
    match = EMAIL.search(text)
    if match is None:
        return text, ""
    before = re.sub(r"(?:(?:电子)?邮[箱件]|e-?mail)\s*[:：]?\s*$", "", text[: match.start()], flags=re.I)
    return f"{before}\n{text[match.end() :]}".strip(), match.group()[:254]


def _without_phones(text: str, country: str) -> tuple[str, FoundPhone | None]:
    """The text with the number to call replaced by PHONE, and that number; others stay where they are."""
    phone = best_phone(find_phones(text, country))
    if phone is None:
        return text, None
    rest = text[phone.end :]
    return f"{text[: phone.start]}{PHONE}{f' {phone.extension} ' if phone.extension else ''}{rest}", phone


def _doubted_by_its_country(address: ParsedAddress) -> set[str]:
    """The parts that the country's own rules find wrong or missing."""
    if not address.country:
        return {"country"}
    place = {name: getattr(address, name) for name in ("line", "region", "city", "district", "postcode")}
    problems = check_address(AddressParts(country=address.country, **place)).problems
    return {problem.rpartition("_")[0] for problem in problems}


def _in_order(doubts: set[str]) -> tuple[str, ...]:
    order = ("name", "phone", "country", "region", "city", "district", "line", "postcode")
    return tuple(part for part in order if part in doubts)
