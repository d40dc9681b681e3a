"""Phones, e-mail and postal addresses."""

import pytest

from openoms.core.errors import InvalidInput
from openoms.domains.customers.contacts import (
    AddressParts,
    check_address,
    demand_sound,
    masked,
    masked_phone,
    normal_email,
    normal_phone,
    phone_tail,
)

HANGZHOU = AddressParts("CN", "文三路1号", "浙江省", "杭州市", "西湖区", "310012")


@pytest.mark.parametrize(
    ("text", "country", "normal"),
    [
        ("138 0000 0000", "CN", "+8613800000000"),
        ("+86 (138) 0000-0000", "", "+8613800000000"),
        ("030-0074321", "DE", "+49300074321"),
        ("(206) 555-9857", "US", "+12065559857"),
    ],
)
def test_phones_come_to_one_form(text: str, country: str, normal: str) -> None:
    assert normal_phone(text, country) == normal


@pytest.mark.parametrize("text", ["12", "none", "+86 1", ""])
def test_a_wrong_phone_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        normal_phone(text, "CN", ("contact", "phone"))
    assert refused.value.problems[0].loc == ("contact", "phone")


def test_email_domains_are_lowered_and_wrong_ones_refused() -> None:
    assert normal_email("Ann@EXAMPLE.com") == "Ann@example.com"
    with pytest.raises(InvalidInput):
        normal_email("not an address")


def test_a_sound_chinese_address_passes_with_its_district() -> None:
    checked = check_address(HANGZHOU)
    assert checked.problems == ()
    assert demand_sound(checked).district == "西湖区"


def test_what_a_country_does_not_ask_for_is_kept() -> None:
    parts = AddressParts("DE", "Obere Str. 57", city="Berlin", postcode="12209", district="Mitte")
    assert demand_sound(check_address(parts)).district == "Mitte"


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        (AddressParts("CN", "x", "火星省", "杭州市"), "region_invalid"),
        (AddressParts("US", "1 Main St", "CA", "San Francisco", "", "9"), "postcode_invalid"),
        (AddressParts("GB", "1 High St", postcode="SW1A 1AA"), "city_required"),
        (AddressParts("QQ", "x"), "country_invalid"),
    ],
)
def test_what_does_not_fit_the_country_is_named(parts: AddressParts, problem: str) -> None:
    checked = check_address(parts)
    assert problem in checked.problems
    with pytest.raises(InvalidInput) as refused:
        demand_sound(checked, ("ship_to",))
    assert ("ship_to", problem.rpartition("_")[0]) in [p.loc for p in refused.value.problems]


def test_masks_hide_who_and_where() -> None:
    hidden = masked(check_address(HANGZHOU).document() | {"name": "李雷", "phone": "+8613800000000"})
    assert (hidden["name"], hidden["line"], hidden["city"]) == ("李**", "***", "杭州市")
    assert hidden["phone"] == "+86****0000"
    assert (masked_phone("12345"), masked_phone("")) == ("****", "")
    assert masked({"name": "", "line": ""})["line"] == ""


def test_a_tail_is_the_last_four_digits() -> None:
    assert phone_tail("+86 138-0000-1234") == "1234"
