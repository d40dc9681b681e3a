"""Products, SKUs with prices, categories, and the rules of pricing."""

from decimal import Decimal
from typing import Any

import pytest

from openoms.domains.catalog.models import Category, Product, Sku
from openoms.domains.events.models import Event
from openoms.domains.pricing.models import PriceList, PriceTier, ShippingRate, TaxRate
from tests.factories import make_product, make_sku
from tests.web.conftest import SignIn


def prices(sku: str) -> list[tuple[str, Decimal, Decimal]]:
    rows = PriceTier.objects.filter(sku__code=sku).order_by("price_list__code", "min_quantity")
    return [(row.price_list.code, row.min_quantity, row.unit_price) for row in rows]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"P1", "P2"}),
        ("q=bol", {"P1"}),
        ("q=NUT-1", {"P2"}),
        ("category=hard", {"P2"}),
        ("active=no", set()),
    ],
)
def test_products_are_found_by_name_sku_category_and_state(
    sign_in: SignIn, query: str, found: set[str]
) -> None:
    make_sku("BOLT")
    make_product("P2", "Nut")
    make_sku("NUT-1", product="P2")
    Product.objects.filter(code="P2").update(category=Category.objects.create(code="hard", name="Hardware"))
    page = sign_in("sales").get(f"/products/?{query}").content.decode()
    assert {code for code in ("P1", "P2") if f'href="/products/{code}/"' in page} == found


def test_the_queries_of_list_and_page_are_fixed(sign_in: SignIn, django_assert_num_queries: Any) -> None:
    for number in range(5):
        make_sku(f"S{number}")
    browser = sign_in("sales")
    with django_assert_num_queries(7):  # Session, person, roles, badges (2), categories, products.
        browser.get("/products/")
    browser.get("/products/P1/")  # The book is compiled once a version.
    # Session, person, roles; product, skus, values, prices, pictures; to try it: skus, the one, currencies.
    with django_assert_num_queries(11):
        browser.get("/products/P1/")


def test_a_product_is_made_and_changed(sign_in: SignIn) -> None:
    browser = sign_in("sales_manager")
    new = {"name": "Lamp", "name_zh": "台灯", "code": "LAMP/1", "kind": "goods", "is_active": "on"}
    assert browser.post("/products/new/", new)["Location"] == "/products/LAMP/1/"
    browser.post("/products/LAMP/1/edit/", {**new, "name": "Desk lamp", "is_active": ""})
    product = Product.objects.get(code="LAMP/1")
    assert (product.name, product.name_zh, product.is_active) == ("Desk lamp", "台灯", False)


def test_a_code_that_is_taken_is_refused_and_nothing_is_lost(sign_in: SignIn) -> None:
    make_product("P1", "Bolt")
    browser = sign_in("sales_manager")
    events = Event.objects.count()
    answer = browser.post("/products/new/", {"name": "Other", "code": "P1", "kind": "goods"})
    assert answer.status_code == 409
    assert "The code “P1” is taken." in answer.content.decode()
    assert 'value="Other"' in answer.content.decode()
    assert Product.objects.get().name == "Bolt"
    assert Event.objects.count() == events


def sku_fields(**more: Any) -> dict[str, Any]:
    return {
        "code": "BOLT-2",
        "unit": "piece",
        "tax_class": "standard",
        "is_active": "on",
        "weight_g": "",
        **more,
    }


def price_fields(*rows: tuple[str, str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {"price_row": [f"p{index}" for index in range(len(rows))]}
    for index, row in enumerate(rows):
        names = ("price_list", "min_quantity", "unit_price")
        fields |= {f"p{index}-{name}": value for name, value in zip(names, row, strict=True)}
    return fields


def test_a_sku_comes_with_its_prices(sign_in: SignIn) -> None:
    make_sku("BOLT")
    rows = price_fields(("standard", "1", "9.99"), ("standard", "100", "8"))
    answer = sign_in("sales_manager").post("/products/P1/skus/new/", sku_fields(**rows))
    assert answer["Location"] == "/products/P1/"
    assert prices("BOLT-2") == [("standard", 1, Decimal("9.99")), ("standard", 100, 8)]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ((("standard", "1", "abc"),), "Enter a number."),
        ((("standard", "1", "5"), ("standard", "1", "6")), "Two prices start at the same quantity."),
        ((("standard", "0", "5"),), "A minimum quantity is above 0."),
        ((), "At least one price must stay on “standard”."),
    ],
)
def test_wrong_prices_are_refused_at_their_row(sign_in: SignIn, rows: Any, says: str) -> None:
    make_sku("BOLT", "12.50")
    answer = sign_in("sales_manager").post("/skus/BOLT/", sku_fields(name="Long", **price_fields(*rows)))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert 'value="Long"' in answer.content.decode()
    assert prices("BOLT") == [("standard", 1, Decimal("12.5"))]
    assert Sku.objects.get(code="BOLT").name == "Bolt"


