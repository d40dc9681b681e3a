"""Importing catalogues and customers."""

from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from openoms.domains.catalog.models import Category, Product, Sku
from openoms.domains.catalog.types import ProductInput, SkuInput
from openoms.domains.customers.contacts import AddressParts, check_address
from openoms.domains.customers.models import Customer
from openoms.domains.events.models import Event
from openoms.domains.identity.errors import MissingPermission
from openoms.domains.pricing.models import PriceList, PriceTier
from openoms.flows.import_catalogue import CatalogueRow, import_catalogue
from openoms.flows.import_customers import import_customers
from tests.factories import make_order, make_price_list, staff
from tests.flows.import_files import CATALOGUE, CATALOGUE_MAPPING, CUSTOMERS, CUSTOMERS_MAPPING, run

pytestmark = pytest.mark.django_db


def test_a_catalogue_makes_categories_products_skus_and_prices(tmp_path: Path) -> None:
    report, rejects = run(tmp_path, "catalogue", CATALOGUE_MAPPING, CATALOGUE)
    assert rejects == []
    assert (report.accepted, report.read) == (3, 3)
    assert PriceList.objects.get(code="shop").currency == "CNY"
    bolt = Sku.objects.get(code="BOLT")
    assert (bolt.product.name, bolt.product.category.code) == ("螺栓", "fasteners")  # type: ignore[union-attr]
    assert list(bolt.prices.order_by("min_quantity").values_list("min_quantity", "unit_price")) == [
        (Decimal(1), Decimal("12.5")),
        (Decimal(10), Decimal(11)),
    ]
    assert not Sku.objects.get(code="OLD").is_active
    assert Product.objects.get(code="NUT").name == '=HYPERLINK("x")'


def test_a_catalogue_in_gbk_is_the_same(tmp_path: Path) -> None:
    report, _ = run(tmp_path, "catalogue", CATALOGUE_MAPPING, CATALOGUE.encode("gbk"))
    assert report.about.startswith("gb18030")
    assert Product.objects.get(code="BOLT").name == "螺栓"


def test_a_catalogue_twice_changes_nothing(tmp_path: Path) -> None:
    run(tmp_path, "catalogue", CATALOGUE_MAPPING, CATALOGUE)
    events = Event.objects.count()
    report, _ = run(tmp_path, "catalogue", CATALOGUE_MAPPING, CATALOGUE)
    assert (report.accepted, report.changed, report.same) == (0, 0, 3)
    assert Event.objects.count() == events


def test_a_changed_price_is_a_change(tmp_path: Path) -> None:
    run(tmp_path, "catalogue", CATALOGUE_MAPPING, CATALOGUE)
    report, _ = run(tmp_path, "catalogue", CATALOGUE_MAPPING, CATALOGUE.replace("12.50", "13"))
    assert (report.changed, report.same) == (1, 2)
    assert PriceTier.objects.get(sku__code="BOLT", min_quantity=1).unit_price == 13


def test_a_dry_run_of_a_catalogue_keeps_nothing(tmp_path: Path) -> None:
    report, _ = run(tmp_path, "catalogue", CATALOGUE_MAPPING, CATALOGUE, dry_run=True)
    assert report.accepted == 3
    for model in (Sku, Category, PriceList, Event):
        assert not model.objects.exists()


def test_a_refused_row_takes_its_own_category_and_events_with_it(tmp_path: Path) -> None:
    long_code = "X" * 30
    text = CATALOGUE + f"TOO,{'n' * 201},strange,1,,yes\n{long_code},fine,fasteners,2,,yes\n"
    report, rejects = run(tmp_path, "catalogue", CATALOGUE_MAPPING, text)
    assert len(rejects) == 1
    assert rejects[0].startswith("catalogue.csv line 5: ")
    assert "200" in rejects[0]
    assert (report.accepted, report.rejected) == (4, 1)
    assert not Category.objects.filter(code="strange").exists()
    subjects = set(Event.objects.filter(kind="category.saved").values_list("subject_id", flat=True))
    assert subjects == set(Category.objects.values_list("pk", flat=True))


def test_a_code_that_comes_twice_is_refused_or_the_first_is_kept(tmp_path: Path) -> None:
    text = CATALOGUE + CATALOGUE.splitlines()[1] + "\nBOLT,other,fasteners,1,,yes\n"
    report, rejects = run(tmp_path, "catalogue", CATALOGUE_MAPPING, text)
    assert rejects == ["catalogue.csv line 6: BOLT came in line 2 already, and not the same"]
    assert report.repeated == 1
    kept = CATALOGUE_MAPPING.replace('kind = "catalogue"', 'kind = "catalogue"\nrepeats = "first"')
    report, rejects = run(tmp_path, "catalogue", kept, text)
    assert rejects == []
    assert (report.repeated, len(report.differing), report.same) == (2, 1, 3)


