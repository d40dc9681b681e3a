"""The pages that edit options, bundles, packs, dates and costs, and the product page's live price."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from openoms.domains.catalog.models import Bundle, Option, OptionConflict, Sku, SkuCost
from openoms.domains.catalog.types import BundleInput, ProductInput
from openoms.domains.events.models import Event
from openoms.flows.edit_catalogue import save_product
from tests.factories import make_product, make_sku, owner
from tests.shelf import CHOICE, FIXED, make_bundle, make_parts, make_phone
from tests.web.conftest import SignIn


def option_fields(*options: dict[str, Any], conflicts: tuple[tuple[str, str], ...] = ()) -> dict[str, Any]:
    """What the browser sends for these options."""
    fields: dict[str, Any] = {"option": [f"o{n}" for n in range(len(options))]}
    for number, option in enumerate(options):
        values = option.pop("values", [])
        fields |= {f"o{number}-{name}": value for name, value in option.items()}
        fields[f"o{number}-value"] = [f"o{number}v{n}" for n in range(len(values))]
        for index, value in enumerate(values):
            fields |= {f"o{number}v{index}-{name}": part for name, part in value.items()}
    fields["conflict"] = [f"c{n}" for n in range(len(conflicts))]
    for number, (one, other) in enumerate(conflicts):
        fields |= {f"c{number}-one": one, f"c{number}-other": other}
    return fields


CASE = {
    "code": "case", "name": "Case", "name_zh": "保护壳", "kind": "extra", "many": "on",
    "values": [
        {"code": "leather", "name": "Leather", "deltas": "199; USD 30", "is_active": "on"},
        {"code": "clear", "name": "Clear", "deltas": "-5 CNY", "is_active": "on"},
    ],
}  # fmt: skip


def test_options_are_made_changed_and_paired(sign_in: SignIn) -> None:
    make_product("P1")
    browser = sign_in("sales_manager")
    answer = browser.post("/products/P1/options/", option_fields(dict(CASE)))
    assert answer["Location"] == "/products/P1/"
    option = Option.objects.get()
    leather, clear = option.values.all()
    assert option.many
    assert {d.currency: d.amount for d in leather.deltas.all()} == {"CNY": 199, "USD": 30}
    assert clear.deltas.get().amount == -5
    page = browser.get("/products/P1/options/").content.decode()
    assert 'value="CNY 199; USD 30"' in page
    pair = option_fields(dict(CASE), conflicts=(("case/leather", "case/clear"),))
    browser.post("/products/P1/options/", pair)
    assert OptionConflict.objects.count() == 1
    assert 'name="conflict"' in browser.get("/products/P1/options/pair/").content.decode()


@pytest.mark.parametrize(
    ("change", "says", "status"),
    [
        ({"values": [{"code": "a", "name": "A", "deltas": "much"}]}, "Write amounts as 199", 422),
        (
            {"kind": "variant", "many": "", "values": [{"code": "a", "name": "A", "deltas": "5"}]},
            "A variant&#x27;s price is that of its SKU",
            422,
        ),
        ({"required": "on", "values": []}, "A required option needs a value to choose.", 422),
    ],
)
def test_wrong_options_come_back_with_what_was_typed(
    sign_in: SignIn, change: dict[str, Any], says: str, status: int
) -> None:
    make_product("P1")
    answer = sign_in("sales_manager").post("/products/P1/options/", option_fields({**CASE, **change}))
    assert answer.status_code == status
    assert says in answer.content.decode()
    assert 'value="Case"' in answer.content.decode()
    assert not Option.objects.exists()


def test_an_option_in_use_stays(sign_in: SignIn) -> None:
    make_phone()
    answer = sign_in("sales_manager").post("/products/PHONE/options/", option_fields(dict(CASE)))
    assert answer.status_code == 409
    assert "is in use" in answer.content.decode()
    assert Option.objects.filter(product__code="PHONE").count() == 4


@pytest.mark.parametrize(
    ("kind", "inside"), [("option", ""), ("value", "o1"), ("group", ""), ("part", "g_2")]
)
def test_fresh_rows_know_where_they_belong(sign_in: SignIn, kind: str, inside: str) -> None:
    page = sign_in("sales_manager").get(f"/products/rows/{kind}/?in={inside}").content.decode()
    assert f'name="{f"{inside}-{kind}" if inside else kind}"' in page


def test_there_are_no_other_rows(sign_in: SignIn) -> None:
    browser = sign_in("sales_manager")
    assert browser.get("/products/rows/other/").status_code == 404
    assert browser.get("/products/rows/value/?in=<b>").status_code == 404


def test_a_bundle_is_made_and_unmade(sign_in: SignIn) -> None:
    make_parts()
    make_sku("KIT", "90")
    browser = sign_in("sales_manager")
    fields = {
        "policy": "discounted", "percent": "10", "group": ["g0"], "g0-code": "all", "g0-fixed": "",
        "g0-least": "1", "g0-most": "2", "g0-part": ["g0p0", "g0p1"], "g0p0-sku": "CABLE", "g0p0-quantity": "2",
        "g0p0-surcharges": "", "g0p1-sku": "MOUSE", "g0p1-quantity": "1", "g0p1-surcharges": "20",
    }  # fmt: skip
    assert browser.post("/skus/KIT/bundle/", fields)["Location"] == "/products/P1/"
    bundle = Bundle.objects.get()
    assert (bundle.policy, bundle.percent, bundle.groups.get().most) == ("discounted", 10, 2)
    assert 'value="CNY 20"' in browser.get("/skus/KIT/bundle/").content.decode()
    wrong = browser.post("/skus/KIT/bundle/", {**fields, "g0p1-sku": "KIT"})
    assert wrong.status_code == 422
    assert "A bundle cannot contain itself or another bundle." in wrong.content.decode()
    many = browser.post("/skus/KIT/bundle/", {**fields, "g0-most": "9"})
    assert "at most as many as there are" in many.content.decode()
    browser.post("/skus/KIT/bundle/", {"policy": "fixed"})
    assert not Bundle.objects.exists()


def sku_fields(**more: Any) -> dict[str, Any]:
    return {"unit": "piece", "tax_class": "standard", "is_active": "on", "weight_g": "", **more}


def test_versions_packs_dates_and_costs_are_edited_with_the_sku(sign_in: SignIn) -> None:
    make_phone()
    browser = sign_in("sales_manager")
    fields = sku_fields(
        code="PHONE-NEW", options_colour="red", options_storage="256", pack_quantity="5", active_from="2026-01-01",
        barcode="4006381333932", **{"cost-currency": "CNY", "cost-valid_from": "2026-01-01", "cost-unit_cost": "7.5"},
    )  # fmt: skip
    answer = browser.post("/products/PHONE/skus/new/", fields, follow=True)
    assert "does not end in its check digit" in answer.content.decode()
    sku = Sku.objects.get(code="PHONE-NEW")
    assert (sku.variant_key, sku.pack_quantity, sku.active_from) == (
        "colour=red|storage=256",
        5,
        date(2026, 1, 1),
    )
    assert sku.costs.get().unit_cost == Decimal("7.5")
    page = browser.get("/skus/PHONE-NEW/").content.decode()
    assert '<option value="red" selected>' in page
    moved = sku_fields(
        options_colour="red", options_storage="256",
        **{"cost0-currency": "CNY", "cost0-valid_from": "2026-02-01", "cost0-unit_cost": "8"},
    )  # fmt: skip
    browser.post("/skus/PHONE-NEW/", moved)
    assert [(c.valid_from, c.unit_cost) for c in sku.costs.all()] == [(date(2026, 2, 1), 8)]
    taken = browser.post("/skus/PHONE-NEW/", {**moved, "options_colour": "black", "options_storage": "128"})
    assert taken.status_code == 422
    assert "PHONE-BLACK-128 is that version of the product already." in taken.content.decode()


def test_costs_are_neither_shown_nor_taken_without_the_permission(sign_in: SignIn) -> None:
    from openoms.domains.identity.models import Role
    from tests.factories import make_user

    make_parts()
    person = make_user()
    grants = ["catalog.view", "catalog.edit"]
    person.roles.set([Role.objects.create(code="catalogue", name="Catalogue", grants=grants)])
    browser = sign_in(person=person)
    page = browser.get("/skus/CABLE/").content.decode()
    assert "unit_cost" not in page
    browser.post("/skus/CABLE/", sku_fields(**{"cost0-currency": "CNY", "cost0-valid_from": "2026-01-01"}))
    assert SkuCost.objects.filter(sku__code="CABLE").count() == 1
    make_bundle("KIT", BundleInput("sum", groups=(FIXED, CHOICE)))
    assert Event.objects.filter(kind="sku.saved").exists()


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "CN¥2,000.00"),
        ("sku=PHONE-BLACK-128&variant_storage=256", "CN¥2,400.00"),
        ("sku=PHONE-RED-128&extra_gifts=card&extra_gifts=wrap&quantity=2", "CN¥2,014.50"),
        ("sku=PHONE-RED-128&extra_case=clear", "do not go together"),
        ("quantity=x", "A quantity lies above 0"),
        ("currency=USD", "has no price in USD"),
    ],
)
def test_the_price_follows_what_is_chosen(sign_in: SignIn, query: str, says: str) -> None:
    make_phone()
    page = sign_in("sales").get(f"/products/PHONE/price/?{query}")
    assert page.status_code == 200
    assert says in page.content.decode()


def test_a_bundle_is_tried_by_its_parts(sign_in: SignIn) -> None:
    make_parts()
    make_bundle("KIT", BundleInput("sum", groups=(FIXED, CHOICE)))
    browser = sign_in("sales")
    page = browser.get("/products/P1/price/?sku=KIT&group_more=CABLE&group_more=MOUSE").content.decode()
    assert "CN¥260.00" in page  # 2 × 30 + 50, then 30 and 100 + 20.
    assert "Choose 2 different parts" in browser.get("/products/P1/price/?sku=KIT").content.decode()


def test_versions_stand_side_by_side_and_only_differences_stand_out(sign_in: SignIn) -> None:
    make_phone()
    page = sign_in("warehouse").get("/products/PHONE/").content.decode()
    row = re.compile(r'<tr class="(differs|same)">\s*<th scope="row">([^<]*)</th>')
    found = {label: kind for kind, label in row.findall(page)}
    assert (found["Colour"], found["Storage"], found["Standard"]) == ("differs", "differs", "differs")
    assert (found["Unit"], found["On sale"]) == ("same", "same")
    assert 'id="try"' not in page


def test_the_history_says_what_was_and_what_is(sign_in: SignIn) -> None:
    make_phone()
    seen = sign_in("finance").get("/products/PHONE/history/").content.decode()
    assert "Case: Leather case (199 CNY), Clear case" in seen
    assert "1500" in seen
    hidden = sign_in("sales", language="zh-hans").get("/skus/PHONE-RED-128/history/").content.decode()
    assert "1500" not in hidden
    assert "规格" in hidden


def test_the_history_goes_on_by_key_to_its_beginning_and_says_each_change_once(sign_in: SignIn) -> None:
    make_phone()
    for n in range(120):
        save_product(ProductInput("PHONE", name=f"Phone {n}"), actor=owner())
    browser, path, seen, parts = sign_in("sales"), "/products/PHONE/history/", [], 0
    while path:
        page = browser.get(path).content.decode()
        seen += re.findall(r"<ins>Phone (\d+)</ins>", page)
        assert page.count("<ol") == (1 if not parts else 0)
        older = re.search(r'hx-get="([^"]+)"', page)
        path, parts = older[1] if older else "", parts + 1
    assert [int(n) for n in seen] == list(range(119, -1, -1))
    assert parts == 3
    assert browser.get("/products/PHONE/history/?before=nonsense").content.decode().count("<ins>Phone ") == 50
