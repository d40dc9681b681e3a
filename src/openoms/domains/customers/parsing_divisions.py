"""Finding the province, city and district in Chinese text, wherever they stand and however shortened (pure).

Every place in the text where a name begins is tried as the beginning of a chain province → city → district, each link of
which may be missing, short, misspelled in its ending or said twice. The chain that explains most of the text wins.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from openoms.domains.customers import divisions
from openoms.domains.customers.divisions import Place, tables

V = TypeVar("V")
_LONGEST = 16
_GAP = re.compile(r"[\s,，、/\-_>|·]*")
# Words between the links that name no place: 市辖区, 省直辖县级行政区划; the 县 of 重庆市县 only where a name follows.
_NOISE = re.compile(
    r"(市辖区|(自治区|省)?(省|自治区)?直辖县级行政区划|省直辖|中国|全境|县(?=[\u4e00-\u9fff]{1,6}[县区]))"
)
# What makes a name of the name of a street or house: 北京东路, 浙江大厦.
_STREET = re.compile(
    r"[东西南北中]?[一二三四五六七八九十]?(路|街|道|大街|大道|巷|弄|胡同|里|桥|大学|学院|大厦|饭店|酒店|宾馆|广场|花园|公园|小区|新村|银行)"
)
_ROAD_SOON = re.compile(r"[\u4e00-\u9fff]{1,4}?(路|街|道|镇|乡|街道|大道|巷|弄)")
_UNLISTED = re.compile(r"([\u4e00-\u9fff]{1,5}?(?:新区|[区县旗]))(?!域)")
_NO_DISTRICT = re.compile(r"[路街道巷镇乡村号园小社校厂楼栋幢室]|开发|新城|景|商务|度假")


@dataclass(frozen=True, slots=True)
class Found:
    """A chain in the text: the place it names, where it stands, what of it is doubtful."""

    place: Place
    start: int
    end: int
    levels: int
    spelled: int
    doubts: frozenset[str] = frozenset()

    @property
    def weight(self) -> tuple[int, int, int]:
        """How much the chain explains; of equal ones the first in the text is taken."""
        return (self.levels, self.spelled, -self.start)


def find_divisions(text: str) -> Found | None:
    """The chain that explains most, or None where no place is named."""
    chains = (chain for start in range(len(text)) for chain in _chains(text, start))
    best = max(chains, key=lambda chain: chain.weight, default=None)
    return replace(best, end=_said_again(text, best)) if best else None


def _chains(text: str, start: int) -> Iterator[Found]:
    """The chains that begin at `start`: with a province, a city, or a district alone."""
    t = tables()
    name = _longest(text, start, t.provinces)
    if name:
        yield _after_province(text, start, start + len(name), t.provinces[name])
    name = _longest(text, start, t.all_cities)
    if name:
        place, end = t.all_cities[name], start + len(name)
        if name in t.full or not _STREET.match(text, end):
            yield _after_city(text, Found(place, start, end, 1, len(name)))
    name = _longest(text, start, t.all_districts)
    if name:
        places = t.all_districts[name]
        if len(places) == 1:
            yield Found(places[0], start, start + len(name), 1, len(name))
        else:
            doubts = frozenset({"region", "city", "district"})
            yield Found(Place("", "", name), start, start + len(name), 1, len(name), doubts)


def _after_province(text: str, start: int, end: int, region: str) -> Found:
    """The chain that follows a province."""
    t = tables()
    base = Found(Place(region), start, end, 1, end - start)
    at = _skipped(text, end, {region, root_of(region)})
    if region in t.municipalities:
        name, stop, doubtful = _district_at(text, at, t.cities[region])
        if name:
            doubts = frozenset({"city"}) if doubtful else frozenset[str]()
            return replace(
                base,
                place=Place(region, name),
                end=stop,
                levels=2,
                spelled=base.spelled + stop - at,
                doubts=doubts,
            )
        return _province_alone(text, base)
    cities = t.cities[region]
    name = _longest(text, at, cities)
    if name and (name in t.full or not _STREET.match(text, at + len(name))):
        stop = at + len(name)
        chain = replace(
            base, place=Place(region, cities[name]), end=stop, levels=2, spelled=base.spelled + len(name)
        )
        further = _after_city(text, chain)
        skipped = _district_of_province(text, at, region, base)
        return max(further, skipped, key=lambda c: c.weight) if skipped else further
    return _district_of_province(text, at, region, base) or _province_alone(text, base)


def _district_of_province(text: str, at: int, region: str, base: Found) -> Found | None:
    """A district whose city is left out: 四川省阆中市."""
    name = _longest(text, at, tables().all_districts)
    places = [p for p in tables().all_districts.get(name, ()) if p.region == region]
    if not places:
        return None
    found = replace(base, end=at + len(name), levels=2, spelled=base.spelled + len(name))
    if len(places) == 1:
        return replace(found, place=places[0])
    return replace(found, place=Place(region, "", name), doubts=frozenset({"city", "district"}))


def _province_alone(text: str, base: Found) -> Found:
    """A province and nothing below; its short name may as well begin another name (浙江大学), which then stays whole."""
    if text[base.start : base.end] in tables().full or _gap_end(text, base.end) > base.end:
        return base
    if base.end == len(text):
        return base
    return replace(base, end=base.start, levels=0, doubts=frozenset({"region"}))


def _after_city(text: str, chain: Found) -> Found:
    """The chain with the district that follows its city, if one does."""
    t, place = tables(), chain.place
    below = t.districts.get((place.region, place.city), {})
    at = _skipped(text, chain.end, {place.region, place.city, root_of(place.region)})
    name, stop, doubtful = _district_at(text, at, below)
    if not name:
        return chain
    doubts = chain.doubts | ({"district"} if doubtful else set())
    return replace(chain, place=replace(place, district=name), end=stop, levels=chain.levels + 1,
                   spelled=chain.spelled + stop - at, doubts=doubts)  # fmt: skip


def _district_at(text: str, at: int, listed: Mapping[str, str]) -> tuple[str, int, bool]:
    """The district named at `at`, where it ends, whether that is doubtful; ("", at, False) for none."""
    full = set(listed.values())
    name = _longest(text, at, {n: n for n in full})
    if name:
        return name, at + len(name), False
    unlisted = _UNLISTED.match(text, at)
    typed = unlisted.group(1) if unlisted else ""
    meant = _meant(typed, full)
    if meant:
        return meant, at + len(typed), False
    bare = _longest(text, at, listed)
    if bare and _bare_will_do(text, at + len(bare), listed[bare]):
        return listed[bare], at + len(bare), divisions.suffix(listed[bare]) in {"区", "新区"}
    if typed and len(typed) > 2 and not _NO_DISTRICT.search(typed[:-1]):
        return typed, at + len(typed), bool(full)
    return "", at, False


def _meant(typed: str, full: set[str]) -> str:
    return divisions.variant(typed, full) if typed else ""


def _bare_will_do(text: str, end: int, name: str) -> bool:
    """Whether a district's name without its ending is meant as one: 乐清柳市镇, 西湖 文三路; not 西湖文化广场."""
    if end >= len(text) or _gap_end(text, end) > end:
        return True
    if _STREET.match(text, end):
        return False
    return divisions.suffix(name) not in {"区", "新区"} or bool(_ROAD_SOON.match(text, end))


