"""Finding phone numbers and e-mail addresses in text (pure)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_EXTENSION = r"(?P<ext>(?:\s*(?:转|轉|分机号?|ext\.?|x)\s*[:：]?\s*|-)\d{1,6})?"
_PREFIX = r"(?:(?:\+|00)?86[-\s]{0,2})?"
_CHINESE = (
    re.compile(rf"(?<!\d){_PREFIX}(?P<number>1[3-9]\d(?:[-\s]?\d{{4}}){{2}}){_EXTENSION}(?!\d)", re.I),
    re.compile(
        rf"(?<![\d-]){_PREFIX}(?P<number>(?:\(0\d{{2,3}}\)\s?|0\d{{2,3}}[-\s]?)\d{{3,4}}[-\s]?\d{{4}}){_EXTENSION}(?!\d)", re.I
    ),
    re.compile(rf"(?<!\d)(?P<number>[48]00[-\s]?\d{{3}}[-\s]?\d{{4}}){_EXTENSION}(?!\d)", re.I),
)  # fmt: skip
_ABROAD = re.compile(
    r"(?<![\w+])(?P<number>(?:\+|00)[1-9]\d{0,2}[\s.()/-]*\d(?:[\s.()/-]{0,2}\d){4,13})(?!\d)"
)
# Written as a number but none: the label in front says what it was meant to be.
_MEANT = re.compile(
    r"(?:手机号?码?|电话号?码?|联系方式|tel(?:ephone)?|phone|mobile)\s*[:：.]?\s*(?P<number>\+?\d[\d\s-]{4,18}\d)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class FoundPhone:
    """A number in the text from `start` to `end`; `e164` is empty where it is none. `extension` as typed."""

    start: int
    end: int
    typed: str
    e164: str
    extension: str = ""


def find_phones(text: str, country: str) -> list[FoundPhone]:
    """Numbers in the order of the text, none overlapping; those without a prefix are read as of `country`."""
    kept: list[FoundPhone] = []
    for found in sorted(_candidates(text, country), key=lambda phone: (not phone.e164, phone.start)):
        if all(found.end <= other.start or found.start >= other.end for other in kept):
            kept.append(found)
    return sorted(kept, key=lambda phone: phone.start)


def best_phone(phones: list[FoundPhone]) -> FoundPhone | None:
    """The number to call: a mobile one before others, one that is valid before one that is not."""
    return min(phones, key=lambda phone: (not phone.e164, not _is_mobile(phone.e164)), default=None)


def _candidates(text: str, country: str) -> Iterator[FoundPhone]:
    for pattern in (_ABROAD, *(_CHINESE if country in {"", "CN"} else ())):
        for match in pattern.finditer(text):
            e164 = _e164(match["number"], "CN")
            if e164:
                extension = (match.groupdict().get("ext") or "").strip(" -")
                yield FoundPhone(match.start(), match.end(), match.group(), e164, extension)
    if country and country != "CN":
        yield from _as_of(text, country)
    for match in _MEANT.finditer(text):
        start, end = match.span("number")
        yield FoundPhone(start, end, match["number"], _e164(match["number"], country or "CN"))
    for match in re.finditer(r"(?<!\d)1[3-9]\d{7,11}(?!\d)", text) if country in {"", "CN"} else ():
        # A digit too many or too few for a mobile number: shown as doubtful rather than left in the street.
        yield FoundPhone(match.start(), match.end(), match.group(), _e164(match.group(), "CN"))


def _as_of(text: str, country: str) -> Iterator[FoundPhone]:
    import phonenumbers

    for match in phonenumbers.PhoneNumberMatcher(text, country):
        number = match.number
        e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        extension = f"ext. {number.extension}" if number.extension else ""
        yield FoundPhone(match.start, match.end, match.raw_string, e164, extension)


def _e164(text: str, country: str) -> str:
    import phonenumbers

    text = re.sub(r"\(0\)", "", text)
    try:
        number = phonenumbers.parse("+" + text[2:] if text.startswith("00") else text, country)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _is_mobile(e164: str) -> bool:
    import phonenumbers

    if not e164:
        return False
    kind = phonenumbers.number_type(phonenumbers.parse(e164))
    return kind in {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}


def country_of_phone(e164: str) -> str:
    """The country whose number it is, or ""."""
    import phonenumbers

    return phonenumbers.region_code_for_number(phonenumbers.parse(e164)) or "" if e164 else ""
