"""Consent, tags, and names of firms."""

from uuid import uuid4

import pytest

from openoms.domains.customers.rules import ConsentState, initials, may_contact, name_key, normal_tags


def test_consent_is_given_by_ones_own_word_else_by_the_customers_and_silence_is_no() -> None:
    person, other = uuid4(), uuid4()
    said = [
        ConsentState("email", "given"),
        ConsentState("email", "withdrawn", person),
        ConsentState("sms", "given", person),
    ]
    assert may_contact(said, "email")
    assert may_contact(said, "email", other)
    assert not may_contact(said, "email", person)
    assert may_contact(said, "sms", person)
    assert not may_contact(said, "sms")
    assert not may_contact([], "email")


def test_tags_come_to_one_spelling() -> None:
    assert normal_tags([" VIP  客户 ", "vip 客户", "Ｐｒｅｓｓ", ""]) == ("vip 客户", "press")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("示例科技有限公司", "示例科技"),
        ("示例科技（杭州）有限公司", "示例科技"),
        ("Example Living Ltd.", "EXAMPLE LIVING LIMITED"),
        ("Beispiel Möbel GmbH", "Beispiel Möbel"),
        ("Example Co., Ltd.", "Example"),
        ("Acme S.A.", "ACME"),
    ],
)
def test_firms_are_one_without_what_the_law_calls_them(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""


def test_a_name_that_is_nothing_else_keeps_its_key() -> None:
    assert name_key("Limited") == "limited"
    assert name_key("") == ""


@pytest.mark.parametrize(
    ("name", "letters"), [("杭州五金", "hzwj"), ("Acme Ltd", "al"), ("示例 Office 3号", "slo3h"), ("", "")]
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters
