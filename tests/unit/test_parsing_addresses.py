"""Pasted text into addresses: Chinese and international, in any order and with any separators."""

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openoms.domains.customers.country_names import country_called
from openoms.domains.customers.divisions import is_known, root, tables, variant
from openoms.domains.customers.parsing import ParsedAddress, parse_address

LEI = {"name": "李雷", "phone": "+8613800000000", "country": "CN"}
WEST_LAKE = {"region": "浙江省", "city": "杭州市", "district": "西湖区", "line": "文三路1号"}


def differing(parsed: ParsedAddress, expected: dict[str, str]) -> dict[str, str]:
    """What was read of the parts that are expected."""
    return {part: getattr(parsed, part) for part in expected}


@pytest.mark.parametrize(
    "text",
    [
        "李雷 13800000000 浙江省杭州市西湖区文三路1号",
        "浙江省杭州市西湖区文三路1号李雷13800000000",
        "李雷13800000000浙江省杭州市西湖区文三路1号",
        "李雷，138-0000-0000，浙江省杭州市西湖区文三路1号",
        "浙江省 杭州市 西湖区 文三路1号 李雷 +86 138 0000 0000",
        "浙江 杭州 西湖 文三路1号 李雷 0086 13800000000",
        "１３８００００００００　李雷　浙江省杭州市西湖区文三路１号",
        "收货人：李雷\n手机：13800000000\n地址：浙江省杭州市西湖区文三路1号",
        "姓名:李雷;电话:13800000000;所在地区:浙江省杭州市西湖区;详细地址:文三路1号",
        "收货人李雷手机号码13800000000所在地区浙江省杭州市西湖区详细地址文三路1号",
        "浙江省杭州市浙江省杭州市西湖区文三路1号 李雷 13800000000",
        "中国浙江省杭州市西湖区文三路1号\n李雷（收）\n13800000000",
        "杭州市西湖区文三路1号,李雷,13800000000",
        "杭州西湖区文三路1号 李雷 13800000000",
    ],
)
def test_one_address_however_it_is_written(text: str) -> None:
    expected = LEI | WEST_LAKE
    assert differing(parse_address(text), expected) == expected


@pytest.mark.parametrize(
    ("text", "region", "city", "district", "line"),
    [
        ("上海市徐汇区虹桥路1号", "上海市", "徐汇区", "", "虹桥路1号"),
        ("上海 上海市 静安区 南京西路1号", "上海市", "静安区", "", "南京西路1号"),
        ("北京市市辖区海淀区中关村大街1号", "北京市", "海淀区", "", "中关村大街1号"),
        ("重庆渝中区解放碑1号", "重庆市", "渝中区", "", "解放碑1号"),
        ("广西南宁市青秀区民族大道1号", "广西壮族自治区", "南宁市", "青秀区", "民族大道1号"),
        ("内蒙古自治区锡林郭勒盟锡林浩特市1号院", "内蒙古自治区", "锡林郭勒盟", "锡林浩特市", "1号院"),
        ("新疆乌鲁木齐天山区解放路1号", "新疆维吾尔自治区", "乌鲁木齐市", "天山区", "解放路1号"),
        ("昆山市玉山镇1号", "江苏省", "苏州市", "昆山市", "玉山镇1号"),
        ("浙江义乌市稠城街道1号", "浙江省", "金华市", "义乌市", "稠城街道1号"),
        ("湖北省仙桃市仙桃大道1号", "湖北省", "仙桃市", "", "仙桃大道1号"),
        ("广东省东莞市长安镇振安路1号", "广东省", "东莞市", "", "长安镇振安路1号"),
        ("恩施州利川市清江大道1号", "湖北省", "恩施土家族苗族自治州", "利川市", "清江大道1号"),
        ("杭州市富阳区文居街1号", "浙江省", "杭州市", "富阳区", "文居街1号"),
        ("杭州市临平区南大街1号", "浙江省", "杭州市", "临平区", "南大街1号"),
        ("苏州工业园区星湖街1号", "江苏省", "苏州市", "苏州工业园区", "星湖街1号"),
        ("上海浦东区张江路1号", "上海市", "浦东新区", "", "张江路1号"),
        ("长沙县星沙大道1号", "湖南省", "长沙市", "长沙县", "星沙大道1号"),
        ("长春市朝阳区人民大街1号", "吉林省", "长春市", "朝阳区", "人民大街1号"),
        ("吉林市船营区吉林大街1号", "吉林省", "吉林市", "船营区", "吉林大街1号"),
        ("上海市徐汇区上海路1号", "上海市", "徐汇区", "", "上海路1号"),
        ("杭州西湖文化广场1号", "浙江省", "杭州市", "", "西湖文化广场1号"),
        ("文三路1号，杭州市西湖区", "浙江省", "杭州市", "西湖区", "文三路1号"),
    ],
)
def test_provinces_cities_and_districts(text: str, region: str, city: str, district: str, line: str) -> None:
    expected = {"country": "CN", "region": region, "city": city, "district": district, "line": line}
    assert differing(parse_address(text), expected) == expected


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("朝阳区建国路1号", {"region", "city", "district"}),
        ("江苏省鼓楼区中山路1号", {"city", "district"}),
        ("鼓楼区中山路1号 李雷", {"region", "city", "district"}),
        ("杭州西湖文三路1号", {"district"}),
        ("天津大港区幸福路1号", {"city"}),
        ("浙江省杭州市西湖区文三路1号李雷13800000000", {"name"}),
        ("浙江省杭州市西湖区文三路1号 电话：1380000", {"phone"}),
        ("浙江大学玉泉校区1号楼", {"region", "city"}),
        ("浙江省杭州市文三路1号", {"district"}),
        ("浙江省杭州市西湖区文三路1号,000000", {"postcode"}),
        ("文三路1号", {"country", "region", "city"}),
    ],
)
def test_what_is_unsure_is_named(text: str, doubted: set[str]) -> None:
    assert set(parse_address(text).uncertain) >= doubted