def test_rows_that_disagree_on_their_product_are_refused_or_the_first_is_kept(tmp_path: Path) -> None:
    mapping = CATALOGUE_MAPPING.replace("[product]", '[product]\ncode = "product"')
    text = "code,product,name,group,price,price10,active\nA,P,One,g,1,,\nB,P,Two,g,2,,\n"
    _, rejects = run(tmp_path, "catalogue", mapping, text)
    assert rejects == ["catalogue.csv line 3: an earlier row says something else of the product P"]
    kept = mapping.replace('kind = "catalogue"', 'kind = "catalogue"\nrepeats = "first"')
    report, rejects = run(tmp_path, "catalogue", kept, text)
    assert (report.accepted, report.same, rejects) == (1, 1, [])
    assert Product.objects.get().name == "One"
    assert run(tmp_path, "catalogue", kept, text)[0].same == 2


def test_a_price_list_of_another_currency_refuses_the_import(tmp_path: Path) -> None:
    make_price_list("shop", "USD")
    with pytest.raises(Exception, match="is in USD, not CNY"):
        run(tmp_path, "catalogue", CATALOGUE_MAPPING, CATALOGUE)
    assert not Sku.objects.exists()


def test_a_workbook_is_a_catalogue_too(tmp_path: Path) -> None:
    path = tmp_path / "c.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate(["code,name,group,price,price10,active", "7,螺栓,fasteners,12.5,,yes"]):
            sheet.write_row(number, 0, [float(c) if c in ("7", "12.5") else c for c in line.split(",")])
    report, rejects = run(tmp_path, "catalogue", CATALOGUE_MAPPING, path.read_bytes(), name="c.xlsx")
    assert (report.accepted, rejects) == (1, [])
    assert Sku.objects.get().code == "7"


def test_customers_come_with_person_and_place(tmp_path: Path) -> None:
    report, rejects = run(tmp_path, "customers", CUSTOMERS_MAPPING, CUSTOMERS)
    assert (report.accepted, rejects) == (2, [])
    acme = Customer.objects.get(code="ACME")
    assert acme.contacts.get().phone == "+442079460958"
    place = acme.addresses.get()
    assert (place.country, place.city.upper(), place.is_default) == ("GB", "LONDON", True)
    assert "postcode_required" in place.problems


def test_a_phone_nobody_knows_is_kept_as_it_is_written(tmp_path: Path) -> None:
    run(tmp_path, "customers", CUSTOMERS_MAPPING, CUSTOMERS)
    contact = Customer.objects.get(code="LEI").contacts.get()
    assert (contact.phone, contact.phone_tail) == ("not a phone", "")


def test_customers_twice_change_nothing_and_a_change_is_told(tmp_path: Path) -> None:
    run(tmp_path, "customers", CUSTOMERS_MAPPING, CUSTOMERS)
    events = Event.objects.count()
    report, _ = run(tmp_path, "customers", CUSTOMERS_MAPPING, CUSTOMERS)
    assert (report.changed, report.same, Event.objects.count()) == (0, 2, events)
    moved = CUSTOMERS.replace("1 High Street", "2 High Street").replace(",Ann,", ",Bob,")
    report, _ = run(tmp_path, "customers", CUSTOMERS_MAPPING, moved)
    assert (report.changed, report.same) == (1, 1)
    acme = Customer.objects.get(code="ACME")
    assert acme.contacts.get().name == "Bob"
    assert acme.addresses.get(is_default=True).line == "2 High Street"
    assert acme.addresses.count() == 2


def test_a_customer_that_cannot_be_kept_is_refused_alone(tmp_path: Path) -> None:
    text = CUSTOMERS + "X,,,,,,\nY,Fine,,,Nowhere,x,y\nZ,Zed,,,,,\n"
    report, rejects = run(tmp_path, "customers", CUSTOMERS_MAPPING, text)
    assert rejects == [
        "customers.csv line 4: no customer name: name is empty",
        "customers.csv line 5: 'Nowhere' is not a country that is known: write its ISO code, such as CN",
    ]
    assert report.accepted == 3


def test_a_closed_customer_keeps_its_past_but_orders_no_more(tmp_path: Path) -> None:
    mapping = CUSTOMERS_MAPPING.replace('name = "name"', 'name = "name"\nis_active = { value = false }', 1)
    run(tmp_path, "customers", mapping, CUSTOMERS)
    with pytest.raises(Exception, match="closed for new orders"):
        make_order(Customer.objects.get(code="ACME"))


def test_each_import_needs_its_permissions() -> None:
    row = CatalogueRow(ProductInput("P", name="P"), SkuInput("S", product="P"))
    with pytest.raises(MissingPermission):
        import_catalogue([row], None, actor=staff("sales"))
    with pytest.raises(MissingPermission):
        import_customers([], actor=staff("warehouse"))
    assert not Sku.objects.exists()


def test_an_address_is_checked_by_its_own_country_after_those_of_others() -> None:
    spain = AddressParts("ES", "C/ Romero, 33", region="Sevilla", city="Sevilla", postcode="41101")
    france = AddressParts("FR", "67 rue des Cinquante Otages", city="Nantes", postcode="44000")
    check_address.cache_clear()
    alone = check_address(france)
    check_address.cache_clear()
    check_address(spain)
    assert check_address(france) == alone
