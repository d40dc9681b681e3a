"""Options, bundles, packs and dates in pricing: by example, and what holds of every choice."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openoms.core.errors import InvalidInput
from openoms.domains.catalog.barcodes import has_wrong_check_digit, warnings_of
from openoms.domains.pricing.book import (
    Basket,
    BasketLine,
    Book,
    Discount,
    Facts,
    ListRule,
    Offer,
    Rules,
    Tier,
)
from openoms.domains.pricing.choices import Bundle, BundlePart, Extra, ExtraValue, Menu, PartGroup
from openoms.domains.pricing.costs import Cost
from openoms.domains.pricing.documents import (
    basket_document,
    basket_from,
    offer_document,
    offer_from,
    rules_document,
    rules_from,
)
from openoms.domains.pricing.engine import PricedBasket, PricedLine, price, replay, unit_cost_of

D = Decimal
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
LISTS = (
    ListRule("retail", "CNY", None, True, 0),
    ListRule("net", "EUR", None, False, 0),
    ListRule("abroad", "USD", None, True, 0),
)
CASE = Extra(
    "case",
    "Case",
    "保护壳",
    values=(
        ExtraValue("leather", "Leather", "皮革", {"CNY": D(199), "USD": D(30)}),
        ExtraValue("clear", "Clear", "透明"),
    ),
)
GIFTS = Extra(
    "gifts",
    "Gifts",
    many=True,
    values=(ExtraValue("card", "Card", "", {"CNY": D(5)}), ExtraValue("wrap", "Wrap", "", {"CNY": D("9.5")})),
)
SIZE = Extra(
    "size", "Size", required=True, values=(ExtraValue("s"), ExtraValue("l", deltas={"CNY": D(-100)}))
)
PHONE = Menu(
    extras=(CASE, GIFTS),
    conflicts=((("case", "leather"), ("gifts", "wrap")), (("case", "clear"), ("colour", "red"))),
    variant=(("colour", "red"),),
)
FIXED = PartGroup("base", (BundlePart("BOLT", D(2)), BundlePart("NUT", D(4))))
CHOICE = PartGroup(
    "more",
    (
        BundlePart("BOLT"),
        BundlePart("NUT"),
        BundlePart("CUP", D(1), {"CNY": D(3)}),
        BundlePart("OLD"),
        BundlePart("FOREIGN", D(1), {"USD": D(1)}),
    ),
    fixed=False,
    least=1,
    most=2,
)


def offer(sku: str, cny: str | None = None, **fields: Any) -> Offer:
    prices = {"retail": (Tier(D(1), D(cny)), Tier(D(10), D(cny) * D("0.9")))} if cny else {}
    return Offer(sku, UUID(int=abs(hash(sku))), "standard", prices, **fields)


OFFERS = {
    one.sku: one
    for one in (
        offer("PHONE", "1000", menu=PHONE),
        offer("DESK", "50", menu=Menu((SIZE,))),
        offer("BOLT", "10", costs=(Cost("CNY", D(4), date(2026, 1, 1)), Cost("CNY", D(6), date(2026, 6, 1)))),
        offer("NUT", "1", costs=(Cost("CNY", D("0.5"), date(2025, 1, 1)),)),
        offer("CUP", "7"),
        offer("FOREIGN", "8"),
        offer("OLD", "5", active_to=date(2026, 3, 9)),
        offer("SOON", "5", active_from=date(2026, 3, 11)),
        offer("CRATE", "2", pack_quantity=D(6), min_quantity=D(12)),
        offer("KIT", "99", menu=Menu(bundle=Bundle("fixed", (FIXED, CHOICE)))),
        offer("SUM", menu=Menu(bundle=Bundle("sum", (FIXED,)))),
        offer("LESS", menu=Menu(bundle=Bundle("discounted", (FIXED, CHOICE), D(10)))),
        offer("BARE", menu=Menu(bundle=Bundle("sum", (CHOICE,)))),
        offer("NAKED", menu=Menu((CASE,))),
    )
}
BOOK = Book(Rules(LISTS), OFFERS)


def priced(*lines: BasketLine, currency: str = "CNY", facts: Facts | None = None) -> PricedBasket:
    return price(Basket(currency, lines), BOOK, facts or Facts(), NOW)


def one(sku: str, quantity: str = "1", **fields: Any) -> PricedLine:
    return priced(BasketLine(sku, D(quantity), **fields)).lines[0]


def test_an_extra_adds_to_the_unit_price_after_the_tier_and_before_discounts() -> None:
    line = one("PHONE", "10", options={"case": ("leather",)}, discount=Discount("percent", D(10)))
    assert (line.list_unit_price, line.unit_price, line.gross) == (D(1099), D(1099), D(10990))
    assert sum(a.amount for a in line.adjustments) == D(-1099)
    assert [(c.option.code, c.value.code, c.amount) for c in line.options] == [("case", "leather", D(199))]


def test_the_trace_names_each_option_in_both_languages() -> None:
    trace = priced(BasketLine("PHONE", D(1), options={"gifts": ("wrap", "card")})).trace
    steps = [(s.data["value"], s.data["amount"]) for s in trace if s.code == "option"]
    assert steps == [("card", "5"), ("wrap", "9.5")]
    leather = priced(BasketLine("PHONE", D(1), options={"case": ("leather",)})).trace
    said = next(s.data for s in leather if s.code == "option")
    assert (said["label"], said["label_zh"]) == ("Case", "保护壳")
    assert (said["value_label"], said["value_label_zh"]) == ("Leather", "皮革")


def test_a_value_without_any_delta_costs_nothing_more() -> None:
    plain = Book(Rules(LISTS), {"X": offer("X", "20", menu=Menu((CASE,)))})
    line = price(
        Basket("CNY", (BasketLine("X", D(1), options={"case": ("clear",)}),)), plain, Facts(), NOW
    ).lines[0]
    assert line.unit_price == 20
    assert line.options[0].amount == 0


@pytest.mark.parametrize(
    ("sku", "fields", "code", "part"),
    [
        ("PHONE", {"options": {"screen": ("big",)}}, "unknown_option", "options"),
        ("PHONE", {"options": {"case": ("wood",)}}, "unknown_option_value", "options"),
        ("PHONE", {"options": {"case": ("leather", "clear")}}, "one_value_only", "options"),
        ("DESK", {}, "option_required", "options"),
        (
            "PHONE",
            {"options": {"case": ("leather",), "gifts": ("wrap",)}},
            "incompatible_options",
            "options",
        ),
        ("PHONE", {"options": {"case": ("clear",)}}, "incompatible_options", "options"),
        ("DESK", {"options": {"size": ("l",)}}, "options_below_zero", "options"),
        ("BOLT", {"parts": {"more": ("NUT",)}}, "unknown_group", "parts"),
        ("KIT", {"parts": {"base": ("BOLT",)}}, "unknown_group", "parts"),
        ("KIT", {}, "wrong_part_count", "parts"),
        ("KIT", {"parts": {"more": ("BOLT", "NUT", "CUP")}}, "wrong_part_count", "parts"),
        ("KIT", {"parts": {"more": ("BOLT", "BOLT")}}, "wrong_part_count", "parts"),
        ("KIT", {"parts": {"more": ("DESK",)}}, "unknown_part", "parts"),
        ("KIT", {"parts": {"more": ("OLD",)}}, "not_on_sale", "parts"),
        ("KIT", {"parts": {"more": ("FOREIGN",)}}, "no_option_price", "parts"),
        ("OLD", {}, "not_on_sale", "sku"),
        ("SOON", {}, "not_on_sale", "sku"),
        ("CRATE", {"quantity": D(13)}, "pack_multiple", "quantity"),
        ("CRATE", {"quantity": D(6)}, "below_minimum", "quantity"),
        ("NAKED", {}, "no_price", "sku"),
    ],
)
def test_what_cannot_be_is_refused_by_name(sku: str, fields: dict[str, Any], code: str, part: str) -> None:
    good = BasketLine("NUT", D(1))
    bad = BasketLine(sku, fields.pop("quantity", D(1)), **fields)
    with pytest.raises(InvalidInput) as refusal:
        priced(good, bad)
    assert refusal.value.code == code
    assert refusal.value.problems[0].loc == ("lines", 1, part)


def test_a_value_without_a_price_in_the_currency_is_not_free() -> None:
    euro = Book(Rules(LISTS), {"X": Offer("X", UUID(int=1), "s", {"net": (Tier(D(1), D(9)),)}, menu=PHONE)})
    basket = Basket("EUR", (BasketLine("X", D(1), options={"case": ("leather",)}),))
    with pytest.raises(InvalidInput) as refusal:
        price(basket, euro, Facts(), NOW)
    assert refusal.value.code == "no_option_price"


def test_a_typed_price_is_the_whole_price_options_and_all() -> None:
    line = one("PHONE", options={"case": ("leather",)}, unit_price=D(900), price_reason="agreed")
    assert (line.list_unit_price, line.unit_price, line.price_source) == (D(1199), D(900), "manual")
    bare = one("NAKED", options={"case": ("leather",)}, unit_price=D(7))
    assert (bare.list_unit_price, bare.unit_price, bare.options[0].amount) == (None, D(7), None)


def test_packs_and_minimum_are_met() -> None:
    assert one("CRATE", "18").gross == D("32.40")


def test_a_bundle_sells_at_its_own_price_and_tells_what_it_consists_of() -> None:
    line = one("KIT", "2", parts={"more": ("CUP", "NUT")})
    assert (line.unit_price, line.price_source) == (D(102), "list:retail")
    assert [(c.offer.sku, c.quantity) for c in line.components] == [
        ("BOLT", 2),
        ("NUT", 4),
        ("NUT", 1),
        ("CUP", 1),
    ]


def test_a_summed_bundle_costs_what_its_parts_do_at_the_tiers_they_reach() -> None:
    assert one("SUM").unit_price == D(24)
    line = one("SUM", "5")  # 10 bolts and 20 nuts reach their tiers.
    assert (line.unit_price, line.price_source) == (D("21.6"), "bundle:sum")


def test_a_discounted_bundle_takes_its_percentage_off_the_parts_but_not_off_surcharges() -> None:
    result = priced(BasketLine("LESS", D(1), parts={"more": ("CUP",)}))
    assert result.lines[0].unit_price == (D(20) + 4 + 7) * D("0.9") + 3
    codes = [step.code for step in result.trace]
    assert codes[:4] == ["bundle_sum", "bundle_discount", "bundle_parts", "part_surcharge"]


def test_history_is_taken_as_it_was_sold() -> None:
    facts = Facts(as_agreed=True)
    old = priced(
        BasketLine("OLD", D(1), D(3)),
        BasketLine("CRATE", D(1), D(3)),
        BasketLine("DESK", D(1), D(3)),
        BasketLine("KIT", D(1), D(3)),
        BasketLine("BARE", D(1), D(3)),
        facts=facts,
    )
    assert old.total == 15
    assert [c.offer.sku for c in old.lines[3].components] == ["BOLT", "NUT"]
    assert old.lines[4].list_unit_price is None


def test_a_bundle_of_both_tax_bases_is_refused() -> None:
    lists = (ListRule("a", "CNY", None, True, 0), ListRule("b", "CNY", None, False, 0))
    offers = {
        "A": Offer("A", UUID(int=1), "s", {"a": (Tier(D(1), D(1)),)}),
        "B": Offer("B", UUID(int=2), "s", {"b": (Tier(D(1), D(1)),)}),
        "AB": offer(
            "AB", menu=Menu(bundle=Bundle("sum", (PartGroup("all", (BundlePart("A"), BundlePart("B"))),)))
        ),
    }
    with pytest.raises(InvalidInput, match="cannot mix"):
        price(Basket("CNY", (BasketLine("AB", D(1)),)), Book(Rules(lists), offers), Facts(), NOW)


def test_a_part_without_a_price_refuses_the_sum_but_not_a_typed_price() -> None:
    bundle = offer("B", menu=Menu(bundle=Bundle("sum", (PartGroup("all", (BundlePart("N"),)),))))
    book = Book(Rules(LISTS), {"B": bundle, "N": offer("N")})
    with pytest.raises(InvalidInput) as refusal:
        price(Basket("CNY", (BasketLine("B", D(1)),)), book, Facts(), NOW)
    assert refusal.value.code == "no_price"
    typed = price(Basket("CNY", (BasketLine("B", D(1), D(5)),)), book, Facts(), NOW)
    assert typed.total == 5
    surcharged = one("KIT", parts={"more": ("FOREIGN",)}, unit_price=D(50))
    assert surcharged.unit_price == 50


def test_the_cost_is_the_one_of_the_day_and_a_bundle_costs_its_parts() -> None:
    bolt, kit = one("BOLT"), one("SUM")
    assert unit_cost_of(bolt, "CNY", date(2026, 3, 10)) == (D(4), "CNY")
    assert unit_cost_of(bolt, "CNY", date(2026, 7, 1)) == (D(6), "CNY")
    assert unit_cost_of(bolt, "CNY", date(2025, 7, 1)) is None
    assert unit_cost_of(bolt, "EUR", date(2026, 7, 1)) == (D(6), "CNY")
    assert unit_cost_of(kit, "CNY", date(2026, 3, 10)) == (D(10), "CNY")
    assert unit_cost_of(one("KIT", parts={"more": ("CUP",)}), "CNY", date(2026, 3, 10)) is None


# Every choice the firm above allows: nothing is lost, and it can be priced again from what is stored.
_CHOICES = st.fixed_dictionaries(
    {
        "PHONE": st.fixed_dictionaries(
            {}, optional={"case": st.just(("leather",)), "gifts": st.sampled_from([(), ("card",)])}
        ),
        "more": st.lists(st.sampled_from(["BOLT", "NUT", "CUP"]), min_size=1, max_size=2, unique=True),
    }
)


@settings(max_examples=80, deadline=None)
@given(
    _CHOICES, st.integers(1, 40), st.sampled_from(["KIT", "LESS"]), st.none() | st.decimals(0, 100, places=2)
)
def test_stored_choices_price_again_to_the_same(
    chosen: dict[str, Any], quantity: int, bundle: str, percent: Decimal | None
) -> None:
    lines = (
        BasketLine("PHONE", D(quantity), options=chosen["PHONE"]),
        BasketLine(bundle, D(quantity), parts={"more": tuple(chosen["more"])}),
    )
    discount = None if percent is None else Discount("percent", percent)
    basket, facts = Basket("CNY", lines, discount), Facts()
    stored = price(basket, BOOK, facts, NOW)
    assert stored.total == sum(line.total for line in stored.lines)
    assert all(line.gross == line.unit_price * line.quantity for line in stored.lines)
    used: dict[str, Any] = {}
    for line in stored.lines:
        used |= {line.offer.sku: offer_document(line.offer)}
        used |= {part.offer.sku: offer_document(part.offer) for part in line.components}
    again, facts_again = basket_from(basket_document(basket, facts))
    offers = {sku: offer_from(sku, document) for sku, document in used.items()}
    assert replay(again, Book(rules_from(rules_document(BOOK.rules)), offers), facts_again, NOW, stored)


def test_everything_about_an_offer_that_moves_a_price_survives_being_stored() -> None:
    for sku, known in OFFERS.items():
        assert offer_from(sku, offer_document(known)) == known


@pytest.mark.parametrize(
    ("barcode", "wrong"),
    [
        ("4006381333931", False),
        ("4006381333932", True),
        ("036000291452", False),
        ("96385074", False),
        ("96385075", True),
        ("ABC", False),
        ("123", False),
        ("", False),
    ],
)
def test_a_wrong_check_digit_is_seen(barcode: str, wrong: bool) -> None:
    assert has_wrong_check_digit(barcode) is wrong
    assert warnings_of(barcode) == (["barcode_check_digit"] if wrong else [])