def _skipped(text: str, at: int, again: set[str]) -> int:
    """Where the next link begins: behind separators, words that name no place, and what was said before."""
    while True:
        behind = _gap_end(text, at)
        noise = _NOISE.match(text, behind)
        name = next((n for n in sorted(again, key=len, reverse=True) if text.startswith(n, behind)), "")
        if noise:
            at = noise.end()
        elif name and (name in tables().full or _gap_end(text, behind + len(name)) > behind + len(name)):
            at = behind + len(name)
        else:
            return behind


def _said_again(text: str, found: Found) -> int:
    """The end of the chain with its own full names repeated behind it: 上海市上海市徐汇区, 海南省白沙县海南省白沙县."""
    place = found.place
    names = {n for n in (place.region, place.city, place.district) if n} & tables().full
    if found.end <= found.start or not names:
        return found.end
    end = found.end
    while True:
        at = _skipped(text, end, names)
        if not any(text[end:at].find(name) >= 0 for name in names):
            return end
        end = at


def _gap_end(text: str, at: int) -> int:
    """Where the separators that begin at `at` end."""
    match = _GAP.match(text, at)
    return match.end() if match else at


def _longest(text: str, at: int, names: Mapping[str, V]) -> str:
    """The longest of the names that the text has at `at`, or ""."""
    for length in range(min(_LONGEST, len(text) - at), 1, -1):
        if text[at : at + length] in names:
            return text[at : at + length]
    return ""


def root_of(name: str) -> str:
    """The short name of a place."""
    return divisions.root(name)