def test_prices_are_shown_but_not_taken_from_those_who_may_not_set_them(sign_in: SignIn) -> None:
    from openoms.domains.identity.models import Role
    from tests.factories import make_user

    make_sku("BOLT", "12.50")
    person = make_user()
    grants = ["catalog.view", "catalog.edit"]
    person.roles.set([Role.objects.create(code="catalogue", name="Catalogue", grants=grants)])
    browser = sign_in(person=person)
    page = browser.get("/skus/BOLT/").content.decode()
    assert "CN¥12.50" in page
    assert "price_row" not in page
    browser.post("/skus/BOLT/", sku_fields(name="Short", **price_fields(("standard", "1", "1"))))
    assert Sku.objects.get(code="BOLT").name == "Short"
    assert prices("BOLT") == [("standard", 1, Decimal("12.5"))]


def test_categories_are_made_and_cannot_lie_below_themselves(sign_in: SignIn) -> None:
    browser = sign_in("sales_manager")
    browser.post("/products/categories/", {"code": "a", "name": "A"})
    assert Category.objects.get().name == "A"
    answer = browser.post("/products/categories/", {"code": "a", "name": "A", "parent": "a"})
    assert "A category cannot lie below itself." in answer.content.decode()


def test_categories_are_a_tree_that_is_moved_about_and_cleared(sign_in: SignIn) -> None:
    browser = sign_in("sales_manager")
    for code, parent in (("a", ""), ("b", "a"), ("c", "b")):
        browser.post("/products/categories/", {"code": code, "name": code.upper(), "parent": parent})
    page = browser.get("/products/categories/?code=c").content.decode()
    assert page.index("branch-0") < page.index("branch-1") < page.index("branch-2")
    assert 'value="C"' in page
    refused = browser.post("/products/categories/b/remove/", follow=True).content.decode()
    assert "is in use" in refused
    browser.post("/products/categories/", {"code": "c", "name": "C", "parent": ""})
    assert Category.objects.get(code="c").parent is None
    browser.post("/products/categories/b/remove/")
    assert set(Category.objects.values_list("code", flat=True)) == {"a", "c"}
    assert Event.objects.get(kind="category.removed").data == {"code": "b", "name": "B"}


def test_the_rules_of_pricing_are_added(sign_in: SignIn) -> None:
    browser = sign_in("finance")
    browser.post(
        "/pricing/lists/",
        {"code": "retail", "name": "Retail", "currency": "cny", "priority": "0", "tiering": "volume"},
    )
    browser.post("/pricing/taxes/", {"tax_class": "standard", "country": "CN", "rate": "13"})
    fee = {"code": "cn", "name": "Express", "currency": "CNY", "country": "CN", "fee": "10", "free_from": ""}
    browser.post("/pricing/shipping/", fee)
    assert PriceList.objects.get().currency == "CNY"
    assert TaxRate.objects.get().rate == Decimal("0.13")
    assert (ShippingRate.objects.get().fee, ShippingRate.objects.get().free_from) == (10, None)
    page = browser.get("/pricing/").content.decode()
    assert "13%" in page


@pytest.mark.parametrize(
    ("path", "fields", "says"),
    [
        (
            "lists",
            {"code": "x", "name": "X", "currency": "XYZ", "priority": "0"},
            "“XYZ” is not a currency code.",
        ),
        ("taxes", {"tax_class": "standard", "rate": "130"}, "less than or equal to 100"),
        (
            "shipping",
            {"code": "x", "name": "X", "currency": "CNY", "fee": "-1"},
            "greater than or equal to 0",
        ),
    ],
)
def test_wrong_rules_are_refused_with_their_form_open(
    sign_in: SignIn, path: str, fields: dict[str, str], says: str
) -> None:
    answer = sign_in("finance").post(f"/pricing/{path}/", fields)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert '<details class="add" open>' in answer.content.decode()
    assert (PriceList.objects.count(), TaxRate.objects.count(), ShippingRate.objects.count()) == (0, 0, 0)
