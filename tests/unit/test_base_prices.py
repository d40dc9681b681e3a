"""Where a price starts: contracts, dated and graduated lists, formulas, percent options, floors; by example and by property."""

import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openoms.core.errors import InvalidInput
from openoms.domains.pricing.base_price import graduated, on_day
from openoms.domains.pricing.book import (
    Agreement,
    Basket,
    BasketLine,
    Book,
    Facts,
    ListRule,
    Offer,
    Rules,
    Tier,
)
from openoms.domains.pricing.choices import Extra, ExtraValue, Menu
from openoms.domains.pricing.documents import basket_document, basket_from, offer_document, offer_from
from openoms.domains.pricing.engine import PricedBasket, price
from openoms.domains.pricing.errors import FormulaRefused
from openoms.domains.pricing.formulas import Formula, Input, check_formula, unit_price_by
from openoms.domains.pricing.tiers import TierRow, Tiers, add, put, spelled

D = Decimal
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
TODAY = NOW.date()
WIDTH = Input("width_mm", D(300), D(2400), "Width", "宽度", "mm")
HEIGHT = Input("height_mm", D(200), D(1200), "Height", "高度", "mm", D(10))
DESK = Formula((WIDTH, HEIGHT), {"CNY": "width_mm * height_mm / 1000000 * 850 + 200"})


def offer(*tiers: Tier, **fields: object) -> Offer:
    return Offer("THING", UUID(int=1), "standard", {"l": tiers} if tiers else {}, **fields)  # type: ignore[arg-type]


def book(thing: Offer, **rule: object) -> Book:
    lists = (ListRule("l", "CNY", None, True, 0, **rule),)  # type: ignore[arg-type]
    return Book(Rules(lists=lists), {"THING": thing})


def priced(
    shop: Book, quantity: str = "1", facts: Facts | None = None, now: datetime = NOW, **line: object
) -> PricedBasket:
    ask = BasketLine("THING", D(quantity), **line)  # type: ignore[arg-type]
    return price(Basket("CNY", (ask,)), shop, facts or Facts(), now)


def tier(quantity: str, unit: str, since: str = "", until: str = "") -> Tier:
    days = (date.fromisoformat(day) if day else None for day in (since, until))
    return Tier(D(quantity), D(unit), *days)


def codes(found: PricedBasket) -> list[str]:
    return [step.code for step in found.trace]


def test_a_contract_goes_before_formula_and_list_and_says_so() -> None:
    agreed = Agreement("K1", "CNY", True, (tier("1", "9"), tier("10", "8")))
    other = Agreement("K0", "USD", True, (tier("1", "1"),))
    facts = Facts(agreements={"THING": (other, agreed)})
    for thing in (offer(tier("1", "12.5")), offer(formula=replace(DESK, inputs=()))):
        found = priced(book(thing), "12", facts)
        assert (found.lines[0].unit_price, found.lines[0].price_source) == (D(8), "contract:K1")
        assert codes(found)[:2] == ["contract_price", "quantity_tier"]
    ended = replace(agreed, tiers=(tier("1", "9", "", "2026-06-14"),))
    found = priced(book(offer(tier("1", "12.5"))), "1", Facts(agreements={"THING": (ended,)}))
    assert found.lines[0].price_source == "list:l"


def test_a_contract_does_not_excuse_from_what_must_be_said() -> None:
    facts = Facts(agreements={"THING": (Agreement("K1", "CNY", True, (tier("1", "9"),)),)})
    with pytest.raises(InvalidInput) as refused:
        priced(book(offer(formula=DESK)), "1", facts)
    assert refused.value.code == "input_missing"


def test_slices_cost_their_own_price_and_the_trace_lists_them() -> None:
    thing = offer(tier("1", "10"), tier("10", "8"), tier("100", "5"))
    found = priced(book(thing, tiering="graduated"), "120")
    # 9 at 10, 90 at 8, 21 at 5.
    assert found.lines[0].gross == D("915.00")
    (step,) = [step for step in found.trace if step.code == "graduated_price"]
    assert step.data["grades"] == [["9", "10"], ["90", "8"], ["21", "5"]]
    assert priced(book(thing), "120").lines[0].gross == D("600.00")
    assert priced(book(thing, tiering="graduated"), "9").lines[0].gross == D("90.00")


def test_of_dated_prices_the_later_to_begin_holds_and_only_on_its_days() -> None:
    thing = offer(
        tier("1", "10"), tier("1", "9", "2026-06-01"), tier("1", "7", "2026-06-10", "2026-06-15"),
        tier("1", "5", "2026-07-01"),
    )  # fmt: skip
    shop = book(thing)
    for day, unit in (
        ("2026-05-31", 10),
        ("2026-06-05", 9),
        ("2026-06-15", 7),
        ("2026-06-16", 9),
        ("2026-07-01", 5),
    ):
        found = priced(shop, now=datetime.fromisoformat(f"{day}T08:00:00+00:00"))
        assert found.lines[0].unit_price == unit, day


