"""A benefit's form can say whatever a benefit can be: typed and read back it is the same."""

from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from openoms.domains.pricing.goods import Goods
from openoms.domains.pricing.promotions import (
    AmountOff,
    Benefit,
    Bought,
    Gift,
    Ladder,
    Percent,
    Rung,
    SetPrice,
    Units,
)
from openoms.interfaces.console.forms.promotion_benefit import BenefitForm

D = Decimal

amounts = st.decimals(min_value=0, max_value=10_000, places=2)
above = st.decimals(min_value=D("0.01"), max_value=10_000, places=2)
percents = st.decimals(min_value=D("0.01"), max_value=100, places=2)
codes = st.lists(st.sampled_from(["A", "B/2", "c-3"]), max_size=2, unique=True).map(tuple)
counts = st.integers(min_value=0, max_value=20)
goods = st.builds(
    Goods,
    codes,
    codes,
    codes,
    codes,
    codes,
    st.none() | amounts,
    st.none() | amounts,
    st.booleans(),
    st.booleans(),
)
ladders = st.builds(
    Ladder,
    st.lists(st.builds(Rung, amounts, amounts), min_size=1, max_size=3).map(tuple),
    st.sampled_from(["percent", "amount", "price"]),
    st.sampled_from(["amount", "quantity"]),
    goods,
)
sets = st.builds(
    Units, counts, counts, st.sampled_from(["same", "distinct"]), st.sampled_from(["product", "sku"]),
    st.none() | amounts, st.none(), st.sampled_from(["cheapest", "dearest", "first"]), counts, counts, counts,
)  # fmt: skip
earned = st.builds(
    Units, bought=st.builds(Bought, goods, st.integers(1, 9), st.integers(1, 9)),
    pick=st.sampled_from(["cheapest", "dearest"]), most=counts, most_sets=counts,
)  # fmt: skip
plain = st.builds(Units, most=counts, most_per_line=counts)
worths = st.builds(Percent, percents) | st.builds(AmountOff, above) | st.builds(SetPrice, amounts) | ladders
discounts = st.builds(
    Benefit, worths, st.sampled_from(["line", "items", "order"]), goods, sets | earned | plain, st.booleans(),
    cap_line=st.none() | amounts, cap=st.none() | amounts,
) | st.builds(
    Benefit, st.builds(SetPrice, amounts, st.booleans()), st.just("unit"), goods, sets, cap_unit=st.none() | amounts
) | st.builds(
    Benefit, worths, st.just("shipping"), methods=codes, cap=st.none() | amounts
)  # fmt: skip
gifts = st.builds(Gift, st.just("CUP"), above, counts, goods, counts, st.none() | amounts)


def read_back(value: Benefit | Gift) -> Any:
    data = QueryDict(mutable=True)
    for name, text in BenefitForm.typed("b", value):
        data.appendlist(name, str(text))
    return BenefitForm(data, prefix="b").benefit()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@given(value=discounts | gifts)
def test_what_is_typed_is_what_it_was(language: str, value: Benefit | Gift) -> None:
    with translation.override(language):
        assert read_back(value) == value


@pytest.mark.parametrize(("tenths", "percent"), [("8.8", "12"), ("88", "12"), ("9.5", "5"), ("5", "50")])
def test_chinese_discounts_say_what_is_still_paid(tenths: str, percent: str) -> None:
    with translation.override("zh-hans"):
        data = QueryDict(f"b-what=tenths&b-value={tenths}&b-target=unit&b-which=all&b-goods-reduced=on")
        made = BenefitForm(data, prefix="b").benefit()
    assert made == Benefit(Percent(D(percent)))


def test_what_a_choice_does_not_need_is_ignored_but_kept() -> None:
    data = QueryDict("b-what=gift&b-gift_sku=sku:CUP&b-value=abc&b-cap=oops&b-target=unit&b-goods-reduced=on")
    form = BenefitForm(data, prefix="b")
    assert form.benefit() == Gift("CUP")
    assert form["value"].value() == "abc"
    assert not form.errors


def test_a_problem_stands_where_its_path_leads() -> None:
    data = QueryDict(
        "b-what=ladder&b-target=unit&b-which=bought&b-ladder_unit=percent&b-ladder_by=amount&b-rung=r0&b-rung=r1"
    )
    form = BenefitForm(data, prefix="b")
    places: list[tuple[tuple[str | int, ...], Any, str]] = [
        (("units", "bought", "quantity"), form, "bought_quantity"),
        (("units", "bought", "goods", "skus"), form.bought, "pick"),
        (("goods", "except_categories"), form.goods, "without"),
        (("worth", "over", "products"), form.over, "pick"),
        (("worth", "rungs", 1, "least"), form.rungs[1], "least"),
        (("worth", "by"), form, "ladder_by"),
        (("worth", "rungs"), form, "__all__"),
        (("cap",), form, "cap"),
    ]
    for loc, owner, name in places:
        form.refuse_at(loc, f"at {loc}")
        form.refuse_at(loc, f"at {loc}")
        assert owner.errors[name] == [f"at {loc}"]