def test_a_sure_address_names_no_doubt() -> None:
    assert parse_address("李雷 13800000000 浙江省杭州市西湖区文三路1号 310012").uncertain == ()
    assert parse_address("Max Muster\nMusterstr. 1\n10115 Berlin\nGermany").uncertain == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("欧阳修 浙江省杭州市西湖区文三路1号", "欧阳修"),
        ("浙江省杭州市西湖区文三路1号 李女士", "李女士"),
        ("买买提·艾力 新疆乌鲁木齐市天山区解放路1号", "买买提·艾力"),
        ("浙江省杭州市西湖区文三路1号 银江大厦 李雷 13800000000", "李雷"),
        ("浙江省杭州市西湖区文三路1号 大liu 13800000000", "大liu"),
        ("浙江省杭州市西湖区文三路1号 3栋 201室", ""),
        ("浙江省杭州市西湖区文三路1号 东门", ""),
    ],
)
def test_names_are_told_from_streets(text: str, name: str) -> None:
    assert parse_address(text).name == name


@pytest.mark.parametrize(
    ("text", "country", "phone"),
    [
        ("李雷 138 0000 0000 杭州市", "CN", "+8613800000000"),
        ("李雷 +86-138-0000-0000 杭州市", "", "+8613800000000"),
        ("李雷 (0571) 8765 4321 杭州市", "CN", "+8657187654321"),
        ("李雷 0571-87654321转802 杭州市", "CN", "+8657187654321"),
        ("李雷 400-820-8820 杭州市", "CN", "+864008208820"),
        ("李雷 010-88888888 手机13800000000 北京市", "CN", "+8613800000000"),
        ("陳大文 香港九龍旺角彌敦道1號 5123 4567", "", "+85251234567"),
        ("何先生 澳门新马路1号 66123456", "", "+85366123456"),
        ("林小姐 台北市信義區市府路1號 0912-345-678", "", "+886912345678"),
        ("Jane, 5 Main St, Springfield, IL 62701, (201) 555-0123", "US", "+12015550123"),
    ],
)
def test_phones_are_found_and_brought_to_one_form(text: str, country: str, phone: str) -> None:
    assert parse_address(text, country).phone == phone


def test_an_extension_and_a_second_number_are_kept() -> None:
    parsed = parse_address("李雷 0571-87654321转802 13800000000 浙江省杭州市西湖区文三路1号")
    assert parsed.phone == "+8613800000000"
    assert "0571-87654321转802" in parsed.line
    assert "转802" in parse_address("李雷 0571-87654321转802 浙江省杭州市西湖区文三路1号").line


