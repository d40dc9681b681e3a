"""The catalogue as a sheet: taken away, edited, seen, applied; stale and wrong rows refused, nothing acts as a formula."""

import csv
import io
import json
import re
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from openoms.domains.catalog.models import Sku
from openoms.domains.catalog.types import SkuInput
from openoms.domains.events.models import Event
from openoms.domains.pricing.models import PriceTier
from openoms.flows.edit_catalogue import save_sku
from tests.factories import make_sku, owner
from tests.shelf import make_parts
from tests.web.conftest import SignIn


def exported(browser: Any) -> list[dict[str, str]]:
    text = browser.get("/products/sheet/csv/").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def sent(rows: list[dict[str, str]]) -> dict[str, Any]:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return {"sheet": SimpleUploadedFile("skus.csv", out.getvalue().encode("utf-8-sig"))}


def kept(page: str) -> dict[str, str]:
    found = re.search(r'name="rows"\s+value="([^"]*)"', page)
    assert found is not None
    return {"rows": unescape(found.group(1))}


def test_what_is_edited_is_seen_then_applied_and_safe_to_repeat(sign_in: SignIn) -> None:
    make_parts()
    make_sku("BOLT", "12.50", tiers={"10": "11"})
    browser = sign_in("sales_manager")
    rows = exported(browser)
    assert [row["code"] for row in rows] == ["BOLT", "CABLE", "MOUSE", "PLUG"]
    rows[0] |= {"name": "Long bolt", "price:standard": "13", "weight_g": "5"}
    rows[1] |= {"cost:CNY": "12", "is_active": "no"}
    rows[2] |= {"weight_g": "heavy"}
    before = Event.objects.count()
    page = browser.post("/products/sheet/", sent(rows)).content.decode()
    assert "2 rows change something, 1 change nothing." in page
    assert "“heavy” is not a number of 0 or more." in page
    assert Event.objects.count() == before
    for _time in range(2):
        assert browser.post("/products/sheet/apply/", kept(page))["Location"] == "/products/"
    bolt = Sku.objects.get(code="BOLT")
    assert (bolt.name, bolt.weight_g) == ("Long bolt", 5)
    tiers = PriceTier.objects.filter(sku=bolt).order_by("min_quantity").values_list("unit_price", flat=True)
    assert list(tiers) == [13, 11]
    assert not Sku.objects.get(code="CABLE").is_active
    assert Event.objects.count() == before + 4  # Two skus, one list of prices, one cost.


def test_a_row_changed_meanwhile_is_refused_by_name(sign_in: SignIn) -> None:
    make_sku("BOLT")
    browser = sign_in("sales_manager")
    rows = exported(browser)
    rows[0]["name"] = "Mine"
    page = browser.post("/products/sheet/", sent(rows)).content.decode()
    save_sku(SkuInput("BOLT", unit="box"), actor=owner())
    answer = browser.post("/products/sheet/apply/", kept(page))
    assert answer.status_code == 409
    assert "BOLT was changed by somebody else" in answer.content.decode()
    assert Sku.objects.get(code="BOLT").name == "Bolt"


def test_no_cell_acts_as_a_formula_and_comes_back_as_it_was(sign_in: SignIn, tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    make_sku("BOLT")
    save_sku(SkuInput("BOLT", name='=HYPERLINK("x")'), actor=owner())
    browser = sign_in("sales_manager")
    rows = exported(browser)
    assert rows[0]["name"] == '\'=HYPERLINK("x")'
    assert "Nothing to change" in browser.post("/products/sheet/", sent(rows)).content.decode()
    book = tmp_path / "x.xlsx"
    book.write_bytes(browser.get("/products/sheet/xlsx/").content)
    cells = CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python()
    assert '=HYPERLINK("x")' in cells[1]
    upload = {"sheet": SimpleUploadedFile("x.xlsx", book.read_bytes())}
    assert "Nothing to change" in browser.post("/products/sheet/", upload).content.decode()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n", "needs the columns code and version"),
        (b"code,version\nBOLT,1\nBOLT,1\n", "in the sheet twice"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused(sign_in: SignIn, content: bytes, says: str) -> None:
    make_sku("BOLT")
    upload = {"sheet": SimpleUploadedFile("x.csv", content)}
    answer = sign_in("sales_manager").post("/products/sheet/", upload)
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_costs_are_on_the_sheet_of_those_who_may_see_them(sign_in: SignIn) -> None:
    make_parts()
    assert "cost:CNY" in exported(sign_in("sales_manager"))[0]
    assert "cost:CNY" not in exported(sign_in("integrator"))[0]
    row = {"code": "CABLE", "version": "0", "cost:CNY": "1", "unit": "roll"}
    sign_in("integrator").post("/products/sheet/apply/", {"rows": json.dumps([row])})
    assert Sku.objects.get(code="CABLE").costs.get().unit_cost == Decimal(10)
    assert sign_in("integrator").post("/products/sheet/apply/", {"rows": "{"}).status_code == 404


def test_only_editors_of_the_catalogue_take_it_away(sign_in: SignIn) -> None:
    assert sign_in("sales").get("/products/sheet/csv/").status_code == 403
    assert sign_in("sales_manager").get("/products/sheet/doc/").status_code == 404


def test_taking_the_catalogue_away_leaves_an_event(sign_in: SignIn) -> None:
    make_parts()
    browser = sign_in("sales_manager")
    browser.get("/products/sheet/xlsx/")
    browser.get("/products/sheet/csv/?q=cable")
    told = Event.objects.filter(kind="catalogue.exported").order_by("id").values_list("data", flat=True)
    assert list(told) == [
        {"format": "xlsx", "rows": 3, "filters": []},
        {"format": "csv", "rows": 1, "filters": ["q"]},
    ]
