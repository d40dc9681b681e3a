"""Chinese address text into parts: labels, phone, name and place in any order, with separators or none (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from openoms.domains.customers import parsing_names as names
from openoms.domains.customers.divisions import tables
from openoms.domains.customers.parsing_divisions import Found, find_divisions

# Stands where a phone number was taken out: a name stands next to it more often than not.
PHONE = "\x1d"
_SEPARATORS = re.compile(rf"([\s,，、;；。|/{PHONE}]+)")
_LABELS = {
    "name": ("收货人姓名|收件人姓名|收货人|收件人|收貨人|收件人姓名", "姓名|联系人|聯絡人|名字|name|recipient"),
    "phone": ("手机号码|联系电话|电话号码|手机号|收货电话|聯絡電話|手機號碼", "手机|电话|電話|手機|联系方式|固话|座机|tel|mobile|phone"),
    "postcode": ("邮政编码|郵遞區號", "邮编|郵編|zip|postcode"),
    "address": ("所在地区|详细地址|收货地址|收件地址|街道地址|所在区域|收貨地址|(?:我家的?|我的)?地址(?:是|为)", "地址|所在地|地区|街道|address|省份?|城市|市|区县|省市区"),
    "email": ("电子邮箱|电子邮件", "邮箱|e-?mail"),
}  # fmt: skip
_LABEL = re.compile(
    "|".join(
        rf"(?P<{kind}>(?:{bare})[:：\s]*|(?<![\u4e00-\u9fffA-Za-z])(?:{short})\s*[:：]\s*|(?:{short})\s*(?={PHONE}))"
        if kind == "phone"
        else rf"(?P<{kind}>(?:{bare})[:：\s]*|(?<![A-Za-z])(?:{short})\s*[:：]\s*)"
        for kind, (bare, short) in _LABELS.items()
    ),
    re.I,
)
_POSTCODE = re.compile(r"(?:(?<=^)|(?<=[\s,，;；。|(（]))(\d{6})(?=$|[\s,，;；。|)）])")
_COUNTRY = {"中国", "中國", "中华人民共和国"}
_SIGN_OF_LINE = re.compile(r"[\d号路街巷弄村镇乡楼栋室苑园厦]")


@dataclass(slots=True)
class Parts:
    """What has been read so far; `doubts` name the parts that are unsure."""

    name: str = ""
    region: str = ""
    city: str = ""
    district: str = ""
    line: str = ""
    postcode: str = ""
    doubts: set[str] = field(default_factory=set)


def read_chinese(text: str) -> Parts:
    """The parts of a text whose phones were replaced by PHONE; what fits nowhere stays in `line`."""
    parts = Parts()
    body = _without_labels(text, parts)
    body = _without_postcode(body, parts)
    found = find_divisions(body)
    if found is not None:
        place = found.place
        parts.region, parts.city, parts.district = place.region, place.city, place.district
        parts.doubts |= found.doubts
    parts.line = " ".join(_without_name(body, found, parts)).strip()
    _doubt_what_is_missing(parts)
    return parts


def _without_labels(text: str, parts: Parts) -> str:
    """The text without its labels; a labelled name and postcode go into `parts`."""
    kept, position, kind = [], 0, ""
    for match in [*_LABEL.finditer(text), None]:
        value = text[position : match.start() if match else len(text)]
        kept.append(_labelled(kind, value, parts))
        if match:
            position, kind = match.end(), str(match.lastgroup)
    return "\n".join(piece for piece in kept if piece.strip(" ,，;；。\n"))


def _labelled(kind: str, value: str, parts: Parts) -> str:
    """What remains for the body of a labelled value."""
    if kind == "name" and not parts.name:
        first, separator, rest = _first_token(value)
        found = find_divisions(first)
        if found and found.levels and found.start:
            first, rest = first[: found.start], first[found.start :] + separator + rest
            separator = ""
        if first and len(first) <= 60 and not (found and found.levels and not found.start):
            parts.name = names.cleaned(first)
            return separator + rest
    if kind == "postcode" and not parts.postcode:
        match = re.match(r"\s*(\d{6})(?!\d)", value)
        if match:
            parts.postcode = match[1]
            return value[match.end() :]
    return value


def _first_token(value: str) -> tuple[str, str, str]:
    pieces = _SEPARATORS.split(value.lstrip(" ,，;；。\n"), maxsplit=1)
    return (pieces[0], pieces[1], pieces[2]) if len(pieces) == 3 else (pieces[0], "", "")


def _without_postcode(body: str, parts: Parts) -> str:
    match = None if parts.postcode else _POSTCODE.search(body)
    if match:
        parts.postcode = match[1]
        body = body[: match.start()] + " " + body[match.end() :]
    if parts.postcode and not parts.postcode.strip("0"):
        parts.doubts.add("postcode")
    return body


def _without_name(body: str, found: Found | None, parts: Parts) -> list[str]:
    """The pieces of the body that are neither its divisions nor the name."""
    before = [token for token in _tokens(body[: found.start]) if token not in _COUNTRY] if found else []
    after = _tokens(body[found.end :] if found else body)
    if not parts.name:
        # Right behind the district a street begins, unless something parts them.
        glued = bool(found and found.levels and body[found.end : found.end + 1].strip(" ,，;；。\n" + PHONE))
        _take_name(before, after, parts, street_first=glued)
    return [token for token in [*before, *after] if token != PHONE]


def _tokens(text: str) -> list[str]:
    """Its pieces between separators; PHONE stays as a piece of its own."""
    pieces = []
    for piece in _SEPARATORS.split(text):
        if PHONE in piece:
            pieces.append(PHONE)
        elif piece.strip(" ,，、;；。|/()（）\n\t"):
            pieces.append(piece.strip())
    return pieces


def _take_name(before: list[str], after: list[str], parts: Parts, *, street_first: bool) -> None:
    """Move the name, where one is, out of the pieces into `parts`."""
    for index, token in enumerate(before):
        if names.likeness(token):
            return _took(before, index, parts)
    best: tuple[int, int] | None = None
    for index in range(len(after)):
        rank = 0 if index == 0 and street_first else _rank(after, index)
        if rank and (best is None or rank >= best[0]):
            best = rank, index
    if best is not None:
        return _took(after, best[1], parts)
    for tokens, index in _ends_of_streets(before, after):
        street, name = names.unglued(tokens[index])
        if name:
            tokens[index] = street
            parts.name = name
            parts.doubts.add("name")
            return None
    return None


def _rank(tokens: Sequence[str], index: int) -> int:
    """How likely the piece behind the divisions is the name; 0 for not."""
    likeness = names.likeness(tokens[index])
    beside_phone = PHONE in {
        tokens[index - 1] if index else "",
        tokens[index + 1] if index + 1 < len(tokens) else "",
    }
    last = all(token == PHONE for token in tokens[index + 1 :])
    if likeness == 2:
        return 4 if beside_phone else 3 if last else 2 if index == 0 else 0
    if likeness == 1 and (
        beside_phone or (last and (names.is_mixed(tokens[index]) or names.is_one_sign(tokens[index])))
    ):
        return 1
    return 0


def _took(tokens: list[str], index: int, parts: Parts) -> None:
    token = tokens.pop(index)
    if names.likeness(token) == 1:
        parts.doubts.add("name")
    parts.name = names.cleaned(token)


def _ends_of_streets(before: list[str], after: list[str]) -> list[tuple[list[str], int]]:
    """Pieces a name may be glued to: those before a phone, and the last."""
    ends = [
        (after, i)
        for i, token in enumerate(after)
        if token != PHONE and after[i + 1 : i + 2] in ([PHONE], [])
    ]
    return [*ends, *((before, i) for i, token in enumerate(before) if token != PHONE)]


def _doubt_what_is_missing(parts: Parts) -> None:
    """Parts an address in China has and this one does not."""
    if not parts.region:
        parts.doubts.add("region")
    if not parts.city:
        parts.doubts.add("city")
    if parts.city and not parts.district and tables().districts.get((parts.region, parts.city)):
        parts.doubts.add("district")
    if not _SIGN_OF_LINE.search(parts.line):
        parts.doubts.add("line")