def test_a_list_out_of_its_days_is_passed_over() -> None:
    shop = book(offer(tier("1", "10")), valid_to=date(2026, 6, 14))
    with pytest.raises(InvalidInput) as refused:
        priced(shop)
    assert refused.value.code == "no_price"


def test_a_percentage_is_of_the_base_price_before_other_options() -> None:
    values = (
        ExtraValue("gold", percent=D("12.5"), deltas={"CNY": D(3)}),
        ExtraValue("plain", percent=D(-10)),
    )
    menu = Menu(extras=(Extra("finish", many=True, values=values),))
    found = priced(book(offer(tier("1", "200"), menu=menu)), options={"finish": ("gold", "plain")})
    assert found.lines[0].unit_price == D(208)  # 200 + 25 + 3 - 20.


def test_a_formula_reckons_and_keeps_what_was_said() -> None:
    said = {"width_mm": D(1600), "height_mm": D(800)}
    found = priced(book(offer(formula=DESK)), "2", inputs=said)
    assert (found.lines[0].unit_price, found.lines[0].gross) == (D(1288), D("2576.00"))
    shown = [measure.document() for measure in found.lines[0].measures]
    assert [(one["name_zh"], one["value_name_zh"], one["amount"]) for one in shown] == [
        ("宽度", "1,600 毫米", None), ("高度", "800 毫米", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "detail"),
    [
        ({"width_mm": D(9999), "height_mm": D(800)}, "Width is made from 300 to 2,400 mm."),
        ({"width_mm": D("299.999999"), "height_mm": D(800)}, "Width is made from 300 to 2,400 mm."),
        ({"width_mm": D(300), "height_mm": D(805)}, "Height is made in steps of 10 from 200."),
        ({"width_mm": D(300)}, "THING is priced by its Height: say it."),
        ({"width_mm": D(300), "height_mm": D(800), "x": D(1)}, "THING has no input 'x'."),
    ],
)
def test_what_is_not_made_is_refused_in_a_sentence(said: dict[str, Decimal], detail: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        priced(book(offer(formula=DESK)), inputs=said)
    assert refused.value.detail == detail
    assert refused.value.problems[0].loc[:3] == ("lines", 0, "inputs")


def test_a_typed_price_needs_no_inputs_but_wrong_ones_are_refused() -> None:
    shop = book(offer(formula=DESK))
    found = priced(shop, unit_price=D(99), price_reason="agreed")
    assert found.lines[0].unit_price == D(99)
    with pytest.raises(InvalidInput):
        priced(shop, unit_price=D(99), price_reason="agreed", inputs={"width_mm": D(1), "height_mm": D(200)})


def test_an_order_of_measured_goods_is_priced_again_from_what_is_kept() -> None:
    thing = offer(formula=DESK)
    ask = BasketLine("THING", D(1), inputs={"width_mm": D("1600.5"), "height_mm": D(800)})
    basket, facts = Basket("CNY", (ask,)), Facts()
    kept = basket_from(basket_document(basket, facts))
    assert kept == (basket, facts)
    again = book(offer_from("THING", offer_document(thing)))
    assert price(*kept[:1], again, facts, NOW).total == price(basket, book(thing), facts, NOW).total


@pytest.mark.parametrize(
    ("text", "says", "at"),
    [
        ("width_mm *", "cannot be read at", 11),
        ("width_mm + depth", "'depth' is no input, at 12", 12),
        ("宽 + 1", "'宽' is no input, at 1", 1),
        ("1 + 高", "'高' is no input, at 5", 5),
        ("open('x')", "Only round", 1),
        ("width_mm ** 9", "Only arithmetic", 1),
        ("'a' * 3", "Only arithmetic", 1),
        ("[1, 2]", "Only arithmetic", 1),
        ("width_mm.real", "Only arithmetic", 1),
        ("1 / (width_mm - 300)", "no result", None),
        ("300 - width_mm", "below nothing", None),
        ("round(width_mm > 1)", "no result", None),
        ("", "Write a formula", None),
        ("1 +" * 300 + "1", "at most 500 characters", None),
    ],
)
def test_a_formula_that_could_not_price_says_what_is_wrong_and_where(
    text: str, says: str, at: int | None
) -> None:
    with pytest.raises(FormulaRefused) as refused:
        check_formula(Formula((WIDTH,), {"CNY": text}))
    assert says in refused.value.detail
    if at is not None:
        assert refused.value.data["at"] == at


def test_signs_of_a_chinese_keyboard_are_understood() -> None:
    formula = Formula((WIDTH,), {"CNY": "（width_mm － 300） × 2 ÷ 3 ＋ 1"})
    check_formula(formula)
    assert unit_price_by(formula, "CNY", {"width_mm": D(600)}) == D(201)


def test_functions_round_to_steps() -> None:
    formula = Formula((WIDTH,), {"CNY": "ceil(width_mm, 100) + floor(width_mm / 7) + round(width_mm / 7, 2)"})
    assert unit_price_by(formula, "CNY", {"width_mm": D(301)}) == D(400) + 43 + D("43.00")


def test_prices_are_put_by_quantity_and_first_day() -> None:
    own: Tiers = {}
    add(own, TierRow(D(10)), ())
    put(own, TierRow(D(9), D(1), date(2026, 7, 1)), ())
    put(own, TierRow(D(11)), ())
    put(own, TierRow(D(8), D(10), None, date(2026, 12, 31)), ())
    assert spelled(own) == [["1", "11"], ["1", "9", "2026-07-01", ""], ["10", "8", "", "2026-12-31"]]
    put(own, TierRow(None, D(1), date(2026, 7, 1)), ())
    assert len(own) == 2
    for row, field in (
        (TierRow(D(1)), "min_quantity"),
        (TierRow(D(-1), D(5)), "unit_price"),
        (TierRow(D(1), D(0)), "min_quantity"),
        (TierRow(D(1), D(5), date(2026, 2, 1), date(2026, 1, 1)), "valid_to"),
    ):
        with pytest.raises(InvalidInput) as refused:
            add(own, row, ("prices", 3))
        assert refused.value.problems[0].loc == ("prices", 3, field)
    with pytest.raises(InvalidInput, match="give the contract its dates"):
        put(own, TierRow(D(1), D(5), date(2026, 2, 1)), (), dated=False)


units = st.decimals(0, 1000, places=2)
falling = st.lists(units, min_size=1, max_size=5).map(lambda found: sorted(found, reverse=True))
starts = st.lists(st.integers(2, 500), min_size=4, max_size=4, unique=True).map(sorted)


@given(falling, starts, st.integers(1, 600), st.integers(0, 100))
def test_more_never_costs_less_in_slices_or_at_one_price(
    prices: list[Decimal], begins: list[int], quantity: int, more: int
) -> None:
    tiers = tuple(Tier(D(q), p) for q, p in zip([1, *begins], prices, strict=False))
    for shop in (book(offer(*tiers), tiering="graduated"), book(offer(tiers[0]))):
        few, many = priced(shop, str(quantity)), priced(shop, str(quantity + more))
        assert few.total <= many.total


@given(falling, starts, st.decimals("0.001", 700, places=3))
def test_slices_are_the_whole_quantity(prices: list[Decimal], begins: list[int], quantity: Decimal) -> None:
    tiers = [Tier(D(q), p) for q, p in zip([1, *begins], prices, strict=False)]
    grades = graduated(tiers, quantity)
    assert sum(units for units, _ in grades) == quantity
    assert all(units > 0 for units, _ in grades)


days = st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(
    st.lists(st.tuples(st.integers(1, 5), units, days, days), max_size=8),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)
def test_on_any_day_each_quantity_has_one_price_valid_then(
    rows: list[tuple[int, Decimal, date | None, date | None]], day: date
) -> None:
    tiers = tuple(Tier(D(q), p, since, until) for q, p, since, until in rows)
    found = on_day(tiers, day)
    if any(t.valid_from or t.valid_to for t in tiers):
        assert len({t.min_quantity for t in found}) == len(found)
        assert all((t.valid_from or day) <= day <= (t.valid_to or day) for t in found)
    assert set(found) <= set(tiers)


pieces = st.sampled_from(
    ["width_mm", "height_mm", "1", "0.5", "1e9", "9" * 40, "+", "-", "*", "/", "//", "%", "(", ")", "round(", "ceil(",
     "floor(", "min(", "max(", "abs(", ",", " if ", " else ", "<", "==", " and ", " not ", "True", "None", "**", "[", "]",
     "lambda", "x", ".", "'", '"', "\\", "\x00", "宽", "（", "×"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=520), st.lists(pieces, max_size=60).map("".join)))
def test_any_text_is_a_price_or_a_refusal_soon(text: str) -> None:
    formula = Formula((WIDTH, HEIGHT), {"CNY": text})
    begun = time.perf_counter()
    with suppress(FormulaRefused):
        check_formula(formula)
        for sample in formula.samples:
            assert unit_price_by(formula, "CNY", sample) >= 0
    assert time.perf_counter() - begun < 1