GREATER = [
    ("香港九龍旺角彌敦道1號", {"country": "HK", "region": "九龍", "city": "旺角", "line": "彌敦道1號"}),
    ("香港中环皇后大道中1号", {"country": "HK", "region": "香港島", "line": "皇后大道中1号"}),
    ("台北市信義區市府路1號", {"country": "TW", "region": "台北市", "city": "信義區", "line": "市府路1號"}),
    ("110 臺北市信義區市府路1號", {"country": "TW", "region": "台北市", "city": "信義區", "postcode": "110"}),
    ("台湾新北市板桥区文化路1号", {"country": "TW", "region": "新北市", "city": "板橋區"}),
    ("澳门新马路1号", {"country": "MO", "region": "", "line": "新马路1号"}),
]
WORLD = [
    ("Pat Sample\n1 Example Pkwy\nMountain View, CA 94043-1351\nUSA\n+1 650-253-0000",
     {"name": "Pat Sample", "country": "US", "region": "CA", "city": "Mountain View", "postcode": "94043-1351",
      "line": "1 Example Pkwy", "phone": "+16502530000"}),
    ("1 Example Ave, Apt 4, New York, NY 10118, United States",
     {"country": "US", "region": "NY", "city": "New York", "line": "1 Example Ave, Apt 4"}),
    ("Example LLC\n1 Example Rd\nSpringfield, Illinois 62701\nUnited States", {"region": "IL", "city": "Springfield"}),
    ("Sam Specimen\nExample Ltd\n1 Example Lane\nReading\nBerkshire\nRG1 1AA\nUK",
     {"country": "GB", "region": "Berkshire", "city": "Reading", "postcode": "RG1 1AA", "line": "Example Ltd, 1 Example Lane"}),
    ("Jo Doe, 1 Example Street, London SW1A 2AA, England", {"country": "GB", "city": "London", "postcode": "SW1A 2AA"}),
    ("Max Muster\nMusterstraße 1\nD-10115 Berlin", {"country": "DE", "city": "Berlin", "postcode": "10115"}),
    ("Max Muster\nMusterstraße 1a\n80331 München\nDeutschland", {"country": "DE", "city": "München", "line": "Musterstraße 1a"}),
    ("M. Jean Dupont\n10 rue de la Paix\n75002 Paris\nFrance\nTél : 01 42 68 53 00",
     {"name": "M. Jean Dupont", "city": "Paris", "postcode": "75002", "line": "10 rue de la Paix", "phone": "+33142685300"}),
    ("Mario Rossi\nVia Roma 1\n20121 Milano MI\nItalia", {"country": "IT", "region": "MI", "city": "Milano"}),
    ("Jane Roe\n1 Example Blvd\nToronto, ON M5V 3L9\nCanada", {"country": "CA", "region": "ON", "postcode": "M5V 3L9"}),
    ("Bruce\n1 Macquarie St\nSydney NSW 2000\nAustralia", {"country": "AU", "region": "NSW", "city": "Sydney"}),
    ("João Silva\nRua das Flores 123\nCentro\nSão Paulo - SP\n01310-100\nBrasil",
     {"country": "BR", "region": "SP", "city": "São Paulo", "line": "Rua das Flores 123, Centro"}),
    ("Anil Kumar\n12 MG Road\nBengaluru 560001\nKarnataka\nIndia", {"region": "Karnataka", "city": "Bengaluru"}),
    ("Jan Jansen\nDamrak 1\n1012 LG Amsterdam\nNederland", {"country": "NL", "postcode": "1012 LG", "city": "Amsterdam"}),
    ("Lee Contoh\n1 Example Place #10-01\nSingapore 048616", {"country": "SG", "postcode": "048616"}),
    ("〒150-8512\n東京都渋谷区桜丘町26-1\n山田太郎様\n03-1234-5678",
     {"name": "山田太郎", "country": "JP", "region": "東京都", "city": "渋谷区", "line": "桜丘町26-1", "postcode": "150-8512",
      "phone": "+81312345678"}),
    ("山田花子\n〒530-0001 大阪府大阪市北区梅田1-1-1", {"name": "山田花子", "region": "大阪府", "city": "大阪市北区"}),
    ("홍길동\n서울특별시 강남구 테헤란로 152\n06236\n010-2000-0000",
     {"name": "홍길동", "country": "KR", "city": "강남구", "line": "테헤란로 152", "phone": "+821020000000"}),
    ("Room 501, No. 1 Wensan Road, Xihu District, Hangzhou, Zhejiang 310012, China",
     {"country": "CN", "region": "浙江省", "city": "杭州市", "postcode": "310012"}),
    ("Chan Tai Man\nFlat A, 1 Nathan Road\nMong Kok\nKowloon\nHong Kong", {"country": "HK", "region": "Kowloon"}),
    ("Name: Jane Doe\nPhone: (201) 555-0123\nAddress: 5 Main St\nCity: Springfield\nState: IL\nZIP: 62701\nCountry: USA",
     {"name": "Jane Doe", "phone": "+12015550123", "line": "5 Main St", "city": "Springfield", "region": "IL", "postcode": "62701"}),
    ("李雷\n1 Example Pkwy\nMountain View, CA 94043\nUSA", {"name": "李雷", "country": "US", "city": "Mountain View"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), GREATER + WORLD, ids=lambda v: v[:18] if isinstance(v, str) else ""
)
def test_addresses_of_the_world(text: str, expected: dict[str, str]) -> None:
    assert differing(parse_address(text), expected) == expected


def test_a_country_needs_a_ground() -> None:
    assert parse_address("1 Example Street\nSomewhere").country == ""
    assert "country" in parse_address("1 Example Street\nSomewhere").uncertain
    assert parse_address("1 Example Street\nSomewhere", "IE").country == "IE"
    guessed = parse_address("Jane, 1 Example Ave, New York, NY 10118", "CN")
    assert (guessed.country, "country" in guessed.uncertain) == ("US", True)


def test_an_email_is_found() -> None:
    parsed = parse_address("李雷 邮箱：li.lei@example.com 13800000000 浙江省杭州市西湖区文三路1号")
    assert (parsed.email, parsed.name, parsed.line) == ("li.lei@example.com", "李雷", "文三路1号")


@given(st.text(max_size=200), st.sampled_from(["", "CN", "US", "DE", "JP", "xx", "GB", "HK"]))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_parser(text: str, country: str) -> None:
    assert isinstance(parse_address(text, country), ParsedAddress)


streets = st.text("文武安康平福", min_size=2, max_size=3).map(lambda s: f"{s}路")
numbers = st.integers(1, 999).map(str)


@given(
    st.data(),
    streets,
    numbers,
    st.permutations(["name", "phone", "place"]),
    st.sampled_from([" ", "，", "\n", ";"]),
)
@settings(max_examples=150, deadline=None)
def test_every_listed_district_is_found_in_any_order(
    data: st.DataObject, street: str, number: str, order: list[str], separator: str
) -> None:
    t = tables()
    region, city = data.draw(st.sampled_from(sorted(t.districts)))
    below = sorted(set(t.districts[region, city].values())) or [""]
    district = data.draw(st.sampled_from(below))
    pieces = {"name": "李雷", "phone": "13800000000", "place": f"{region}{city}{district}{street}{number}号"}
    parsed = parse_address(separator.join(pieces[piece] for piece in order))
    expected = LEI | {"region": region, "city": city, "district": district, "line": f"{street}{number}号"}
    assert differing(parsed, expected) == expected


@given(
    st.lists(st.text(string.ascii_letters + string.digits, min_size=1, max_size=8), min_size=1, max_size=6)
)
@settings(max_examples=100, deadline=None)
def test_nothing_typed_is_lost(words: list[str]) -> None:
    parsed = parse_address("浙江省杭州市西湖区 " + " ".join(words), "CN")
    everything = "".join(
        [parsed.name, parsed.phone, parsed.email, parsed.line, parsed.postcode, parsed.district]
    )
    digits = re.sub(r"\D", "", everything)
    for word in words:
        is_country = parsed.country != "CN" and country_called(word) == parsed.country
        assert word in everything or (word.isdigit() and word in digits) or is_country, (word, parsed)


def test_names_of_places_have_roots_and_variants() -> None:
    assert [root(name) for name in ("恭城瑶族自治县", "内蒙古自治区", "浦东新区", "杭州市")] == [
        "恭城",
        "内蒙古",
        "浦东",
        "杭州",
    ]
    assert variant("富阳区", ["富阳市", "西湖区"]) == "富阳区"
    assert variant("雨花区", ["雨花台区"]) == "雨花台区"
    assert is_known("浙江省", "杭州市", "富阳区")
    assert not is_known("浙江省", "杭州市", "海淀区")
    assert not is_known("加利福尼亚", "杭州市")
