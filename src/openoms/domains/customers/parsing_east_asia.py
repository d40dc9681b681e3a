"""Japanese and Korean addresses in their own script: region, city and street run on without separators (pure)."""

import re

from openoms.domains.customers.parsing_chinese import Parts
from openoms.domains.customers.parsing_world import Block, rules_of

_POSTCODE = {
    "JP": re.compile(r"〒?\s*(\d{3}[-−ー]\d{4}|(?<!\d)\d{7}(?!\d))"),
    "KR": re.compile(r"(?<![\d-])\(?(\d{5})\)?(?![\d-])"),
}
_CITY = {
    "JP": re.compile(r"(.{1,6}?市.{1,5}?区|.{1,6}?郡.{1,6}?[町村]|.{1,6}?[市区町村])"),
    "KR": re.compile(r"\s*(\S{1,8}?[시군구])(?=\s|$)(?:\s+(\S{1,6}구)(?=\s|$))?"),
}
_NAME_ENDS = re.compile(r"\s*(様|御中|さん|귀하|님)$")
_LABEL = re.compile(
    r"^(?:氏名|お名前|宛名|住所|電話番号?|郵便番号|이름|성함|받는 ?사람|주소|우편번호)\s*[:：]?\s*"
)
_OTHER = {"JP": re.compile(r"^日本国?[、,\s]*"), "KR": re.compile(r"^대한민국[,\s]*")}


def country_of_script(text: str) -> str:
    """JP for kana or what only Japanese addresses have, KR for hangul, else ""."""
    if re.search(r"[\uac00-\ud7a3]", text):
        return "KR"
    if re.search(r"[\u3040-\u30ff]|〒|丁目|\d番地|東京都|京都府|大阪府|[\u4e00-\u9fff]{2,3}県|北海道", text):
        return "JP"
    return ""


def read_east_asia(block: Block, country: str) -> Parts:
    """The parts of the block; the line that names a region is the address, what follows it may go on with it."""
    parts = Parts(name=block.told.get("name", ""), postcode=block.told.get("postcode", ""))
    lines = [_LABEL.sub("", _OTHER[country].sub("", line)) for line in block.lines]
    lines = [_without_postcode(line, country, parts) for line in lines]
    lines = [line for line in lines if line]
    for index, line in enumerate(lines):
        if _read_place(line, country, parts):
            before, after = lines[:index], [parts.line, *lines[index + 1 :]]
            parts.name = parts.name or _take_name(before, after)
            parts.line = " ".join(filter(None, [*before, *after]))
            return parts
    parts.name = parts.name or _take_name(lines, [])
    parts.line = " ".join(lines)
    parts.doubts |= {"region", "city"}
    return parts


def _without_postcode(line: str, country: str, parts: Parts) -> str:
    match = None if parts.postcode else _POSTCODE[country].search(line)
    if match is None:
        return line.strip()
    parts.postcode = match[1].replace("−", "-").replace("ー", "-")
    return f"{line[: match.start()]} {line[match.end() :]}".strip(" ,、")


def _read_place(line: str, country: str, parts: Parts) -> bool:
    """Region, city and the rest of a line that names a region of the country; whether it does."""
    spelled = {name: key for key, name in rules_of(country).country_area_choices}
    spelled |= {key: key for key in spelled.values()}
    for name, key in sorted(spelled.items(), key=lambda pair: -len(pair[0])):
        at = line.find(name)
        if at < 0 or name.isascii():
            continue
        rest = line[at + len(name) :].lstrip(" 　,、")
        city = _CITY[country].match(rest)
        parts.region = key
        parts.city = city[1] if city else ""
        if city and country == "KR":
            parts.district = city[2] or ""
        if not city:
            parts.doubts.add("city")
        name_before = line[:at].strip(" ,、")
        parts.line = rest[city.end() if city else 0 :].strip(" ,、")
        if name_before and not parts.name and not any(sign.isdigit() for sign in name_before):
            parts.name = _NAME_ENDS.sub("", name_before)
        return True
    return False


def _take_name(before: list[str], after: list[str]) -> str:
    """The line without digits that is the recipient: one with an honorific first, then the first, then the last."""
    lines = [(lines, i) for lines in (before, after[:0] or after) for i in range(len(lines))]
    lines = [(where, i) for where, i in lines if where is before or i]
    plain = [(where, i) for where, i in lines if where[i] and not any(sign.isdigit() for sign in where[i])]
    marked = [(where, i) for where, i in plain if _NAME_ENDS.search(where[i])]
    for where, i in [*marked, *plain[:1]]:
        return _NAME_ENDS.sub("", where.pop(i))
    return ""
